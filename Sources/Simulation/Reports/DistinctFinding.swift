import Profiles

/// What a person has to mend: one trouble, in however many scenarios it shows.
struct DistinctFinding {
  /// As the shortest scenario shows it.
  var finding: Finding
  /// Of that scenario.
  var result: ScenarioResult
  /// The names of the other scenarios, each once.
  var others: [String] = []
  /// In how many scenarios it shows; the run's own grant is none.
  var scenarioCount: Int { others.count + (result.index == ProbeGrant.index ? 0 : 1) }
  /// What follows from it, in all scenarios.
  var following = 0

  /// Those that no baseline knows: failures first, those ahead that hinder most: what ends a grant, then what most follows from,
  /// then what most scenarios show.
  static func all(of results: [ScenarioResult]) -> [DistinctFinding] {
    var order: [String] = []
    var groups: [String: [(finding: Finding, result: ScenarioResult)]] = [:]
    for result in results {
      for finding in result.findings where !finding.isKnown {
        let key = key(of: finding)
        if groups[key] == nil { order.append(key) }
        groups[key, default: []].append((finding, result))
      }
    }
    let distinct = order.compactMap { groups[$0] }.compactMap(DistinctFinding.init)
    // Of equal ones the one that was met first.
    return distinct.enumerated().sorted { left, right in
      let (first, second) = (left.element.rank, right.element.rank)
      return first == second ? left.offset < right.offset : second.lexicographicallyPrecedes(first)
    }.map(\.element)
  }

  private init?(_ group: [(finding: Finding, result: ScenarioResult)]) {
    // The worst speaks for all, as the shortest scenario shows it.
    let worst = group.map(\.finding.verdict).max()
    // Where the scenario itself shows it, rather than the clean-up.
    func length(_ item: (finding: Finding, result: ScenarioResult)) -> [Int] {
      let record = item.result.record
      let first = item.finding.exchanges.first.flatMap { record.exchange($0) }
      // The probe is there to tell of it.
      return [
        item.result.index == ProbeGrant.index ? 0 : 1,
        first?.intent.occasion == .cleanUp ? 1 : 0, record.exchanges.count,
      ]
    }
    let shown = group.filter { $0.finding.verdict == worst }.min {
      length($0).lexicographicallyPrecedes(length($1))
    }
    guard let shown else { return nil }
    (finding, result) = shown
    for name in group.map(\.result.record.scenario.name)
    where name != result.record.scenario.name && !others.contains(name) {
      others.append(name)
    }
    following = group.reduce(0) { $0 + $1.finding.consequences.count }
  }

  private var rank: [Int] {
    guard finding.verdict == .failed else { return [finding.verdict == .warning ? 1 : 0] }
    let endsGrants = FindingKind(rawValue: finding.id)?.row.bearing.contains(.grant) ?? false
    return [2, endsGrants ? 1 : 0, following, others.count]
  }

  /// Equal for one trouble: its kind, and what was sent and came where the kind says no more than that
  /// a scenario's line does not fit.
  private static func key(of finding: Finding) -> String {
    guard finding.id.hasPrefix("event.") || finding.id.hasPrefix("expectation.") else {
      return finding.id
    }
    // An id is another in each scenario.
    let sent = (finding.sent ?? "").prefix { $0 != "?" && $0 != "{" }
      .split(separator: "/").prefix(2).joined(separator: "/")
    return "\(finding.id) \(sent) \((finding.got ?? "").prefix { $0 != " " })"
  }
}
