import JSON
import Okta
import Profiles

/// What reports are written from: a run at its end, or as far as it has come.
package struct RunOutcome: Sendable {
  package var settings: RunSettings
  package var seconds: Duration
  /// By how much this program was itself late at most; zero where it was not.
  package var late: Duration
  /// Those of the scenarios that have ended, in the order of the run's scenarios.
  package var results: [ScenarioResult]
  package var probe: ProbeResult?
  package var notes: RunNotes
  /// Whether nothing more comes.
  package var isFinished: Bool
  /// Of the families that were asked for (`--families`).
  package var askedFamilies: [FamilyVerdict] = []
  /// The report of the last run of the profile; nil where there is none.
  package var last: JSONValue?

  package init(
    settings: RunSettings,
    seconds: Duration,
    late: Duration = .zero,
    results: [ScenarioResult],
    probe: ProbeResult? = nil,
    notes: RunNotes,
    isFinished: Bool = true
  ) {
    self.settings = settings
    self.seconds = seconds
    self.late = late
    self.results = results
    self.probe = probe
    self.notes = notes
    self.isFinished = isFinished
  }

  /// With the run's own grant, which comes first.
  var told: [ScenarioResult] { (probe.map { [$0.result] } ?? []) + results }

  var distinct: [DistinctFinding] { DistinctFinding.all(of: told) }

  /// What it says to its baseline; nil where it has none.
  package var baseline: BaselineSheet? { BaselineSheet(self) }

  /// What is otherwise than in the last run.
  var changes: [String] { RunChanges(since: last, self).words }

  /// What can be said of families that the profile does not name, in the order of their table.
  package var families: [FamilyVerdict] {
    guard isFinished else { return [] }
    let seen = FamilyVerdict.seen(as: settings.profile, results)
    return (seen + askedFamilies.filter { asked in !seen.contains { $0.family == asked.family } })
      .sorted { $0.family.rawValue < $1.family.rawValue }
  }

  /// Whether anything was found that no baseline knows, of a verdict.
  package func isFound(_ verdict: Verdict) -> Bool {
    told.flatMap(\.findings).contains { $0.verdict == verdict && !$0.isKnown }
  }

  /// Which of what makes the run fail there is, in the order of their table.
  package var occurrences: [FailOn] {
    FailOn.allCases.filter { what in
      guard settings.failsOn.contains(what) else { return false }
      return switch what {
      case .warning: !notes.warnings.isEmpty || isFound(.warning)
      case .skipped: results.contains(where: \.isLeftOut)
      case .observed: isFound(.observed)
      case .notExercised: !notes.notExercised.isEmpty
      }
    }
  }

  /// `26 scenarios: 25 passed, 1 failed in 3960.0 s`.
  ///
  /// - Parameter style: What becomes of its first part.
  func sum(_ style: (String) -> String = { $0 }) -> String {
    let summary = RunSummary(results)
    let isProbeFailed = probe?.result.verdict == .failed && summary[.failed] == 0
    return style(summary.inWords) + (isProbeFailed ? ", but the probe grant failed," : "")
      + " in \(seconds.tenths)"
  }

  /// How many were judged, and what would have the others judged that were left out for the lifetime
  /// of access tokens; nil where none was: `judged 9 of 31; 22 need tokens of at most 30 s: issue
  /// 5-second tokens to client X`.
  var advice: String? {
    var advice = LifetimeAdvice(settings)
    advice.variants = results.count { result in
      !result.isLeftOut && result.record.variant.map(WaitVariant.withoutEnd.contains) ?? false
    }
    let tooLong = results.filter(\.isTooLong)
    advice.withoutLifetime = tooLong.count(where: \.record.lacksLifetime)
    advice.overBudget = tooLong.filter { !$0.record.lacksLifetime }.map(\.record.scenario)
    guard advice.variants > 0 || !tooLong.isEmpty else { return nil }
    let judged = results.count { !$0.isLeftOut }
    var first = "judged \(judged) of \(results.count)"
    if advice.variants > 0 {
      first += ", \(advice.variants) of them without waiting for a token's end"
    }
    return ([first] + advice.parts).joined(separator: "; ")
  }

  /// The scenarios that have not ended.
  var unfinished: [Scenario] {
    let ended = Set(results.map(\.index))
    return settings.scenarios.enumerated().filter { !ended.contains($0.offset) }.map(\.element)
  }
}

/// A report that is one text about the whole of a run, as far as it has come.
package protocol RunReport: Sendable {
  init(_ outcome: RunOutcome)

  var text: String { get }
}

extension ScenarioResult {
  /// Time from its start to its end, without the clean-up.
  var seconds: Duration { record.ended - record.started }
}

extension Duration {
  /// For people: `3960.0 s`.
  var tenths: String {
    let tenths = max(0, (nanoseconds + 50_000_000) / 100_000_000)
    return "\(tenths / 10).\(tenths % 10) s"
  }

  /// Seconds with three places: `3960.001`.
  var thousandths: String {
    let milliseconds = max(0, nanoseconds / 1_000_000)
    return "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
  }
}
