import Loop

/// Connections that wait for their next request, by origin, and the making of new ones.
final class ConnectionPool {
  enum Choice {
    case keptOrNew
    case new
  }

  /// How many connections to one origin are kept while unused.
  private static let keptAtMost = 64

  private let loop: EventLoop
  private let limits: MessageLimits
  private let connectLimit: Duration
  private let secured: SecureTransportSettings?
  private var kept: [Origin: [ClientConnection]] = [:]
  private var addresses: [Origin: [SocketAddress]] = [:]
  private var nextNumber = 1

  init(
    loop: EventLoop,
    limits: MessageLimits,
    connectLimit: Duration,
    secured: SecureTransportSettings?
  ) {
    self.loop = loop
    self.limits = limits
    self.connectLimit = connectLimit
    self.secured = secured
  }

  func close() {
    for connections in kept.values {
      for connection in connections { connection.close() }
    }
    kept = [:]
  }

  /// A connection of the caller's own until it is taken back; one that is not is closed.
  func connection(
    to origin: Origin,
    _ choice: Choice,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> ClientConnection {
    if choice == .keptOrNew {
      while let connection = kept[origin]?.popLast() {
        if connection.isUsable {
          timings.connection = connection.number
          timings.serverAddress = connection.address
          return connection
        }
        connection.close()
      }
    }
    return try await connect(to: origin, &timings)
  }

  func takeBack(_ connection: ClientConnection) {
    if connection.isUsable, kept[connection.origin, default: []].count < ConnectionPool.keptAtMost {
      kept[connection.origin, default: []].append(connection)
    } else {
      connection.close()
    }
  }

  private func connect(
    to origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> ClientConnection {
    if origin.scheme == .https, secured == nil {
      throw .secureConnection("https is not available in this run")
    }
    let begun = loop.now
    let addresses = try await addresses(of: origin, &timings)
    var lastFailure = TransportFailure.unreachable(origin, reason: "no address was found for it")
    for address in addresses {
      let begunHere = loop.now
      do throws(TransportFailure) {
        let stream = try await connect(to: address, origin, deadline: begun + connectLimit)
        timings.connect = loop.now - begunHere
        let connection = ClientConnection(
          stream: stream,
          origin: origin,
          number: nextNumber,
          address: address.numericHost,
          limits: limits
        )
        nextNumber += 1
        timings.connection = connection.number
        timings.serverAddress = connection.address
        try await secure(stream, origin, &timings)
        return connection
      } catch {
        lastFailure = error
        if case .unreachable = error { continue }
        throw error
      }
    }
    throw lastFailure
  }

  private func addresses(
    of origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> [SocketAddress] {
    if let known = addresses[origin] { return known }
    let begun = loop.now
    do {
      let found = try await loop.offload {
        try Sys.lookUp(host: origin.host, port: origin.port)
      }
      timings.lookUp = loop.now - begun
      addresses[origin] = found
      return found
    } catch {
      let words = (error as? NameError)?.words ?? "\(error)"
      throw .unreachable(origin, reason: words.prefix(1).lowercased() + words.dropFirst())
    }
  }

  private func connect(
    to address: SocketAddress,
    _ origin: Origin,
    deadline: Duration
  ) async throws(TransportFailure) -> SocketStream {
    let stream: SocketStream
    do throws(SystemError) {
      stream = try SocketStream(descriptor: Sys.connect(to: address), loop: loop)
    } catch {
      throw .unreachable(origin, reason: error.words)
    }
    do throws(TransportFailure) {
      stream.limit(to: deadline, failure: .connectTimedOut(origin, after: connectLimit))
      try await abortable(stream) { () async throws(TransportFailure) in
        try await stream.finishConnecting(to: origin)
      }
      return stream
    } catch {
      stream.close()
      throw error
    }
  }

  private func secure(
    _ stream: SocketStream,
    _ origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) {
    guard origin.scheme == .https, let secured else { return stream.limit(to: nil) }
    let begun = loop.now
    do throws(TransportFailure) {
      let session: any TLSSession
      do throws(TLSError) {
        session = try secured.provider.makeClientSession(
          descriptor: stream.descriptor,
          host: origin.host,
          trust: secured.trust
        )
      } catch {
        throw TransportFailure.secureConnection("\(error)")
      }
      try await abortable(stream) { () async throws(TransportFailure) in
        try await stream.secure(with: session)
      }
    } catch {
      stream.close()
      throw error
    }
    stream.limit(to: nil)
    timings.handshake = loop.now - begun
  }
}

/// Runs `body`; a cancelled task ends what it waits for on `stream`.
func abortable<T: Sendable>(
  _ stream: SocketStream,
  _ body: () async throws(TransportFailure) -> T
) async throws(TransportFailure) -> T {
  let result: Result<T, TransportFailure> = await withTaskCancellationHandler {
    do throws(TransportFailure) {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  } onCancel: {
    stream.loop.onLoop { stream.abort(.cancelled) }
  }
  return try result.get()
}

/// One connection to the app: a request at a time.
final class ClientConnection {
  let stream: SocketStream
  let origin: Origin
  let number: Int
  let address: String
  private let limits: MessageLimits
  private(set) var requestCount = 0
  private var isKept = true
  private var output: [UInt8] = []

  init(
    stream: SocketStream,
    origin: Origin,
    number: Int,
    address: String,
    limits: MessageLimits
  ) {
    self.stream = stream
    self.origin = origin
    self.number = number
    self.address = address
    self.limits = limits
  }

  /// Whether another request can go out on it.
  var isUsable: Bool {
    isKept && stream.isOpen && stream.input.count == 0 && !stream.hasUnexpectedInput
  }

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
    do throws(TransportFailure) {
      encode(request)
      let stream = self.stream
      stream.limit(to: begun + silenceLimit, failure: .silent(for: silenceLimit))
      var parser = MessageParser(.response(toMethod: request.method), limits: limits)
      let marks = try await abortable(stream) { () async throws(TransportFailure) in
        try await transfer(&parser, silenceLimit)
      }
      timings.send = marks.written - begun
      timings.wait = marks.firstByte - marks.written
      timings.receive = marks.complete - marks.firstByte
      stream.limit(to: nil)
      isKept = parser.keepsConnection && !stream.isAtEnd
      return HTTPResponse(
        status: parser.head.status,
        reason: parser.head.reason,
        fields: parser.head.fields,
        body: parser.body,
        trailers: parser.trailers
      )
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

  private func transfer(
    _ parser: inout MessageParser,
    _ silenceLimit: Duration
  ) async throws(TransportFailure) -> Marks {
    let loop = stream.loop
    var failure: TransportFailure?
    do throws(TransportFailure) {
      try await stream.write(output)
    } catch {
      guard error == .closedBeforeAnswer else { throw error }
      // The app may have answered before it had read everything; that answer counts.
      failure = error
    }
    let written = loop.now
    var firstByte: Duration?
    while true {
      let isMore = try await stream.fill()
      let now = loop.now
      if isMore {
        if firstByte == nil { firstByte = now }
        stream.limit(to: now + silenceLimit, failure: .silent(for: silenceLimit))
      }
      do throws(MessageParser.Failure) {
        if try parser.advance(&stream.input, atEnd: !isMore) {
          return Marks(written: written, firstByte: firstByte ?? now, complete: now)
        }
      } catch {
        switch error {
        case .malformed(let problem): throw .malformedAnswer(problem)
        case .tooLarge(let what, let limit): throw .answerTooLarge(what, limit: limit)
        case .endedEarly:
          throw firstByte == nil ? failure ?? .closedBeforeAnswer : .closedInsideAnswer
        }
      }
    }
  }

  private func encode(_ request: HTTPRequest) {
    output.removeAll(keepingCapacity: true)
    output.append(contentsOf: request.method.utf8)
    output.append(UInt8(ascii: " "))
    output.append(contentsOf: request.url.target.utf8)
    output.append(contentsOf: " HTTP/1.1\r\n".utf8)
    output.append(contentsOf: request.fields.bytes)
    output.append(contentsOf: "\r\n".utf8)
    output.append(contentsOf: request.body)
  }
}
