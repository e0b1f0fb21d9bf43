import HTTP
import World

/// What a load shows of how an app is built, in words: each with a name by which it can be looked for.
package struct LoadConclusion: Sendable, Equatable {
  package var id: String
  package var text: String
}

extension LoadResult {
  /// Each rests on what was measured in this load; none is a finding, since an app may be as it likes.
  package var conclusions: [LoadConclusion] {
    [limitConclusion, refreshConclusion, pagesConclusion, lockConclusion, recoveryConclusion]
      .compactMap(\.self)
  }

  private var limitConclusion: LoadConclusion? {
    let (count, rate) = limited
    guard count >= 10, let rate else { return nil }
    return LoadConclusion(
      id: "rate-limit",
      text:
        "the app has a limit: beyond \(rate.rounded(to: rate < 10 ? 1 : 0)) requests a second it "
        + "answers 429 (\(count) of them)"
    )
  }

  /// A refresh that takes far longer than a read, in itself and not for waiting.
  private var refreshConclusion: LoadConclusion? {
    let refresh = figures[.exchange(.refresh, nil)].service
    let reads = [LoadSeries.exchange(.read, .user), .exchange(.find, .user)]
      .map { figures[$0].service }.max { $0.count < $1.count }
    guard refresh.count >= 10, let reads, reads.count >= 10,
      // The tenth that comes first waits for nobody.
      let quick = refresh.value(at: 10), let read = reads.value(at: 10),
      quick >= .milliseconds(50), quick >= read * 5
    else { return nil }
    return LoadConclusion(
      id: "slow-refresh",
      text: "a refresh takes \(quick.inReport) though nothing is before it; a read of a user takes "
        + read.inReport
    )
  }

  private var pagesConclusion: LoadConclusion? {
    guard figures.pages.areTelling, let ends = figures.pages.ends, ends.last >= .milliseconds(20),
      ends.last >= ends.first * 3
    else { return nil }
    let each = (ends.last - ends.first) / max(1, ends.to - ends.from)
    return LoadConclusion(
      id: "linear-paging",
      text: "a page takes longer the further in it begins: \(ends.first.inReport) at startIndex "
        + "\(ends.from), \(ends.last.inReport) at \(ends.to), \(each.inReport) for each user before it; "
        + "an import of n users takes time in n²"
    )
  }

  /// At its limit the app serves one request after another: what one takes is the gap between two.
  private var lockConclusion: LoadConclusion? {
    guard let limit, let sustained = limit.sustained, limit.broken != nil,
      limit.generatorLimit == nil, limited.count == 0,
      took > .zero
    else { return nil }
    guard let one = limit.usual?.read, one > .zero else { return nil }
    // What is served in the time that one takes by itself.
    let side = Double(exchangeCount) / took.inSeconds * one.inSeconds
    guard (0.5..<1.5).contains(side) else { return nil }
    return LoadConclusion(
      id: "one-at-a-time",
      text:
        "the app serves one request at a time: at \(sustained.rounded(to: 1)) events a second it is "
        + "full, with \(side.rounded(to: 1)) requests in the \(one.inReport) that one takes"
    )
  }

  private var recoveryConclusion: LoadConclusion? {
    guard let after = value(of: .recovered), after == .infinity,
      let disturbance, figures.lastDue > disturbance.upperBound + .seconds(30)
    else { return nil }
    return LoadConclusion(
      id: "no-recovery",
      text: "the app did not come back: what it bore before, it does not bear "
        + "\((figures.lastDue - disturbance.upperBound).inReport) after (a metastable state)"
    )
  }
}
