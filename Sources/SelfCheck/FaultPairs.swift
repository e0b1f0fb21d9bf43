import Profiles
import SampleApp
import Simulation
import World

/// Two faults at once: what each is found as alone has to be found of both together.
///
/// One may exclude the other, where it keeps the exchange that shows the other from being made.
package struct FaultPair: Sendable, Hashable {
  package var first: Fault
  package var second: Fault
  package var item: SelfCheck.Case
}

/// How a pair came out.
package struct PairOutcome: Sendable {
  package enum Fate: Sendable, Equatable {
    /// Found, or told as a consequence.
    case kept
    /// The exchange that shows it was not made: a finding names the one that changed its event or
    /// ended its grant.
    case excluded(by: String)
    /// The app was, byte for byte, what it is with the other fault alone: nobody can tell.
    case masked
    /// One of the few exceptions; why.
    case excused(String)
    /// Nothing tells of it; why that is no exclusion.
    case broken(String)
  }

  /// An id that was found of one fault alone.
  package struct Part: Sendable {
    package var fault: Fault
    package var id: String
    package var fate: Fate
  }

  package var pair: FaultPair
  package var parts: [Part]
  /// What was found of both.
  package var found: [String]

  package var isBroken: Bool { parts.contains(where: \.isBroken) }
  /// Whether all that one does not show beside the other is so for a reason that is written down.
  package var isExcused: Bool {
    !isBroken && parts.contains { if case .excused = $0.fate { true } else { false } }
  }
  package var isMasked: Bool {
    !isBroken && !isExcused && parts.contains { $0.fate == .masked }
  }
  package var isExcluded: Bool {
    !isBroken && !isMasked && !isExcused
      && parts.contains { if case .excluded = $0.fate { true } else { false } }
  }
}

extension Fault {
  /// The setting of the version of SCIM in which it shows; nil for the profile's own.
  fileprivate var version: String? { row.needs.first { $0.hasPrefix("scim.version=") } }
}

extension PairOutcome.Part {
  package var isBroken: Bool { if case .broken = fate { true } else { false } }
}

extension SelfCheck {
  /// All pairs in those cases in which both are found alone, in the order of the faults.
  ///
  /// Okta's side speaks one version of SCIM at a time: a fault that shows in the older one alone stands
  /// beside its likes, whose runs alone were in that version.
  package func pairs(_ alone: Alone) -> [FaultPair] {
    let faults = Fault.functional.filter { alone.faults[$0] != nil }
    let finding = Dictionary(
      uniqueKeysWithValues: faults.map { fault in
        (fault, Set(cases.filter { !alone.ids(fault, $0).isEmpty }))
      }
    )
    return faults.indices.flatMap { first in
      faults[(first + 1)...].filter { $0.version == faults[first].version }.flatMap { second in
        cases.filter { item in
          finding[faults[first]]?.contains(item) == true
            && finding[second]?.contains(item) == true
        }.map { FaultPair(first: faults[first], second: second, item: $0) }
      }
    }
  }

  /// Some of the pairs, at each time the same.
  package static func sample(_ count: Int, of pairs: [FaultPair]) -> [FaultPair] {
    var chance = SeededRandom(seed: 1).stream(named: "pairs")
    return Array(pairs.shuffled(using: &chance).prefix(count))
  }

  package func run(
    _ pairs: [FaultPair],
    alone: Alone,
    loops: Int
  ) async throws -> [PairOutcome] {
    try await concurrently(pairs, loops: loops) { pair in
      let joint = try await run(pair.item, [pair.first, pair.second])
      return judge(pair, joint, alone)
    }
  }

  private func judge(_ pair: FaultPair, _ joint: ScenarioTrace, _ alone: Alone) -> PairOutcome {
    var parts: [PairOutcome.Part] = []
    for fault in [pair.first, pair.second] {
      let other = fault == pair.first ? pair.second : pair.first
      guard let trace = alone.faults[fault]?[pair.item],
        let beside = alone.faults[other]?[pair.item]
      else { continue }
      for id in alone.ids(fault, pair.item).sorted() {
        var fate = TraceComparison(id: id, alone: trace, other: beside, joint: joint).fate
        if case .broken = fate, let reason = PairException.reason(id, of: fault, beside: other) {
          fate = .excused(reason)
        }
        parts.append(PairOutcome.Part(fault: fault, id: id, fate: fate))
      }
    }
    return PairOutcome(pair: pair, parts: parts, found: joint.namedIDs.sorted())
  }
}

/// What became of one id of a fault alone in the run of two.
private struct TraceComparison {
  let id: String
  let alone: ScenarioTrace
  /// What the other fault shows alone.
  let other: ScenarioTrace
  let joint: ScenarioTrace

  var fate: PairOutcome.Fate {
    if joint.namedIDs.contains(id) { return .kept }
    let findings = alone.findings.filter { $0.id == id }
    // What says only that something went wrong is told by whatever tells why.
    if isGeneral, findings.contains(where: { joint.tells(of: $0) }) { return .kept }
    var reasons: [String] = []
    for finding in findings {
      switch exclusion(of: finding) {
      case .by(let other): reasons.append(other)
      case .none(let reason): return joint.isSame(as: other) ? .masked : .broken(reason)
      }
    }
    return .excluded(by: reasons.first ?? "")
  }

  /// Findings of a scenario's lines, which name no fault of their own.
  private var isGeneral: Bool {
    ["event.", "expectation.", "grant."].contains { id.hasPrefix($0) }
  }

  private enum Exclusion {
    case by(String)
    case none(String)
  }

  private func exclusion(of finding: Finding) -> Exclusion {
    let made = Set(joint.exchanges)
    let shown = finding.exchanges.compactMap { alone.exchange($0) }
    guard let missing = shown.first(where: { !made.contains($0) }) else {
      return .none(
        "all that showed it is there: \(shown.map(\.description).joined(separator: ", "))"
      )
    }
    for other in joint.findings {
      for step in other.exchanges.compactMap({ joint.exchange($0) }) where excludes(step, missing) {
        return .by(other.id)
      }
    }
    let instead = joint.exchanges.first { $0.slot == missing.slot }
    return .none(
      "\(missing) is missing" + (instead.map { ", in its place \($0)" } ?? "")
        + ", and no finding names what changed its event or grant"
    )
  }

  /// Whether an exchange of the run of two changed the event, or ended the grant, of one that it
  /// does not have.
  private func excludes(_ step: ScenarioTrace.Step, _ missing: ScenarioTrace.Step) -> Bool {
    // What is as it was with the one fault alone changes nothing.
    if alone.exchanges.contains(where: { $0 == step && $0.answer == step.answer }) { return false }
    // In the very place: another status, or another sort of answer; more or fewer keys exclude
    // nothing.
    if step.slot == missing.slot {
      return step.status != missing.status || !step.form.isAlike(missing.form)
    }
    let end = missing.slot.event ?? .max
    guard let event = step.slot.event, event <= end else { return false }
    if event == missing.slot.event { return true }
    switch step.slot.act {
    // Where a grant cannot be made, the scenario ends.
    case .openPage, .exchangeCode, .requestToken, .hook: return true
    case .discover: return false
    case .refresh, .revoke:
      return step.grant == nil || missing.grant == nil || step.grant == missing.grant
    // A list of nobody in particular shows whoever was created before.
    case .create where missing.person == nil && [.page, .find].contains(missing.slot.act):
      return true
    case .page, .find, .create, .read, .replace, .patch, .delete:
      return step.person != nil && step.person == missing.person
    }
  }
}

extension ScenarioTrace.Form {
  fileprivate func isAlike(_ other: ScenarioTrace.Form) -> Bool {
    if case .object(_, let sort) = self, case .object(_, let otherSort) = other {
      return sort == otherSort
    }
    return self == other
  }
}

extension ScenarioTrace.Step: CustomStringConvertible {
  /// `assign ada: create -> 201`, as far as it can be told: for whoever mends the judge.
  package var description: String {
    let event = slot.event.map { "event \($0)" } ?? slot.occasion.rawValue
    let subject = slot.subject.map { " \($0)" } ?? ""
    let attempt = slot.attempt > 1 ? " again" : ""
    let look = slot.occasion == .okta || slot.event == nil ? "" : " (\(slot.occasion.rawValue))"
    return "\(event) \(slot.act.rawValue)\(subject)\(attempt)\(look) -> "
      + (status.map { "\($0) \(form)" } ?? "\(form)")
  }
}

extension ScenarioTrace.Form: CustomStringConvertible {
  package var description: String {
    switch self {
    case .empty: "empty"
    case .object(let keys, .usual): "{\(keys.joined(separator: " "))}"
    case .object(_, .refusal(let code)): code
    case .object(_, .list(let count)): "list of \(count)"
    case .json: "JSON"
    case .other(let type): type
    case .failure(let name): name
    }
  }
}
