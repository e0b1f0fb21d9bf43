import HTTP
import JSON
import OAuth
import Okta
import Profiles
import World

/// The report for programs (`--json`); keys are added, never changed or removed.
package struct JSONReport: RunReport {
  private let outcome: RunOutcome

  package init(_ outcome: RunOutcome) {
    self.outcome = outcome
  }

  package var text: String { json.prettyText + "\n" }

  package var json: JSONValue {
    let told = outcome.told
    var json = JSONReport.head(outcome.settings)
    json["seconds"] = JSONReport.seconds(outcome.seconds)
    json["late"] = JSONReport.seconds(outcome.late)
    json["finished"] = .boolean(outcome.isFinished)
    if !outcome.isFinished {
      json["unfinished"] = .array(outcome.unfinished.map { .string($0.name) })
    }
    let rest: JSONObject = [
      "summary": JSONReport.summary(outcome.results),
      "scenarios": .array(outcome.results.map(JSONReport.scenario)),
      "tokens": .array(
        told.flatMap { result in result.record.tokens.map { token($0, result) } }
      ),
      "findings": .array(told.flatMap(\.findings).map(JSONReport.finding)),
      "policies": PolicySheet(outcome.results, outcome.probe).json,
      "notExercised": .array(outcome.notes.notExercised.map { .string($0) }),
      "warnings": .array(outcome.notes.warnings.map { .string($0) }),
    ]
    for member in rest.members { json[member.key] = member.value }
    if !outcome.families.isEmpty {
      json["families"] = .array(outcome.families.map(\.json))
    }
    json["advice"] = outcome.advice.map { .string($0) }
    if !outcome.changes.isEmpty {
      json["changes"] = .array(outcome.changes.map { .string($0) })
    }
    json["baseline"] = outcome.baseline?.json
    json["probe"] = outcome.probe.map { JSONReport.scenario($0.result) }
    return .object(json)
  }

  /// What is known of a run before it begins.
  static func head(_ settings: RunSettings) -> JSONObject {
    [
      "oktasim": .string(settings.version),
      "reportVersion": 1,
      "profile": .string(settings.profile.name),
      "seed": .number(JSONNumber(text: String(settings.seed))),
      "namespace": .string(settings.namespace),
      "startedAt": .string(Timestamp.text(settings.runStart)),
    ]
  }

  static func summary(_ results: [ScenarioResult]) -> JSONValue {
    let summary = RunSummary(results)
    return [
      "scenarios": .number(JSONNumber(summary.total)),
      "passed": .number(JSONNumber(summary[.passed])),
      "failed": .number(JSONNumber(summary[.failed])),
      "warning": .number(JSONNumber(summary[.warning])),
      "observed": .number(JSONNumber(summary[.observed])),
      "skipped": .number(JSONNumber(summary[.skipped])),
      "notJudged": .number(JSONNumber(summary[.notJudged])),
    ]
  }

  static func scenario(_ result: ScenarioResult) -> JSONValue {
    var object: JSONObject = [
      "name": .string(result.record.scenario.name),
      "title": .string(result.record.scenario.title),
      "verdict": .string(result.verdict.rawValue),
      "seconds": JSONReport.seconds(result.seconds),
    ]
    object["ranToEnd"] = .boolean(result.ranToItsEnd)
    object["variant"] = result.record.variant.map { .string($0.rawValue) }
    object["reason"] = result.reason.map { .string($0) }
    object["recording"] = result.recording.map { .string($0) }
    if !result.notJudged.isEmpty {
      object["notJudged"] = .array(result.notJudged.map(consequence))
    }
    let record = result.record
    if !record.tasks.isEmpty { object["tasks"] = .array(record.tasks.map { task($0, record) }) }
    let warnings = result.warnings + result.cleanUp.left.map(\.words)
    if !warnings.isEmpty { object["warnings"] = .array(warnings.map { .string($0) }) }
    return .object(object)
  }

  private static func task(_ task: OpenTask, _ record: ScenarioRecord) -> JSONValue {
    var object: JSONObject = [
      "event": .string("\(task.event)"),
      "subject": .string(task.job.subject),
      "message": .string(record.shown(task.task.message)),
    ]
    object["line"] = record.event(task.number).map { .number(JSONNumber($0.line)) }
    object["exchange"] = task.task.exchange.map { .number(JSONNumber($0)) }
    object["logEvent"] = task.task.logEvent.map { .string($0.rawValue) }
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

  static func finding(_ finding: Finding) -> JSONValue {
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
    object["event"] = finding.event.map { .string($0) }
    object["status"] = finding.status.map { .number(JSONNumber($0)) }
    object["consequences"] = .array(finding.consequences.map(consequence))
    object["rerun"] = .string(finding.rerun)
    object["known"] = finding.known.map { .string($0) }
    return .object(object)
  }

  private static func consequence(_ consequence: Finding.Consequence) -> JSONValue {
    [
      "id": .string(consequence.id),
      "line": .number(JSONNumber(consequence.line)),
      "exchanges": .array(consequence.exchanges.map { .number(JSONNumber($0)) }),
      "what": .string(consequence.what),
    ]
  }

  /// Seconds with three places.
  static func seconds(_ duration: Duration) -> JSONValue {
    .number(JSONNumber(text: duration.thousandths))
  }
}
