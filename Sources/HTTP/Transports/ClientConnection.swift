import Loop

/// One connection to the app: a request at a time.
final class ClientConnection {
  let stream: SocketStream
  let number: Int
  let address: String
  private let limits: MessageLimits
  /// Whether its last exchange left it open.
  private(set) var isKept = true
  private let buffers: SharedBuffers
  /// The request, where not all of it could be written at once.
  @exclusivity(unchecked) private var leftover: [UInt8] = []
  @exclusivity(unchecked) private var transfer: Transfer

  init(
    stream: SocketStream,
    number: Int,
    address: String,
    limits: MessageLimits,
    buffers: SharedBuffers
  ) {
    self.stream = stream
    self.number = number
    self.address = address
    self.limits = limits
    self.buffers = buffers
    transfer = Transfer(limits: limits)
  }

  /// Whether another request can go out on it.
  var isUsable: Bool { isKept && stream.isOpen && stream.isQuiet() }

  /// Since when it waits for its next request.
  var idleSince: Duration { transfer.complete }

  func close() {
    stream.close()
  }

  /// Sends the request and reads the answer; after a failure the connection is closed.
  ///
  /// Inherits its caller's isolation: see `SocketStream.wait`.
  ///
  /// - Returns: The answer, and when its last byte had come.
  func exchange(
    _ request: HTTPRequest,
    _ timeouts: TransportTimeouts,
    begun: Duration,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> (HTTPResponse, received: Duration) {
    buffers.encode(request)
    transfer.begin(toMethod: request.method, timeouts, at: begun)
    limitSilence(from: begun)
    do throws(TransportFailure) {
      if Task.isCancelled { throw .cancelled }
      while try !advance() {
        if request.isCutAfterWriting, transfer.written != nil { throw .closedBeforeAnswer }
        let wanted =
          transfer.written == nil ? [stream.readNeeds, stream.writeNeeds] : stream.readNeeds
        try await stream.wait(for: wanted)
      }
      stream.limit(to: nil)
      note(in: &timings, begun: begun)
      let response = transfer.parser.takeResponse()
      let isPacked = transfer.parser.head.framing.hasContentCoding
      return (isPacked ? try unpacked(response) : response, transfer.complete)
    } catch {
      isKept = false
      close()
      throw error
    }
  }

  /// The answer with its body unpacked: Okta offers gzip and deflate (SCIM guide, request samples).
  private func unpacked(_ response: HTTPResponse) throws(TransportFailure) -> HTTPResponse {
    guard let coding = response.fields["Content-Encoding"] else { return response }
    var response = response
    do throws(ContentCodingError) {
      let body = try ContentCoding.decode(
        response.body,
        coding: coding,
        limit: limits.bodyBytes
      )
      if body.count != response.body.count { response.packedBodyBytes = response.body.count }
      response.body = body
      return response
    } catch {
      if case .tooLarge(let limit) = error {
        throw .answerTooLarge("a body", limit: limit)
      }
      throw .malformedAnswer("\(error)")
    }
  }

  /// How far an exchange has come.
  private struct Transfer {
    var parser: MessageParser
    var timeouts = TransportTimeouts()
    /// By when all of the answer has to be there.
    var end: Duration = .zero
    /// How much of the request has been written.
    var offset = 0
    /// Whether the app takes no more of the request; it may have answered before.
    var wasRefused = false
    var written: Duration?
    var firstByte: Duration?
    var complete: Duration = .zero

    init(limits: MessageLimits) {
      parser = MessageParser(.response(isToHead: false), limits: limits)
    }

    mutating func begin(
      toMethod method: String,
      _ timeouts: TransportTimeouts,
      at begun: Duration
    ) {
      parser.begin(.response(toMethod: method))
      self.timeouts = timeouts
      end = begun + timeouts.wholeAnswer
      offset = 0
      wasRefused = false
      written = nil
      firstByte = nil
    }
  }

  private func note(in timings: inout Exchange.Timings, begun: Duration) {
    let complete = transfer.complete
    let firstByte = transfer.firstByte ?? complete
    // An answer may come before the request is written.
    let written = min(transfer.written ?? firstByte, firstByte)
    timings.send = written - begun
    timings.wait = firstByte - written
    timings.receive = complete - firstByte
  }

  /// Writes and reads by turns until the answer is complete, which it gives, or it has to wait.
  ///
  /// By turns, since an app may answer before it has read everything, and may stop reading until
  /// its answer is read.
  private func advance() throws(TransportFailure) -> Bool {
    if transfer.written == nil { try write() }
    buffers.lendInput(to: stream)
    defer { buffers.takeInputBack(from: stream) }
    while true {
      let reading = try stream.readAvailable()
      if case .wouldWait = reading { return false }
      let now = stream.loop.now
      let isAtEnd = if case .end = reading { true } else { false }
      if !isAtEnd, transfer.firstByte == nil { transfer.firstByte = now }
      if try parse(isAtEnd: isAtEnd) {
        transfer.complete = now
        isKept =
          transfer.parser.keepsConnection && transfer.written != nil && !isAtEnd
          && !transfer.wasRefused
        return true
      }
      limitSilence(from: now)
    }
  }

  private func write() throws(TransportFailure) {
    let before = transfer.offset
    let request = leftover.isEmpty ? buffers.request : leftover
    do throws(TransportFailure) {
      transfer.offset = try stream.writeAvailable(request, from: before)
    } catch {
      guard error == .closedBeforeAnswer else { throw error }
      transfer.wasRefused = true
    }
    if transfer.offset == request.count || transfer.wasRefused {
      transfer.written = stream.loop.now
      leftover = []
    } else {
      leftover = request
      if transfer.offset > before { limitSilence(from: stream.loop.now) }
    }
  }

  private func parse(isAtEnd: Bool) throws(TransportFailure) -> Bool {
    do throws(MessageParser.Failure) {
      // A body that goes on until the connection ends is whole only if the end is a proper one.
      let isProperEnd = isAtEnd && !stream.wasCut
      if try transfer.parser.advance(&stream.input, atEnd: isProperEnd) { return true }
      if isAtEnd { throw .endedEarly }
      return false
    } catch {
      switch error {
      case .malformed(let problem): throw .malformedAnswer(problem)
      case .tooLarge(let what, let limit): throw .answerTooLarge(what, limit: limit)
      case .endedEarly:
        throw transfer.firstByte == nil ? .closedBeforeAnswer : .closedInsideAnswer
      }
    }
  }

  private func limitSilence(from now: Duration) {
    let silent = now + transfer.timeouts.silence
    if silent <= transfer.end {
      stream.limit(to: silent, failure: .silent(for: transfer.timeouts.silence))
    } else {
      stream.limit(to: transfer.end, failure: .unfinished(after: transfer.timeouts.wholeAnswer))
    }
  }
}

/// Memory that requests are put together in and answers are read into.
///
/// One for all connections of a loop: it is at hand in the processor's cache, where one each for
/// many of them would not be.
final class SharedBuffers {
  /// The request that was put together last.
  @exclusivity(unchecked) private(set) var request: [UInt8] = []
  @exclusivity(unchecked) private var input = InputBuffer()

  func encode(_ message: HTTPRequest) {
    request.removeAll(keepingCapacity: true)
    request.append(contentsOf: message.method.utf8)
    request.append(UInt8(ascii: " "))
    request.append(contentsOf: message.url.target.utf8)
    request.append(contentsOf: " HTTP/1.1\r\n".utf8)
    request.append(contentsOf: message.fields.bytes)
    request.append(0x0D)
    request.append(0x0A)
    request.append(contentsOf: message.body)
  }

  /// Gives the stream the memory to read into, unless it holds something that it has read before.
  func lendInput(to stream: SocketStream) {
    if stream.input.count == 0 { swap(&stream.input, &input) }
  }

  /// Takes the memory back, unless what is in it has not been consumed: then the stream keeps it.
  func takeInputBack(from stream: SocketStream) {
    if stream.input.count == 0 { swap(&stream.input, &input) }
  }
}
