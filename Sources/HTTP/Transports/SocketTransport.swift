import Loop

/// How long the transport waits.
package struct TransportTimeouts: Sendable {
  /// For a connection to stand, TLS included.
  package var connect: Duration
  /// For the next byte.
  ///
  /// Okta, SCIM FAQs: 60 s.
  package var silence: Duration
  /// For the whole answer, however steadily it comes: a limit of ours, not of Okta's.
  package var wholeAnswer: Duration

  /// - Parameter wholeAnswer: nil for five times `silence`.
  package init(
    connect: Duration = .seconds(10),
    silence: Duration = .seconds(60),
    wholeAnswer: Duration? = nil
  ) {
    self.connect = connect
    self.silence = silence
    self.wholeAnswer = wholeAnswer ?? silence * 5
  }
}

/// Gives the addresses of a host at a port, in the order in which they are tried.
package typealias LookUp = @Sendable (String, Int) throws(NameError) -> [SocketAddress]

/// HTTP/1.1 over kept connections, byte for byte as asked.
///
/// Belongs to one loop: all its users run there.
package final class SocketTransport: Transport, @unchecked Sendable {
  private let loop: EventLoop
  private let timeouts: TransportTimeouts
  private let pool: ConnectionPool

  package static let systemLookUp: LookUp = { (host, port) throws(NameError) in
    try Sys.lookUp(host: host, port: port)
  }

  /// - Parameters:
  ///   - connections: How many there may be, and what each is good for.
  ///   - hosts: What is connected to.
  ///   - routes: Where connections go that do not go where the URL says.
  ///   - lookUp: Gives the addresses of a host; it may wait.
  package init(
    loop: EventLoop,
    timeouts: TransportTimeouts = TransportTimeouts(),
    limits: MessageLimits = MessageLimits(),
    connections: ConnectionPolicy = ConnectionPolicy(),
    hosts: HostPolicy = HostPolicy(),
    routes: [ConnectTo] = [],
    lookUp: @escaping LookUp = systemLookUp,
    secured: SecureTransportSettings? = nil
  ) {
    self.loop = loop
    self.timeouts = timeouts
    self.pool = ConnectionPool(
      loop: loop,
      limits: limits,
      policy: connections,
      connectLimit: timeouts.connect,
      hosts: hosts,
      routes: routes,
      lookUp: lookUp,
      secured: secured
    )
  }

  deinit {
    let pool = self.pool
    loop.onLoop { pool.close() }
  }

  /// Closes the connections that are kept; those in use are closed when their exchange ends.
  package func close() {
    pool.close()
  }

  package func send(
    _ request: consuming HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    precondition(loop.isCurrent, "a transport is used on its loop")
    let begun = loop.now
    let shelf = pool.shelf(request.url.origin)
    do throws(TransportFailure) {
      if pool.isLimited { try await pool.enter(shelf) }
    } catch {
      return exchange(
        request,
        .failure(error),
        due: due,
        begun: begun,
        sent: begun,
        received: loop.now,
        intent
      )
    }
    defer { pool.leave(shelf) }
    var sent = pool.isLimited ? loop.now : begun
    var received = sent
    var timings = Exchange.Timings()
    var kept = pool.keptConnection(on: shelf, toBeRepeatable: request.isIdempotent)
    let result: Result<HTTPResponse, TransportFailure>
    while true {
      do throws(TransportFailure) {
        let connection: ClientConnection
        if let kept {
          connection = kept
        } else {
          connection = try await pool.connect(to: shelf.origin, &timings)
          sent = loop.now
        }
        timings.connection = connection.number
        timings.serverAddress = connection.address
        let response: HTTPResponse
        (response, received) = try await connection.exchange(
          request,
          timeouts,
          begun: sent,
          &timings
        )
        pool.takeBack(connection, on: shelf)
        result = .success(response)
        break
      } catch {
        // That the app closed a kept connection meanwhile says nothing about this request. It goes
        // out again where that cannot do harm: no byte of an answer came, and the method is
        // idempotent (RFC 9110 section 9.2.2).
        guard kept != nil, error == .closedBeforeAnswer, request.isIdempotent,
          !request.isCutAfterWriting
        else {
          result = .failure(error)
          received = loop.now
          break
        }
        kept = nil
        timings = Exchange.Timings()
      }
    }
    return exchange(
      request,
      result,
      due: due,
      begun: begun,
      sent: sent,
      received: received,
      intent,
      timings
    )
  }

  /// Apart from `send`: what a function that waits has in its frame is held for each request under way.
  @inline(never)
  private func exchange(
    _ request: consuming HTTPRequest,
    _ result: Result<HTTPResponse, TransportFailure>,
    due: Duration?,
    begun: Duration,
    sent: Duration,
    received: Duration,
    _ intent: Intent,
    _ timings: Exchange.Timings = Exchange.Timings()
  ) -> Exchange {
    var exchange = Exchange(
      request: request,
      result: result,
      due: due ?? begun,
      sent: sent,
      received: received,
      timings: timings,
      intent: intent
    )
    exchange.wasDelayed = loop.wasLate(since: begun)
    return exchange
  }
}

/// What https connections are made with.
package struct SecureTransportSettings: Sendable {
  package var provider: any TLSProvider
  package var trust: TLSTrust

  package init(provider: any TLSProvider, trust: TLSTrust) {
    self.provider = provider
    self.trust = trust
  }
}
