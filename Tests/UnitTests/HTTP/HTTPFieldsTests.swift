import Testing

@testable import HTTP

@Suite struct HTTPFieldsTests {
  private static func text(_ fields: HTTPFields) -> String {
    String(decoding: fields.bytes, as: UTF8.self)
  }

  @Test func `fields go out in their order and spelling`() {
    var fields: HTTPFields = ["Host": "a", "aCCept": "*/*", "X": ""]
    fields.append("accept", "b")
    #expect(HTTPFieldsTests.text(fields) == "Host: a\r\naCCept: */*\r\nX: \r\naccept: b\r\n")
    #expect(fields.map(\.name) == ["Host", "aCCept", "X", "accept"])
    #expect(fields.count == 4)
    #expect(!fields.isEmpty)
    #expect(HTTPFields().isEmpty)
  }

  @Test func `a field is found whatever the case of its name`() {
    let fields: HTTPFields = ["Set-Cookie": "a=1", "ETag": "x", "set-cookie": "b=2"]
    #expect(fields["SET-COOKIE"] == "a=1")
    #expect(fields.values("set-Cookie") == ["a=1", "b=2"])
    #expect(fields.contains("etag"))
    #expect(fields["Set-Cookie2"] == nil)
    #expect(fields["Set-Cooki"] == nil)
    #expect(fields.values("none") == [])
    // @ and [ surround the capital letters; they have no case.
    #expect((["@": "1"] as HTTPFields)["`"] == nil)
    #expect((["[": "1"] as HTTPFields)["{"] == nil)
  }

  @Test func `a field that is set again keeps its place, and its name's spelling`() {
    var fields: HTTPFields = ["a": "1", "B": "2", "c": "3", "b": "4"]
    fields.set("b", "9")
    #expect(HTTPFieldsTests.text(fields) == "a: 1\r\nB: 9\r\nc: 3\r\n")
    fields.set("d", "5")
    #expect(HTTPFieldsTests.text(fields) == "a: 1\r\nB: 9\r\nc: 3\r\nd: 5\r\n")
    #expect(fields["c"] == "3")
    #expect(fields["D"] == "5")
  }

  @Test func `a removed field is gone with its repetitions`() {
    var fields: HTTPFields = ["a": "1", "B": "2", "c": "3", "b": "4"]
    fields.remove("b")
    fields.remove("none")
    #expect(HTTPFieldsTests.text(fields) == "a: 1\r\nc: 3\r\n")
    #expect(fields["c"] == "3")
  }

  @Test func `the other fields stay byte for byte when one is set or removed`() {
    // ISO 8859-1, and no space after the colon.
    let block: [UInt8] = Array("a:".utf8) + [0xE9] + Array("\r\nb: 1\r\nc:2\r\n".utf8)
    var fields = HTTPFields(lines: block)
    fields.remove("b")
    fields.set("d", "4")
    fields.set("d", "5")
    #expect(
      fields.bytes == Array("a:".utf8) + [0xE9] + Array("\r\nc:2\r\nd: 5\r\n".utf8)
    )
    #expect(fields["c"] == "2")
  }

  @Test func `fields are appended as they are`() {
    var fields: HTTPFields = ["a": "1"]
    fields.append(contentsOf: ["B": " 2 ", "a": "3"])
    #expect(HTTPFieldsTests.text(fields) == "a: 1\r\nB:  2 \r\na: 3\r\n")
    // The white space around a value is not part of it (RFC 9110 section 5.5).
    #expect(fields["b"] == "2")
    #expect(fields.values("A") == ["1", "3"])
  }

  @Test func `many fields are removed in time that grows with their number`() {
    var fields = HTTPFields(
      lines: Array(repeating: Array("b:1\r\nc:2\r\n".utf8), count: 20_000).flatMap(\.self)
    )
    fields.remove("b")
    #expect(fields.count == 20_000)
    fields.set("c", "3")
    #expect(HTTPFieldsTests.text(fields) == "c: 3\r\n")
  }

  @Test func `a line end starts no field of its own`() {
    var fields = HTTPFields()
    fields.append("X", "a\r\nSet-Cookie: b")
    fields.append("Y\r\nZ: 1\n", "b\n\r")
    fields.set("X", "a\nb: c")
    #expect(HTTPFieldsTests.text(fields) == "X: ab: c\r\nYZ: 1: b\r\n")
    #expect(fields.count == 2)
  }

  @Test func `fields are the same when names and values are, in their order`() {
    #expect(["a": "1", "b": "2"] as HTTPFields == ["a": "1", "b": "2"])
    #expect(["a": "1", "b": "2"] as HTTPFields != ["b": "2", "a": "1"])
    #expect(["a": "1"] as HTTPFields != ["A": "1"])
  }
}
