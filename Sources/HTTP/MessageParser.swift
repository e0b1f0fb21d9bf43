/// What is read of a message at most.
///
/// A hostile app must not be able to fill the memory.
package struct MessageLimits: Sendable {
  /// Start line and fields together; also the fields after a chunked body, and all interim answers
  /// together.
  package var headBytes: Int
  package var bodyBytes: Int

  package init(headBytes: Int = 256 << 10, bodyBytes: Int = 16 << 20) {
    self.headBytes = headBytes
    self.bodyBytes = bodyBytes
  }
}

/// Bytes that have come and are not yet consumed.
package struct InputBuffer: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var start = 0

  package init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  package var count: Int { bytes.count - start }

  /// What is there, in order.
  package var unconsumed: ArraySlice<UInt8> { bytes[start...] }

  mutating func consume(_ count: Int) {
    start += count
    if start == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      start = 0
    }
  }

  /// Appends what `fill` writes into room for `capacity` bytes; gives what `fill` gives.
  mutating func append<Failure: Error>(
    capacity: Int,
    _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    if start > 0 {
      bytes.removeSubrange(..<start)
      start = 0
    }
    let old = bytes.count
    var result = 0
    var failure: Failure?
    bytes.reserveCapacity(old + capacity)
    bytes.append(addingCapacity: capacity) { room in
      do throws(Failure) {
        result = try fill(room)
        return result
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return result
  }

  package mutating func append(_ more: [UInt8]) {
    bytes.append(contentsOf: more)
  }
}

extension [UInt8] {
  /// Appends up to `capacity` bytes that `body` writes; it gives how many it wrote.
  fileprivate mutating func append(
    addingCapacity capacity: Int,
    _ body: (UnsafeMutableRawBufferPointer) -> Int
  ) {
    let old = count
    let room = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
      initialized = body(UnsafeMutableRawBufferPointer(buffer))
    }
    if old == 0 { self = room } else { append(contentsOf: room) }
  }
}

/// Reads one HTTP/1.1 message from bytes as they come (RFC 9112), within limits.
///
/// Client and server share it. It knows no socket: feeding it a message byte by byte or at once
/// gives the same.
package struct MessageParser: Sendable {
  package enum Kind: Sendable {
    case request
    /// The answer to a request with this method: HEAD has no body.
    case response(toMethod: String)
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

  private let kind: Kind
  private let limits: MessageLimits
  private var state = State.head
  /// How far the search for the end of the head, or of a line, has come.
  private var scanned = 0
  private var interimBytes = 0
  private var trailerBytes = 0

  /// A chunk's size with its extensions.
  private static let chunkLineBytes = 4096

  package private(set) var head = MessageHead()
  package private(set) var body: [UInt8] = []
  package private(set) var trailers = HTTPFields()
  /// Whether the connection can carry another message after this one.
  package private(set) var keepsConnection = true

  package init(_ kind: Kind, limits: MessageLimits = MessageLimits()) {
    self.kind = kind
    self.limits = limits
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
        let taken = take(&input, remaining)
        state = taken == remaining ? .complete : .body(remaining: remaining - taken)
        if taken < remaining { return try needMore(atEnd) }
      case .bodyUntilClose:
        try checkBody(adding: input.count)
        _ = take(&input, input.count)
        guard atEnd else { return false }
        state = .complete
      case .chunkSize:
        guard let line = try readLine(&input, limit: MessageParser.chunkLineBytes) else {
          return try needMore(atEnd)
        }
        let size = try chunkSize(line)
        try checkBody(adding: size)
        state = size == 0 ? .trailers : .chunk(remaining: size)
      case .chunk(let remaining):
        let taken = take(&input, remaining)
        state = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
        if taken < remaining { return try needMore(atEnd) }
      case .chunkEnd:
        guard let line = try readLine(&input, limit: 2) else { return try needMore(atEnd) }
        guard line.isEmpty else { throw .malformed("a chunk is longer than it says") }
        state = .chunkSize
      case .trailers:
        guard let line = try readLine(&input, limit: limits.headBytes) else {
          return try needMore(atEnd)
        }
        if line.isEmpty {
          state = .complete
        } else {
          trailerBytes += line.count
          guard trailerBytes <= limits.headBytes else {
            throw .tooLarge("fields after its body", limit: limits.headBytes)
          }
          try addTrailer(line)
        }
      }
    }
  }

  private func needMore(_ atEnd: Bool) throws(Failure) -> Bool {
    if atEnd { throw .endedEarly }
    return false
  }

  // MARK: Head

  private mutating func readHead(_ input: inout InputBuffer) throws(Failure) -> Bool {
    guard let length = headLength(input) else {
      if input.count > limits.headBytes {
        throw .tooLarge("a head", limit: limits.headBytes)
      }
      return false
    }
    guard length <= limits.headBytes else { throw .tooLarge("a head", limit: limits.headBytes) }
    head = try MessageHead.parse(input.bytes, input.start..<input.start + length, kind)
    input.consume(length)
    scanned = 0
    // 100 Continue, 103 Early Hints: the answer itself is still to come (RFC 9110 section 15.2).
    if case .response = kind, (100..<200).contains(head.status) {
      interimBytes += length
      guard interimBytes <= limits.headBytes else {
        throw .tooLarge("a head after others that announce it", limit: limits.headBytes)
      }
      guard head.status != 101 else { throw .malformed("it switches protocols, unasked") }
      head = MessageHead()
      return true
    }
    keepsConnection = head.keepsConnection
    let framing = try BodyFraming.of(head, kind)
    switch framing {
    case .none: state = .complete
    case .length(let count):
      try checkBody(adding: count)
      state = count == 0 ? .complete : .body(remaining: count)
      // A claim of a long body is no reason to allocate it.
      body.reserveCapacity(min(count, 64 << 10))
    case .chunked: state = .chunkSize
    case .untilClose:
      keepsConnection = false
      state = .bodyUntilClose
    }
    return true
  }

  /// Bytes up to and with the empty line, or nil while it has not come.
  private mutating func headLength(_ input: InputBuffer) -> Int? {
    let bytes = input.bytes
    var index = input.start + scanned
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") {
        let next = index + 1
        if index == input.start || (index == input.start + 1 && bytes[input.start] == 0x0D) {
          // Empty lines before a start line are passed over (RFC 9112 section 2.2), as one head.
          return next - input.start
        }
        if next < bytes.count, bytes[next] == UInt8(ascii: "\n") { return next + 1 - input.start }
        if next + 1 < bytes.count, bytes[next] == 0x0D, bytes[next + 1] == UInt8(ascii: "\n") {
          return next + 2 - input.start
        }
        if next + 1 >= bytes.count {
          scanned = index - input.start
          return nil
        }
      }
      index += 1
    }
    scanned = max(0, bytes.count - input.start - 1)
    return nil
  }

  // MARK: Body

  private mutating func take(_ input: inout InputBuffer, _ wanted: Int) -> Int {
    let count = min(wanted, input.count)
    if count > 0 {
      body.append(contentsOf: input.bytes[input.start..<input.start + count])
      input.consume(count)
    }
    return count
  }

  private func checkBody(adding count: Int) throws(Failure) {
    guard count <= limits.bodyBytes - body.count else {
      throw .tooLarge("a body", limit: limits.bodyBytes)
    }
  }

  /// The next line without its end, or nil while it has not come whole.
  private mutating func readLine(
    _ input: inout InputBuffer,
    limit: Int
  ) throws(Failure) -> ArraySlice<UInt8>? {
    let available = input.bytes[input.start...]
    // Where a line comes byte by byte, each of them is looked at once.
    guard let end = available.dropFirst(scanned).firstIndex(of: UInt8(ascii: "\n")) else {
      // The last byte may be the first half of the line's end.
      if input.count > limit + 1 { throw .malformed("a line of its chunked body is too long") }
      scanned = input.count
      return nil
    }
    scanned = 0
    var line = available[..<end]
    if line.last == 0x0D { line.removeLast() }
    guard line.count <= limit else { throw .malformed("a line of its chunked body is too long") }
    input.consume(end + 1 - input.start)
    return line
  }

  private func chunkSize(_ line: ArraySlice<UInt8>) throws(Failure) -> Int {
    var size = 0
    var digits = 0
    for byte in line {
      guard let digit = hexadecimalDigit(byte) else {
        // An extension after the size is passed over (RFC 9112 section 7.1.1).
        guard digits > 0, byte == UInt8(ascii: ";") || byte == 0x20 || byte == 0x09 else {
          throw .malformed("a chunk's size is no hexadecimal number")
        }
        break
      }
      digits += 1
      guard digits <= 12 else { throw .malformed("a chunk's size is too large") }
      size = size << 4 | Int(digit)
    }
    guard digits > 0 else { throw .malformed("a chunk has no size") }
    return size
  }

  private mutating func addTrailer(_ line: ArraySlice<UInt8>) throws(Failure) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
      throw .malformed("a field after its body has no name")
    }
    trailers.append(
      String(decoding: line[..<colon], as: UTF8.self),
      String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingSpace
    )
  }
}
