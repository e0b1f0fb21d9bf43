import HTTP
import Profiles

/// How long a scenario waits, as far as its lines tell.
struct ScenarioWait: Sendable, Equatable, Comparable {
  /// How many lifetimes a quick run waits for at most.
  static let quick = 4.0

  /// In lifetimes of an access token.
  var lifetimes = 0.0
  /// How many of those end with the token, and the leeway after it.
  var ends = 0
  /// Beside those.
  var fixed = Duration.zero

  init(_ scenario: Scenario) {
    for block in scenario.blocks {
      switch block.start {
      case .immediately, .atOnce: break
      case .at(let time): fixed = max(fixed, time)
      case .after(let time): fixed += time
      case .afterLifetimes(let count): lifetimes += count
      case .afterAccessTokenExpires: ends += 1
      }
      ends += block.events.count(where: \.event.holdsUntilExpiry)
      fixed += block.events.compactMap(\.event.wait).reduce(.zero, +)
    }
    lifetimes += Double(ends)
  }

  func duration(for lifetime: Duration, _ leeway: Leeway) -> Duration {
    fixed + lifetime * lifetimes + leeway.duration(for: lifetime) * Double(ends)
  }

  /// The longest lifetime, in whole seconds, with which it waits no longer than `budget`; 0 where
  /// there is none.
  func longestLifetime(within budget: Duration, _ leeway: Leeway) -> Int {
    guard lifetimes > 0 else { return 0 }
    var (fits, tooLong) = (0, Int(budget.seconds / lifetimes) + 1)
    while tooLong - fits > 1 {
      let middle = (fits + tooLong) / 2
      if duration(for: .seconds(middle), leeway) <= budget {
        fits = middle
      } else {
        tooLong = middle
      }
    }
    return fits
  }

  static func < (left: ScenarioWait, right: ScenarioWait) -> Bool {
    (left.lifetimes, left.fixed) < (right.lifetimes, right.fixed)
  }
}

/// How a scenario will be run with tokens of a lifetime, as far as its lines tell.
enum ScenarioOutlook: Sendable, Equatable {
  /// It waits for all that it is to wait for.
  case waits(Duration)
  /// The app's clock is moved on for it.
  case advances
  /// Something stands for what it cannot wait for.
  case variant(Duration)
  case overBudget
  /// It waits for the end of a token that nobody states.
  case withoutLifetime

  /// - Parameter lifetime: nil where the app does not state it.
  init(_ scenario: Scenario, lifetime: Duration?, _ settings: RunSettings) {
    let wait = ScenarioWait(scenario)
    let budget = settings.budget ?? .seconds(Int64.max)
    let duration = wait.duration(for: lifetime ?? .zero, settings.leeway)
    let canAdvance =
      settings.profile.advancesClock && settings.looks == .made
      && !scenario.events.contains(where: \.event.holdsUntilExpiry)
    if duration > budget, canAdvance, lifetime != nil || wait.lifetimes == 0 {
      self = .advances
    } else if wait.fixed > budget {
      self = .overBudget
    } else if lifetime == nil, wait.lifetimes > 0 {
      self = scenario.allows(.spoil) ? .variant(wait.fixed) : .withoutLifetime
    } else if duration <= budget {
      self = .waits(duration)
    } else if let lifetime, WaitVariant.withoutEnd.contains(where: scenario.allows) {
      // Of its waits for the end of a token those are waited for that are within the budget.
      let end = lifetime + settings.leeway.duration(for: lifetime)
      self = .variant(
        wait.fixed + end * ((budget - wait.fixed).seconds / end.seconds).rounded(.down)
      )
    } else {
      self = .overBudget
    }
  }

  var duration: Duration {
    switch self {
    case .waits(let duration), .variant(let duration): duration
    case .advances, .overBudget, .withoutLifetime: .zero
    }
  }
}
