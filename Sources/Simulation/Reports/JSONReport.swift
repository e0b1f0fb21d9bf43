import HTTP
import JSON
import OAuth
import World

/// The report for programs (`--json`); keys are added, never changed or removed.
package struct JSONReport: Sendable {
  package var profile: String
  package var seed: UInt64
  package var namespace: String
  /// Milliseconds since 1970.
  package var startedAt: Int64
  package var seconds: Duration
  /// By how much this program was itself late at most; zero where it was not.
  package var late: Duration
  package var version: String
  package var results: [ScenarioResult]
  package var probe: ProbeResult?
  package var notes: RunNotes

  package init(
    settings: RunSettings,
    seconds: Duration,
    late: Duration = .zero,
    results: [ScenarioResult],
    probe: ProbeResult? = nil,
    notes: RunNotes
  ) {
    self.notes = notes
    self.probe = probe
    profile = settings.profile.name
    seed = settings.seed
    namespace = settings.namespace
    startedAt = settings.runStart
    version = settings.version
    self.seconds = seconds
    self.late = late
    self.results = results
  }

  package var json: JSONValue {
    let summary = RunSummary(results)
    let told = (probe.map { [$0.result] } ?? []) + results
    var json: JSONObject = [
      "oktasim": .string(version),
      "reportVersion": 1,
      "profile": .string(profile),
      "seed": .number(JSONNumber(text: String(seed))),
      "namespace": .string(namespace),
      "startedAt": .string(Timestamp.text(startedAt)),
      "seconds": JSONReport.seconds(seconds),
      "late": JSONReport.seconds(late),
      "summary": [
        "scenarios": .number(JSONNumber(summary.total)),
        "passed": .number(JSONNumber(summary[.passed])),
        "failed": .number(JSONNumber(summary[.failed])),
        "warning": .number(JSONNumber(summary[.warning])),
        "observed": .number(JSONNumber(summary[.observed])),
        "skipped": .number(JSONNumber(summary[.skipped])),
        "notJudged": .number(JSONNumber(summary[.notJudged])),
      ],
      "scenarios": .array(results.map(scenario)),
      "tokens": .array(
        told.flatMap { result in result.record.tokens.map { token($0, result) } }
      ),
      "findings": .array(told.flatMap(\.findings).map(finding)),
      "policies": PolicySheet(results, probe).json,
      "notExercised": .array(notes.notExercised.map { .string($0) }),
      "warnings": .array(notes.warnings.map { .string($0) }),
    ]
    json["probe"] = probe.map { scenario($0.result) }
    return .object(json)
  }

  private func scenario(_ result: ScenarioResult) -> JSONValue {
    var object: JSONObject = [
      "name": .string(result.record.scenario.name),
      "title": .string(result.record.scenario.title),
      "verdict": .string(result.verdict.rawValue),
      "seconds": JSONReport.seconds(result.record.ended - result.record.started),
    ]
    object["reason"] = result.reason.map { .string($0) }
    object["recording"] = result.recording.map { .string($0) }
    if !result.notJudged.isEmpty {
      object["notJudged"] = .array(result.notJudged.map(consequence))
    }
    let warnings = result.warnings + result.cleanUp.left.map(\.words)
    if !warnings.isEmpty { object["warnings"] = .array(warnings.map { .string($0) }) }
    return .object(object)
  }

  private func token(_ record: TokenRecord, _ result: ScenarioResult) -> JSONValue {
    var object: JSONObject = [
      "alias": .string(record.token.value.alias),
      "scenario": .string(result.record.scenario.name),
      "grant": .number(JSONNumber(record.grant)),
    ]
    object["expiresIn"] = record.token.expiresIn.map {
      .number(JSONNumber(Int($0.components.seconds)))
    }
    object["receivedAt"] = JSONReport.seconds(record.receivedAt - result.record.started)
    object["endedAt"] = record.endedAt.map { JSONReport.seconds($0 - result.record.started) }
    object["endedBy"] = record.ending.map { .string($0.rawValue) }
    return .object(object)
  }

  private func finding(_ finding: Finding) -> JSONValue {
    var object: JSONObject = [
      "id": .string(finding.id),
      "scenario": .string(finding.scenario),
      "failureModes": .array(finding.failureModes.map { .string($0) }),
      "verdict": .string(finding.verdict.rawValue),
      "level": .string(finding.level.rawValue),
      "party": .string(finding.party.rawValue),
      "message": .string(finding.message),
      "advice": .string(finding.advice),
      "source": .string(finding.source),
      "file": .string(finding.file),
      "line": .number(JSONNumber(finding.line)),
      "exchanges": .array(finding.exchanges.map { .number(JSONNumber($0)) }),
    ]
    object["sent"] = finding.sent.map { .string($0) }
    object["got"] = finding.got.map { .string($0) }
    object["consequences"] = .array(finding.consequences.map(consequence))
    object["rerun"] = .string(finding.rerun)
    return .object(object)
  }

  private func consequence(_ consequence: Finding.Consequence) -> JSONValue {
    [
      "id": .string(consequence.id),
      "line": .number(JSONNumber(consequence.line)),
      "exchanges": .array(consequence.exchanges.map { .number(JSONNumber($0)) }),
      "what": .string(consequence.what),
    ]
  }

  /// Seconds with three places.
  private static func seconds(_ duration: Duration) -> JSONValue {
    let milliseconds = max(0, duration.nanoseconds / 1_000_000)
    let text = "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
    return .number(JSONNumber(text: text))
  }
}
