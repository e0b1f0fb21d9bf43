import HTTP
import Profiles

/// What would have those scenarios judged that were, or would be, left out for the lifetime of the
/// app's access tokens.
struct LifetimeAdvice: Sendable {
  /// What a person writes who has the choice.
  private static let usual = 5

  /// Those that would wait longer than `--budget`.
  var overBudget: [Scenario] = []
  /// How many wait for the end of a token that nobody states.
  var withoutLifetime = 0
  /// How many have something stand for the end of a token.
  var variants = 0
  private let settings: RunSettings

  init(_ settings: RunSettings) { self.settings = settings }

  /// `22 need tokens of at most 30 s: issue 5-second tokens to client X`; empty where nothing would
  /// help, or needs to.
  var parts: [String] {
    var parts: [String] = []
    if withoutLifetime > 0 {
      parts.append("\(LifetimeAdvice.need(withoutLifetime)) expires_in in the token response")
    }
    guard let budget = settings.budget else { return parts }
    let waits = overBudget.map(ScenarioWait.init)
    let lifetimes = waits.map { $0.longestLifetime(within: budget, settings.leeway) }
    let helped = lifetimes.filter { $0 > 0 }
    if let most = helped.min() {
      parts.append(
        "\(LifetimeAdvice.need(helped.count)) tokens of at most \(most) s: "
          + issue(min(most, LifetimeAdvice.usual))
      )
    }
    // What waits for no token, or so long beside them that no lifetime is short enough.
    let rest = zip(waits, lifetimes).filter { $0.1 == 0 }.map(\.0)
    if let longest = rest.map({ $0.duration(for: .seconds(1), settings.leeway) }).max() {
      let seconds = Int(longest.seconds.rounded(.up))
      parts.append("\(LifetimeAdvice.need(rest.count)) --budget \(seconds)s")
    }
    return parts
  }

  private static func need(_ count: Int) -> String { count == 1 ? "1 needs" : "\(count) need" }

  private func issue(_ seconds: Int) -> String {
    if settings.profile.embeddedSampleApp != nil {
      return "--set embeddedSampleApp.accessTokenLifetime=\(seconds)s"
    }
    let client = settings.profile.authentication.client.map { "client \($0.id)" } ?? "this client"
    return "issue \(seconds)-second tokens to \(client)"
  }
}
