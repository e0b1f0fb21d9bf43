import Simulation
import World

/// Adds the reports of the shards of one load: exactly, since all that they hold adds up.
package enum LoadMerge {
  package enum Problem: Error, Equatable {
    case nothing
    /// A report is of no shard.
    case whole(String)
    /// A file's report differs from the first one's.
    case other(String, what: String)
    case twice(LoadShard)
    case missing([LoadShard])

    package var words: String {
      switch self {
      case .nothing: "there is no report to merge"
      case .whole(let file): "\(file) is the report of a whole load, not of a shard"
      case .other(let file, let what): "\(file) is of another load: its \(what) differs"
      case .twice(let shard): "there are two reports of shard \(shard)"
      case .missing(let shards):
        "\(shards.count == 1 ? "shard" : "shards") \(shards.map { "\($0)" }.joined(separator: ", ")) "
          + "\(shards.count == 1 ? "is" : "are") missing"
      }
    }
  }

  package static func merge(
    _ reports: [(file: String, summary: LoadSummary, result: LoadResult)]
  ) throws(Problem) -> (LoadSummary, LoadResult) {
    guard let first = reports.first else { throw .nothing }
    var byShard: [Int: LoadResult] = [:]
    var summary = first.summary
    for one in reports {
      guard let shard = one.summary.shard else { throw .whole(one.file) }
      if let what = difference(first.summary, one.summary) { throw .other(one.file, what: what) }
      if one.result.figures.interval != first.result.figures.interval {
        throw .other(one.file, what: "interval")
      }
      guard byShard.updateValue(one.result, forKey: shard.number) == nil else {
        throw .twice(shard)
      }
      summary.runStart = min(summary.runStart, one.summary.runStart)
    }
    let count = first.summary.shard?.count ?? 0
    let missing = (1...max(1, count)).filter { byShard[$0] == nil }
      .compactMap { LoadShard(number: $0, count: count) }
    if !missing.isEmpty { throw .missing(missing) }
    summary.shard = nil
    var sum = LoadResult(
      figures: LoadFigures(interval: first.result.figures.interval),
      orgs: 0,
      took: .zero
    )
    for number in 1...count { if let part = byShard[number] { sum.add(part) } }
    return (summary, sum)
  }

  /// What two reports of one load may not differ in; nil where they do not.
  private static func difference(_ left: LoadSummary, _ right: LoadSummary) -> String? {
    if left.profile != right.profile { return "profile" }
    if left.story != right.story { return "story" }
    if left.seed != right.seed { return "seed" }
    if left.shard?.count != right.shard?.count { return "number of shards" }
    if left.thresholds != right.thresholds { return "list of conditions" }
    if left.isVirtual != right.isVirtual { return "clock" }
    return left.again == right.again ? nil : "command line"
  }
}

extension LoadResult {
  /// Adds what other orgs came to.
  fileprivate mutating func add(_ other: LoadResult) {
    let exchanges = (exchangeCount, other.exchangeCount)
    figures.add(other.figures)
    orgs += other.orgs
    took = max(took, other.took)
    setUp.grants += other.setUp.grants
    setUp.resumed += other.setUp.resumed
    setUp.people += other.setUp.people
    setUp.took = max(setUp.took, other.setUp.took)
    setUp.failures.merge(other.setUp.failures, uniquingKeysWith: +)
    lostGrants.merge(other.lostGrants, uniquingKeysWith: +)
    tasksOpen += other.tasksOpen
    tokenLifetime = [tokenLifetime, other.tokenLifetime].compactMap(\.self).max()
    tokensBeganDead = tokensBeganDead || other.tokensBeganDead
    left += other.left
    wasInterrupted = wasInterrupted || other.wasInterrupted
    disturbance = disturbance ?? other.disturbance
    add(other.findings)
    guard let more = other.generator else { return }
    guard var known = generator else {
      generator = more
      return
    }
    known.occupancy += more.occupancy
    known.control.add(more.control)
    let all = max(1, exchanges.0 + exchanges.1)
    known.processorTime =
      (known.processorTime * exchanges.0 + more.processorTime * exchanges.1) / all
    generator = known
  }
}
