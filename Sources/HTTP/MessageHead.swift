/// Start line and fields of a message.
package struct MessageHead: Sendable {
  package var method = ""
  package var target = ""
  package var status = 0
  package var reason = ""
  /// The minor version: 0 for HTTP/1.0.
  package var minorVersion = 1
  package var fields = HTTPFields()

  package init() {}

  /// Whether the connection stays open after the message (RFC 9112 section 9.3).
  var keepsConnection: Bool {
    let options = fields.values("Connection").joined(separator: ",").lowercased()
    let words = options.split(separator: ",").map { String($0).trimmingSpace }
    if words.contains("close") { return false }
    return minorVersion > 0 || words.contains("keep-alive")
  }

  /// Reads the bytes in `range`, which end with the empty line.
  ///
  /// As lenient as Okta's client library is taken to be: bare LF, no space after a colon, no
  /// reason phrase, folded lines.
  static func parse(
    _ bytes: [UInt8],
    _ range: Range<Int>,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) -> MessageHead {
    var head = MessageHead()
    var position = range.lowerBound
    let lineEnd = endOfLine(bytes, position, range.upperBound)
    let startLine = trimmed(bytes, position, lineEnd)
    // An empty line before a request or an answer is passed over.
    if startLine.isEmpty { return try emptyHead(kind) }
    switch kind {
    case .request: try head.readRequestLine(bytes[startLine])
    case .response: try head.readStatusLine(bytes[startLine])
    }
    position = lineEnd + 1
    try head.readFields(bytes, position, range.upperBound)
    return head
  }

  /// Stands for an empty line: reads on as after an interim answer.
  private static func emptyHead(
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) -> MessageHead {
    guard case .response = kind else { throw .malformed("it starts with an empty line") }
    var head = MessageHead()
    head.status = 100
    return head
  }

  private mutating func readStatusLine(
    _ line: ArraySlice<UInt8>
  ) throws(MessageParser.Failure) {
    let bytes = Array(line)
    guard bytes.count >= 12, bytes.starts(with: "HTTP/1.".utf8) else {
      throw .malformed("it starts with \(MessageHead.quote(bytes)), not with a status line")
    }
    minorVersion = bytes[7] == UInt8(ascii: "0") ? 0 : 1
    guard bytes[8] == 0x20,
      let status = Int(String(decoding: bytes[9..<12], as: UTF8.self)),
      (100...999).contains(status), bytes.count == 12 || bytes[12] == 0x20
    else { throw .malformed("its status line is \(MessageHead.quote(bytes))") }
    self.status = status
    reason = bytes.count > 13 ? String(decoding: bytes[13...], as: UTF8.self) : ""
  }

  private mutating func readRequestLine(
    _ line: ArraySlice<UInt8>
  ) throws(MessageParser.Failure) {
    let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard words.count == 3, !words[0].isEmpty, !words[1].isEmpty,
      words[2].starts(with: "HTTP/1.".utf8), words[2].count == 8
    else { throw .malformed("its request line is \(MessageHead.quote(Array(line)))") }
    method = String(decoding: words[0], as: UTF8.self)
    target = String(decoding: words[1], as: UTF8.self)
    minorVersion = words[2].last == UInt8(ascii: "0") ? 0 : 1
  }

  private mutating func readFields(
    _ bytes: [UInt8],
    _ start: Int,
    _ end: Int
  ) throws(MessageParser.Failure) {
    // One copy of the whole block; the index points into it.
    var block = Array(bytes[start..<end])
    var lines: [HTTPFields.Line] = []
    lines.reserveCapacity(16)
    var position = 0
    while position < block.count {
      let lineEnd = MessageHead.endOfLine(block, position, block.count)
      let line = MessageHead.trimmed(block, position, lineEnd)
      if line.isEmpty, block[position] == 0x0A || block[position] == 0x0D { break }
      if block[position] == 0x20 || block[position] == 0x09 {
        // A folded line belongs to the value before it (RFC 9112 section 5.2).
        guard var last = lines.popLast() else { throw .malformed("its first field has no name") }
        for index in Int(last.valueEnd)..<line.lowerBound { block[index] = 0x20 }
        last.valueEnd = Int32(line.upperBound)
        lines.append(last)
      } else {
        lines.append(try MessageHead.field(block, line))
      }
      position = lineEnd + 1
    }
    fields = HTTPFields(bytes: block, lines: lines)
  }

  private static func field(
    _ block: [UInt8],
    _ line: Range<Int>
  ) throws(MessageParser.Failure) -> HTTPFields.Line {
    var colon = line.lowerBound
    while colon < line.upperBound, block[colon] != UInt8(ascii: ":") { colon += 1 }
    let name = trimmed(block, line.lowerBound, colon)
    guard colon < line.upperBound, !name.isEmpty else {
      throw .malformed("\(quote(Array(block[line]))) is no field")
    }
    let value = trimmed(block, colon + 1, line.upperBound)
    return HTTPFields.Line(
      nameStart: Int32(name.lowerBound),
      nameEnd: Int32(name.upperBound),
      valueStart: Int32(value.lowerBound),
      valueEnd: Int32(value.upperBound)
    )
  }

  private static func endOfLine(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end, bytes[index] != 0x0A { index += 1 }
    return index
  }

  /// The range without white space at both ends.
  private static func trimmed(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Range<Int> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    var start = start
    var end = end
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func quote(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.prefix(40), as: UTF8.self)
      .map { $0.isASCII && !$0.isNewline && $0 >= " " ? $0 : "?" }
    return "'\(String(text))\(bytes.count > 40 ? "…" : "")'"
  }
}

/// How the end of a body is found (RFC 9112 section 6.3).
enum BodyFraming: Equatable {
  case none
  case length(Int)
  case chunked
  case untilClose

  static func of(
    _ head: MessageHead,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) -> BodyFraming {
    if case .response(let method) = kind {
      if method == "HEAD" || head.status == 204 || head.status == 304 { return .none }
    }
    let codings = head.fields.values("Transfer-Encoding").joined(separator: ",").lowercased()
    let lengths = head.fields.values("Content-Length").flatMap { $0.split(separator: ",") }
      .map { String($0).trimmingSpace }
    if !codings.isEmpty {
      let isChunked =
        codings.split(separator: ",").last.map { String($0).trimmingSpace } == "chunked"
      if case .request = kind {
        // Both together are how requests are smuggled (RFC 9112 section 6.1).
        guard lengths.isEmpty, isChunked else { throw .malformed("its body has two lengths") }
      }
      return isChunked ? .chunked : .untilClose
    }
    guard let first = lengths.first else {
      if case .request = kind { return .none }
      return .untilClose
    }
    guard lengths.allSatisfy({ $0 == first }), first.utf8.count <= 15, !first.isEmpty,
      first.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(first)
    else { throw .malformed("its Content-Length is '\(lengths.joined(separator: ", "))'") }
    return .length(count)
  }
}
