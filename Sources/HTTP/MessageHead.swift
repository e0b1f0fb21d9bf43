import World

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

  /// Reads a head without folded lines; more may follow it.
  ///
  /// - Returns: Its length with the empty line; nil where it has not come as a whole, or a line is
  ///   folded.
  mutating func read(
    _ bytes: Span<UInt8>,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) -> Int? {
    guard let start = try readStartLine(bytes, kind),
      case .end(let end) = try framing.read(bytes, from: start, kind)
    else { return nil }
    fields = HTTPFields(lines: bytes.bytes(start..<end))
    return end + (bytes[end] == 0x0D ? 2 : 1)
  }

  /// Reads a head: `bytes` end with the empty line.
  ///
  /// As lenient as Okta's client library is taken to be: bare LF, no space after a colon, no
  /// reason phrase, folded lines.
  mutating func readWhole(
    _ bytes: Span<UInt8>,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) {
    guard let start = try readStartLine(bytes, kind) else { return }
    var lines = bytes.bytes(start..<bytes.count)
    MessageHead.unfold(&lines)
    guard case .end(let end) = try framing.read(lines.span, from: 0, kind) else {
      // Only the first line can still be folded.
      throw .malformed("its first field has no name")
    }
    lines.removeSubrange(end...)
    fields = HTTPFields(lines: lines)
  }

  /// Reads the first line; gives where the next one starts, or nil where there is none.
  private mutating func readStartLine(
    _ bytes: Span<UInt8>,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) -> Int? {
    guard let lineEnd = bytes.firstIndex(of: 0x0A, from: 0) else { return nil }
    let line = bytes.trimmed(0..<lineEnd)
    switch kind {
    case .request: try readRequestLine(bytes, line)
    case .response: try readStatusLine(bytes, line)
    }
    return lineEnd + 1
  }

  /// Joins each folded line to the value before it (RFC 9112 section 5.2), in the same length.
  private static func unfold(_ lines: inout [UInt8]) {
    var isFold = false
    for index in lines.indices.dropLast() {
      if lines[index] == 0x0A, lines[index + 1].isWhiteSpace {
        isFold = true
        lines[index] = 0x20
        if index > 0, lines[index - 1] == 0x0D { lines[index - 1] = 0x20 }
      } else if isFold, lines[index].isWhiteSpace {
        lines[index] = 0x20
      } else {
        isFold = false
      }
    }
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
    let reason = start + min(13, line.count)..<line.upperBound
    // What is nearly always said takes no time to decode.
    self.reason =
      status == 200 && bytes.says("ok", reason) && bytes[start + 13] == UInt8(ascii: "O")
        && bytes[start + 14] == UInt8(ascii: "K") ? "OK" : bytes.text(reason)
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
    let letters: StaticString = "HTTP/1."
    return bytes.extracting(start..<start + 8).withUnsafeBufferPointer { bytes in
      for offset in 0..<7 where bytes[offset] != letters.utf8Start[offset] { return false }
      return bytes[7] &- UInt8(ascii: "0") < 10
    }
  }
}

/// The start of a line, for a message.
private func quote(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
  "'\(Quotation(bytes.text(range), upTo: 40))'"
}

/// What the fields of a head say about the body's length and the connection, found while they are
/// read: looking the names up afterwards takes as long as reading them.
struct FramingFields: Sendable {
  private(set) var asksForClose = false
  private(set) var asksForKeepAlive = false
  private(set) var hasContentCoding = false
  private(set) var hasTransferCoding = false
  /// Whether the last transfer coding is `chunked`.
  private(set) var isChunked = false
  private(set) var contentLength: Int?
  /// Whether Content-Length is no number, or says two different ones.
  private(set) var hasUnusableLength = false

  enum Reading {
    /// Where the empty line starts.
    case end(Int)
    case moreToCome
    /// A line is folded.
    case fold
  }

  /// Reads field lines up to the empty line.
  mutating func read(
    _ lines: Span<UInt8>,
    from start: Int,
    _ kind: MessageParser.Kind
  ) throws(MessageParser.Failure) -> Reading {
    var position = start
    while let lineEnd = lines.firstIndex(of: 0x0A, from: position) {
      let first = lines[position]
      if first == 0x0A || first == 0x0D && lineEnd == position + 1 { return .end(position) }
      if first.isWhiteSpace { return .fold }
      let colon = lines.firstIndex(of: UInt8(ascii: ":"), from: position) ?? lineEnd
      guard colon < lineEnd, colon > position else {
        throw .malformed("\(quote(lines, lines.trimmed(position..<lineEnd))) is no field")
      }
      var name = position..<colon
      let last = lines[colon - 1]
      if last.isWhiteSpace || last == 0x0D {
        if case .request = kind {
          // How requests are smuggled past a proxy that reads it otherwise (RFC 9112 section 5.1).
          let line = quote(lines, lines.trimmed(position..<lineEnd))
          throw .malformed("\(line) has a space before the colon")
        }
        name = lines.trimmed(name)
        guard !name.isEmpty else { throw .malformed("a field has no name") }
      }
      note(lines, name, colon + 1..<lineEnd)
      position = lineEnd + 1
    }
    return .moreToCome
  }

  private mutating func note(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) {
    switch name.count {
    case 10 where bytes.says("connection", name):
      FramingFields.forEachWord(bytes, value) { word in
        if bytes.says("close", word) { asksForClose = true }
        if bytes.says("keep-alive", word) { asksForKeepAlive = true }
      }
    case 14 where bytes.says("content-length", name):
      FramingFields.forEachWord(bytes, value) { noteLength(bytes, $0) }
    case 16 where bytes.says("content-encoding", name):
      hasContentCoding = true
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

extension UInt8 {
  /// A space or a tab.
  fileprivate var isWhiteSpace: Bool { self == 0x20 || self == 0x09 }
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
    if case .response(let isToHead) = kind {
      if isToHead || head.status == 204 || head.status == 304 { return .none }
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
      throw .malformed("its Content-Length is '\(Quotation(values, upTo: 40))'")
    }
    if let length = framing.contentLength { return .length(length) }
    if case .request = kind { return .none }
    return .untilClose
  }
}
