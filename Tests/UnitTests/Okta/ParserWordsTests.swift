import Testing

@testable import Okta

/// What Okta says of an error's body that is no JSON: where it begins with something else.
@Suite struct ParserWordsTests {
  @Test(arguments: [
    ("error code: 502", "Unrecognized token 'error' … line: 1, column: 6"),
    ("<html>", "Unexpected character ('<' (code 60)) … line: 1, column: 2"),
    ("\n  Not found", "Unrecognized token 'Not' … line: 2, column: 6"),
    ("nullable", "Unrecognized token 'nullable' … line: 1, column: 9"),
    ("'a'", "Unexpected character (''' (code 39)) … line: 1, column: 2"),
    ("é!", "Unrecognized token 'é' … line: 1, column: 2"),
  ])
  func `the first token or character is named with its place`(text: String, words: String) {
    #expect(ParserWords.of(text) == words)
  }

  @Test(arguments: ["", "  \n", "{", "[1", "null", "true false", "-", "7 users", "\"a"])
  func `what begins as JSON is told by our own reader`(text: String) {
    #expect(ParserWords.of(text) == nil)
  }
}
