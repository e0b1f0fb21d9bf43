import Loop

/// One connection to the app: a request at a time.
final class ClientConnection {
  let stream: SocketStream
  let number: Int
  let address: String
  private let limits: MessageLimits
  private(set) var requestCount = 0
  private var isKept = true
  private var output: [UInt8] = []

  init(stream: SocketStream, number: Int, address: String, limits: MessageLimits) {
    self.stream = stream
    self.number = number
    self.address = address
    self.limits = limits
  }

  /// Whether another request can go out on it.
  var isUsable: Bool { isKept && stream.isOpen && stream.isQuiet() }

  func close() {
    stream.close()
  }

  /// Sends the request and reads the answer; after a failure the connection is closed.
  func exchange(
    _ request: HTTPRequest,
    silenceLimit: Duration,
    begun: Duration,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> HTTPResponse {
    requestCount += 1
    encode(request)
    stream.limit(to: begun + silenceLimit, failure: .silent(for: silenceLimit))
    do throws(TransportFailure) {
      let (response, marks) = try await stream.abortable { () async throws(TransportFailure) in
        try await transfer(method: request.method, silenceLimit)
      }
      stream.limit(to: nil)
      timings.send = marks.written - begun
      timings.wait = marks.firstByte - marks.written
      timings.receive = marks.complete - marks.firstByte
      return response
    } catch {
      isKept = false
      close()
      throw error
    }
  }

  private struct Marks: Sendable {
    var written: Duration
    var firstByte: Duration
    var complete: Duration
  }

  /// Writes and reads by turns: an app may answer before it has read everything, and it may stop
  /// reading until its answer is read.
  private func transfer(
    method: String,
    _ silenceLimit: Duration
  ) async throws(TransportFailure) -> (HTTPResponse, Marks) {
    let stream = self.stream
    let loop = stream.loop
    var parser = MessageParser(.response(toMethod: method), limits: limits)
    var offset = 0
    var written: Duration?
    var firstByte: Duration?
    var wasRefused = false
    try stream.check()
    while true {
      if written == nil {
        let before = offset
        do throws(TransportFailure) {
          offset = try stream.writeAvailable(output, from: offset)
        } catch {
          guard error == .closedBeforeAnswer else { throw error }
          // The app has closed, perhaps after an answer; that answer counts.
          wasRefused = true
        }
        if offset == output.count || wasRefused {
          written = loop.now
        } else if offset > before {
          stream.limit(to: loop.now + silenceLimit, failure: .silent(for: silenceLimit))
        }
      }
      let reading = try stream.readAvailable()
      if case .wouldWait = reading {
        if written == nil {
          try await stream.waitToWriteOrRead()
        } else {
          try await stream.waitToRead()
        }
        continue
      }
      let now = loop.now
      let isAtEnd = if case .end = reading { true } else { false }
      if !isAtEnd, firstByte == nil { firstByte = now }
      if try advance(&parser, isAtEnd: isAtEnd, hasBegun: firstByte != nil) {
        isKept = parser.keepsConnection && !isAtEnd && !wasRefused && written != nil
        let marks = Marks(
          written: min(written ?? now, firstByte ?? now),
          firstByte: firstByte ?? now,
          complete: now
        )
        return (parser.takeResponse(), marks)
      }
      stream.limit(to: now + silenceLimit, failure: .silent(for: silenceLimit))
    }
  }

  private func advance(
    _ parser: inout MessageParser,
    isAtEnd: Bool,
    hasBegun: Bool
  ) throws(TransportFailure) -> Bool {
    do throws(MessageParser.Failure) {
      // A body that goes on until the connection ends is whole only if the end is a proper one.
      if try parser.advance(&stream.input, atEnd: isAtEnd && !stream.wasCut) { return true }
      if isAtEnd { throw .endedEarly }
      return false
    } catch {
      switch error {
      case .malformed(let problem): throw .malformedAnswer(problem)
      case .tooLarge(let what, let limit): throw .answerTooLarge(what, limit: limit)
      case .endedEarly: throw hasBegun ? .closedInsideAnswer : .closedBeforeAnswer
      }
    }
  }

  /// Fills `output`, which is used again for each request.
  private func encode(_ request: HTTPRequest) {
    output.removeAll(keepingCapacity: true)
    output.append(contentsOf: request.method.utf8)
    output.append(UInt8(ascii: " "))
    output.append(contentsOf: request.url.target.utf8)
    output.append(contentsOf: " HTTP/1.1\r\n".utf8)
    output.append(contentsOf: request.fields.bytes)
    output.append(0x0D)
    output.append(0x0A)
    output.append(contentsOf: request.body)
  }
}
