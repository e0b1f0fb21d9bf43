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

  /// Closes the connections that are kept.
  package func close() {
    pool.close()
  }

  package func send(
    _ request: HTTPRequest,
    due: Duration?,
    context: ExchangeContext
  ) async -> Exchange {
    precondition(loop.isCurrent, "a transport is used on its loop")
    let first = await attempt(request, due: due, context: context, on: .keptOrNew)
    // A kept connection that the app closed meanwhile says nothing about this request. It goes out
    // again where that cannot do harm: no byte of an answer came, and the method is idempotent
    // (RFC 9110 section 9.2.2).
    guard first.wasKept, first.exchange.failure == .closedBeforeAnswer, request.isIdempotent else {
      return first.exchange
    }
    return await attempt(request, due: due, context: context, on: .new).exchange
  }

  private func attempt(
    _ request: HTTPRequest,
    due: Duration?,
    context: ExchangeContext,
    on choice: ConnectionPool.Choice
  ) async -> (exchange: Exchange, wasKept: Bool) {
    let begun = loop.now
    var timings = Exchange.Timings()
    var sent = begun
    var wasKept = false
    let result: Result<HTTPResponse, TransportFailure>
    do throws(TransportFailure) {
      let connection = try await pool.connection(to: request.url.origin, choice, &timings)
      wasKept = connection.requestCount > 0
      sent = loop.now
      let response = try await connection.exchange(
        request,
        silenceLimit: timeouts.silence,
        begun: sent,
        &timings
      )
      pool.takeBack(connection)
      result = .success(response)
    } catch {
      result = .failure(error)
    }
    let exchange = Exchange(
      request: request,
      result: result,
      due: due ?? begun,
      sent: sent,
      received: loop.now,
      timings: timings,
      context: context
    )
    return (exchange, wasKept)
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
