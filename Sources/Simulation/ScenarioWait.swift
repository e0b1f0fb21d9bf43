import Profiles

/// How long a scenario waits, as far as its lines tell.
struct ScenarioWait: Sendable, Equatable, Comparable {
  /// How many lifetimes a quick run waits for at most.
  static let quick = 4.0

  /// In lifetimes of an access token.
  var lifetimes = 0.0
  /// Beside those.
  var fixed = Duration.zero

  init(_ scenario: Scenario) {
    for block in scenario.blocks {
      switch block.start {
      case .immediately, .atOnce: break
      case .at(let time): fixed = max(fixed, time)
      case .after(let time): fixed += time
      case .afterLifetimes(let count): lifetimes += count
      case .afterAccessTokenExpires: lifetimes += 1
      }
      lifetimes += Double(block.events.count(where: \.event.holdsUntilExpiry))
      fixed += block.events.compactMap(\.event.wait).reduce(.zero, +)
    }
  }

  /// How long that is for tokens of a lifetime, each wait beyond it counted as a tenth more.
  func duration(for lifetime: Duration) -> Duration { fixed + lifetime * (lifetimes * 1.1) }

  static func < (left: ScenarioWait, right: ScenarioWait) -> Bool {
    (left.lifetimes, left.fixed) < (right.lifetimes, right.fixed)
  }
}
