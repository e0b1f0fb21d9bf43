import Profiles

/// An explanation for a wiki: a table a request.
package struct ExplanationMarkdown {
  private let explanation: Explanation

  package init(_ explanation: Explanation) { self.explanation = explanation }

  package var text: String {
    let profile = explanation.profile
    var text = """
      # What Okta sends to \(profile.name.escapedForMarkdown)

      Family `\(profile.family.rawValue)`, authentication `\(profile.authentication.mode.rawValue)`. \
      Nothing has been sent.


      """
    text += list(explanation.kind)
    for shown in ShownExplanation(explanation).events {
      let event = shown.event
      let title = event.title + (event.circumstance.map { ": \($0)" } ?? "")
      text += "\n## \(title.escapedForMarkdown)\n"
      text += shown.requests.map(request).joined()
      if let end = event.end { text += "\n\(end.escapedForMarkdown)\n" }
    }
    text += "\n## Does it refresh?\n\n" + list(explanation.refresh)
    text += "\n## Never sent\n\n" + list(explanation.neverSent)
    text += "\n## Legend\n\n"
    text += Switch.Mark.all.map { "- **\($0.letter)** \($0.meaning)\n" }.joined()
    let sources = OktaSource.allCases.sorted { $0.rawValue < $1.rawValue }
    text += sources.map { "- \($0.rawValue): \($0.title.escapedForMarkdown)\n" }.joined()
    return text
  }

  private func request(_ request: ShownExplanation.Request) -> String {
    let reason = request.reason
    var text = "\n**\(request.number).** <code>\(reason.value.escapedForMarkdown)</code>\n\n"
    if let record = reason.record {
      text += line(reason.letter, record.says, record.sources, record.settings)
    }
    for group in request.groups {
      text += "\n\(group.title.escapedForMarkdown)\n"
      if group.parts.isEmpty { continue }
      text += "\n| | part | value | what is known | sources | changed by |\n"
      text += "| --- | --- | --- | --- | --- | --- |\n"
      text += group.parts.map(row).joined()
    }
    return text
  }

  private func row(_ part: Explanation.Part) -> String {
    let record = part.record
    let cells = [
      part.letter,
      "<code>\(part.label.escapedForMarkdown)</code>",
      "<code>\(part.value.escapedForMarkdown)</code>",
      record?.says.escapedForMarkdown ?? "",
      names(record?.sources ?? []),
      names(record?.settings ?? []),
    ]
    return "| \(cells.joined(separator: " | ")) |\n"
  }

  private func list(_ facts: [RecordedFact]) -> String {
    facts.map { line($0.mark.letter, $0.says, $0.sources, $0.settings) }.joined()
  }

  private func line(
    _ letter: String,
    _ says: String,
    _ sources: [OktaSource],
    _ settings: [String]
  ) -> String {
    var line = "- **\(letter)** \(says.escapedForMarkdown)"
    if !sources.isEmpty { line += " (\(names(sources)))" }
    if !settings.isEmpty { line += "; changed by \(names(settings))" }
    return line + "\n"
  }

  private func names(_ sources: [OktaSource]) -> String {
    sources.map(\.rawValue).joined(separator: ", ")
  }

  private func names(_ settings: [String]) -> String {
    settings.map { "`\($0)`" }.joined(separator: ", ")
  }
}
