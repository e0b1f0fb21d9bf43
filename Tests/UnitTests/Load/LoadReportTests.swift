import Profiles
import Simulation
import Testing

@testable import Load

@Suite struct LoadReportTests {
  private func summary(_ thresholds: [Threshold]) -> LoadSummary {
    LoadSummary(
      profile: "p",
      seed: 1,
      runStart: 0,
      isVirtual: false,
      thresholds: thresholds,
      story: LoadSummary.Story(name: "s", asks: "what?", answers: []),
      shard: nil,
      again: "oktasim load"
    )
  }

  /// A load with so many kinds of exchanges and of findings.
  private func result(series: Int, findings: Int) -> LoadResult {
    var figures = LoadFigures(interval: .seconds(1))
    figures.due = 100
    figures.ended = 100
    figures.refreshes = 3
    for (place, one) in LoadSeries.all.prefix(series).enumerated() {
      var times = SeriesFigures()
      for _ in 0...place { times.response.record(.milliseconds(1)) }
      figures.series[one] = times
    }
    figures.failedActs = ["a", "b", "c", "d"]
    figures.leaversLeft = 1
    var result = LoadResult(figures: figures, orgs: 5, took: .seconds(60))
    result.left = ["one", "two"]
    result.add(
      (0..<findings).map { number in
        LoadFinding(
          id: "S-\(number).x",
          verdict: .failed,
          party: .serviceProvider,
          message: "finding \(number)",
          advice: "mend it",
          source: "RFC",
          count: 1,
          orgs: ["o1"],
          evidence: []
        )
      }
    )
    return result
  }

  @Test(arguments: [(3, 0, 1), (40, 12, 1), (40, 12, 30), (40, 0, 30), (10, 12, 8)])
  func `a report has forty lines at most, and what is broken first`(
    series: Int,
    findings: Int,
    held: Int
  ) throws {
    let thresholds =
      try (0..<held).map { try Threshold("errors.rate > \($0 + 1)%") }
      + [Threshold("leavers.left > 0"), Threshold("events.max > 0s")]
    let result = result(series: series, findings: findings)
    let lines = LoadReport(summary(thresholds), result, LoadVerdict(result, thresholds)).lines
    #expect(lines.count <= LoadReport.mostLines)
    #expect(lines.count { $0.hasPrefix("  broken") } == 2)
    #expect(lines.contains { $0.hasPrefix("events  ") })
    #expect(lines.last == "again: oktasim load")
    let rows = min(series, LoadSeries.all.count)
    if rows > 12 { #expect(lines.contains { $0.hasPrefix("refresh  ") }) }
    let cut = lines.contains { $0.hasSuffix("more rows are in --json") }
    #expect(cut == (rows > 3))
    #expect(lines.contains { $0.contains("finding 0 ") } == (findings > 0))
  }
}
