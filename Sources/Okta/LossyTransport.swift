import HTTP
import Loop
import Profiles
import Synchronization

/// A transport that loses, cuts and keeps back what a scenario says.
///
/// The exchange is marked, so that nobody blames the app for it. Looks and the clean-up take no
/// answer's place.
final class LossyTransport: Transport {
  private let transport: any Transport
  private let basePath: String
  /// In the order in which they were asked for.
  private let awaited = Mutex<[(request: AwaitedRequest, treatment: Treatment)]>([])
  private let loop: EventLoop

  /// What is done to a request that was waited for.
  enum Treatment: Sendable {
    /// Its answer is read whole and thrown away.
    case lost
    /// Its connection is closed when it is written.
    case cut
    /// It goes out no sooner than then.
    case held(until: Duration)
  }

  /// - Parameter basePath: Of the service provider's URL, without a final slash.
  init(_ transport: any Transport, basePath: String, loop: EventLoop) {
    self.transport = transport
    self.loop = loop
    self.basePath = basePath
  }

  func expect(_ request: AwaitedRequest, _ treatment: Treatment) {
    awaited.withLock { $0.append((request, treatment)) }
  }

  /// Whether a page was waited for that was not asked for.
  var awaitsPage: Bool { awaited.withLock { $0.contains { $0.request == .page } } }

  func send(
    _ request: HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    guard let treatment = treatment(of: request, intent) else {
      return await transport.send(request, due: due, intent: intent)
    }
    return await send(request, due: due, intent: intent, treatment)
  }

  @inline(never)
  private func send(
    _ request: HTTPRequest,
    due: Duration?,
    intent: Intent,
    _ treatment: Treatment
  ) async -> Exchange {
    switch treatment {
    case .held(let end):
      // Cut short where the run is: the request fails by itself then.
      if end > loop.now { try? await loop.sleep(for: end - loop.now) }
      return await transport.send(request, due: due, intent: intent)
    case .cut:
      var request = request
      request.isCutAfterWriting = true
      var exchange = await transport.send(request, due: due, intent: intent)
      guard exchange.failure == .closedBeforeAnswer else { return exchange }
      exchange.intent.deviation = .cutAnswer
      exchange.fault = TransportFault.cutAfterWriting.name
      return exchange
    case .lost:
      var exchange = await transport.send(request, due: due, intent: intent)
      // Where none came there is nothing to lose, and the app may not have acted.
      guard exchange.response != nil else { return exchange }
      if intent.party == .tokenEndpoint { exchange.lost = exchange.response }
      exchange.result = .failure(.closedBeforeAnswer)
      exchange.intent.deviation = .lostAnswer
      exchange.fault = TransportFault.loseAnswer.name
      return exchange
    }
  }

  /// What is done to the request, if it was waited for; it is waited for once.
  private func treatment(of request: HTTPRequest, _ intent: Intent) -> Treatment? {
    guard awaited.withLock({ !$0.isEmpty }), [.okta, .probe].contains(intent.occasion) else {
      return nil
    }
    var path: String?
    if intent.party == .serviceProvider {
      guard request.url.path.hasPrefix(basePath) else { return nil }
      path = String(request.url.path.dropFirst(basePath.count))
    } else if intent.party != .tokenEndpoint {
      return nil
    }
    return awaited.withLock { awaited in
      let place = awaited.firstIndex { awaited in
        if awaited.request == .page { return intent.isLaterPage }
        return path.map { awaited.request.isMet(by: request.method, $0) }
          ?? (awaited.request == .tokenRequest)
      }
      return place.map { awaited.remove(at: $0).treatment }
    }
  }
}

extension Intent {
  /// Whether it is for a page of a list that is not its first.
  fileprivate var isLaterPage: Bool { act == .page && query.map { $0.startIndex > 1 } ?? false }
}
