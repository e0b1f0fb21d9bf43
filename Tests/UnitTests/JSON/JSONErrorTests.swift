import JSON
import Testing

@Suite struct JSONErrorTests {
  static let mistakes: [(text: String, error: String, help: String?)] = [
    ("", "the text ends where a value should be (line 1, column 1)", nil),
    (
      "{\n  \"a\": 1,\n}", "'}' stands where a key in double quotes should be (line 3, column 1)",
      "JSON has no comma before a closing brace"
    ),
    (
      "[1,\n 2, ]", "']' does not start a value (line 2, column 5)",
      "JSON has no comma before a closing bracket"
    ),
    ("{\"a\":}", "'}' does not start a value (line 1, column 6)", nil),
    ("{\"é\": 'b'}", "''' does not start a value (line 1, column 7)", "write double quotes"),
    (
      "{\"a\": 1, b: 2}", "'b' stands where a key in double quotes should be (line 1, column 10)",
      "write double quotes"
    ),
    (
      "{a: 1}", "'a' stands where a key in double quotes should be (line 1, column 2)",
      "write double quotes"
    ),
    ("{\"a\" 1}", "'1' stands where a colon after the key should be (line 1, column 6)", nil),
    (
      "{\"a\": 1\n \"b\": 2}",
      "'\"' stands where a comma or '}' in this object should be (line 2, column 2)",
      nil
    ),
    ("[1 2]", "'2' stands where a comma or ']' in this array should be (line 1, column 4)", nil),
    ("[1", "the text ends where a comma or ']' in this array should be (line 1, column 3)", nil),
    ("// a\n{}", "'/' does not start a value (line 1, column 1)", "JSON has no comments"),
    ("<!DOCTYPE html>", "'<' does not start a value (line 1, column 1)", "this looks like HTML"),
    ("{\"a\": True}", "'True' is no value (line 1, column 7)", "write true"),
    ("[None]", "'None' is no value (line 1, column 2)", "write null"),
    ("[NaN]", "'NaN' is no value (line 1, column 2)", "JSON has no such number"),
    ("{\"a\": yes}", "a bare word is no value (line 1, column 7)", "write a text in double quotes"),
    ("[tru", "the text ends inside a value (line 1, column 2)", nil),
    (
      "[+1]", "'+' does not start a value (line 1, column 2)",
      "JSON has no plus sign before a number"
    ),
    ("[.5]", "'.' does not start a value (line 1, column 2)", "write a digit before the point"),
    ("[01]", "a number has a leading zero (line 1, column 2)", nil),
    ("[1.]", "a number lacks a digit (line 1, column 4)", nil),
    ("[\"a\nb\"]", "a control character stands unescaped in a string (line 1, column 4)", nil),
    ("[\"ab", "the text ends inside a string (line 1, column 2)", nil),
    ("[\"a\\", "the text ends inside a string (line 1, column 2)", nil),
    (
      #"["C:\dir"]"#, "'\\' is followed by no known escape (line 1, column 5)",
      "write '\\\\' for a backslash"
    ),
    (#"["\u12"]"#, "\\u needs four hexadecimal digits (line 1, column 3)", nil),
    (#"["\uD834"]"#, "a high surrogate stands without its low surrogate (line 1, column 3)", nil),
    (#"["\uDD1E"]"#, "a low surrogate stands without its high surrogate (line 1, column 3)", nil),
    ("{} {}", "text follows after the end of the document (line 1, column 4)", nil),
    (
      "\u{FEFF}{}", "the text starts with a byte order mark (line 1, column 1)",
      "RFC 8259 section 8.1 forbids it"
    ),
    ("[\u{A0}1]", "U+00A0 does not start a value (line 1, column 2)", nil),
    (
      "{\"a\":1,\n\u{0}}",
      "U+0000 stands where a key in double quotes should be (line 2, column 1)", nil
    ),
    ("{\"a\"\r\n:1,]", "']' stands where a key in double quotes should be (line 2, column 4)", nil),
  ]

  @Test(arguments: mistakes)
  func `a mistake is named with its place`(text: String, error: String, help: String?) {
    let found = #expect(throws: JSONError.self) { try JSONReader.read(text) }
    #expect(found?.description == error)
    #expect(found?.help == help)
  }

  @Test func `too many levels are named`() {
    let error = #expect(throws: JSONError.self) {
      try JSONReader.read(Array("[[[1]]]".utf8), limits: .init(depth: 2))
    }
    #expect(error?.description == "more than 2 arrays and objects are nested (line 1, column 3)")
  }

  @Test func `a file's mistake is quoted`() {
    let source = SourceText(file: "a.json", text: "{\n  \"name\": \"Ada\",\n  \"age\": 36,\n}\n")
    let error = #expect(throws: SourceError.self) { try JSONReader.readDocument(source) }
    #expect(
      error?.description == """
        '}' stands where a key in double quotes should be
         --> a.json:4:1
          |
        4 | }
          | ^ JSON has no comma before a closing brace
        """
    )
  }

  @Test func `a value or its key is underlined where it stands`() throws {
    let text = """
      {
      \t"events": [ {"do": "create"}, {"do": "udpate", "größe": {
          "b": 1
        }} ]
      }
      """
    let document = try JSONReader.readDocument(SourceText(file: "s.json", text: text))
    let event = JSONPointer([.key("events"), .index(1)])

    #expect(
      document.error(
        "'udpate' is not an event",
        at: event.appending("do"),
        help: "did you mean 'update'?"
      ).description == """
        'udpate' is not an event
         --> s.json:2:39
          |
        2 | \t"events": [ {"do": "create"}, {"do": "udpate", "größe": {
          | \t                                     ^^^^^^^^ did you mean 'update'?
        """
    )
    #expect(
      document.keyError("'größe' is unknown", at: event.appending("größe")).description == """
        'größe' is unknown
         --> s.json:2:49
          |
        2 | \t"events": [ {"do": "create"}, {"do": "udpate", "größe": {
          | \t                                               ^^^^^^^
        """
    )
    // A value of several lines is underlined to the end of its first.
    #expect(document.error("x", at: event.appending("größe")).length == 1)
    #expect(document.error("x", at: event).length == 27)
    #expect(document.error("x", at: .root).position == SourcePosition(line: 1, column: 1))
    #expect(document.keyError("x", at: event).position == document.error("x", at: event).position)
    #expect(
      document.error("nothing there", at: event.appending("c")).description == """
        nothing there
         --> s.json
        """
    )
  }

  @Test func `a repeated key of a file is refused at its second place`() {
    let source = SourceText(file: "a.json", text: "{\"a\": 1,\n \"a\": 2}")
    let error = #expect(throws: SourceError.self) { try JSONReader.readDocument(source) }
    #expect(error?.problem == "the key \"a\" stands here twice")
    #expect(error?.position == SourcePosition(line: 2, column: 2))
  }
}
