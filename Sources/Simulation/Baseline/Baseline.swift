import JSON
import World

/// The findings that somebody knows of and has not mended yet, each with why.
///
/// A run that has one passes them, and fails for what is new, for what is no longer found, and for
/// what was to be mended by now.
package struct Baseline: Sendable, Equatable {
  /// One finding that is known.
  package struct Entry: Sendable, Equatable {
    package var scenario: String
    /// `F-02.wrong-status`.
    package var finding: String
    /// The words that its event begins with: `update`, `update ada`; nil for any event.
    package var event: String?
    /// Of the answer that shows it; nil for any.
    package var status: Int?
    package var reason: String
    /// The last day on which it is accepted; nil for no last one.
    package var until: CalendarDay?
    package var comment: String?
    /// Where it stands in the file.
    package var position = SourcePosition(line: 1, column: 1)

    package init(scenario: String, finding: String, reason: String) {
      self.scenario = scenario
      self.finding = finding
      self.reason = reason
    }

    /// Whether it names the same as another one.
    package func isSame(as other: Entry) -> Bool {
      scenario == other.scenario && finding == other.finding && event == other.event
        && status == other.status
    }

    /// `F-02.wrong-status in token-expiry`.
    package var words: String {
      ("\(finding) in \(scenario)" + (event.map { " at '\($0)'" } ?? "")
        + (status.map { " with \($0)" } ?? "")).printable()
    }

    /// The reason as a line: a baseline may come from anybody.
    package var why: String { reason.printable() }
  }

  /// As the command line names it.
  package let file: String
  package var entries: [Entry]
  /// The day that decides what is past.
  package var today: CalendarDay

  package init(file: String, entries: [Entry] = [], today: CalendarDay) {
    self.file = file
    self.entries = entries
    self.today = today
  }

  /// The text of its file.
  package var text: String {
    JSONValue.array(
      entries.map { .object($0.json) }
    ).prettyText + "\n"
  }

  func isPast(_ entry: Entry) -> Bool { entry.until.map { $0 < today } ?? false }

  /// The entry that makes a finding a known one; nil where it is new.
  func entry(for finding: Finding) -> Entry? {
    let seen = SeenScenario.Found(finding)
    return entries.first { entry in
      entry.scenario == finding.scenario && seen.isMeant(by: entry) && !isPast(entry)
    }
  }

  /// The entries of which a run shows that they are mended: their scenario ran to its end without
  /// them.
  package func noLongerFound(in scenarios: [SeenScenario]) -> [Entry] {
    entries.filter { entry in
      let seen = scenarios.filter { $0.name == entry.scenario }
      return !seen.isEmpty && seen.allSatisfy { $0.isWithout(entry) }
    }
  }
}

/// What a run saw in one scenario, as far as a baseline asks.
package struct SeenScenario: Sendable {
  struct Found: Sendable {
    var id: String
    var event: String?
    var status: Int?

    func isMeant(by entry: Baseline.Entry) -> Bool {
      guard id == entry.finding, entry.status == nil || entry.status == status else { return false }
      guard let wanted = entry.event else { return true }
      return (event ?? "").split(separator: " ").starts(with: wanted.split(separator: " "))
    }
  }

  var name: String
  var ranToItsEnd: Bool
  var found: [Found]
  /// The kinds of what is not told by itself, but as what followed from something else.
  var following: Set<String>

  /// Whether it would have shown what an entry names, and did not.
  func isWithout(_ entry: Baseline.Entry) -> Bool {
    guard ranToItsEnd, !following.contains(entry.finding) else { return false }
    let isHidden =
      entry.finding.hasPrefix("expectation.") && following.contains(Finding.Consequence.notJudged)
    return !isHidden && !found.contains { $0.isMeant(by: entry) }
  }
}

extension SeenScenario.Found {
  init(_ finding: Finding) {
    (id, event, status) = (finding.id, finding.event, finding.status)
  }

  fileprivate init(_ json: JSONValue) {
    (id, event) = (json["id"]?.string ?? "", json["event"]?.string)
    status = json["status"]?.integer
  }
}

extension SeenScenario {
  init(_ result: ScenarioResult) {
    name = result.record.scenario.name
    ranToItsEnd = result.ranToItsEnd
    found = result.findings.map(Found.init)
    following = Set(result.findings.flatMap(\.consequences).map(\.id) + result.notJudged.map(\.id))
  }

  /// Those of a report that a run has written (`--json`); nil where it is none.
  package static func all(ofReport report: JSONValue) -> [SeenScenario]? {
    guard report["reportVersion"]?.integer == 1, let scenarios = report["scenarios"]?.array else {
      return nil
    }
    let probe = report["probe"].map { [$0] } ?? []
    let findings = report["findings"]?.array ?? []
    return (probe + scenarios).map { scenario in
      let own = findings.filter { $0["scenario"]?.string == scenario["name"]?.string }
      let following =
        own.flatMap { $0["consequences"]?.array ?? [] } + (scenario["notJudged"]?.array ?? [])
      return SeenScenario(
        name: scenario["name"]?.string ?? "",
        ranToItsEnd: scenario["ranToEnd"]?.boolean ?? false,
        found: own.map(Found.init),
        following: Set(following.compactMap { $0["id"]?.string })
      )
    }
  }
}

extension ScenarioResult {
  /// With what a baseline knows marked, and judged by the rest.
  func judged(beside baseline: Baseline?) -> ScenarioResult {
    guard let baseline else { return self }
    var result = self
    for (index, finding) in findings.enumerated() {
      result.findings[index].known = baseline.entry(for: finding)?.why
    }
    guard !isLeftOut, result.findings.contains(where: \.isKnown) else { return result }
    let new = result.findings.filter { !$0.isKnown }
    result.verdict = new.map(\.verdict).max() ?? .passed
    result.reason = new.first { $0.verdict == result.verdict }.map(\.message)
    return result
  }
}

extension Baseline.Entry {
  /// As it stands in the file.
  var json: JSONObject {
    var object: JSONObject = ["scenario": .string(scenario), "finding": .string(finding)]
    object["event"] = event.map { .string($0) }
    object["status"] = status.map { .number(JSONNumber($0)) }
    object["reason"] = .string(reason)
    object["until"] = until.map { .string($0.description) }
    object["comment"] = comment.map { .string($0) }
    return object
  }
}
