import HTTP
import Okta
import Profiles

/// What is to be said of a run as a whole, beside its findings: why a green one may say little.
package struct RunNotes: Sendable {
  package var warnings: [String]
  /// What the profile has switched on and no scenario met.
  package var notExercised: [String]
  /// What became of the users that the run made; nil where that is nobody's business.
  package var cleanUp: String?
  /// Why scenarios were skipped, each reason once, with how many there were.
  ///
  /// Those that the run's advice is about are not among them.
  package var skipped: [(reason: String, count: Int)]

  /// - Parameters:
  ///   - profile: As it was read.
  ///   - unmetFaults: Faults of the sample app that were asked for and did not show.
  package init(
    _ results: [ScenarioResult],
    profile: IntegrationProfile,
    unmetFaults: [String] = []
  ) {
    warnings =
      profile.notices + RunNotes.grouped(results) + RunNotes.left(results)
      + [RunNotes.untested(results, profile), RunNotes.lost(results)].compactMap(\.self)
    // The sample app that the run has started ends with it.
    cleanUp = profile.embeddedSampleApp == nil ? RunNotes.cleaned(results) : nil
    warnings += unmetFaults.map {
      "the fault \($0) was not met: no request of this run came to where it shows"
    }
    notExercised = Exercise.all.filter { exercise in
      exercise.isAsked(profile) && !results.contains { exercise.isMet($0.record) }
    }.map(\.name)
    skipped = []
    for reason in results.filter({ $0.verdict == .skipped && !$0.isTooLong }).compactMap(\.reason) {
      if let place = skipped.firstIndex(where: { $0.reason == reason }) {
        skipped[place].count += 1
      } else {
        skipped.append((reason, 1))
      }
    }
  }

  /// Of a run that is not over: nothing is said yet of what it did not meet.
  package init(soFar results: [ScenarioResult]) {
    warnings = RunNotes.grouped(results) + RunNotes.left(results)
    (notExercised, cleanUp, skipped) = ([], nil, [])
  }

  /// What several scenarios warn of alike is told once.
  private static func grouped(_ results: [ScenarioResult]) -> [String] {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for warning in results.flatMap(\.warnings) {
      if counts[warning] == nil { order.append(warning) }
      counts[warning, default: 0] += 1
    }
    return order.map { warning in
      let count = counts[warning] ?? 1
      return count == 1 ? warning : "\(warning) (in \(count) scenarios)"
    }
  }

  private static let mostNames = 8

  /// Who could not be cleaned, those for one reason together.
  private static func left(_ results: [ScenarioResult]) -> [String] {
    var order: [String] = []
    var groups: [String: [CleanUpReport.Left]] = [:]
    for left in results.flatMap(\.cleanUp.left) {
      let key = left.state + ": " + left.reason
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(left)
    }
    return order.map { key in
      let group = groups[key] ?? []
      let help = "; deactivate \(group.count == 1 ? "that user" : "them") in the app by hand"
      guard group.count > 1 else { return group.map(\.words).joined() + help }
      let names = group.prefix(mostNames).map(\.who).joined(separator: ", ")
      let more = group.count - mostNames
      let noun = group.allSatisfy(\.isGroup) ? "groups" : "users"
      return "\(group.count) \(noun) \(key.replacing("was left", with: "were left")): \(names)"
        + (more > 0 ? " and \(more) more, whom --json names" : "") + help
    }
  }

  private static func cleaned(_ results: [ScenarioResult]) -> String? {
    let reports = results.map(\.cleanUp)
    let inactive = reports.reduce(0) { $0 + $1.inactive }
    let deleted = reports.reduce(0) { $0 + $1.deleted }
    let groups = reports.reduce(0) { $0 + $1.deletedGroups }
    func users(_ count: Int) -> String { count == 1 ? "1 user" : "\(count) users" }
    let ofGroups = groups == 1 ? "1 group deleted" : "\(groups) groups deleted"
    guard inactive + deleted > 0 else { return groups > 0 ? "clean-up: \(ofGroups)" : nil }
    let andGroups = groups > 0 ? "; \(ofGroups)" : ""
    if let reason = reports.compactMap(\.noDelete).first {
      return
        "clean-up: \(users(inactive)) left inactive, \(deleted == 0 ? "none" : "\(deleted)") deleted: "
        + "the app does not delete (\(reason))" + andGroups
    }
    if deleted > 0 {
      return "clean-up: \(users(deleted)) deleted (Okta would not)"
        + (inactive > 0 ? ", \(inactive) left inactive" : "") + andGroups
    }
    return "clean-up: \(users(inactive)) left inactive, none deleted: Okta never deletes users; "
      + "--clean-up delete does" + andGroups
  }

  /// That a run judged something, but not what happens when a token dies.
  private static func untested(
    _ results: [ScenarioResult],
    _ profile: IntegrationProfile
  ) -> String? {
    let judged = results.filter { !$0.isLeftOut }
    let tokens = results.flatMap(\.record.tokens)
    // One that Okta's clock alone has seen the end of lives on.
    let seen = results.filter { $0.record.variant != .skip }.flatMap(\.record.tokens)
    let hasDied =
      seen.contains { $0.ending == .expired || $0.ending == .rejected }
      || judged.contains {
        $0.record.scenario.waitsForTokens
          && !($0.record.variant.map(WaitVariant.withoutEnd.contains) ?? false)
      }
    guard profile.authentication.hasTokens, !judged.isEmpty, !tokens.isEmpty, !hasDied else {
      return nil
    }
    let overBudget = results.count { $0.record.isOverBudget || $0.record.variant == .skip }
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
    Exercise(
      name: "imports of several pages",
      isAsked: { !$0.scim.capabilities.isDisjoint(with: [.importUsers, .importGroups]) },
      isMet: { record in
        record.exchanges.contains { exchange in
          exchange.intent.act == .page && (exchange.intent.query?.startIndex ?? 1) > 1
            && [.okta, .probe].contains(exchange.intent.occasion) && exchange.status != nil
        }
      }
    ),
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
    case .bearer, .header, .basic, .unauthenticated: false
    }
  }
}
