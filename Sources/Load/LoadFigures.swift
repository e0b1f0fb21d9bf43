import HTTP

/// Response times beside service times of one series, and how it went wrong.
package struct SeriesFigures: Sendable, Equatable {
  /// From when it was due: what whoever waits for it waits.
  package var response = Histogram()
  /// From when it was sent: what the app takes.
  package var service = Histogram()
  /// By class: `HTTP 500`, `no answer`.
  package var errors: [String: Int] = [:]

  package init() {}

  package var errorCount: Int { errors.values.reduce(0, +) }

  mutating func add(_ other: SeriesFigures) {
    response.add(other.response)
    service.add(other.service)
    errors.merge(other.errors, uniquingKeysWith: +)
  }
}

/// A second of the load, or what stands for one.
package struct LoadInterval: Sendable, Equatable {
  package var due = 0
  package var started = 0
  package var ended = 0
  /// Events that waited or were under way when it ended, at most.
  package var unfinished = 0
  package var series: [LoadSeries: SeriesFigures] = [:]

  package init() {}

  mutating func add(_ other: LoadInterval) {
    due += other.due
    started += other.started
    ended += other.ended
    unfinished += other.unfinished
    for (name, figures) in other.series { series[name, default: SeriesFigures()].add(figures) }
  }
}

/// What was measured of a load, or of a part of its orgs; parts add up to the whole.
package struct LoadFigures: Sendable, Equatable {
  /// How long an interval is.
  package let interval: Duration
  package var intervals: [LoadInterval] = []
  package var series: [LoadSeries: SeriesFigures] = [:]

  package var due = 0
  package var started = 0
  package var ended = 0
  package var succeeded = 0
  /// Became a task on the admin's dashboard.
  package var failed = 0
  /// Could not be made by Okta's side.
  package var notMade = 0
  /// A 401 came that a refresh repaired.
  package var repaired = 0
  /// Began more than a millisecond after it was due though nothing of Okta's held it back.
  package var startedLate = 0
  /// Waited for an Okta rule: jobs in flight, an event of the same person, a pause after 429.
  package var heldBack = 0
  /// Was given up, since too many waited.
  package var dropped = 0
  /// Had not begun when the load was over.
  package var unstarted = 0
  /// How late what nothing held back began.
  package var lateness = Histogram()
  package var refreshes = 0
  package var refreshesAtOnce = 0
  /// From when a person was to leave until the app had been told.
  package var leavers = Histogram()
  /// Whose deactivation never came through.
  package var leaversLeft = 0
  package var mostUnfinished = 0

  package init(interval: Duration) { self.interval = interval }

  package mutating func add(_ other: LoadFigures) {
    while intervals.count < other.intervals.count { intervals.append(LoadInterval()) }
    for (index, one) in other.intervals.enumerated() { intervals[index].add(one) }
    for (name, figures) in other.series { series[name, default: SeriesFigures()].add(figures) }
    due += other.due
    started += other.started
    ended += other.ended
    succeeded += other.succeeded
    failed += other.failed
    notMade += other.notMade
    repaired += other.repaired
    startedLate += other.startedLate
    heldBack += other.heldBack
    dropped += other.dropped
    unstarted += other.unstarted
    lateness.add(other.lateness)
    refreshes += other.refreshes
    refreshesAtOnce += other.refreshesAtOnce
    leavers.add(other.leavers)
    leaversLeft += other.leaversLeft
    mostUnfinished += other.mostUnfinished
  }

  package subscript(series: LoadSeries) -> SeriesFigures { self.series[series] ?? SeriesFigures() }

  /// Shares of all that had ended.
  package var errorRate: Double { ended == 0 ? 0 : Double(failed) / Double(ended) }
  package var refreshesPerEvent: Double { ended == 0 ? 0 : Double(refreshes) / Double(ended) }
}
