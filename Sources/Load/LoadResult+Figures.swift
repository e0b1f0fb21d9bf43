import HTTP
import World

extension LoadResult {
  /// nil where there is nothing to measure.
  func value(of figure: LoadFigure) -> Double? {
    switch figure {
    case .orgs: Double(orgs)
    case .duration: took.inSeconds
    case .errorRate: figures.ended == 0 ? nil : figures.errorRate
    case .eventsDone: Double(figures.succeeded)
    case .eventRate: took > .zero ? Double(figures.ended) / took.inSeconds : nil
    case .repaired: Double(figures.repaired)
    case .dropped: Double(figures.dropped)
    case .unstarted: Double(figures.unstarted)
    case .exchangeRate: took > .zero ? Double(exchangeCount) / took.inSeconds : nil
    case .grantsLost: Double(grantsLost)
    case .orgsLinked: Double(figures.linked)
    case .lastLinked: figures.linked == 0 ? nil : figures.lastLinked.inSeconds
    case .refreshes: Double(figures.refreshes)
    case .refreshesPerEvent: figures.ended == 0 ? nil : figures.refreshesPerEvent
    case .refreshesExpected: expectedRefreshesPerEvent
    case .refreshesAtOnce: Double(figures.refreshesAtOnce)
    case .herdFirst: herd.first
    case .herdLast: herd.count > 1 ? herd.last : nil
    case .tasksOpen: Double(tasksOpen)
    case .backlog: Double(figures.mostUnfinished)
    case .drained:
      figures.ended == 0 ? nil : max(.zero, figures.lastEnd - figures.lastDue).inSeconds
    case .drainedTenfold:
      // What waits behind a limit waits in proportion.
      limited.rate == nil
        ? nil : max(.zero, figures.lastEnd - figures.lastDue).inSeconds * 10
    case .leaversMedian: leavers(50)
    case .leaversP99: leavers(99)
    case .leaversMaximum: figures.leavers.count == 0 ? nil : figures.leavers.maximum.inSeconds
    case .leaversLeft: Double(figures.leaversLeft)
    case .pagesFirst: figures.pages.ends?.first.inSeconds
    case .pagesLast: figures.pages.ends?.last.inSeconds
    case .pagesGrowth:
      figures.pages.ends.flatMap { $0.first > .zero ? $0.last / $0.first : nil }
    case .limited: Double(limited.count)
    case .limit: limited.rate
    case .recovered: recovered
    case .sustained: limit?.sustained
    case .broken: limit?.broken
    }
  }

  private func leavers(_ percentile: Double) -> Double? {
    guard figures.leavers.count > 0 else { return nil }
    return (figures.leavers.value(at: percentile) ?? figures.leavers.maximum).inSeconds
  }

  // MARK: By the second

  private func refreshes(in interval: LoadInterval) -> Int {
    Int(interval.series[.exchange(.refresh, nil)]?.service.count ?? 0)
  }

  /// Of the time around each common end of the tokens, the share of its refreshes that its busiest second
  /// has: 1 where all refresh together.
  var herd: [Double] {
    guard let lifetime = tokenLifetime, lifetime >= figures.interval * 2 else { return [] }
    let length = Int((lifetime.inSeconds / figures.interval.inSeconds).rounded())
    let counts = figures.intervals.map(refreshes(in:))
    var shares: [Double] = []
    // Around each end of tokens that were all born at the start.
    var start = length / 2
    while start + length <= counts.count {
      let part = counts[start..<(start + length)]
      let sum = part.reduce(0, +)
      if sum > 0, let most = part.max() { shares.append(Double(most) / Double(sum)) }
      start += length
    }
    return shares
  }

  /// How many exchanges met a limit, and how many a second were served where some did.
  var limited: (count: Int, rate: Double?) {
    var count = 0
    var saturated: [Int] = []
    for interval in figures.intervals {
      var served = 0
      var refused = 0
      for (series, one) in interval.series {
        guard case .exchange = series else { continue }
        let limited = one.errors["HTTP 429"] ?? 0
        refused += limited
        served += Int(one.service.count) - limited
      }
      count += refused
      if refused > 0 { saturated.append(served) }
    }
    // The first and the last second are met in their middle.
    let whole = saturated.count > 4 ? Array(saturated.dropFirst().dropLast()) : saturated
    guard !whole.isEmpty else { return (count, nil) }
    let mean = Double(whole.reduce(0, +)) / Double(whole.count)
    return (count, mean / figures.interval.inSeconds)
  }

  /// From what was done to the app, or the end of it, until all was as before: the slowest event of a
  /// second took at most three times as long as was usual, and no more of them failed.
  ///
  /// Infinite where it never was; nil where nothing was done or nothing can be compared.
  private var recovered: Double? {
    guard let disturbance else { return nil }
    let length = figures.interval.inSeconds
    func events(_ interval: LoadInterval) -> (slowest: Duration, failed: Int)? {
      guard let events = interval.series[.events], events.response.count > 0 else { return nil }
      // Of what was not asked the app bears nothing.
      let unasked = events.errors[SeriesFigures.notProvisioned] ?? 0
      return (events.response.maximum, events.errorCount - unasked)
    }
    let before = figures.intervals.prefix(Int(disturbance.lowerBound.inSeconds / length))
      .compactMap(events)
    let times = before.map(\.slowest).sorted()
    guard !times.isEmpty else { return nil }
    let bound = max(times[times.count / 2] * 3, times[times.count - 1] * 2)
    let mostFailed = before.map(\.failed).max() ?? 0
    let first = Int((disturbance.upperBound.inSeconds / length).rounded(.down))
    let after = figures.intervals.indices.filter { $0 >= first }
      .compactMap { index in
        events(figures.intervals[index]).map { second in
          (index, second.slowest <= bound && second.failed <= mostFailed)
        }
      }
    guard !after.isEmpty else { return .infinity }
    var good = after.count { $0.1 }
    for (place, (index, isGood)) in after.enumerated() {
      let rest = after.count - place
      // What comes by chance, one in twenty, is no relapse.
      if isGood, good * 20 >= rest * 19, rest >= min(5, after.count) {
        return max(0, Double(index) * length - disturbance.upperBound.inSeconds)
      }
      if isGood { good -= 1 }
    }
    return .infinity
  }
}
