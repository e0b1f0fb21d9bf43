/// Start line and fields of a message.
package struct MessageHead: Sendable {
  package var method = ""
  package var target = ""
  package var status = 0
  package var reason = ""
  /// The minor version: 0 for HTTP/1.0.
  package var minorVersion = 1
  package var fields = HTTPFields()
  /// What the fields say about the body's length and the connection.
  var framing = FramingFields()

  package init() {}

  /// Whether the connection stays open after the message (RFC 9112 section 9.3).
  var keepsConnection: Bool {
    !framing.asksForClose && (minorVersion > 0 || framing.asksForKeepAlive)
  }

  /// Reads a whole head: `bytes` end with the empty line.
  ///
  /// As lenient as Okta's client library is taken to be: bare LF, no space after a colon, no
  /// reason phrase, folded lines.
  static func parse(
    _ bytes: Span<UInt8>,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) -> MessageHead {
    var head = MessageHead()
    let lineEnd = bytes.firstIndex(of: 0x0A, from: 0) ?? bytes.count
    let startLine = bytes.trimmed(0..<lineEnd)
    switch kind {
    case .request: try head.readRequestLine(bytes, startLine)
    case .response: try head.readStatusLine(bytes, startLine)
    }
    try head.readFields(bytes, from: lineEnd + 1, kind)
    return head
  }

  /// Refuses a first line that is no status line, whatever comes below it.
  static func checkBeginning(_ bytes: Span<UInt8>) throws(MessageParser.Failure) {
    guard let lineEnd = bytes.firstIndex(of: 0x0A, from: 0) else { return }
    var head = MessageHead()
    try head.readStatusLine(bytes, bytes.trimmed(0..<lineEnd))
  }

  private mutating func readStatusLine(
    _ bytes: Span<UInt8>,
    _ line: Range<Int>
  ) throws(MessageParser.Failure) {
    let start = line.lowerBound
    guard line.count >= 12, MessageHead.readsVersion(bytes, start) else {
      throw .malformed("it starts with \(quote(bytes, line)), not with a status line")
    }
    minorVersion = bytes[start + 7] == UInt8(ascii: "0") ? 0 : 1
    var status = 0
    for index in start + 9..<start + 12 {
      let digit = bytes[index] &- UInt8(ascii: "0")
      status = digit < 10 ? status * 10 + Int(digit) : -1000
    }
    guard bytes[start + 8] == 0x20, status >= 100,
      line.count == 12 || bytes[start + 12] == 0x20
    else { throw .malformed("its status line is \(quote(bytes, line))") }
    self.status = status
    if line.count > 13 { reason = bytes.text(start + 13..<line.upperBound) }
  }

  private mutating func readRequestLine(
    _ bytes: Span<UInt8>,
    _ line: Range<Int>
  ) throws(MessageParser.Failure) {
    guard let first = bytes.firstIndex(of: 0x20, from: line.lowerBound),
      let second = bytes.firstIndex(of: 0x20, from: first + 1),
      first > line.lowerBound, second > first + 1, line.upperBound == second + 9,
      MessageHead.readsVersion(bytes, second + 1)
    else { throw .malformed("its request line is \(quote(bytes, line))") }
    method = bytes.text(line.lowerBound..<first)
    target = bytes.text(first + 1..<second)
    minorVersion = bytes[second + 8] == UInt8(ascii: "0") ? 0 : 1
  }

  /// Whether `HTTP/1.` and a digit stand at `start`.
  private static func readsVersion(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    // Only capital letters will do (RFC 9112 section 2.3).
    bytes.says("http/1.", start..<start + 7) && bytes[start] == UInt8(ascii: "H")
      && bytes[start + 3] == UInt8(ascii: "P")
      && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start + 7])
  }

  private mutating func readFields(
    _ bytes: Span<UInt8>,
    from start: Int,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) {
    var lines: [HTTPFields.Line] = []
    lines.reserveCapacity(12)
    var folds: [Range<Int>] = []
    var position = start
    while position < bytes.count {
      let lineEnd = bytes.firstIndex(of: 0x0A, from: position) ?? bytes.count
      let line = bytes.trimmed(position..<lineEnd)
      let isFolded = bytes[position] == 0x20 || bytes[position] == 0x09
      if line.isEmpty, !isFolded { break }
      if isFolded {
        // A folded line belongs to the value before it (RFC 9112 section 5.2).
        guard var last = lines.popLast() else { throw .malformed("its first field has no name") }
        if !line.isEmpty {
          let end = start + Int(last.valueEnd)
          folds.append(end - start..<line.lowerBound - start)
          last.valueEnd = Int32(line.upperBound - start)
        }
        lines.append(last)
      } else {
        lines.append(try field(bytes, line, start, kind))
      }
      position = lineEnd + 1
    }
    // One copy of the lines; the index points into it.
    var block = bytes.bytes(start..<max(start, min(position, bytes.count)))
    for fold in folds {
      for index in fold { block[index] = 0x20 }
    }
    for line in lines { framing.note(block.span, line) }
    fields = HTTPFields(bytes: block, lines: lines)
  }

  /// The place of a field's name and value, counted from `start`.
  private func field(
    _ bytes: Span<UInt8>,
    _ line: Range<Int>,
    _ start: Int,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) -> HTTPFields.Line {
    var colon = line.lowerBound
    while colon < line.upperBound, bytes[colon] != UInt8(ascii: ":") { colon += 1 }
    let name = bytes.trimmed(line.lowerBound..<colon)
    guard colon < line.upperBound, !name.isEmpty else {
      throw .malformed("\(quote(bytes, line)) is no field")
    }
    if case .request = kind, name.upperBound != colon {
      // How requests are smuggled past a proxy that reads it otherwise (RFC 9112 section 5.1).
      throw .malformed("\(quote(bytes, line)) has a space before the colon")
    }
    let value = bytes.trimmed(colon + 1..<line.upperBound)
    return HTTPFields.Line(
      nameStart: Int32(name.lowerBound - start),
      nameEnd: Int32(name.upperBound - start),
      valueStart: Int32(value.lowerBound - start),
      valueEnd: Int32(value.upperBound - start)
    )
  }
}

/// The start of a line, for a message.
private func quote(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
  let shown = range.lowerBound..<min(range.upperBound, range.lowerBound + 40)
  let text = bytes.text(shown).map { $0.isASCII && !$0.isNewline && $0 >= " " ? $0 : "?" }
  return "'\(String(text))\(range.count > 40 ? "…" : "")'"
}

/// What the fields of a head say about the body's length and the connection, found while they are
/// read: looking the names up afterwards takes as long as reading them.
struct FramingFields: Sendable {
  private(set) var asksForClose = false
  private(set) var asksForKeepAlive = false
  private(set) var hasTransferCoding = false
  /// Whether the last transfer coding is `chunked`.
  private(set) var isChunked = false
  private(set) var contentLength: Int?
  /// Whether Content-Length is no number, or says two different ones.
  private(set) var hasUnusableLength = false

  mutating func note(_ bytes: Span<UInt8>, _ line: HTTPFields.Line) {
    let name = Int(line.nameStart)..<Int(line.nameEnd)
    let value = Int(line.valueStart)..<Int(line.valueEnd)
    switch name.count {
    case 10 where bytes.says("connection", name):
      FramingFields.forEachWord(bytes, value) { word in
        if bytes.says("close", word) { asksForClose = true }
        if bytes.says("keep-alive", word) { asksForKeepAlive = true }
      }
    case 14 where bytes.says("content-length", name):
      FramingFields.forEachWord(bytes, value) { noteLength(bytes, $0) }
    case 17 where bytes.says("transfer-encoding", name):
      FramingFields.forEachWord(bytes, value) { word in
        hasTransferCoding = true
        isChunked = bytes.says("chunked", word)
      }
    default: break
    }
  }

  private mutating func noteLength(_ bytes: Span<UInt8>, _ word: Range<Int>) {
    var length = 0
    for index in word {
      let digit = bytes[index] &- UInt8(ascii: "0")
      if digit > 9 { hasUnusableLength = true }
      length = (length &* 10) &+ Int(digit)
    }
    if word.isEmpty || word.count > 15 { hasUnusableLength = true }
    if let contentLength, contentLength != length { hasUnusableLength = true }
    contentLength = length
  }

  /// Calls `body` with each word of a list with commas.
  private static func forEachWord(
    _ bytes: Span<UInt8>,
    _ value: Range<Int>,
    _ body: (Range<Int>) -> Void
  ) {
    var start = value.lowerBound
    while true {
      var end = start
      while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
      body(bytes.trimmed(start..<end))
      if end == value.upperBound { return }
      start = end + 1
    }
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
    let framing = head.framing
    if case .response(let method) = kind {
      if method == "HEAD" || head.status == 204 || head.status == 304 { return .none }
    }
    if framing.hasTransferCoding {
      if case .request = kind {
        // Both together are how requests are smuggled (RFC 9112 section 6.1).
        guard framing.contentLength == nil, framing.isChunked else {
          throw .malformed("its body has two lengths")
        }
      }
      return framing.isChunked ? .chunked : .untilClose
    }
    if framing.hasUnusableLength {
      let values = head.fields.values("Content-Length").joined(separator: ", ")
      throw .malformed("its Content-Length is '\(values)'")
    }
    if let length = framing.contentLength { return .length(length) }
    if case .request = kind { return .none }
    return .untilClose
  }
}
