import JSON

/// The report that grows while the run goes (`--jsonl`): a JSON object a line.
///
/// `type` says what a line tells; the rest of it is as in `JSONReport`.
package enum LineReport {
  package static func started(_ settings: RunSettings) -> String {
    line("run-started") { object in
      for member in JSONReport.head(settings).members { object[member.key] = member.value }
      object["scenarios"] = .array(settings.scenarios.map { .string($0.name) })
    }
  }

  /// What was found of a scenario, or of the run's own grant, and how it ended.
  ///
  /// - Parameter instant: Time since the start of the run.
  package static func ended(_ result: ScenarioResult, at instant: Duration) -> String {
    let isProbe = result.index == ProbeGrant.index
    return result.findings.map { finding in
      line("finding") { $0.add(JSONReport.finding(finding)) }
    }.joined()
      + line(isProbe ? "probe-ended" : "scenario-ended") { object in
        object["at"] = JSONReport.seconds(instant)
        object.add(JSONReport.scenario(result))
      }
  }

  package static func ended(_ outcome: RunOutcome) -> String {
    line("run-ended") { object in
      object["seconds"] = JSONReport.seconds(outcome.seconds)
      object["summary"] = JSONReport.summary(outcome.results)
      object["notExercised"] = .array(outcome.notes.notExercised.map { .string($0) })
      object["warnings"] = .array(outcome.notes.warnings.map { .string($0) })
    }
  }

  private static func line(_ type: String, _ fill: (inout JSONObject) -> Void) -> String {
    var object: JSONObject = ["type": .string(type)]
    fill(&object)
    return JSONValue.object(object).compactText + "\n"
  }
}

extension JSONObject {
  fileprivate mutating func add(_ value: JSONValue) {
    for member in value.object?.members ?? [] { self[member.key] = member.value }
  }
}
