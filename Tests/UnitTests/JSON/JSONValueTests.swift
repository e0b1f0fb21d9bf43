import JSON
import Testing

@Suite struct JSONValueTests {
  @Test func `what is written is what was read, in its order`() throws {
    let text =
      #"{"z":[1.0,1e2,-0,1E400,9007199254740993],"a":{"b":null,"a":true,"b":false},"s":"é/\"\\\n"}"#
    #expect(try JSONReader.read(text).compactText == text)
  }

  @Test func `only what must be escaped is escaped`() {
    let all = String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) }))
    let written = JSONValue.string(all + "\u{2028}😀").compactText

    // RFC 8259 section 7: quotation mark, reverse solidus, U+0000 to U+001F.
    let controls =
      #"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
      + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"#
    #expect(written.hasPrefix("\"" + controls + " !\\\"#"))
    #expect(written.contains(#"[\\]"#))
    #expect(written.hasSuffix("~\u{7F}\u{2028}😀\""))
    #expect(written.utf8.count == 2 + 128 + 2 + 5 + 27 * 5 + 3 + 4)
  }

  /// Escapes at every place of a text of every length around the eight bytes taken at once.
  @Test(arguments: ["\"", "\\", "\n", "\u{1}", "é", "x"])
  func `a text comes back whatever its length`(mark: String) throws {
    for length in 0..<20 {
      for place in 0...length {
        var text = String(repeating: "a", count: length)
        text.insert(contentsOf: mark, at: text.index(text.startIndex, offsetBy: place))
        #expect(try JSONReader.read(JSONValue.string(text).compactBytes) == .string(text))
      }
    }
  }

  @Test func `a large document comes back`() throws {
    let long = String(repeating: "0123456789\u{1}é", count: 2000)
    let value = JSONValue.array(Array(repeating: ["k": .string(long), "n": [1, nil]], count: 50))
    #expect(try JSONReader.read(value.compactBytes) == value)
    #expect(try JSONReader.read(value.prettyText) == value)
  }

  @Test func `text written a piece at a time is that of the tree`() {
    var writer = JSONWriter(capacity: 1)
    for round in 0..<2 {
      writer.removeAll()
      writer.object { user in
        user.member("aé", "é\n\"")
        user.member("c", round == 0)
        for (key, number) in [("h" as StaticString, 0), ("i", -9), ("j", 1234567890), ("k", .min)] {
          user.member(key, "<", number, ">")
        }
        user.key("d")
        user.array { array in
          array.write(JSONValue.number(JSONNumber(1)))
          array.object { $0.member("e", "f") }
          array.object { _ in }
          array.array { _ in }
          array.write(false)
        }
        user.member("m", JSONNumber(text: "1.50"))
        user.key("g")
        user.write(.null)
      }
      let tree: JSONValue = [
        "aé": "é\n\"", "c": .boolean(round == 0), "h": "<0>", "i": "<-9>",
        "j": "<1234567890>", "k": "<-9223372036854775808>",
        "d": [1, ["e": "f"], [:], [], false],
        "m": .number(JSONNumber(text: "1.50")), "g": nil,
      ]
      #expect(writer.text == tree.compactText)
      #expect(writer.bytes == tree.compactBytes)
    }
  }

  @Test(arguments: [
    "{}", "[]", "0", #""""#, "null", #"{"a":[],"b":{},"c":[[],{}],"d":[1,-2.5e3,true]}"#,
    #"["{\"[,:]}\\",{"\\":"\\\\"},"a \" longer text, with: [marks]","0123456789 \\\" é"]"#,
  ])
  func `a text without white space is laid out as its tree is`(text: String) throws {
    let compact = Array(text.utf8)
    let pretty = try JSONReader.read(compact).prettyText
    var layout = JSONLayout()
    layout.add(compact)
    #expect(layout.count == pretty.utf8.count)
    #expect(layout.finish() == Array(pretty.utf8) + [0x0A])
  }

  @Test func `a text is laid out in pieces`() {
    var layout = JSONLayout()
    var lines: [UInt8] = []
    for piece in [#"{"a":["#, "{}", ",", #"{"b":1}"#, "]", "}"] {
      layout.add(Array(piece.utf8))
      lines += layout.take()
    }
    lines += layout.finish()
    let tree: JSONValue = ["a": [[:], ["b": 1]]]
    #expect(String(decoding: lines, as: UTF8.self) == tree.prettyText + "\n")
  }

  @Test func `text for people has a member a line`() {
    let value: JSONValue = ["b": [1, ["c": "d"]], "a": [:], "e": [], "f": nil]
    #expect(
      value.prettyText == """
        {
          "b": [
            1,
            {
              "c": "d"
            }
          ],
          "a": {},
          "e": [],
          "f": null
        }
        """
    )
  }

  @Test(arguments: [
    ("1", "1.0", true),
    ("10", "1e1", true),
    ("1", "10E-1", true),
    ("0", "-0.00e7", true),
    ("0.05", "5e-2", true),
    ("100", "1e+2", true),
    ("9007199254740992", "9007199254740993", false),
    ("1e400", "1e401", false),
    ("1e99999999999999999999", "1e99999999999999999999", true),
    ("1e99999999999999999999", "1e-99999999999999999999", false),
    ("1", "-1", false),
    ("1", "\"1\"", false),
    ("12", "21", false),
    (#"{"a":1,"b":2}"#, #"{"b":2.0,"a":1}"#, true),
    (#"{"a":1,"b":2}"#, #"{"a":1}"#, false),
    (#"{"a":1}"#, #"{"a":1,"b":2}"#, false),
    (#"{"a":null}"#, #"{}"#, false),
    (#"{"a":1,"a":2}"#, #"{"a":1,"a":2}"#, true),
    (#"{"a":1,"a":2}"#, #"{"a":2,"a":1}"#, false),
    (#"{"a":2,"a":2}"#, #"{"a":2,"b":3}"#, false),
    (#"{"a":1,"b":0,"a":2}"#, #"{"b":0,"a":1,"a":2}"#, true),
    ("[1,2]", "[2,1]", false),
    ("[1,2]", "[1,2,3]", false),
    (#"[{"a":[{"x":1,"y":2}]}]"#, #"[{"a":[{"y":2,"x":1}]}]"#, true),
    (#""é""#, #""\u00e9""#, true),
    // Composed and decomposed: other code units, so another text.
    (#""\u00e9""#, #""e\u0301""#, false),
    ("true", "true", true),
    ("true", "false", false),
    ("null", "false", false),
  ])
  func `equivalence looks at what is said`(left: String, right: String, same: Bool) throws {
    let left = try JSONReader.read(left)
    let right = try JSONReader.read(right)
    #expect(left.isEquivalent(to: right) == same)
    #expect(right.isEquivalent(to: left) == same)
    #expect(left.isEquivalent(to: left))
  }

  @Test func `an object's members are set in place, appended and removed`() {
    var object: JSONObject = ["a": 1, "b": 2, "a": 3]
    #expect(object["a"] == 3)
    object["b"] = 5
    object["c"] = 6
    #expect(object == ["a": 1, "b": 5, "a": 3, "c": 6])
    object["a"] = nil
    #expect(object == ["b": 5, "c": 6])
  }

  @Test func `keys are told apart by their code units, however they look`() {
    var object: JSONObject = ["\u{E9}": 1]
    object["e\u{301}"] = 2
    #expect(object.members.map(\.value) == [1, 2])
    #expect(object["\u{E9}"] == 1)
    #expect(object[ignoringCase: "e\u{301}"] == 2)
  }

  @Test func `a key is found whatever the case of its ASCII letters`() {
    let object: JSONObject = ["UserName": 1, "username": 2, "k": 3, "Straße": 4, "é": 5]
    #expect(object.spelling(of: "username") == "username")
    #expect(object.spelling(of: "USERNAME") == "UserName")
    #expect(object[ignoringCase: "K"] == 3)
    #expect(object[ignoringCase: "STRAßE"] == 4)
    #expect(object[ignoringCase: "É"] == nil)
    #expect(object[ignoringCase: "none"] == nil)
  }

  @Test(arguments: [
    ("12", 12), ("-0", 0), ("1.0", nil), ("1e2", nil), ("9223372036854775808", nil),
  ])
  func `an integer is a number written as one`(text: String, integer: Int?) {
    #expect(JSONNumber(text: text).integer == integer)
  }

  // The document and its pointers of RFC 6901 section 5.
  @Test(
    arguments: [
      (["foo"], "/foo"), ([""], "/"), (["a/b"], "/a~1b"), (["c%d"], "/c%d"), (["e^f"], "/e^f"),
      (["g|h"], "/g|h"), (["i\\j"], "/i\\j"), (["k\"l"], "/k\"l"), ([" "], "/ "),
      (["m~n"], "/m~0n"),
      ([], ""), (["~1"], "/~01"), (["a/\u{301}"], "/a~1\u{301}"),
    ] as [([String], String)]
  )
  func `a pointer is written as RFC 6901 has it`(keys: [String], text: String) {
    #expect(Array(JSONPointer(keys.map { .key($0) }).description.utf8) == Array(text.utf8))
  }

  @Test func `a pointer leads to its value`() throws {
    let value: JSONValue = ["foo": ["bar", "baz"], "": 0, "m~n": 8]
    let foo = JSONPointer.root.appending("foo")
    #expect(value[.root] == value)
    #expect(value[foo.appending(1)] == "baz")
    #expect(value[foo.appending(2)] == nil)
    #expect(value[foo.appending("1")] == nil)
    #expect(value[JSONPointer.root.appending("")] == 0)
    #expect(foo.appending(0).description == "/foo/0")
  }
}
