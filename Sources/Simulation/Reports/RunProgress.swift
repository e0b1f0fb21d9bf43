import Profiles

/// How far a run is: what is waited for, and when it will be over.
package struct RunProgress: Sendable {
  private let total: Int
  /// Whether scenarios run one after the other.
  private var isInRow: Bool
  private var waiting: [String: Scenario]
  private let settings: RunSettings
  /// Of the app's access tokens; nil until some scenario has ended that got one.
  private var lifetime: Duration?

  package init(_ settings: RunSettings) {
    self.settings = settings
    total = settings.scenarios.count
    isInRow = settings.jobs == 1
    waiting = Dictionary(
      settings.scenarios.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  package mutating func note(_ result: ScenarioResult) {
    waiting[result.record.scenario.name] = nil
    lifetime = lifetime ?? result.record.tokens.compactMap(\.token.expiresIn).first
  }

  package mutating func note(_ probe: ProbeResult) {
    lifetime = lifetime ?? probe.lifetime
    isInRow = isInRow || probe.isOneGrantAtATime
  }

  /// - Parameter now: Time since the start of the run.
  package func words(at now: Duration) -> String {
    let ended = total - waiting.count
    let rests = waiting.mapValues { scenario in
      ScenarioOutlook(scenario, lifetime: lifetime, settings).duration
    }
    guard let longest = rests.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
      return "\(ended) of \(total)"
    }
    guard lifetime != nil else { return "\(ended) of \(total), running" }
    // In a row they wait for each other.
    let rest = isInRow ? rests.values.reduce(.zero, +) : longest.value - now
    let end = rest > .seconds(1) ? ", ends in \(rest.components.seconds) s" : ", about to end"
    let waitsForTokens = waiting[longest.key].map { ScenarioWait($0).lifetimes > 0 } ?? false
    let what = ": \(longest.key)" + (waitsForTokens ? " waits for tokens to end" : "")
    return "\(ended) of \(total)\(end)\(what)"
  }
}
