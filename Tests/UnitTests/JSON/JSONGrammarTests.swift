import JSON
import Testing

/// The cases by which JSON readers are judged, in the manner of JSONTestSuite (Seriot, "Parsing
/// JSON is a Minefield", 2016), decided by RFC 8259.
@Suite struct JSONGrammarTests {
  @Test(arguments: [
    "0", "-0", "1", "-1", "10", "1234567890", "0.0", "-0.0", "1.5", "0.1e1", "1e1", "1E1", "1e+1",
    "1e-1", "1E400", "-1e-400", "0e0", "0e+1", "20e1", "123.456e78", "9007199254740993",
    "123456789012345678901234567890", "0.1000000000000000055511151231257827021181583404541015625",
    "-9223372036854775809",
  ])
  func `a number is read and kept as written`(text: String) throws {
    #expect(try JSONReader.read(text) == .number(JSONNumber(text: text)))
    #expect(try JSONReader.read("[ \(text)\n]").compactText == "[\(text)]")
  }

  static let texts: [(text: String, value: JSONValue)] = [
    ("true", true),
    ("false", false),
    ("null", nil),
    (" \t\r\n true \t\r\n ", true),
    ("[]", []),
    ("[ ]", []),
    ("{}", [:]),
    ("{ }", [:]),
    ("\"\"", ""),
    ("\"a\"", "a"),
    ("[1]", [1]),
    ("[1,2 , 3]", [1, 2, 3]),
    ("[[],[[]]]", [[], [[]]]),
    ("[null,1,\"1\",{}]", [nil, 1, "1", [:]]),
    ("{\"a\":1}", ["a": 1]),
    ("{\"a\" : {\"b\" : [true]}}", ["a": ["b": [true]]]),
    ("{\"\":0}", ["": 0]),
    ("{\"a\":1,\"a\":2}", ["a": 1, "a": 2]),
    ("{\"z\":1,\"a\":2}", ["z": 1, "a": 2]),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u0041\u00e9\u00E9""#, "A\u{E9}\u{E9}"),
    (#""\u0000""#, "\0"),
    (#""\u001f\u007F""#, "\u{1F}\u{7F}"),
    (#""\uD834\uDD1E""#, "\u{1D11E}"),
    (#""\ud834\udd1e""#, "\u{1D11E}"),
    (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
    (#""\uFFFF""#, "\u{FFFF}"),
    (#""\u2028\u2029""#, "\u{2028}\u{2029}"),
    (#""\uFEFFa""#, "\u{FEFF}a"),
    ("\"\u{FEFF}\"", "\u{FEFF}"),
    ("\"\u{2028}\"", "\u{2028}"),
    ("\"\u{7F}\"", "\u{7F}"),
    ("\"é日本語😀\"", "é日本語😀"),
    ("\"\u{10FFFF}\"", "\u{10FFFF}"),
    (
      "\"a longer text, past what fits a word, with é\"",
      "a longer text, past what fits a word, with é"
    ),
    ("\"12345678\\n12345678\"", "12345678\n12345678"),
    ("\"1234567\"", "1234567"),
    (#"{"\u0061":1}"#, ["a": 1]),
    (#""/""#, "/"),
    (#""\\u0041""#, "\\u0041"),
  ]

  @Test(arguments: texts)
  func `JSON is read for what it says`(text: String, value: JSONValue) throws {
    #expect(try JSONReader.read(text) == value)
  }

  @Test(arguments: [
    // No value, or more than one.
    "", " ", "\n", "1 2", "[] []", "{} x", "true false", "[1]]", "{}}", "1,", ",1", "\"a\"\"b\"",
    "[],", "{}#", "{}/**/", "nullnull", "null\0", "\0", "1\u{A0}",
    // Words.
    "nul", "tru", "fals", "True", "NULL", "nill", "trueish", "undefined", "NaN", "Infinity",
    "-Infinity", "-NaN", "a", "_",
    // Numbers.
    "-", "+1", "--1", "01", "-01", "00", "1.", "-1.", ".5", "-.5", "1.e1", "1e", "1e+", "1E-",
    "1e1.0", "1.2.3", "0x1", "0x", "1a", "1_000", "0e", "- 1", "1 .0", "1e 1", "1+1", "１", "∞",
    "1ee1", "1e++1", "[0 1]",
    // Arrays.
    "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1:2]", "[1;2]", "[\"a\"",
    "[}",
    "[1}", "(1)", "[a]", "[*]", "[[1]", "[//\n]",
    // Objects.
    "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}",
    "{1:1}", "{null:1}", "{\"a\" 1}", "{\"a\",1}", "{\"a\"::1}", "{\"a\":1 \"b\":2}", "{\"a\"}",
    "{\"a\":}", "{:1}", "{\"a\":1,,\"b\":2}", "{\"a\":1;\"b\":2}", "{[1]:2}", "{\"a\":1]",
    "{\"a\"=1}",
    "{\"a\":1 /* b */}", "{\"a\":(1)}",
    // Strings.
    "\"", "\"a", "'a'", "\"\\", "\"\\\"", "\"\\a\"", "\"\\x41\"", "\"\\'\"", "\"\\0\"", "\"\\\n\"",
    "\"\\U0041\"",
    "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\u 123\"", "\"\\u+123\"",
    "\"\\uD800\"", "\"\\uDC00\"", "\"\\uD800\\n\"", "\"\\uD800a\"", "\"\\uD800\\uD800\"",
    "\"\\uD800\\u0041\"",
    "\"\\uDD1E\\uD834\"", "\"\\uD800\\u\"", "\"\\uD800\\", "\"\\uD834\\uDD\"", "\"\\uD800\\uDBFF\"",
    "\"\\é\"", "\"a\nb\"", "\"a\tb\"", "\"\0\"", "\"\u{1F}\"", "\"\r\"", "\"12345678\u{1}\"", "“a”",
    "\\u0041",
    "\\n", "{\"a\nb\":1}",
    // Not a space of JSON.
    "\u{FEFF}1", "\u{FEFF}", "[\u{A0}1]", "[\u{C}1]", "[\u{B}1]", "\u{2028}1", "[\u{2060}1]",
    "\u{85}1",
    "<html>", "{]", "*",
  ])
  func `what RFC 8259 does not allow is refused`(text: String) {
    #expect(throws: JSONError.self) { try JSONReader.read(text) }
  }

  /// Byte sequences that are no UTF-8 (RFC 3629 section 3), and where the mistake is.
  @Test(
    arguments: [
      ([0x80], 0),  // a continuation byte alone
      ([0xBF], 0),
      ([0xC3], 0),  // cut short
      ([0xC3, 0x28], 0),
      ([0xE2, 0x82], 0),
      ([0xF0, 0x9F, 0x98], 0),
      ([0xC0, 0x80], 0),  // overlong
      ([0xC1, 0xBF], 0),
      ([0xE0, 0x80, 0x80], 0),
      ([0xF0, 0x80, 0x80, 0x80], 0),
      ([0xED, 0xA0, 0x80], 0),  // a surrogate
      ([0xED, 0xBF, 0xBF], 0),
      ([0xF4, 0x90, 0x80, 0x80], 0),  // past U+10FFFF
      ([0xF8, 0x88, 0x80, 0x80, 0x80], 0),
      ([0xFF], 0),
      ([0xFE], 0),
      ([0x61, 0xFF], 1),
      ([0xC3, 0xA9, 0xFF], 2),
    ] as [([UInt8], Int)]
  )
  func `bytes that are not UTF-8 are refused where they stand`(bytes: [UInt8], place: Int) {
    let plain = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
    let escaped = Array(#""\n"#.utf8) + bytes + Array(#"\n""#.utf8)

    for (text, offset) in [(plain, 1 + place), (escaped, 3 + place)] {
      let error = #expect(throws: JSONError.self) { try JSONReader.read(text) }
      #expect(error?.problem == "a string holds bytes that are not UTF-8")
      #expect(error?.offset == offset)
    }
    #expect(throws: JSONError.self) { try JSONReader.read(bytes) }
    #expect(throws: JSONError.self) { try JSONReader.read(Array("[".utf8) + bytes) }
  }

  @Test func `UTF-16 is refused`() {
    #expect(throws: JSONError.self) { try JSONReader.read([0xFF, 0xFE, 0x31, 0x00]) }
    #expect(throws: JSONError.self) { try JSONReader.read([0x5B, 0x00, 0x5D, 0x00]) }
  }

  @Test(arguments: [(127, true), (128, true), (129, false), (100_000, false)])
  func `128 levels may be open`(depth: Int, isRead: Bool) {
    let arrays = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let objects =
      String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
    let open = String(repeating: "[", count: depth)

    #expect(((try? JSONReader.read(arrays)) != nil) == isRead)
    #expect(((try? JSONReader.read(objects)) != nil) == isRead)
    #expect((try? JSONReader.read(open)) == nil)
  }

  @Test func `levels that were closed do not count`() throws {
    let many = "[" + Array(repeating: "[[]],{},{\"a\":[]}", count: 200).joined(separator: ",") + "]"
    #expect(try JSONReader.read(many).array?.count == 600)
  }

  @Test(arguments: [(3, true), (4, true), (5, false)])
  func `a text has at most as many bytes as the limit`(count: Int, isRead: Bool) {
    let text = Array(repeating: UInt8(ascii: "1"), count: count)
    let limits = JSONReader.Limits(bytes: 4)
    #expect(((try? JSONReader.read(text, limits: limits)) != nil) == isRead)
  }

  /// One of a letter or two takes as much memory as one of a hundred.
  @Test(arguments: [("[0,0,0]", true), ("[0,0,0,0]", false), (#"{"a":{"b":{}}}"#, true)])
  func `a text has at most as many values as the limit`(text: String, isRead: Bool) {
    let limits = JSONReader.Limits(values: 4)
    #expect(((try? JSONReader.read(Array(text.utf8), limits: limits)) != nil) == isRead)
    #expect(JSONReader.Limits().values == 1_000_000)
  }

  @Test func `a repeated key is kept, or refused where a person wrote it`() throws {
    let text = Array(#"{"a":1,"b":{"a":1},"\u0061":2}"#.utf8)

    let kept = try JSONReader.read(text)
    #expect(kept.object?.keys == ["a", "b", "a"])
    #expect(kept["a"] == 2)

    let error = #expect(throws: JSONError.self) {
      try JSONReader.read(text, duplicateKeys: .refuse)
    }
    #expect(error?.problem == "the key \"a\" stands here twice")
    #expect(error?.column == 20)
  }

  /// The sample user of RFC 7643 section 8.2, shortened, with every kind of value and escape.
  static let sample =
    #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"2819c223","name":{"formatted":"#
    + #""Ms. Bárbara \"Babs\" Jensen \ud83d\ude00"},"emails":[{"value":"babs@example.com","#
    + #""primary":true},{"value":null,"primary":false}],"n":[-0.5e+10,12,0],"x":{},"y":[]}"#

  @Test func `no beginning of a document is taken for a document`() throws {
    let bytes = Array(JSONGrammarTests.sample.utf8)
    #expect(try JSONReader.read(bytes).object?.keys.count == 7)
    for count in 0..<bytes.count {
      let error = #expect(throws: JSONError.self) { try JSONReader.read(Array(bytes[..<count])) }
      #expect((error?.offset ?? .max) <= count)
    }
  }

  @Test func `a document with one byte changed never crashes the reader`() {
    let bytes = Array(JSONGrammarTests.sample.utf8)
    for index in bytes.indices {
      for byte: UInt8 in [
        0, 0x0A, 0x20, 0x22, 0x2C, 0x30, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x80, 0xE2, 0xFF,
      ] {
        var changed = bytes
        changed[index] = byte
        guard let value = try? JSONReader.read(changed) else { continue }
        #expect((try? JSONReader.read(value.compactBytes)) == value)
      }
    }
  }
}
