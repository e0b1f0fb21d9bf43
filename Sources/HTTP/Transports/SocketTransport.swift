import Loop

/// How long the transport waits.
package struct TransportTimeouts: Sendable {
  /// For a connection to stand, TLS included.
  package var connect: Duration
  /// For the next byte.
  ///
  /// Okta, SCIM FAQs: 60 s.
  package var silence: Duration

  package init(connect: Duration = .seconds(10), silence: Duration = .seconds(60)) {
    self.connect = connect
    self.silence = silence
  }
}

/// HTTP/1.1 over kept connections, byte for byte as asked.
///
/// Belongs to one loop: all its users run there.
package final class SocketTransport: Transport, @unchecked Sendable {
  private let loop: EventLoop
  private let timeouts: TransportTimeouts
  private let pool: ConnectionPool

  package init(
    loop: EventLoop,
    timeouts: TransportTimeouts = TransportTimeouts(),
    limits: MessageLimits = MessageLimits(),
    secured: SecureTransportSettings? = nil
  ) {
    self.loop = loop
    self.timeouts = timeouts
    self.pool = ConnectionPool(
      loop: loop,
      limits: limits,
      connectLimit: timeouts.connect,
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
    _ request: HTTPRequest,
    due: Duration?,
    context: ExchangeContext
  ) async -> Exchange {
    precondition(loop.isCurrent, "a transport is used on its loop")
    let origin = request.url.origin
    let begun = loop.now
    var sent = begun
    var timings = Exchange.Timings()
    let result: Result<HTTPResponse, TransportFailure>
    do throws(TransportFailure) {
      if let response = try await sendOnKept(request, begun, &timings) {
        result = .success(response)
      } else {
        timings = Exchange.Timings()
        sent = loop.now
        let connection = try await pool.connect(to: origin, &timings)
        sent = loop.now
        result = .success(try await exchange(request, on: connection, sent, &timings))
      }
    } catch {
      result = .failure(error)
    }
    return Exchange(
      request: request,
      result: result,
      due: due ?? begun,
      sent: sent,
      received: loop.now,
      timings: timings,
      context: context
    )
  }

  /// Sends on a kept connection; gives nil where there is none, or where the app had closed it.
  ///
  /// That the app closed it meanwhile says nothing about this request. It goes out again where that
  /// cannot do harm: no byte of an answer came, and the method is idempotent (RFC 9110 section
  /// 9.2.2).
  private func sendOnKept(
    _ request: HTTPRequest,
    _ begun: Duration,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> HTTPResponse? {
    guard let connection = pool.keptConnection(to: request.url.origin) else { return nil }
    timings.connection = connection.number
    timings.serverAddress = connection.address
    do throws(TransportFailure) {
      return try await exchange(request, on: connection, begun, &timings)
    } catch {
      if error == .closedBeforeAnswer, request.isIdempotent { return nil }
      throw error
    }
  }

  private func exchange(
    _ request: HTTPRequest,
    on connection: ClientConnection,
    _ begun: Duration,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> HTTPResponse {
    let response = try await connection.exchange(
      request,
      silenceLimit: timeouts.silence,
      begun: begun,
      &timings
    )
    pool.takeBack(connection, to: request.url.origin)
    return response
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
