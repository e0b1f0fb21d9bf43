import HTTP

/// Response times beside service times of one series, and how it went wrong.
package struct SeriesFigures: Sendable, Equatable {
  /// From when it was due: what whoever waits for it waits.
  package var response = Histogram()
  /// From when it was sent: what the app takes.
  package var service = Histogram()
  /// By class: `HTTP 500`, `no answer`.
  package var errors: [String: Int] = [:]

  /// The class of events about somebody whom an earlier event did not bring to the app: nothing was sent.
  static let notProvisioned = "not provisioned"

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
  /// Events that ended, or were given up.
  package var gone = 0
  /// Refreshes under way in each hundredth of it, by the hundredth.
  ///
  /// Of parts of a load these add up, as a peak of each would not.
  package var refreshing: [Int: Int] = [:]
  package var series: [LoadSeries: SeriesFigures] = [:]

  package init() {}

  mutating func add(_ other: LoadInterval) {
    due += other.due
    started += other.started
    ended += other.ended
    gone += other.gone
    refreshing.merge(other.refreshing, uniquingKeysWith: +)
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
  /// Requests, or timers of our own, for which this program or its machine had no means: descriptors, or
  /// ports.
  package var unsent = 0
  /// Had not begun when the load was over.
  package var unstarted = 0
  /// How late what nothing held back began.
  package var lateness = Histogram()
  /// From the instant at which several events of a loop were due until the last of them began, at most.
  package var longestCrowd = Duration.zero
  package var refreshes = 0
  /// From when a person was to leave until the app had been told.
  package var leavers = Histogram()
  /// Whose deactivation never came through.
  package var leaversLeft = 0
  /// Orgs whose first event has come through, and when the last of them did, since the start.
  package var linked = 0
  package var lastLinked = Duration.zero
  package var lastDue = Duration.zero
  package var lastEnd = Duration.zero
  package var pages = PageTimes()
  /// Hooks of the story that could not be called: why.
  package var failedActs: [String] = []

  package init(interval: Duration) { self.interval = interval }

  /// - Parameter withIntervals: Whether what is read by the second is to be right afterwards.
  package mutating func add(_ other: LoadFigures, withIntervals: Bool = true) {
    if withIntervals {
      while intervals.count < other.intervals.count { intervals.append(LoadInterval()) }
      for (index, one) in other.intervals.enumerated() { intervals[index].add(one) }
    }
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
    unsent += other.unsent
    unstarted += other.unstarted
    lateness.add(other.lateness)
    longestCrowd = max(longestCrowd, other.longestCrowd)
    refreshes += other.refreshes
    leavers.add(other.leavers)
    leaversLeft += other.leaversLeft
    linked += other.linked
    lastLinked = max(lastLinked, other.lastLinked)
    lastDue = max(lastDue, other.lastDue)
    lastEnd = max(lastEnd, other.lastEnd)
    pages.add(other.pages)
    failedActs += other.failedActs
  }

  /// Refreshes under way within a hundredth of an interval, at most.
  package var refreshesAtOnce: Int {
    intervals.compactMap { $0.refreshing.values.max() }.max() ?? 0
  }

  /// Events that waited or were under way at the end of an interval, at most.
  package var mostUnfinished: Int { unfinished.max() ?? 0 }

  /// The same by interval.
  package var unfinished: [Int] {
    var left = 0
    return intervals.map { interval in
      left += interval.due - interval.gone
      return left
    }
  }

  package subscript(series: LoadSeries) -> SeriesFigures { self.series[series] ?? SeriesFigures() }

  /// Shares of all that had ended.
  package var errorRate: Double { ended == 0 ? 0 : Double(failed) / Double(ended) }
  package var refreshesPerEvent: Double { ended == 0 ? 0 : Double(refreshes) / Double(ended) }
}

/// How long pages of users take by where they begin.
package struct PageTimes: Sendable, Equatable {
  private struct Sum: Sendable, Equatable {
    var count = 0
    var time = Duration.zero
  }

  private var sums: [Int: Sum] = [:]
  /// Where a list is longer, no more places are kept.
  private static let mostPlaces = 10_000

  package init() {}

  mutating func record(_ start: Int, _ time: Duration) {
    guard sums[start] != nil || sums.count < PageTimes.mostPlaces else { return }
    sums[start, default: Sum()].count += 1
    sums[start, default: Sum()].time += time.inWholeNanoseconds
  }

  mutating func add(_ other: PageTimes) {
    for (start, sum) in other.sums {
      sums[start, default: Sum()].count += sum.count
      sums[start, default: Sum()].time += sum.time
    }
  }

  /// In the order of where they begin.
  var all: [(start: Int, count: Int, time: Duration)] {
    sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value.count, $0.value.time) }
  }

  /// Puts back what a report has.
  mutating func restore(_ start: Int, _ count: Int, _ time: Duration) {
    sums[start, default: Sum()].count += count
    sums[start, default: Sum()].time += time
  }

  /// Whether there are so many that what one page took by chance does not decide.
  package var areTelling: Bool { sums.count >= 10 }

  /// The mean of the tenth of the pages that begins first, and of that which begins last; at least of one,
  /// which in a list of one page is the same.
  package var ends: (first: Duration, last: Duration, from: Int, to: Int)? {
    let starts = sums.keys.sorted()
    guard let from = starts.first, let to = starts.last else { return nil }
    func mean(_ starts: ArraySlice<Int>) -> Duration {
      let sum = starts.reduce(into: Sum()) { sum, start in
        sum.count += sums[start]?.count ?? 0
        sum.time += sums[start]?.time ?? .zero
      }
      return sum.count == 0 ? .zero : sum.time / sum.count
    }
    let tenth = max(1, starts.count / 10)
    return (mean(starts.prefix(tenth)), mean(starts.suffix(tenth)), from, to)
  }
}
