import Synchronization

/// Marks each request with who sent it, so that it is found in the app's own log: `X-Request-Id:
/// token-expiry-6`.
///
/// Okta sends no such field. The number counts what the scenario sends; it is that of the exchange
/// but where several are under way at once, which are numbered as they end.
package struct RequestIDTransport: Transport {
  package static let field = "X-Request-Id"

  private let transport: any Transport
  private let scenario: String
  private let count: Counter

  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  package init(_ transport: any Transport, scenario: String) {
    self.transport = transport
    self.scenario = FormURLEncoding.percentEncode(scenario)
    count = Counter()
  }

  package func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var request = request
    let number = count.value.wrappingAdd(1, ordering: .relaxed).newValue
    request.fields.append(RequestIDTransport.field, "\(scenario)-\(number)")
    return await transport.send(request, due: due, intent: intent)
  }
}
