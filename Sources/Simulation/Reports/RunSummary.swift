/// How many scenarios ended in which way, by their worst verdict.
package struct RunSummary: Sendable, Equatable {
  package var counts: [Verdict: Int]

  package init(_ results: [ScenarioResult]) {
    counts = Dictionary(grouping: results, by: \.verdict).mapValues(\.count)
  }

  package subscript(verdict: Verdict) -> Int { counts[verdict] ?? 0 }

  /// Whether no scenario was judged.
  package var isEmpty: Bool { total == self[.skipped] + self[.notJudged] }

  package var total: Int { Verdict.allCases.reduce(0) { $0 + self[$1] } }

  /// `9 scenarios: 7 passed, 1 failed, 1 skipped`.
  package var inWords: String {
    let order: [Verdict] = [.passed, .failed, .warning, .observed, .notJudged, .skipped]
    let parts = order.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.words)" }
    let scenarios = total == 1 ? "1 scenario" : "\(total) scenarios"
    return "\(scenarios): \(parts.isEmpty ? "nothing was run" : parts.joined(separator: ", "))"
  }
}
