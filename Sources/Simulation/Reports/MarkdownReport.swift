import Profiles

/// The report for a page that shows Markdown, such as the summary of a step of GitHub's Actions.
package struct MarkdownReport: RunReport {
  /// A step's summary may have 1 MiB.
  private static let mostFindings = 200

  private let outcome: RunOutcome

  package init(_ outcome: RunOutcome) {
    self.outcome = outcome
  }

  package var text: String {
    let settings = outcome.settings
    var text = """
      ### oktasim: \(escape(settings.profile.name))

      \(escape(outcome.sum())) (seed \(settings.seed), namespace \(escape(settings.namespace)))


      """
    let distinct = outcome.distinct
    if !distinct.isEmpty {
      text += "| | what | whose | where | scenarios |\n| --- | --- | --- | --- | --- |\n"
      text += distinct.prefix(MarkdownReport.mostFindings).map(row).joined()
      let more = distinct.count - MarkdownReport.mostFindings
      if more > 0 { text += "\nand \(more) more\n" }
      text += "\n"
    }
    if let baseline = outcome.baseline {
      text += baseline.inWords.split(separator: "\n").map { line in
        "\(line.hasPrefix(" ") ? "  " : "")- \(escape(String(line.drop { $0 == " " })))\n"
      }.joined()
    }
    if let advice = outcome.advice { text += "- \(escape(advice))\n" }
    for warning in outcome.notes.warnings { text += "- warning: \(escape(warning))\n" }
    for result in outcome.results where result.verdict == .notJudged {
      let reason = result.reason ?? ""
      text += "- not judged: \(escape(result.record.scenario.name)): \(escape(reason))\n"
    }
    for (reason, count) in outcome.notes.skipped {
      text += "- skipped \(count == 1 ? "1 scenario" : "\(count) scenarios"): \(escape(reason))\n"
    }
    if !outcome.notes.notExercised.isEmpty {
      text += "- not exercised: \(escape(outcome.notes.notExercised.joined(separator: ", ")))\n"
    }
    return text + "\n"
  }

  private func row(_ distinct: DistinctFinding) -> String {
    let finding = distinct.finding
    let place = FilePlace(of: finding, in: distinct.result.record)
    let cells = [
      finding.verdict.severity,
      "\(escape(finding.message))<br>\(escape(finding.advice))<br>"
        + "\(escape(finding.source)) \(escape("[\(finding.id)]"))<br>"
        + "<code>\(html(finding.rerun))</code>",
      finding.party.rawValue,
      escape("\(place.file):\(place.line)"),
      "\(distinct.scenarioCount)",
    ]
    return "| \(cells.joined(separator: " | ")) |\n"
  }

  private func escape(_ text: String) -> String { text.escapedForMarkdown }
  private func html(_ text: String) -> String { text.escapedForHTML }
}

extension String {
  /// As text between Markdown's own marks: what an app says is no markup.
  var escapedForMarkdown: String {
    unicodeScalars.map { scalar in
      "\\`*_[]~$#".unicodeScalars.contains(scalar)
        ? "\\" + String(scalar) : scalar.escapedForHTML
    }.joined()
  }

  /// As text between HTML's tags, within a cell of a table too, which ends with a bar or the line.
  var escapedForHTML: String { unicodeScalars.map(\.escapedForHTML).joined() }
}

extension Unicode.Scalar {
  fileprivate var escapedForHTML: String {
    switch self {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "|": "\\|"
    case "\r", "\n": " "
    default: String(self)
    }
  }
}
