import HTTP
import Okta
import Profiles

/// What is to be said of a run as a whole, beside its findings: why a green one may say little.
package struct RunNotes: Sendable {
  package var warnings: [String]
  /// What the profile has switched on and no scenario met.
  package var notExercised: [String]
  /// Why scenarios were skipped, each reason once, with how many there were.
  package var skipped: [(reason: String, count: Int)]

  /// - Parameters:
  ///   - profile: As it was read.
  ///   - unmetFaults: Faults of the sample app that were asked for and did not show.
  package init(
    _ results: [ScenarioResult],
    profile: IntegrationProfile,
    unmetFaults: [String] = []
  ) {
    warnings = [RunNotes.untested(results, profile), RunNotes.lost(results)].compactMap(\.self)
    warnings += unmetFaults.map {
      "the fault \($0) was not met: no request of this run came to where it shows"
    }
    notExercised = Exercise.all.filter { exercise in
      exercise.isAsked(profile) && !results.contains { exercise.isMet($0.record) }
    }.map(\.name)
    skipped = []
    for reason in results.filter({ $0.verdict == .skipped }).compactMap(\.reason) {
      if let place = skipped.firstIndex(where: { $0.reason == reason }) {
        skipped[place].count += 1
      } else {
        skipped.append((reason, 1))
      }
    }
  }

  /// That a run judged something, but not what happens when a token dies.
  private static func untested(
    _ results: [ScenarioResult],
    _ profile: IntegrationProfile
  ) -> String? {
    let judged = results.filter { !$0.isLeftOut }
    let tokens = results.flatMap(\.record.tokens)
    let hasDied =
      tokens.contains { $0.ending == .expired || $0.ending == .rejected }
      || judged.contains { $0.record.scenario.waitsForTokens }
    guard profile.authentication.hasTokens, !judged.isEmpty, !tokens.isEmpty, !hasDied else {
      return nil
    }
    let overBudget = results.count { $0.record.isOverBudget }
    let reason: String
    if overBudget > 0 {
      let scenarios = overBudget == 1 ? "1 scenario" : "\(overBudget) scenarios"
      reason = "\(scenarios) would have waited longer than --budget allows"
    } else if tokens.allSatisfy({ $0.token.expiresIn == nil }) {
      reason = "the app does not say when they expire (no expires_in), and it rejected none"
    } else {
      reason = "no scenario waited for the end of one"
    }
    return "no access token died in this run: \(reason)"
  }

  /// That the same login got through in some scenarios and not in others.
  private static func lost(_ results: [ScenarioResult]) -> String? {
    let count = results.count { $0.record.isLostInBrowser }
    let hasGrant = results.contains { !$0.record.tokens.isEmpty }
    guard count > 0, hasGrant else { return nil }
    return "the login got through in some scenarios and not in \(count): where the app allows one "
      + "session at a time, run with --jobs 1"
  }
}

/// Something that a run may meet at an app, and that says nothing about it where it does not.
private struct Exercise: Sendable {
  /// As a list of them names it.
  var name: String
  /// Whether the profile has it on.
  var isAsked: @Sendable (IntegrationProfile) -> Bool
  var isMet: @Sendable (ScenarioRecord) -> Bool

  static let all = [
    Exercise(capability: .createUsers, "creates", event: "assign"),
    Exercise(name: "a conflict on create", needing: .createUsers) { exchange in
      exchange.intent.act == .create && exchange.status == 409
    },
    Exercise(capability: .updateUsers, "updates", event: "update"),
    Exercise(capability: .deactivateUsers, "deactivations", event: "deactivate", "unassign"),
    Exercise(capability: .syncPassword, "password sync", event: "push password"),
    Exercise(capability: .pushGroups, "groups", event: "push group"),
    Exercise(capability: .importUsers, "imports", event: "import", "import users"),
    Exercise(capability: .importGroups, "imports of groups", event: "import", "import groups"),
    Exercise(
      name: "PATCH",
      isAsked: { $0.family == .oinPatch && !$0.scim.capabilities.isEmpty },
      isMet: { record in
        record.exchanges.contains { exchange in
          exchange.request.method == "PATCH" && exchange.status != nil
            && exchange.intent.occasion == .okta
        }
      }
    ),
    Exercise(
      name: "revocation",
      isAsked: { profile in
        if case .authorizationCode(let settings) = profile.authentication {
          return settings.revocationEndpoint != nil
        }
        return false
      },
      isMet: { record in
        record.scenario.events.contains { $0.event.name.hasPrefix("revoke ") }
      }
    ),
  ]
}

extension Exercise {
  /// What one of some events does, where it sent something.
  init(capability: Capability, _ name: String, event names: String...) {
    self.init(
      name: name,
      isAsked: { $0.scim.capabilities.contains(capability) },
      isMet: { record in
        record.scenario.events.contains { event in
          names.contains(event.event.name)
            && record.exchanges.contains {
              $0.intent.event == event.index && $0.intent.party == .serviceProvider
                && $0.status != nil
            }
        }
      }
    )
  }

  init(
    name: String,
    needing capability: Capability,
    _ isMet: @escaping @Sendable (Exchange) -> Bool
  ) {
    self.init(
      name: name,
      isAsked: { $0.scim.capabilities.contains(capability) },
      isMet: { $0.exchanges.contains(where: isMet) }
    )
  }
}

extension Authentication {
  /// Whether access tokens are asked for, which may die.
  fileprivate var hasTokens: Bool {
    switch self {
    case .authorizationCode, .clientCredentials: true
    case .bearer, .header, .basic: false
    }
  }
}
