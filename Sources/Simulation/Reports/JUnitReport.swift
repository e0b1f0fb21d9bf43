import HTTP
import Profiles
import World

/// The report for what reads the results of tests (`--junit`): a suite a profile, a case a scenario.
///
/// There is no schema that all of its readers share; this keeps to what they have in common
/// (github.com/testmoapp/junitxml), and adds `file`.
package struct JUnitReport: RunReport {
  private let outcome: RunOutcome

  package init(_ outcome: RunOutcome) {
    self.outcome = outcome
  }

  package var text: String {
    let cases = cases
    let counts =
      [("tests", cases.count)]
      + [Case.End.Kind.failure, .error].map { kind in
        ("\(kind.rawValue)s", cases.count { $0.end?.kind == kind })
      }
    let all =
      counts.map { XMLAttribute($0.0, "\($0.1)") }
      + [XMLAttribute("time", outcome.seconds.thousandths)]
    let profile = outcome.settings.profile
    let suite =
      [XMLAttribute("name", profile.name)] + all
      + [
        XMLAttribute("skipped", "\(cases.count { $0.end?.kind == .skipped })"),
        // In UTC, without a zone: Ant's readers know none.
        XMLAttribute("timestamp", String(Timestamp.text(outcome.settings.runStart).prefix(19))),
        XMLAttribute("file", profile.file),
      ]
    let properties = [
      ("oktasim", outcome.settings.version), ("seed", "\(outcome.settings.seed)"),
      ("namespace", outcome.settings.namespace),
      ("finished", outcome.isFinished ? "true" : "false"),
    ].map { name, value in
      XMLElement("property", [XMLAttribute("name", name), XMLAttribute("value", value)])
    }
    let root = XMLElement(
      "testsuites",
      [XMLAttribute("name", "oktasim")] + all,
      [
        XMLElement(
          "testsuite",
          suite,
          [XMLElement("properties", [], properties)] + cases.map { element($0) }
        )
      ]
    )
    return #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n" + root.text
  }

  private func element(_ testCase: Case) -> XMLElement {
    var children: [XMLElement] = []
    if let end = testCase.end {
      let attributes = [
        XMLAttribute("message", end.message), end.type.map { XMLAttribute("type", $0) },
      ].compactMap(\.self)
      children.append(XMLElement(end.kind.rawValue, attributes, text: end.text))
    }
    if !testCase.output.isEmpty {
      children.append(XMLElement("system-out", [], text: testCase.output))
    }
    return XMLElement(
      "testcase",
      [
        XMLAttribute("name", testCase.name),
        XMLAttribute("classname", outcome.settings.profile.name),
        XMLAttribute("time", testCase.seconds.thousandths),
        XMLAttribute("file", testCase.file),
      ],
      children
    )
  }

  // MARK: The cases

  private struct Case {
    struct End {
      enum Kind: String {
        /// The app was found wrong.
        case failure
        /// It could not be tried.
        case error
        case skipped
      }

      var kind: Kind
      var message: String
      var type: String?
      var text = ""
    }

    /// The stem, which stays the same from run to run: readers follow a case by it.
    var name: String
    var seconds = Duration.zero
    var file: String
    /// nil where it passed.
    var end: End?
    var output = ""
  }

  private var cases: [Case] {
    let results = Dictionary(outcome.results.map { ($0.index, $0) }, uniquingKeysWith: { $1 })
    var cases = outcome.settings.scenarios.enumerated().map { index, scenario in
      results[index].map(ended) ?? unfinished(scenario)
    }
    // The run's own grant is no scenario; what fails of it must not be missing.
    if let probe = outcome.probe?.result, fails(probe) { cases.insert(ended(probe), at: 0) }
    return cases + [baseline, failedOn].compactMap(\.self)
  }

  private func unfinished(_ scenario: Scenario) -> Case {
    Case(
      name: scenario.name,
      file: FilePlace.file(of: scenario, outcome.settings.profile),
      end: Case.End(
        kind: .error,
        message: "the run was not over when this report was written",
        type: "unfinished"
      )
    )
  }

  private func ended(_ result: ScenarioResult) -> Case {
    let record = result.record
    var testCase = Case(
      name: record.scenario.name,
      seconds: result.seconds,
      file: FilePlace.file(of: record.scenario, outcome.settings.profile)
    )
    let text = result.findings.sorted { $0.verdict > $1.verdict }.map { words(of: $0, record) }
      .joined(separator: "\n")
    if result.verdict == .notJudged || result.verdict == .skipped {
      testCase.end = Case.End(
        kind: result.verdict == .skipped ? .skipped : .error,
        message: result.reason ?? "",
        type: result.verdict == .skipped ? nil : result.verdict.rawValue,
        text: text
      )
    } else if fails(result) {
      let failed = result.findings.filter(outcome.settings.isFailure)
      let isGrantless = record.lacksGrant && record.tokens.isEmpty
      let more = failed.count - 1
      testCase.end = Case.End(
        kind: isGrantless ? .error : .failure,
        message: (failed.first?.message ?? "") + (more > 0 ? " (and \(more) more)" : ""),
        type: failed.first?.id,
        text: text
      )
    } else {
      testCase.output = text
    }
    return testCase
  }

  private func fails(_ result: ScenarioResult) -> Bool {
    result.findings.contains(where: outcome.settings.isFailure)
  }

  /// A baseline that is not true any more fails by itself.
  private var baseline: Case? {
    guard outcome.isFinished, let baseline = outcome.baseline, baseline.fails else { return nil }
    let problems = baseline.problems.map(\.words)
    return Case(
      name: "baseline",
      file: baseline.file,
      end: Case.End(
        kind: .failure,
        message: "\(problems.count) of its entries \(problems.count == 1 ? "is" : "are") not true",
        type: "baseline",
        text: problems.map { $0 + "\n" }.joined()
      )
    )
  }

  /// What fails of the run as a whole, and so in no scenario.
  private var failedOn: Case? {
    guard outcome.isFinished, !RunSummary(outcome.results).isEmpty else { return nil }
    let lines = outcome.occurrences.flatMap { what -> [String] in
      switch what {
      case .warning: outcome.notes.warnings
      case .skipped:
        outcome.results.filter(\.isLeftOut).map { left in
          "\(left.verdict.words): \(left.record.scenario.name): \(left.reason ?? "")"
        }
      case .observed: []
      case .notExercised: ["not exercised: \(outcome.notes.notExercised.joined(separator: ", "))"]
      }
    }
    guard let first = lines.first else { return nil }
    return Case(
      name: "fail-on",
      file: outcome.settings.profile.file,
      end: Case.End(
        kind: .failure,
        message: first + (lines.count > 1 ? " (and \(lines.count - 1) more)" : ""),
        type: "fail-on",
        text: lines.map { $0 + "\n" }.joined()
      )
    )
  }

  private func words(of finding: Finding, _ record: ScenarioRecord) -> String {
    let place = FilePlace(of: finding, in: record)
    let known = finding.known.map { "known (\($0)): " } ?? ""
    var lines = [
      "\(known)\(finding.verdict.severity): \(finding.message) [\(finding.id)]",
      "  --> \(place)",
    ]
    if let sent = finding.sent { lines.append("  sent: \(sent)") }
    if let got = finding.got { lines.append("  got: \(got)") }
    lines.append("  \(finding.advice)")
    let modes = finding.failureModes.map { " \($0)" }.joined()
    lines.append("  \(finding.source):\(modes) \(finding.party.rawValue)")
    for consequence in finding.consequences { lines.append("  also: \(consequence.what)") }
    lines.append("  again: \(finding.rerun)")
    return lines.joined(separator: "\n") + "\n"
  }
}

// MARK: XML

private struct XMLAttribute {
  var name: String
  var value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// An element that holds others, or else a text.
private struct XMLElement {
  var name: String
  var attributes: [XMLAttribute]
  var children: [XMLElement]
  var content: String

  init(
    _ name: String,
    _ attributes: [XMLAttribute],
    _ children: [XMLElement] = [],
    text: String = ""
  ) {
    self.name = name
    self.attributes = attributes
    self.children = children
    content = text
  }

  var text: String { text(indentation: "") }

  private func text(indentation: String) -> String {
    let start =
      indentation + "<" + name
      + attributes.map { " \($0.name)=\"\(XMLElement.escape($0.value))\"" }.joined()
    if children.isEmpty, content.isEmpty { return start + "/>\n" }
    let end = "</\(name)>\n"
    if children.isEmpty { return start + ">" + XMLElement.escape(content) + end }
    return start + ">\n" + children.map { $0.text(indentation: indentation + "  ") }.joined()
      + indentation + end
  }

  /// What stands for itself in a text and in an attribute; a character that XML 1.0 may not hold
  /// (section 2.2) is replaced.
  private static func escape(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", " "..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
        escaped.unicodeScalars.append(scalar)
      default: escaped += "\u{FFFD}"
      }
    }
    return escaped
  }
}
