/// What is read of a message at most.
///
/// A hostile app must not be able to fill the memory.
package struct MessageLimits: Sendable {
  /// Start line and fields together; as much again for what comes before them and for fields
  /// after a chunked body.
  package var headBytes: Int
  package var bodyBytes: Int

  package init(headBytes: Int = 256 << 10, bodyBytes: Int = 16 << 20) {
    self.headBytes = headBytes
    self.bodyBytes = bodyBytes
  }
}

/// Reads one HTTP/1.1 message from bytes as they come (RFC 9112), within limits.
///
/// Client and server share it. It knows no socket: feeding it a message byte by byte or at once
/// gives the same.
package struct MessageParser: Sendable {
  package enum Kind: Sendable {
    case request
    /// An answer; one to a HEAD request has no body.
    case response(isToHead: Bool)

    package static func response(toMethod method: String) -> Kind {
      .response(isToHead: method == "HEAD")
    }
  }

  /// A message that breaks the protocol or a limit.
  package enum Failure: Error, Sendable, Equatable {
    case malformed(String)
    case tooLarge(String, limit: Int)
    /// The bytes ended before the message did.
    case endedEarly
  }

  private enum State: Sendable {
    case head
    case body(remaining: Int)
    case bodyUntilClose
    case chunkSize
    case chunk(remaining: Int)
    case chunkEnd
    case trailers
    case complete
  }

  private static let lineLimit = 4096 + 2

  private var kind: Kind
  private let limits: MessageLimits
  private var state = State.head
  /// How far the search for the end of the head or of a line has come.
  private var scanned = 0
  /// Empty lines and interim answers before the head.
  private var preludeBytes = 0
  private var trailerBytes = 0

  package private(set) var head = MessageHead()
  package private(set) var body: [UInt8] = []
  package private(set) var trailers = HTTPFields()
  /// Whether the connection can carry another message after this one.
  package private(set) var keepsConnection = true

  package init(_ kind: Kind, limits: MessageLimits = MessageLimits()) {
    self.kind = kind
    self.limits = limits
  }

  /// Begins with the next message of a connection, after one that was complete and taken.
  mutating func begin(_ kind: Kind) {
    self.kind = kind
    state = .head
    scanned = 0
    preludeBytes = 0
    trailerBytes = 0
    body = []
    trailers = HTTPFields()
    keepsConnection = true
  }

  /// Whether the start line and the fields have been read.
  package var hasHead: Bool {
    if case .head = state { false } else { true }
  }

  /// Consumes what it can of `input`.
  ///
  /// - Parameter atEnd: Whether no more bytes will come.
  /// - Returns: Whether the message is complete.
  package mutating func advance(
    _ input: inout InputBuffer,
    atEnd: Bool = false
  ) throws(Failure) -> Bool {
    while true {
      switch state {
      case .complete:
        return true
      case .head:
        guard try readHead(&input) else { return try needMore(atEnd) }
      case .body(let remaining):
        let taken = input.move(remaining, to: &body)
        state = taken == remaining ? .complete : .body(remaining: remaining - taken)
        if taken < remaining { return try needMore(atEnd) }
      case .bodyUntilClose:
        try checkBody(adding: input.count)
        _ = input.move(input.count, to: &body)
        guard atEnd else { return false }
        state = .complete
      case .chunkSize:
        guard
          let line = try lineLength(
            input,
            limit: MessageParser.lineLimit,
            orThrow: .malformed("a line of its chunked body is too long")
          )
        else { return try needMore(atEnd) }
        let size = try input.withBytes { bytes throws(Failure) in
          try MessageParser.chunkSize(bytes.extracting(0..<line))
        }
        consume(line, of: &input)
        try checkBody(adding: size)
        state = size == 0 ? .trailers : .chunk(remaining: size)
      case .chunk(let remaining):
        let taken = input.move(remaining, to: &body)
        state = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
        if taken < remaining { return try needMore(atEnd) }
      case .chunkEnd:
        let tooLong = Failure.malformed("a chunk is longer than it says")
        guard let line = try lineLength(input, limit: 2, orThrow: tooLong) else {
          return try needMore(atEnd)
        }
        guard input.withBytes({ $0.trimmed(0..<line - 1).isEmpty }) else { throw tooLong }
        consume(line, of: &input)
        state = .chunkSize
      case .trailers:
        let tooLarge = Failure.tooLarge("fields after its body", limit: limits.headBytes)
        let rest = limits.headBytes - trailerBytes
        guard let line = try lineLength(input, limit: rest, orThrow: tooLarge) else {
          return try needMore(atEnd)
        }
        trailerBytes += line
        if try readTrailer(input, line) { state = .complete }
        consume(line, of: &input)
      }
    }
  }

  private func needMore(_ atEnd: Bool) throws(Failure) -> Bool {
    if atEnd { throw .endedEarly }
    return false
  }

  /// Gives the whole answer away; `begin` makes the parser ready for another one.
  mutating func takeResponse() -> HTTPResponse {
    let response = HTTPResponse(
      status: head.status,
      reason: head.reason,
      fields: head.fields,
      body: body,
      trailers: trailers
    )
    body = []
    head.fields = HTTPFields()
    return response
  }

  // MARK: Head

  private mutating func readHead(_ input: inout InputBuffer) throws(Failure) -> Bool {
    try skipEmptyLines(&input)
    var length = readAtOnce(input)
    if length == nil { length = try readWhole(input) }
    guard let length else {
      // What speaks another protocol may say a line and then wait for ever.
      try checkBeginning(input)
      if input.count > limits.headBytes { throw .tooLarge("a head", limit: limits.headBytes) }
      return false
    }
    input.consume(length)
    scanned = 0
    // 100 Continue, 103 Early Hints: the answer itself is still to come (RFC 9110 section 15.2).
    if case .response = kind, (100..<200).contains(head.status) {
      guard head.status != 101 else { throw .malformed("it switches protocols, unasked") }
      head = MessageHead()
      try countPrelude(length)
      return true
    }
    keepsConnection = head.keepsConnection
    switch try BodyFraming.of(head, kind) {
    case .none: state = .complete
    case .length(let count):
      try checkBody(adding: count)
      state = count == 0 ? .complete : .body(remaining: count)
      // A claim of a long body is no reason to allocate it.
      if input.count < count { body.reserveCapacity(min(count, 64 << 10)) }
    case .chunked: state = .chunkSize
    case .untilClose:
      keepsConnection = false
      state = .bodyUntilClose
    }
    return true
  }

  /// Reads a head that has come in one piece, which most do: gives its length, or nil where it has
  /// not or is anything but plain.
  private mutating func readAtOnce(_ input: InputBuffer) -> Int? {
    guard scanned == 0 else { return nil }
    head = MessageHead()
    let length = input.withBytes { bytes in (try? head.read(bytes, kind)) ?? nil }
    return length.flatMap { $0 <= limits.headBytes ? $0 : nil }
  }

  /// Reads a head once it has come as a whole; gives its length.
  private mutating func readWhole(_ input: InputBuffer) throws(Failure) -> Int? {
    guard let length = headLength(input) else { return nil }
    guard length <= limits.headBytes else {
      try checkBeginning(input)
      throw .tooLarge("a head", limit: limits.headBytes)
    }
    head = MessageHead()
    try input.withBytes { bytes throws(Failure) in
      try head.readWhole(bytes.extracting(0..<length), kind)
    }
    return length
  }

  /// Refuses a first line that is no status line, as soon as it is there and before anything else
  /// is found wrong: however the bytes come, the same is said.
  private func checkBeginning(_ input: InputBuffer) throws(Failure) {
    guard case .response = kind else { return }
    try input.withBytes { bytes throws(Failure) in
      try MessageHead.checkBeginning(bytes.extracting(0..<min(bytes.count, limits.headBytes + 1)))
    }
  }

  /// Passes over empty lines before a start line (RFC 9112 section 2.2).
  private mutating func skipEmptyLines(_ input: inout InputBuffer) throws(Failure) {
    let length = input.withBytes { bytes in
      var length = 0
      while length < bytes.count {
        if bytes[length] == 0x0A {
          length += 1
        } else if bytes[length] == 0x0D, length + 1 < bytes.count, bytes[length + 1] == 0x0A {
          length += 2
        } else {
          break
        }
      }
      return length
    }
    if length > 0 {
      input.consume(length)
      scanned = 0
      try countPrelude(length)
    }
  }

  private mutating func countPrelude(_ count: Int) throws(Failure) {
    preludeBytes += count
    guard preludeBytes <= limits.headBytes else {
      throw .tooLarge("a prelude", limit: limits.headBytes)
    }
  }

  /// Bytes up to and with the empty line, or nil while it has not come.
  private mutating func headLength(_ input: InputBuffer) -> Int? {
    var scanned = self.scanned
    let length = input.withBytes { bytes -> Int? in
      while let end = bytes.firstIndex(of: 0x0A, from: scanned) {
        scanned = end
        var next = end + 1
        if next < bytes.count, bytes[next] == 0x0D { next += 1 }
        guard next < bytes.count else { return nil }
        if bytes[next] == 0x0A { return next + 1 }
        scanned = end + 1
      }
      scanned = bytes.count
      return nil
    }
    self.scanned = scanned
    return length
  }

  // MARK: Body

  private func checkBody(adding count: Int) throws(Failure) {
    guard count <= limits.bodyBytes - body.count else {
      throw .tooLarge("a body", limit: limits.bodyBytes)
    }
  }

  /// Bytes up to and with the next line end, or nil while it has not come.
  ///
  /// - Parameters:
  ///   - limit: How long the line may be, with its end.
  ///   - failure: Thrown for a longer one.
  private mutating func lineLength(
    _ input: InputBuffer,
    limit: Int,
    orThrow failure: @autoclosure () -> Failure
  ) throws(Failure) -> Int? {
    let from = scanned
    let end = input.withBytes { $0.firstIndex(of: 0x0A, from: from) }
    guard (end.map { $0 + 1 } ?? input.count) <= limit else { throw failure() }
    if let end { return end + 1 }
    scanned = input.count
    return nil
  }

  private mutating func consume(_ line: Int, of input: inout InputBuffer) {
    input.consume(line)
    scanned = 0
  }

  private static func chunkSize(_ line: Span<UInt8>) throws(Failure) -> Int {
    var size = 0
    var digits = 0
    for index in line.indices {
      guard let digit = hexadecimalDigit(line[index]) else {
        // An extension after the size is passed over (RFC 9112 section 7.1.1).
        guard [UInt8(ascii: ";"), 0x20, 0x09, 0x0D, 0x0A].contains(line[index]), digits > 0 else {
          throw .malformed("a chunk's size is no hexadecimal number")
        }
        return size
      }
      digits += 1
      guard digits <= 12 else { throw .malformed("a chunk's size is too large") }
      size = size << 4 | Int(digit)
    }
    return size
  }

  /// Reads a line after a chunked body; gives whether it is the empty one that ends the message.
  private mutating func readTrailer(
    _ input: InputBuffer,
    _ line: Int
  ) throws(Failure) -> Bool {
    let field = try input.withBytes { bytes throws(Failure) -> HTTPFields.Field? in
      let range = bytes.trimmed(0..<line - 1)
      if range.isEmpty { return nil }
      guard let colon = bytes.firstIndex(of: UInt8(ascii: ":"), from: range.lowerBound),
        colon < range.upperBound, colon > range.lowerBound
      else { throw .malformed("a field after its body has no name") }
      return HTTPFields.Field(
        name: bytes.text(range.lowerBound..<colon),
        value: bytes.text(bytes.trimmed(colon + 1..<range.upperBound))
      )
    }
    guard let field else { return true }
    trailers.append(field.name, field.value)
    return false
  }
}
