import JSON

/// What the standards leave open and the app does otherwise than in the last run.
///
/// Only scenarios that ended in both are compared, and of the policy sheet what does not depend on when
/// a run happens to look.
package struct RunChanges: Sendable, Equatable {
  /// `rotation is rotating, it was fixed`.
  package private(set) var words: [String] = []

  /// - Parameter last: The last run's report; nil where there is none, and nothing is compared.
  package init(since last: JSONValue?, _ outcome: RunOutcome) {
    guard let last else { return }
    words = RunChanges.policies(last, outcome) + RunChanges.observations(last, outcome)
  }

  /// Rows whose value is how long something was seen to be.
  private static let measured: Set<String> = [
    "accessTokenEnd", "grantAgeAtLeast", "refreshTokenIdleAtLeast", "spentRefreshToken",
  ]

  private static func policies(_ last: JSONValue, _ outcome: RunOutcome) -> [String] {
    var before: [String: String] = [:]
    for row in last["policies"]?.array ?? [] {
      if let name = row["name"]?.string { before[name] = row["value"]?.string }
    }
    return PolicySheet(outcome.results, outcome.probe).rows.compactMap { row in
      guard !measured.contains(row.name), let old = before[row.name], old != row.value else {
        return nil
      }
      return "\(row.name) is \(row.value), it was \(old)"
    }
  }

  private static func observations(_ last: JSONValue, _ outcome: RunOutcome) -> [String] {
    let skipped: Set<String> = ["skipped", "not-judged"]
    let ended = (last["scenarios"]?.array ?? []).filter {
      !skipped.contains($0["verdict"]?.string ?? "")
    }.compactMap { $0["name"]?.string }
    let common = Set(ended).intersection(
      outcome.results.filter { !$0.isLeftOut }.map(\.record.scenario.name)
    )
    func observed(_ findings: [(id: String, scenario: String)]) -> [String] {
      var ids: [String] = []
      for finding in findings where common.contains(finding.scenario) && !ids.contains(finding.id) {
        ids.append(finding.id)
      }
      return ids
    }
    let before = observed(
      (last["findings"]?.array ?? []).filter { $0["verdict"]?.string == Verdict.observed.rawValue }
        .map { ($0["id"]?.string ?? "", $0["scenario"]?.string ?? "") }
    )
    let now = observed(
      outcome.results.flatMap(\.findings).filter { $0.verdict == .observed }
        .map { ($0.id, $0.scenario) }
    )
    return now.filter { !before.contains($0) }.map { "\($0) is observed, it was not" }
      + before.filter { !now.contains($0) }.map { "\($0) is no longer observed" }
  }
}
