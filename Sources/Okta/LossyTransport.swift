import HTTP
import Profiles
import Synchronization

/// A transport that reads the answers which a scenario says are lost, and throws them away.
///
/// The exchange is marked, so that nobody blames the app for it. Looks and the clean-up take no
/// answer's place.
final class LossyTransport: Transport {
  private let transport: any Transport
  private let basePath: String
  /// In the order in which they were asked for.
  private let awaited = Mutex<[AwaitedRequest]>([])

  /// - Parameter baseURL: Of the service provider: an absolute URL.
  init(_ transport: any Transport, baseURL: String) {
    self.transport = transport
    let path = HTTPURL(baseURL)?.path ?? ""
    basePath = path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  func loseAnswer(ofNext request: AwaitedRequest) { awaited.withLock { $0.append(request) } }

  func send(
    _ request: HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    let isLost = isLost(request, intent)
    var exchange = await transport.send(request, due: due, intent: intent)
    // Where none came there is nothing to lose, and the app may not have acted.
    guard isLost, exchange.response != nil else { return exchange }
    if intent.party == .tokenEndpoint { exchange.lost = exchange.response }
    exchange.result = .failure(.closedBeforeAnswer)
    exchange.intent.deviation = .lostAnswer
    exchange.fault = TransportFault.loseAnswer.name
    return exchange
  }

  /// Whether this is the request that was waited for; it is waited for once.
  private func isLost(_ request: HTTPRequest, _ intent: Intent) -> Bool {
    guard [.okta, .probe].contains(intent.occasion) else { return false }
    if intent.party == .tokenEndpoint {
      return awaited.withLock { awaited in
        guard let place = awaited.firstIndex(of: .tokenRequest) else { return false }
        awaited.remove(at: place)
        return true
      }
    }
    guard intent.party == .serviceProvider else { return false }
    let path = request.url.path
    guard path.hasPrefix(basePath) else { return false }
    return awaited.withLock { awaited in
      let below = String(path.dropFirst(basePath.count))
      guard let place = awaited.firstIndex(where: { $0.isMet(by: request.method, below) }) else {
        return false
      }
      awaited.remove(at: place)
      return true
    }
  }
}
