import HTTP
import JSON
import Profiles

/// Whether a report has colour.
package struct TextStyle: Sendable {
  package enum Colour: Sendable {
    case plain
    case ansi
  }

  package var colour: Colour

  package init(_ colour: Colour) {
    self.colour = colour
  }

  func verdict(_ verdict: Verdict, _ text: String) -> String {
    switch verdict {
    case .passed: paint(text, "32")
    case .failed: paint(text, "31;1")
    case .warning: paint(text, "33")
    case .observed: paint(text, "36")
    case .skipped: paint(text, "2")
    case .notJudged: paint(text, "33")
    }
  }

  func status(_ text: String) -> String {
    guard let first = text.first else { return text }
    return first == "4" || first == "5" ? paint(text, "31") : text
  }

  func dim(_ text: String) -> String { paint(text, "2") }
  func bold(_ text: String) -> String { paint(text, "1") }

  private func paint(_ text: String, _ code: String) -> String {
    colour == .plain ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// The report for people.
package struct TextReport: Sendable {
  private static let mostExchanges = 16
  /// Laid out, nested lists take many times their room.
  private static let mostOfBody = 64 << 10
  private static let mostScenarios = 4

  private let style: TextStyle
  /// Whether request and answer bodies are shown.
  private let showsBodies: Bool
  /// Whether every scenario has its timeline (`--all`, or it is the only one).
  private let showsTimelines: Bool
  private let titleWidth: Int

  package init(scenarios: [Scenario], style: TextStyle, showsBodies: Bool, showsAll: Bool = false) {
    self.style = style
    self.showsBodies = showsBodies
    showsTimelines = showsAll || scenarios.count == 1
    titleWidth = min(56, scenarios.map { $0.title.count }.max() ?? 0)
  }

  /// One line for a scenario, why it was skipped, and its timeline where that is asked for.
  package func scenario(_ result: ScenarioResult) -> String {
    let record = result.record
    var text =
      record.scenario.title.padded(to: titleWidth) + "  "
      + style.verdict(result.verdict, result.verdict.words.padded(to: 10)) + " "
      + result.seconds.tenths.leftPadded(to: 8)
      + (record.variant.map { "  \($0.rawValue) variant" } ?? "") + "\n"
    if result.isLeftOut, let reason = result.reason {
      text += "  \(indented(reason))\n"
    }
    if showsTimelines, !record.outcomes.isEmpty {
      text += "\n" + Timeline(record: record).text(style: style) + "\n"
    }
    if showsBodies, showsTimelines || result.verdict == .failed, !record.outcomes.isEmpty {
      text += bodies(record)
    }
    if showsTimelines, result.verdict == .failed {
      for task in record.tasks {
        let line = record.event(task.number).map { " (line \($0.line))" } ?? ""
        text += "  task left: \(task.event.inShort)\(line)\n"
      }
    }
    for left in result.notJudged { text += "  not judged: \(left.what) (line \(left.line))\n" }
    return text
  }

  /// What the run's own grant changes for the scenarios to come; nil where nothing.
  package func notice(of probe: ProbeResult) -> String? {
    if let problem = probe.problem {
      return
        "notice: the run's own first grant, the probe, shows nothing: \(problem)"
    }
    guard probe.isOneGrantAtATime else { return nil }
    return
      "notice: a new grant ends the one before at this app, so the scenarios run in a row; "
      + "\"grants\": \"one-at-a-time\" below \"authentication\" says so from the start"
  }

  /// What was found, each distinct finding once, and which to look at first.
  package func findings(_ results: [ScenarioResult], _ probe: ProbeResult? = nil) -> String {
    let distinct = DistinctFinding.all(of: (probe.map { [$0.result] } ?? []) + results)
    let failed = distinct.filter { $0.finding.verdict == .failed }
    return distinct.map(block).joined() + (failed.count > 1 ? table(failed) : "")
  }

  private func block(_ distinct: DistinctFinding) -> String {
    let record = distinct.result.record
    var text = finding(distinct, record)
    if !showsTimelines, distinct.finding.verdict == .failed {
      text += Timeline(record: record).text(style: style, around: distinct.finding.exchanges)
    }
    return text + "\n"
  }

  private func table(_ failed: [DistinctFinding]) -> String {
    let width = failed.map(\.finding.id.count).max() ?? 0
    return "\(failed.count) distinct findings; fix first:\n"
      + failed.enumerated().map { index, distinct in
        let scenarios = distinct.scenarioCount
        let following = distinct.following
        return "\(index + 1). ".leftPadded(to: 5) + distinct.finding.id.padded(to: width) + "  "
          + (scenarios == 1 ? "1 scenario" : "\(scenarios) scenarios")
          + (following == 0
            ? "" : ", \(following) more that follow\(following == 1 ? "s" : "") from it")
          + "\n"
      }.joined() + "\n"
  }

  /// The last lines: the app's policy, what is to be said of the run, and how many scenarios ended in
  /// which way.
  ///
  /// - Parameter isWhole: Whether the run was to meet all that the profile has.
  package func verdict(
    _ outcome: RunOutcome,
    isWhole: Bool
  ) -> String {
    let (results, notes, probe) = (outcome.results, outcome.notes, outcome.probe)
    let summary = RunSummary(results)
    let worst: Verdict =
      summary[.failed] > 0 ? .failed : summary.isEmpty ? .skipped : .passed
    let policy = PolicySheet(results, probe).inWords
    var text = policy.isEmpty ? "" : policy + "\n"
    for warning in notes.warnings { text += style.verdict(.warning, "warning") + ": \(warning)\n" }
    for change in outcome.changes { text += "since the last run: \(change)\n" }
    if let cleanUp = notes.cleanUp { text += cleanUp + "\n" }
    if let baseline = outcome.baseline { text += baseline.inWords + "\n" }
    let isProbeFailed = probe?.result.verdict == .failed
    if let advice = outcome.advice { text += advice + "\n" }
    text += outcome.sum { style.verdict(isProbeFailed ? .failed : worst, $0) } + "\n"
    if isWhole || !outcome.askedFamilies.isEmpty {
      for family in outcome.families { text += family.inWords + "\n" }
    }
    guard isWhole, !summary.isEmpty else { return text }
    if !notes.notExercised.isEmpty {
      text += "not exercised: \(notes.notExercised.joined(separator: ", "))\n"
    }
    for (reason, count) in notes.skipped {
      text +=
        "not exercised by \(count == 1 ? "1 scenario" : "\(count) scenarios"), skipped: "
        + "\(indented(reason))\n"
    }
    return text
  }

  // MARK: A finding

  private func finding(_ distinct: DistinctFinding, _ record: ScenarioRecord) -> String {
    let finding = distinct.finding
    let line = record.scenario.source.line(finding.line)
    let column = FilePlace.column(of: line)
    let excerpt = Excerpt(
      file: finding.file,
      position: SourcePosition(line: finding.line, column: column),
      line: line,
      length: line.unicodeScalars.count - column + 1,
      label: finding.exchanges.first.flatMap { record.exchange($0) }.map { label($0, record) }
    )
    let margin = String(repeating: " ", count: String(finding.line).count + 1) + "= "
    let modes =
      finding.failureModes.isEmpty ? "" : " \(finding.failureModes.joined(separator: " "))"
    let exchanges = inWords(finding.exchanges)
    let word = style.verdict(finding.verdict, finding.verdict.severity)
    var lines = ["\(word): \(finding.message)", excerpt.description]
    if let sent = finding.sent { lines.append("\(margin)sent: \(sent)") }
    if let got = finding.got, !finding.message.contains(got) || got.allSatisfy(\.isNumber) {
      lines.append("\(margin)got: \(got)")
    }
    lines.append("\(margin)\(finding.advice)")
    lines.append("\(margin)\(finding.source):\(modes) \(finding.party.rawValue) [\(finding.id)]")
    if !exchanges.isEmpty {
      let file = distinct.result.recording.map { " of \($0)" } ?? ""
      lines.append(
        "\(margin)exchange\(finding.exchanges.count == 1 ? "" : "s") \(exchanges)\(file)"
      )
    }
    if !finding.consequences.isEmpty { lines.append("\(margin)\(also(finding.consequences))") }
    if !distinct.others.isEmpty { lines.append("\(margin)also in: \(names(distinct.others))") }
    lines.append("\(margin)again: \(finding.rerun)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// A few by name, of many the number.
  private func names(_ scenarios: [String]) -> String {
    scenarios.count > TextReport.mostScenarios
      ? "\(scenarios.count) scenarios" : scenarios.joined(separator: ", ")
  }

  /// The first of them, and how many more there are.
  private func inWords(_ exchanges: [Int]) -> String {
    let shown = exchanges.prefix(TextReport.mostExchanges).map(String.init).joined(separator: ", ")
    let more = exchanges.count - TextReport.mostExchanges
    return more > 0 ? "\(shown) and \(more) more" : shown
  }

  /// What followed: `also: deactivate ada failed (line 20), not judged: expect refreshes 1 (line 21)`.
  private func also(_ consequences: [Finding.Consequence]) -> String {
    "also: "
      + consequences.map { consequence in
        let isNotJudged = consequence.id == Finding.Consequence.notJudged
        return (isNotJudged ? "not judged: " : "")
          + "\(consequence.what) (line \(consequence.line))"
      }.joined(separator: ", ")
  }

  private func label(_ exchange: Exchange, _ record: ScenarioRecord) -> String {
    let end = exchange.status.map { "\($0)" } ?? "no answer"
    return record.shown("\(exchange.request.method) \(exchange.request.url.path) -> \(end)")
  }

  private func bodies(_ record: ScenarioRecord) -> String {
    record.exchanges.map { exchange in
      var text = style.dim("\(exchange.number). \(label(exchange, record))") + "\n"
      text += message("sent", exchange.request.fields, exchange.request.body, exchange, record)
      if let response = exchange.response {
        text += message("got", response.fields, response.body, exchange, record)
      }
      return text
    }.joined() + "\n"
  }

  private func message(
    _ which: String,
    _ fields: HTTPFields,
    _ body: [UInt8],
    _ exchange: Exchange,
    _ record: ScenarioRecord
  ) -> String {
    var shown: [String] = []
    // Only what goes to the service provider: bodies of the others hold secrets.
    if exchange.intent.party == .serviceProvider, !body.isEmpty {
      let text =
        body.count > TextReport.mostOfBody
        ? "\(body.count) bytes, which the recording has as far as they were kept"
        : (try? JSONReader.read(body)).map(redacted)?.prettyText
          ?? "\(body.count) bytes that are no JSON"
      shown = record.shown.lines(text)
    }
    let lines = fields.map { record.shown.field($0.name, $0.value) }
    return MessageText.of(which, fields: lines, body: shown, style: style)
  }

  private func redacted(_ value: JSONValue) -> JSONValue {
    guard var object = value.object, object["password"] != nil else { return value }
    object["password"] = "password"
    return .object(object)
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
  }
}
