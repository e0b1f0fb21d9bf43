import HTTP
import JSON
import Okta
import Profiles

/// Whether the app would do as one of a family that its profile does not name.
package struct FamilyVerdict: Sendable {
  package enum Answer: Sendable, Equatable {
    case yes
    /// With what fails first: `PATCH 501`.
    case no(String)
    case notTold(String)
  }

  package let family: AppFamily
  package let answer: Answer
  /// The scenarios that were run for it; none where it sends what the run has sent anyway.
  package let asked: [String]

  /// The scenarios that hold every way in which the families differ: status, password and groups of
  /// users who come and go, and the test of the connection.
  package static let scenarios = ["test-credentials", "lifecycle", "password-push", "group-push"]

  /// - Parameter results: Of scenarios that were run as of the family; with `asked`, for it alone.
  package init(_ family: AppFamily, of results: [ScenarioResult], asked: [String] = []) {
    self.family = family
    self.asked = asked
    let judged = results.filter { !$0.isLeftOut }
    if let failure = judged.lazy.compactMap(FamilyVerdict.failure).first {
      answer = .no(failure)
    } else if judged.contains(where: FamilyVerdict.tells) {
      answer = .yes
    } else {
      answer = .notTold(results.lazy.compactMap(\.reason).first ?? "nobody was deactivated")
    }
  }

  package init(_ family: AppFamily, notTold reason: String) {
    self.family = family
    answer = .notTold(reason)
    asked = []
  }

  /// Those that the run tells of without being asked: families that send the same.
  package static func seen(
    as profile: IntegrationProfile,
    _ results: [ScenarioResult]
  ) -> [FamilyVerdict] {
    AppFamily.allCases.filter { $0 != profile.family && $0.sendsLike(profile.family) }
      .map { FamilyVerdict($0, of: results) }
      .filter { if case .notTold = $0.answer { false } else { true } }
  }

  /// Whether somebody's status was changed in it, which is where the families differ most.
  private static func tells(_ result: ScenarioResult) -> Bool {
    result.record.events.contains { event in
      event.event.described is Deactivation || event.event.described is Unassignment
    }
  }

  /// What keeps Okta's own requests from doing their work; how an answer is dressed does not.
  private static func failure(_ result: ScenarioResult) -> String? {
    let finding = result.findings.first { finding in
      guard finding.verdict == .failed else { return false }
      let isOfScenario = ["event.", "expectation."].contains { finding.id.hasPrefix($0) }
      return isOfScenario
        || FindingKind(rawValue: finding.id).map {
          !$0.row.bearing.isDisjoint(with: [.event, .grant, .user])
        } ?? false
    }
    guard let finding else { return nil }
    let place = result.recording.map { " in \($0)" } ?? ""
    guard let exchange = finding.exchanges.last.flatMap({ result.record.exchange($0) }),
      // Of what was acknowledged the status says nothing.
      exchange.status.map({ $0 >= 400 }) ?? true
    else { return finding.message + place }
    let answer = exchange.status.map(String.init) ?? "without an answer"
    return "\(exchange.request.method) \(answer)" + place
  }

  /// `as a catalog app with PATCH (oin-patch): no (PATCH 501)`.
  package var inWords: String {
    let words =
      switch answer {
      case .yes: "yes"
      case .no(let reason): "no (\(reason))"
      case .notTold(let reason): "not told (\(reason))"
      }
    return "as \(family.inWords) (\(family.rawValue)): \(words)"
  }

  package var json: JSONValue {
    var json: JSONObject = ["family": .string(family.rawValue)]
    switch answer {
    case .yes: json["answer"] = "yes"
    case .no(let reason):
      json["answer"] = "no"
      json["reason"] = .string(reason)
    case .notTold(let reason):
      json["answer"] = "not-told"
      json["reason"] = .string(reason)
    }
    json["asked"] = .array(asked.map { .string($0) })
    return .object(json)
  }
}

extension AppFamily {
  /// The kind of app, as Okta's documents name it.
  fileprivate var inWords: String {
    switch self {
    case .aiw: "an App Integration Wizard app"
    case .oinPatch: "a catalog app with PATCH"
    case .oinPut: "a catalog app without PATCH"
    case .onPrem: "an app behind the On-Prem Provisioning agent"
    }
  }
}
