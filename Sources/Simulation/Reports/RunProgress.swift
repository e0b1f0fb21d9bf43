import Profiles

/// How far a run is: what is waited for, and when it will be over.
package struct RunProgress: Sendable {
  private let total: Int
  /// Whether scenarios run one after the other.
  private var isInRow: Bool
  private var waits: [String: ScenarioWait]
  /// Of the app's access tokens; nil until some scenario has ended that got one.
  private var lifetime: Duration?

  package init(_ scenarios: [Scenario], jobs: Int) {
    total = scenarios.count
    isInRow = jobs == 1
    waits = Dictionary(
      scenarios.map { ($0.name, ScenarioWait($0)) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  package mutating func note(_ result: ScenarioResult) {
    waits[result.record.scenario.name] = nil
    lifetime = lifetime ?? result.record.tokens.compactMap(\.token.expiresIn).first
  }

  package mutating func note(_ probe: ProbeResult) {
    lifetime = lifetime ?? probe.lifetime
    isInRow = isInRow || probe.isOneGrantAtATime
  }

  /// - Parameter now: Time since the start of the run.
  package func words(at now: Duration) -> String {
    let ended = total - waits.count
    guard let longest = waits.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
      return "\(ended) of \(total)"
    }
    guard let lifetime else { return "\(ended) of \(total), running" }
    // In a row they wait for each other.
    let rest =
      isInRow
      ? waits.values.reduce(.zero) { $0 + $1.duration(for: lifetime) }
      : longest.value.duration(for: lifetime) - now
    let end = rest > .seconds(1) ? ", ends in \(rest.components.seconds) s" : ", about to end"
    let what =
      longest.value.lifetimes > 0
      ? ": \(longest.key) waits for tokens to end" : ": \(longest.key)"
    return "\(ended) of \(total)\(end)\(what)"
  }
}
