import Loop

/// Hands a request to a handler in this process: no socket, any clock.
package struct InProcessTransport: Transport {
  private let handler: any RequestHandler
  private let loop: EventLoop
  private let latency: Duration

  /// - Parameter latency: How long an exchange takes, half of it on each way.
  package init(
    handler: any RequestHandler,
    loop: EventLoop,
    latency: Duration = .milliseconds(2)
  ) {
    self.handler = handler
    self.loop = loop
    self.latency = latency
  }

  package func send(
    _ request: HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    let sent = loop.now
    let result: Result<HTTPResponse, TransportFailure>
    do {
      try await loop.sleep(for: latency / 2)
      let response = await handler.respond(to: request)
      if request.isCutAfterWriting {
        result = .failure(.closedBeforeAnswer)
      } else {
        try await loop.sleep(for: latency / 2)
        result = .success(response)
      }
    } catch {
      result = .failure(.cancelled)
    }
    let received = loop.now
    return Exchange(
      request: request,
      result: result,
      due: due ?? sent,
      sent: sent,
      received: received,
      timings: Exchange.Timings(wait: received - sent),
      intent: intent
    )
  }
}
