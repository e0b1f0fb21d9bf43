import JSON
import World

/// A load's report for programs: all that a merge needs, and what a person reads.
package struct LoadJSON: Sendable {
  package let value: JSONValue

  package init(_ settings: LoadSettings, _ result: LoadResult, _ verdict: LoadVerdict) {
    let figures = result.figures
    var report: JSONObject = [
      "format": "oktasim load 1",
      "profile": .string(settings.profile.name),
      "seed": .string("\(settings.seed)"),
      "orgs": LoadJSON.number(result.orgs),
      "seconds": LoadJSON.number(result.took.inSeconds),
      "again": .string(settings.again),
    ]
    switch verdict.outcome {
    case .passed: report["verdict"] = "passed"
    case .failed: report["verdict"] = "failed"
    case .invalid(let reason):
      report["verdict"] = "invalid"
      report["reason"] = .string(reason)
    }
    report["thresholds"] = .array(
      verdict.thresholds.map { one in
        [
          "condition": .string("\(one.threshold)"), "broken": .boolean(one.isBroken),
          "measured": .string(one.measured),
        ]
      }
    )
    report["findings"] = .array(
      result.findings.map { one in
        [
          "id": .string(one.id), "verdict": .string(one.verdict.rawValue),
          "party": .string(one.party.rawValue), "message": .string(one.message),
          "advice": .string(one.advice), "source": .string(one.source),
          "count": LoadJSON.number(one.count), "orgs": .array(one.orgs.map { .string($0) }),
          "exchanges": .array(one.evidence.map { .string($0) }),
        ]
      }
    )
    if let story = settings.story {
      report["story"] = .string(story.name)
      report["answers"] = .array(story.answers.map { .string($0.text(result)) })
    }
    report["shows"] = .array(
      result.conclusions.map { ["id": .string($0.id), "text": .string($0.text)] }
    )
    report["events"] = [
      "due": LoadJSON.number(figures.due), "started": LoadJSON.number(figures.started),
      "ended": LoadJSON.number(figures.ended), "succeeded": LoadJSON.number(figures.succeeded),
      "failed": LoadJSON.number(figures.failed), "notMade": LoadJSON.number(figures.notMade),
      "repaired": LoadJSON.number(figures.repaired),
      "startedLate": LoadJSON.number(figures.startedLate),
      "heldBack": LoadJSON.number(figures.heldBack), "dropped": LoadJSON.number(figures.dropped),
      "unstarted": LoadJSON.number(figures.unstarted),
    ]
    report["grants"] = [
      "made": LoadJSON.number(result.setUp.grants), "lost": LoadJSON.number(result.grantsLost),
    ]
    var refreshes: JSONObject = [
      "count": LoadJSON.number(figures.refreshes),
      "perEvent": LoadJSON.number(figures.refreshesPerEvent),
    ]
    if let expected = result.expectedRefreshesPerEvent {
      refreshes["expectedPerEvent"] = LoadJSON.number(expected)
    }
    report["refreshes"] = .object(refreshes)
    report["tasksOpen"] = LoadJSON.number(result.tasksOpen)
    report["leavers"] = [
      "time": LoadJSON.times(figures.leavers), "left": LoadJSON.number(figures.leaversLeft),
    ]
    report["lateness"] = LoadJSON.times(figures.lateness)
    report["series"] = .array(
      LoadSeries.all.compactMap { series in
        guard let one = figures.series[series] else { return nil }
        let errors = one.errors.sorted { $0.key < $1.key }.map {
          JSONObject.Member(key: $0.key, value: LoadJSON.number($0.value))
        }
        return [
          "name": .string(series.name), "response": LoadJSON.times(one.response),
          "service": LoadJSON.times(one.service), "errors": .object(JSONObject(errors)),
        ]
      }
    )
    if let generator = result.generator {
      report["generator"] = [
        "occupancy": .array(generator.occupancy.map(LoadJSON.number)),
        "idleTimer": LoadJSON.times(generator.control),
        "processorSecondsAnExchange": LoadJSON.number(generator.processorTime.inSeconds),
      ]
    }
    value = .object(report)
  }

  /// Percentiles in seconds, null where there are too few; and the counts by bucket.
  private static func times(_ histogram: Histogram) -> JSONValue {
    func seconds(_ percentile: Double) -> JSONValue {
      histogram.value(at: percentile).map { number($0.inSeconds) } ?? .null
    }
    let counts = histogram.counts.enumerated().filter { $0.element > 0 }
    return [
      "count": .number(JSONNumber(text: "\(histogram.count)")), "p50": seconds(50),
      "p90": seconds(90), "p99": seconds(99), "p99.9": seconds(99.9),
      "max": number(histogram.maximum.inSeconds),
      "buckets": .array(
        counts.map { .array([number($0.offset), .number(JSONNumber(text: "\($0.element)"))]) }
      ),
    ]
  }

  private static func number(_ value: Int) -> JSONValue { .number(JSONNumber(text: "\(value)")) }

  private static func number(_ value: Double) -> JSONValue {
    .number(JSONNumber(text: value.rounded(to: 9)))
  }
}
