import JSON
import Simulation
import World

/// A load's report for programs: what a person reads, and all that a merge needs.
package struct LoadJSON: Sendable {
  package static let format = "oktasim load 2"

  package let value: JSONValue

  package init(_ summary: LoadSummary, _ result: LoadResult, _ verdict: LoadVerdict) {
    let figures = result.figures
    var report: JSONObject = [
      "format": .string(LoadJSON.format),
      "profile": .string(summary.profile),
      "seed": .string("\(summary.seed)"),
      "clock": summary.isVirtual ? "virtual" : "real",
      "startedAt": number(summary.runStart),
      "orgs": number(result.orgs),
      "seconds": number(result.took.inSeconds),
      "again": .string(summary.again),
    ]
    if let shard = summary.shard { report["shard"] = .string("\(shard)") }
    switch verdict.outcome {
    case .passed: report["verdict"] = "passed"
    case .failed: report["verdict"] = "failed"
    case .nothing(let reason):
      report["verdict"] = "not-judged"
      report["reason"] = .string(reason)
    case .invalid(let reason):
      report["verdict"] = "invalid"
      report["reason"] = .string(reason)
    }
    report["conditions"] = .array(summary.thresholds.map { .string("\($0)") })
    report["thresholds"] = .array(
      verdict.thresholds.map { one in
        [
          "condition": .string("\(one.threshold)"), "broken": .boolean(one.isBroken),
          "measured": .string(one.measured),
        ]
      }
    )
    report["findings"] = .array(result.findings.map(LoadJSON.finding))
    if let story = summary.story {
      report["story"] = [
        "name": .string(story.name), "asks": .string(story.asks),
        "answers": .array(
          story.answers.map {
            ["of": .string($0.text), "text": .string($0.filled(result))]
          }
        ),
      ]
    }
    if let disturbance = result.disturbance {
      report["disturbance"] = [
        number(disturbance.lowerBound.inSeconds), number(disturbance.upperBound.inSeconds),
      ]
    }
    report["shows"] = .array(
      result.conclusions.map { ["id": .string($0.id), "text": .string($0.text)] }
    )
    if let limit = result.limit {
      var found: JSONObject = ["trials": number(limit.trials)]
      if let rate = limit.sustained { found["sustained"] = number(rate) }
      if let rate = limit.broken { found["broken"] = number(rate) }
      if let reason = limit.reason { found["reason"] = .string(reason) }
      report["limit"] = .object(found)
    }
    report["events"] = .object(
      JSONObject(
        LoadJSON.counters.map { .init(key: $0.name, value: number(figures[keyPath: $0.path])) }
      )
    )
    report["setUp"] = [
      "grants": number(result.setUp.grants), "resumed": number(result.setUp.resumed),
      "people": number(result.setUp.people),
      "failures": LoadJSON.counts(result.setUp.failures),
    ]
    var refreshes: JSONObject = [
      "perEvent": number(figures.refreshesPerEvent), "atOnce": number(figures.refreshesAtOnce),
    ]
    if result.tokensBeganDead { refreshes["tokensBeganDead"] = true }
    if let lifetime = result.tokenLifetime {
      refreshes["tokenLifetime"] = number(lifetime.inSeconds)
    }
    if let expected = result.expectedRefreshesPerEvent {
      refreshes["expectedPerEvent"] = number(expected)
    }
    report["refreshes"] = .object(refreshes)
    report["grantsLost"] = LoadJSON.counts(result.lostGrants)
    report["tasksOpen"] = number(result.tasksOpen)
    report["backlog"] = number(figures.mostUnfinished)
    report["leavers"] = LoadJSON.times(figures.leavers)
    report["lateness"] = LoadJSON.times(figures.lateness)
    report["longestCrowd"] = number(figures.longestCrowd.inSeconds)
    report["lastLinked"] = number(figures.lastLinked.inSeconds)
    report["lastDue"] = number(figures.lastDue.inSeconds)
    report["lastEnd"] = number(figures.lastEnd.inSeconds)
    report["failedHooks"] = .array(figures.failedActs.map { .string($0) })
    report["pages"] = .array(
      figures.pages.all.map { [number($0.start), number($0.count), number($0.time.inSeconds)] }
    )
    report["series"] = LoadJSON.series(figures.series)
    report["interval"] = number(figures.interval.inSeconds)
    report["intervals"] = .array(figures.intervals.map(LoadJSON.interval))
    report["left"] = .array(result.left.map { .string($0) })
    if let generator = result.generator {
      report["generator"] = [
        "occupancy": .array(generator.occupancy.map(number)),
        "idleTimer": LoadJSON.times(generator.control),
        "processorSecondsAnExchange": number(generator.processorTime.inSeconds),
      ]
    }
    value = .object(report)
  }

  /// What adds up, by its name.
  static let counters: [(name: String, path: WritableKeyPath<LoadFigures, Int> & Sendable)] = [
    ("due", \.due), ("started", \.started), ("ended", \.ended), ("succeeded", \.succeeded),
    ("failed", \.failed), ("notMade", \.notMade), ("repaired", \.repaired),
    ("startedLate", \.startedLate), ("heldBack", \.heldBack), ("dropped", \.dropped),
    ("unsent", \.unsent), ("unstarted", \.unstarted), ("refreshes", \.refreshes),
    ("leaversLeft", \.leaversLeft),
    ("orgsLinked", \.linked),
  ]

  private static func finding(_ one: LoadFinding) -> JSONValue {
    [
      "id": .string(one.id), "verdict": .string(one.verdict.rawValue),
      "party": .string(one.party.rawValue), "message": .string(one.message),
      "advice": .string(one.advice), "source": .string(one.source), "count": number(one.count),
      "orgs": .array(one.orgs.map { .string($0) }),
      "exchanges": .array(one.evidence.map { .string($0) }),
    ]
  }

  private static func counts(_ counts: [String: Int]) -> JSONValue {
    .object(
      JSONObject(
        counts.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: number($0.value)) }
      )
    )
  }

  private static func series(_ all: [LoadSeries: SeriesFigures]) -> JSONValue {
    .array(
      LoadSeries.all.compactMap { series in
        guard let one = all[series] else { return nil }
        return [
          "name": .string(series.name), "response": times(one.response),
          "service": times(one.service), "errors": counts(one.errors),
        ]
      }
    )
  }

  private static func interval(_ one: LoadInterval) -> JSONValue {
    [
      "due": number(one.due), "started": number(one.started), "ended": number(one.ended),
      "gone": number(one.gone),
      "refreshing": .array(
        one.refreshing.sorted { $0.key < $1.key }.map { [number($0.key), number($0.value)] }
      ),
      "series": .array(
        LoadSeries.all.compactMap { series in
          guard let figures = one.series[series] else { return nil }
          return [
            "name": .string(series.name), "response": buckets(figures.response),
            "service": buckets(figures.service), "errors": counts(figures.errors),
          ]
        }
      ),
    ]
  }

  /// Percentiles in seconds, null where there are too few; and the counts by bucket.
  private static func times(_ histogram: Histogram) -> JSONValue {
    func seconds(_ percentile: Double) -> JSONValue {
      histogram.value(at: percentile).map { number($0.inSeconds) } ?? .null
    }
    return [
      "count": number(histogram.count), "p50": seconds(50), "p90": seconds(90),
      "p99": seconds(99), "p99.9": seconds(99.9), "max": number(histogram.maximum.inSeconds),
      "buckets": counts(of: histogram),
    ]
  }

  /// The least that a histogram can be made of again: its maximum, and its counts.
  private static func buckets(_ histogram: Histogram) -> JSONValue {
    ["max": number(histogram.maximum.inSeconds), "buckets": counts(of: histogram)]
  }

  private static func counts(of histogram: Histogram) -> JSONValue {
    .array(
      histogram.buckets.map { [number($0.index), number($0.number)] }
    )
  }
}

private func number(_ value: some BinaryInteger) -> JSONValue {
  .number(JSONNumber(text: "\(value)"))
}

private func number(_ value: Double) -> JSONValue {
  .number(JSONNumber(text: value.isFinite ? value.rounded(to: 9) : "-1"))
}
