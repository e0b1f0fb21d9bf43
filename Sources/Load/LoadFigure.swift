/// What a whole load has one of, by the name that a condition or an answer gives it.
package enum LoadFigure: String, Sendable, CaseIterable {
  case orgs
  case duration
  case errorRate = "errors.rate"
  case eventsDone = "events.done"
  case eventRate = "events.rate"
  case repaired = "events.repaired"
  case dropped = "events.dropped"
  case unstarted = "events.unstarted"
  case exchangeRate = "exchanges.rate"
  case grantsLost = "grants.lost"
  case orgsLinked = "orgs.linked"
  /// When the last org's first event came through, since the start.
  case lastLinked = "orgs.last-linked"
  case refreshes = "refreshes.count"
  case refreshesPerEvent = "refreshes.per-event"
  case refreshesExpected = "refreshes.expected"
  case refreshesAtOnce = "refreshes.at-once"
  /// Of the refreshes of the first lifetime of the tokens, those in its busiest second.
  case herdFirst = "herd.first"
  /// The same of the last whole lifetime.
  case herdLast = "herd.last"
  case tasksOpen = "tasks.open"
  case backlog = "backlog.max"
  /// From the last event's due instant until nothing was left to do.
  case drained = "backlog.drained"
  /// The same for ten times as many, as the limit that was met would have it.
  case drainedTenfold = "backlog.drained-tenfold"
  case leaversMedian = "leavers.p50"
  case leaversP99 = "leavers.p99"
  case leaversMaximum = "leavers.max"
  case leaversLeft = "leavers.left"
  case pagesFirst = "pages.first"
  case pagesLast = "pages.last"
  /// How many times as long the last pages take as the first.
  case pagesGrowth = "pages.growth"
  case limited = "limited.count"
  /// Exchanges that were served in a second in which others met the limit.
  case limit = "limited.rate"
  /// From the end of what the story did to the app until it was as before.
  case recovered = "recovered.after"
  /// Events in a second at which nothing broke.
  case sustained = "limit.sustained"
  /// Events in a second at which something did.
  case broken = "limit.broken"

  var unit: LoadMeasure.Unit {
    switch self {
    case .errorRate, .herdFirst, .herdLast: .share
    case .duration, .lastLinked, .drained, .drainedTenfold, .leaversMedian, .leaversP99,
      .leaversMaximum,
      .pagesFirst, .pagesLast, .recovered:
      .seconds
    case .orgs, .eventsDone, .eventRate, .repaired, .dropped, .unstarted, .exchangeRate,
      .grantsLost, .orgsLinked, .refreshes, .refreshesPerEvent, .refreshesExpected,
      .refreshesAtOnce, .tasksOpen, .backlog, .leaversLeft, .pagesGrowth, .limited, .limit,
      .sustained, .broken:
      .number
    }
  }

  /// Whether it is made of what was measured by the second.
  var readsIntervals: Bool {
    switch self {
    case .herdFirst, .herdLast, .backlog, .refreshesAtOnce, .limited, .limit, .drainedTenfold,
      .recovered:
      true
    default: false
    }
  }
}
