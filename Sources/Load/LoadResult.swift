import HTTP
import Okta
import Simulation

/// What a load came to.
package struct LoadResult: Sendable {
  /// How the grants, and the people whom the orgs begin with, were made.
  package struct SetUp: Sendable, Equatable {
    package var grants = 0
    /// Of the grants, those that an earlier load had made.
    package var resumed = 0
    package var people = 0
    package var took = Duration.zero
    /// Why an org has no grant, or somebody was not made: each reason with its count.
    package var failures: [String: Int] = [:]

    package init() {}

    /// The reason of most; of several that have as many the first by its letters.
    var mainFailure: String? { failures.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key }
  }

  /// How the generator itself did; nil for parts that the virtual clock does not have.
  package struct Generator: Sendable, Equatable {
    /// Of each loop, the share of the time in which it was busy.
    package var occupancy: [Double]
    /// How late a timer on an idle loop came.
    package var control: Histogram
    /// Of the whole process, for an exchange.
    package var processorTime: Duration

    package init(occupancy: [Double], control: Histogram, processorTime: Duration) {
      self.occupancy = occupancy
      self.control = control
      self.processorTime = processorTime
    }
  }

  package var setUp = SetUp()
  package var figures: LoadFigures
  package var generator: Generator?
  package var orgs: Int
  /// From the first due event to the last end.
  package var took: Duration
  /// Orgs whose grant was over at the end: why, with the count.
  package var lostGrants: [String: Int] = [:]
  package var tasksOpen = 0
  /// As the app states it; nil where it does not, or where nothing refreshes.
  package var tokenLifetime: Duration?
  /// Whether every org's token was dead when the load began.
  package var tokensBeganDead = false
  /// What is still there as nobody wanted it, in words.
  package var left: [String] = []
  /// The same, as a later clean-up needs it.
  package var leftInApp: [LeftInApp] = []
  /// Where that is written.
  package var leftFile: String?
  /// The grants that are alive; nil where nobody keeps them.
  package var grants: SavedGrants?
  package var wasInterrupted = false
  /// Why the load ended before its time; nil where it did not.
  package var abort: String?
  /// What the app did wrong, each kind once.
  package var findings: [LoadFinding] = []
  /// When something was done to the app, since the start; nil where nothing was.
  package var disturbance: Range<Duration>?
  /// Of a search for the highest rate.
  package var limit: LoadLimit?

  package init(figures: LoadFigures, orgs: Int, took: Duration) {
    self.figures = figures
    self.orgs = orgs
    self.took = took
  }

  /// Adds what was found in other orgs.
  mutating func add(_ found: [LoadFinding]) {
    for one in found {
      if let place = findings.firstIndex(where: { $0.id == one.id }) {
        findings[place].add(one)
      } else {
        findings.append(one)
      }
    }
    findings.sort { ($1.verdict, $0.id) < ($0.verdict, $1.id) }
  }

  /// Whether the app broke a MUST.
  package var hasFailures: Bool { findings.contains { $0.verdict == .failed } }

  var exchangeCount: Int {
    figures.series.reduce(0) { sum, one in
      if case .exchange = one.key { sum + Int(one.value.service.count) } else { sum }
    }
  }

  package var grantsLost: Int { lostGrants.values.reduce(0, +) }

  /// Of lazy refreshes (Okta-behaviour 2.7), by how often an org had events; nil where tokens have no end.
  package var expectedRefreshesPerEvent: Double? {
    guard let lifetime = tokenLifetime, figures.ended > 0, took > .zero, orgs > 0 else {
      return nil
    }
    let perOrg = Double(figures.ended) / Double(orgs)
    let lazy = LazyRefreshes(
      rate: perOrg / took.inSeconds,
      lifetime: lifetime.inSeconds,
      beginsDead: tokensBeganDead
    )
    return lazy.expected(within: took.inSeconds) / perOrg
  }

  /// Why the figures say nothing of the app; nil where they do.
  ///
  /// At least 99.9 % of what nothing held back has to begin within a millisecond of its due instant, and
  /// no loop may be busier than 90 %.
  package var invalid: String? {
    if figures.unsent > 0 {
      return "\(figures.unsent) requests could not be sent for want of descriptors or ports"
    }
    let absent = setUp.failures.values.reduce(0, +)
    if absent > 0 { return "\(absent) of \(orgs) orgs took no part: their set-up failed" }
    let free = Int(figures.lateness.count)
    if free > 0, figures.startedLate * 1_000 > free {
      let share = (Double(figures.startedLate) / Double(free) * 100).rounded(to: 2)
      return "\(share) % of the events that nothing held back began more than 1 ms late"
    }
    if let busiest = generator?.occupancy.max(), busiest > 0.9 {
      return "a loop was busy \((busiest * 100).rounded(to: 1)) % of the time"
    }
    return nil
  }
}
