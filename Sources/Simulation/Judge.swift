import HTTP
import OAuth
import Okta
import Profiles

/// Turns a record into findings: the passive checks, then the expectations, without saying twice
/// what has one cause.
struct Judge {
  let record: ScenarioRecord
  let rerun: String

  /// In the order of their lines; of the passive checks at most one for each id.
  func findings() -> [Finding] {
    let observations = merged(PassiveChecks.all.flatMap { $0(record) })
    let expectations = record.isUnjudgeable ? [] : expectations(beside: observations)
    return (observations + expectations).map(finding)
      .sorted { ($0.line, $0.id) < ($1.line, $1.id) }
  }

  private func expectations(beside observations: [Observation]) -> [Observation] {
    // An observed policy of the app can be why an event failed; a warning is not.
    let telling = observations.filter { $0.level != .should && $0.explains != .nothing }
    // What was made to go wrong explains itself.
    let faulted = record.exchanges.filter { $0.fault != nil }.map(\.number)
    let aboutUsers = observations.filter { $0.level == .must && $0.explains == .user }
    let check = ExpectationCheck(
      record: record,
      explained: Set(telling.flatMap(\.exchanges) + faulted),
      misvalued: Set(aboutUsers.flatMap(\.exchanges)),
      lacksRefreshToken: observations.contains { $0.explains == .refreshes }
    )
    return check.observations().map { observation in
      var observation = observation
      if Verdict(record.scenario.level) < Verdict(observation.level) {
        observation.level = record.scenario.level
      }
      return observation
    }
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
    let event = exchange.flatMap { record.exchange($0)?.intent.event }
    return event.flatMap { record.event($0)?.line } ?? record.scenario.events.first?.line ?? 1
  }

  /// The same trouble on several exchanges is told once and names them all.
  private func merged(_ observations: [Observation]) -> [Observation] {
    var merged: [Observation] = []
    for observation in observations {
      guard let place = merged.firstIndex(where: { $0.id == observation.id }) else {
        merged.append(observation)
        continue
      }
      let new = observation.exchanges.filter { !merged[place].exchanges.contains($0) }
      let all = merged[place].exchanges + new
      // The worst of them speaks for all.
      if Verdict(observation.level) > Verdict(merged[place].level) { merged[place] = observation }
      merged[place].exchanges = all
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
