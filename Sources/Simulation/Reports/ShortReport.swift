import Profiles

/// The report for editors (`--format short`): a line a distinct finding, as compilers write them, and
/// how the run ended.
package struct ShortReport: RunReport {
  private let outcome: RunOutcome

  package init(_ outcome: RunOutcome) {
    self.outcome = outcome
  }

  package var text: String {
    outcome.distinct.map { distinct in
      let finding = distinct.finding
      let place = FilePlace(of: finding, in: distinct.result.record)
      return "\(place): \(word(for: finding.verdict)): \(finding.message) [\(finding.id)]\n"
    }.joined()
      + (outcome.baseline?.problems ?? []).map { entry, words in
        "\(outcome.baseline?.file ?? ""):\(entry.position.line):\(entry.position.column): "
          + "error: \(words)\n"
      }.joined()
      + outcome.sum() + "\n"
  }

  /// What compilers call it.
  private func word(for verdict: Verdict) -> String {
    verdict == .observed ? "note" : verdict.severity
  }
}
