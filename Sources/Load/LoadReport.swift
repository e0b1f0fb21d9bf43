import JSON
import Profiles
import Simulation
import World

/// A load as a person reads it: verdicts first, the generator before figures, at most 40 lines where
/// what is broken leaves room for it.
package struct LoadReport: Sendable {
  private let summary: LoadSummary
  private let result: LoadResult
  private let verdict: LoadVerdict

  package init(_ summary: LoadSummary, _ result: LoadResult, _ verdict: LoadVerdict) {
    self.summary = summary
    self.result = result
    self.verdict = verdict
  }

  package static let mostLines = 40

  /// How much is shown of what may be much; all of it is in `--json`.
  private struct Room {
    var rows = Int.max
    var findings = 6
    var held = Int.max

    /// Gives up what matters least; false where nothing is left to give up.
    mutating func shrink() -> Bool {
      if rows > 4 {
        rows = min(rows - 1, 24)
      } else if findings > 2 {
        findings -= 1
      } else if held > 2 {
        held = min(held - 1, 24)
      } else {
        return false
      }
      return true
    }
  }

  package var lines: [String] {
    var room = Room()
    var lines = lines(in: room)
    while lines.count > LoadReport.mostLines, room.shrink() { lines = self.lines(in: room) }
    return lines
  }

  private func lines(in room: Room) -> [String] {
    let verdicts = verdictLines(most: room.held) + findingLines(most: room.findings)
    if case .nothing = verdict.outcome { return verdicts + setUpLines + cleanUpLines + [again] }
    return verdicts + answerLines + [""] + generatorLines + setUpLines + [""]
      + table(most: room.rows)
      + [""] + endLines
  }

  // MARK: Verdicts

  /// - Parameter mostHeld: So many of the thresholds that held.
  private func verdictLines(most mostHeld: Int) -> [String] {
    var lines: [String] = []
    switch verdict.outcome {
    case .nothing(let reason):
      lines.append("nothing was judged: \(reason)")
      if result.setUp.mainFailure != nil { lines.append("  = oktasim run tells more of it") }
    case .invalid(let reason):
      lines.append("invalid: \(reason); no threshold is judged")
      lines.append("  = \(advice)")
    case .failed, .passed:
      let broken = verdict.thresholds.count(where: \.isBroken)
      let all =
        verdict.thresholds.count == 1 ? "1 threshold" : "\(verdict.thresholds.count) thresholds"
      let kinds = result.findings.count { $0.verdict == .failed }
      let wrong =
        kinds == 0 ? "" : "the app did \(kinds == 1 ? "one thing" : "\(kinds) things") wrong; "
      let held = verdict.thresholds.isEmpty ? "no threshold was given" : "\(all) held"
      lines.append(
        broken > 0
          ? "failed: \(wrong)\(broken) of \(all) broken"
          : kinds > 0
            ? "failed: \(wrong)\(held)"
            : verdict.thresholds.isEmpty ? "valid; \(held)" : "passed: \(held)"
      )
      var heldCount = 0
      let shown = verdict.thresholds.filter { one in
        if !one.isBroken { heldCount += 1 }
        return one.isBroken || heldCount <= mostHeld
      }
      lines += FigureTable.lines(
        shown.map { ["  " + ($0.isBroken ? "broken" : "held"), "\($0.threshold)", $0.measured] },
        leading: 3
      )
      if heldCount > mostHeld { lines.append("  held    \(heldCount - mostHeld) more, in --json") }
    }
    if let abort = result.abort { lines.append("ended early: \(abort)") }
    if result.wasInterrupted { lines.append("interrupted: what follows is of the time before") }
    return lines
  }

  // MARK: Findings

  /// What the app did wrong: each kind once, with its first orgs.
  private func findingLines(most: Int) -> [String] {
    let findings = result.findings
    return findings.prefix(most).flatMap { one in
      let orgs = one.orgs.count == 1 ? "1 org" : "\(one.orgs.count) orgs"
      return [
        "\(one.verdict == .failed ? "error" : "warning"): \(one.message) [\(one.id)]",
        "  = \(one.count) × in \(orgs), first \(one.orgs[0]); \(one.party.rawValue): \(one.advice)",
      ]
    }
      + (findings.count > most
        ? ["\(findings.count - most) more kinds of findings are in --json"] : [])
  }

  // MARK: Answers

  private var answerLines: [String] {
    let story = summary.story
    let answers = (story?.answers ?? []).map { "  " + $0.filled(result) } + limitLines
    let shown = result.conclusions.map { "  shows \($0.id): \($0.text)" }
    return story.map { ["\($0.name): \($0.asks)"] + answers + shown }
      ?? shown
  }

  private var limitLines: [String] {
    guard let limit = result.limit else { return [] }
    func rate(_ value: Double?) -> String {
      value.map { $0.rounded(to: $0 < 10 ? 2 : 0) + "/s" } ?? "none"
    }
    if let reason = limit.generatorLimit {
      return [
        "  held \(rate(limit.sustained)); the generator is not up to more: \(reason)"
      ]
    }
    guard let reason = limit.reason else {
      return ["  nothing broke up to \(rate(limit.sustained))"]
    }
    return [
      "  held \(rate(limit.sustained)), broke at \(rate(limit.broken)): \(reason); \(limit.trials) trials"
    ]
  }

  private var advice: String {
    if result.figures.unsent > 0 {
      return "raise the limit with ulimit -n, or ask for fewer orgs or --connections"
    }
    if let reason = result.setUp.mainFailure { return "oktasim run tells more of it: \(reason)" }
    let control = result.generator?.control.value(at: 99) ?? .zero
    return control > .milliseconds(1)
      ? "the machine is too busy: an idle loop's timer came \(control.inReport) late (p99); give it processors, or the app another machine"
      : "the generator is too busy: ask for less, or spread the orgs over more processors"
  }

  // MARK: The generator

  private var generatorLines: [String] {
    let late = result.figures.lateness
    var words = late.count == 0 ? [] : ["events began at most \(late.maximum.inReport) late"]
    if let p99 = late.value(at: 99) { words[0] += " (p99 \(p99.inReport))" }
    if result.figures.longestCrowd > .milliseconds(1) {
      words.append(
        "of those due at one instant the last \(result.figures.longestCrowd.inReport) after it"
      )
    }
    guard let generator = result.generator else {
      let clock = summary.isVirtual ? "virtual clock" : "nobody watched it"
      return ["generator: " + (words + [clock]).joined(separator: "; ")]
    }
    words.append(
      "loops busy "
        + generator.occupancy.map { "\(($0 * 100).rounded(to: 0)) %" }.joined(separator: ", ")
    )
    if let p99 = generator.control.value(at: 99) {
      words.append("an idle loop's timer \(p99.inReport) late (p99)")
    }
    words.append("\(generator.processorTime.inReport) of processor time an exchange")
    return ["generator: " + words.joined(separator: "; ")]
  }

  private var setUpLines: [String] {
    let setUp = result.setUp
    let failures = setUp.failures.sorted { $0.key < $1.key }.prefix(3).map {
      "  = \($0.value) × \($0.key)"
    }
    // What the clock of a simulation says of it depends on which orgs it has.
    let took = summary.isVirtual ? "" : " in \(setUp.took.inReport)"
    let resumed = setUp.resumed == 0 ? "" : " (\(setUp.resumed) of them made before)"
    return ["set-up: \(setUp.grants) grants\(resumed), \(setUp.people) people\(took)"] + failures
  }

  // MARK: Figures

  /// - Parameter most: So many rows; those of what failed and of what there was most of.
  private func table(most: Int) -> [String] {
    let figures = result.figures
    let all = LoadSeries.all.filter { figures[$0].response.count > 0 }
    func weight(_ series: LoadSeries) -> (Int, Int64) {
      if series == .events || series == .exchange(.refresh, nil) { return (Int.max, 0) }
      return (figures[series].errorCount, figures[series].response.count)
    }
    let shown = Set(all.sorted { weight($0) > weight($1) }.prefix(most))
    var rows = [
      ["", "count", "p50", "p90", "p99", "p99.9", "max", "service p50", "p99", "max", "errors"]
    ]
    for series in all where shown.contains(series) {
      let one = figures[series]
      let isPart = if case .event = series { true } else { false }
      rows.append(
        [(isPart ? "  " : "") + series.name, "\(one.response.count)"]
          + [50, 90, 99, 99.9].map { one.response.value(at: $0)?.inReport ?? "–" }
          + [one.response.maximum.inReport]
          + [50, 99].map { one.service.value(at: $0)?.inReport ?? "–" }
          + [one.service.maximum.inReport, errors(one)]
      )
    }
    let left = all.count - shown.count
    return FigureTable.lines(rows, leading: 1)
      + (left > 0 ? ["\(left) more rows are in --json"] : [])
  }

  private func errors(_ figures: SeriesFigures) -> String {
    figures.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(2)
      .map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
  }

  // MARK: The end

  private var endLines: [String] {
    let figures = result.figures
    var lines = [
      "events: \(figures.due) due, \(figures.succeeded) done, \(figures.failed) failed, "
        + "\(figures.notMade) not made, \(figures.repaired) repaired by a refresh",
      "        \(figures.startedLate) started late, \(figures.heldBack) held back by Okta's rules, "
        + "\(figures.dropped) dropped, \(figures.unstarted) not begun; "
        + "at most \(figures.mostUnfinished) waiting or under way",
    ]
    let lost = result.lostGrants.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
    lines.append(
      "links: \(result.setUp.grants - result.grantsLost) of \(result.setUp.grants) alive"
        + (lost.isEmpty ? "" : "; lost: \(lost.joined(separator: ", "))")
    )
    if figures.refreshes > 0 || result.tokenLifetime != nil {
      var words =
        "refreshes: \(figures.refreshes), \(figures.refreshesPerEvent.rounded(to: 3)) an event"
      if let expected = result.expectedRefreshesPerEvent, let life = result.tokenLifetime {
        words +=
          ", \(expected.rounded(to: 3)) expected of tokens that live \(DurationText.format(life))"
      }
      lines.append(words + "; at most \(figures.refreshesAtOnce) at once")
    }
    if figures.leavers.count > 0 || figures.leaversLeft > 0 {
      let times = [50, 99].map { figures.leavers.value(at: $0)?.inReport ?? "–" }
      lines.append(
        "leavers: could still sign in for p50 \(times[0]), p99 \(times[1]), max "
          + "\(figures.leavers.maximum.inReport); \(figures.leaversLeft) still can"
      )
    }
    lines += figures.failedActs.prefix(3).map { "hook: \($0)" }
    lines.append("tasks: \(result.tasksOpen) open on the admins' dashboards")
    if let chart { lines.append(chart) }
    lines += cleanUpLines
    lines.append(again)
    return lines
  }

  private var again: String { "again: \(summary.again)" }

  private var cleanUpLines: [String] {
    guard let first = result.left.first else { return [] }
    let file = result.leftFile.map { "; all are in \($0), which --clean-up-from takes" } ?? ""
    return ["clean-up: \(result.left.count) left\(file)", "  \(first)"]
  }

  /// Events done and refreshes over the load's time, in block characters.
  private var chart: String? {
    let intervals = result.figures.intervals
    guard intervals.count > 1 else { return nil }
    let width = min(60, intervals.count)
    func bars(_ value: (LoadInterval) -> Int) -> String {
      let sums = (0..<width).map { column in
        let range =
          column * intervals.count / width..<max((column + 1) * intervals.count / width, 1)
        return intervals[range].reduce(0) { $0 + value($1) }
      }
      let most = max(1, sums.max() ?? 1)
      let blocks = Array(" ▁▂▃▄▅▆▇█")
      return String(sums.map { blocks[$0 == 0 ? 0 : max(1, $0 * 8 / most)] })
    }
    let refreshes = bars { Int($0.series[.exchange(.refresh, nil)]?.service.count ?? 0) }
    return "time:   done \(bars(\.ended))|  refreshes \(refreshes)|"
  }
}

/// Columns of figures: the first to the left, the others to the right.
enum FigureTable {
  /// - Parameter leading: How many columns stand to the left.
  static func lines(_ rows: [[String]], leading: Int) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let room = String(repeating: " ", count: widths[column] - cell.count)
        // The last is text, and as long as it likes.
        return column < leading || column == columns - 1 ? cell + room : room + cell
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
