import Loop

/// Hands a request to a handler in this process: no socket, any clock.
package struct InProcessTransport: Transport {
  private let handler: any RequestHandler
  private let loop: EventLoop
  private let latency: Duration
  private let silence: Duration

  /// - Parameters:
  ///   - latency: How long an exchange takes, half of it on each way.
  ///   - silence: How long an answer is waited for (Okta, SCIM FAQs: 60 s).
  package init(
    handler: any RequestHandler,
    loop: EventLoop,
    latency: Duration = .milliseconds(2),
    silence: Duration = .seconds(60)
  ) {
    self.silence = silence
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
      let response = await answer(to: request)
      guard let response else {
        let failure = Task.isCancelled ? TransportFailure.cancelled : .silent(for: silence)
        return ended(request, .failure(failure), due, sent, intent)
      }
      if request.isCutAfterWriting {
        result = .failure(.closedBeforeAnswer)
      } else {
        try await loop.sleep(for: latency / 2)
        result = .success(response)
      }
    } catch {
      result = .failure(.cancelled)
    }
    return ended(request, result, due, sent, intent)
  }

  /// nil where it takes too long.
  private func answer(to request: HTTPRequest) async -> HTTPResponse? {
    await withTaskGroup(of: HTTPResponse?.self) { [handler, loop, silence] group in
      group.addTask { await handler.respond(to: request) }
      group.addTask {
        try? await loop.sleep(for: silence)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private func ended(
    _ request: HTTPRequest,
    _ result: Result<HTTPResponse, TransportFailure>,
    _ due: Duration?,
    _ sent: Duration,
    _ intent: Intent
  ) -> Exchange {
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
