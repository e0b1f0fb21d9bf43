import HTTP
import Profiles

/// What is found on one exchange with the service provider, each thing once.
struct ExchangeReport {
  let number: Int
  /// `GET /scim/v2/Users/u-1`.
  let request: String
  private(set) var observations: [Observation] = []

  init(_ exchange: Exchange) {
    number = exchange.number
    request = "\(exchange.request.method) \(exchange.request.url.path)"
  }

  mutating func add(
    _ id: String,
    _ level: Scenario.Level,
    _ message: String,
    _ advice: String,
    _ source: String,
    explains scope: Observation.Scope = .event
  ) {
    guard !observations.contains(where: { $0.id == id }) else { return }
    observations.append(
      Observation(
        id: id,
        level: level,
        party: .serviceProvider,
        message: message,
        advice: advice,
        source: source,
        exchanges: [number],
        explains: scope
      )
    )
  }
}
