import HTTP
import OAuth
import Okta
import Profiles

/// Turns a record into findings: the passive checks, then the expectations, without saying twice
/// what has one cause.
struct Judge {
  let record: ScenarioRecord
  let rerun: String

  /// In the order of their lines; at most one for each id.
  func findings() -> [Finding] {
    let observations = PassiveChecks.all.flatMap { $0(record) }
    var findings = merged(observations.map(finding))
    if record.isUnjudgeable { return findings }
    let failed = findings.filter { $0.verdict == .failed }
    let explained = Set(
      // How an error is dressed does not say why there was one.
      (failed + findings.filter(explainsFailure))
        .filter { !["SCIM.error-body", "F-46.uniqueness"].contains($0.id) }.flatMap(\.exchanges)
        // What was made to go wrong explains itself.
        + record.exchanges.filter { $0.fault != nil }.map(\.number)
    )
    let expectations = ExpectationCheck(
      record: record,
      explained: explained,
      misvalued: Set(failed.filter { isAboutValues($0) }.flatMap(\.exchanges)),
      lacksRefreshToken: findings.contains {
        ["F-17.no-refresh-token", "token-response.refresh-token-type"].contains($0.id)
      }
    ).observations()
    findings += expectations.map { observation in
      var finding = finding(observation)
      if Verdict(record.scenario.level) < finding.verdict {
        finding.level = record.scenario.level
        finding.verdict = Verdict(finding.level)
      }
      return finding
    }
    return findings.sorted { ($0.line, $0.id) < ($1.line, $1.id) }
  }

  /// An observed policy of the app can be why an event failed; a warning is not.
  private func explainsFailure(_ finding: Finding) -> Bool { finding.verdict == .observed }

  /// Whether it says that the app does not hold what it was sent, so that a look at the user is no
  /// news.
  private func isAboutValues(_ finding: Finding) -> Bool {
    [
      "F-49.active-ignored", "F-45.refused-write-applied", "SCIM.put-lost-attribute",
      "SCIM.put-other-value", "SCIM.patch-other-value", "SCIM.create-lost-attribute",
      "SCIM.create-id", "SCIM.resource-id",
      "SCIM.active-type",
    ].contains(finding.id)
  }

  private func finding(_ observation: Observation) -> Finding {
    Finding(
      id: observation.id,
      scenario: record.scenario.name,
      failureModes: observation.failureModes,
      verdict: Verdict(observation.level),
      level: observation.level,
      party: observation.party,
      message: observation.message,
      advice: observation.advice,
      source: observation.source,
      file: record.scenario.source.file,
      line: observation.line ?? line(of: observation.exchanges.first),
      exchanges: observation.exchanges,
      rerun: rerun
    )
  }

  private func line(of exchange: Int?) -> Int {
    let event = exchange.flatMap { record.exchange($0)?.context.event }
    return event.flatMap { record.event($0)?.line } ?? record.scenario.events.first?.line ?? 1
  }

  /// The same trouble on several exchanges is one finding that names them all.
  private func merged(_ findings: [Finding]) -> [Finding] {
    var merged: [Finding] = []
    for finding in findings {
      if let place = merged.firstIndex(where: { $0.id == finding.id }) {
        let new = finding.exchanges.filter { !merged[place].exchanges.contains($0) }
        let all = merged[place].exchanges + new
        // The worst of them speaks for all.
        if finding.verdict > merged[place].verdict { merged[place] = finding }
        merged[place].exchanges = all
      } else {
        merged.append(finding)
      }
    }
    return merged
  }
}

/// Each thing that every exchange must obey, whatever the scenario.
enum PassiveChecks {
  /// A check reads a record and says what it found.
  ///
  /// A new one is a file in this folder and a row here.
  static let all: [@Sendable (ScenarioRecord) -> [Observation]] = [
    AuthorizationCheck.observe,
    TokenResponseCheck.observe,
    RefreshCheck.observe,
    RefreshedTokenCheck.observe,
    TokenErrorCheck.observe,
    ExpiredTokenCheck.observe,
    EarlyRejectionCheck.observe,
    ChallengeCheck.observe,
    SCIMErrorCheck.observe,
    ListResponseCheck.observe,
    ResourceCheck.observe,
    LookUpCheck.observe,
    CreateCheck.observe,
    ReplaceCheck.observe,
    ActivationCheck.observe,
    RefusedWriteCheck.observe,
  ]
}
