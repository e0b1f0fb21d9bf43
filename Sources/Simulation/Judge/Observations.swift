import Profiles

/// What the checks have said so far, the same trouble once.
///
/// It grows with the kinds of finding, not with the exchanges: of each kind so many exchanges are
/// kept, far more than a report names, since an event that ended on one of them is explained by it.
struct Observations: Sendable {
  private static let mostAttributes = 32
  static let mostExchanges = 4096

  private(set) var all: [Observation] = []
  private var places: [FindingKind: Int] = [:]

  /// - Parameter isBelated: Whether it is about an exchange that may be earlier than those that were told
  ///   of: of several that are as bad the earliest speaks.
  mutating func add(_ observation: Observation, isBelated: Bool = false) {
    guard let place = places[observation.kind] else {
      places[observation.kind] = all.count
      all.append(observation)
      return
    }
    let known = all[place]
    // The worst of them speaks for all, and its exchanges come first.
    let isEarlier =
      isBelated && observation.verdict == known.verdict
      && (observation.exchanges.first ?? 0) < (known.exchanges.first ?? 0)
    let isWorse = observation.verdict > known.verdict || isEarlier
    let exchanges =
      isWorse
      ? Observations.joined(observation.exchanges, known.exchanges)
      : Observations.joined(known.exchanges, observation.exchanges)
    let subjects = known.subjects.union(observation.subjects)
    let modes = known.modes + observation.modes.filter { !known.modes.contains($0) }
    var attributes = [known.attribute].compactMap(\.self) + known.otherAttributes
    if isWorse { all[place] = observation }
    if let attribute = observation.attribute, !attributes.contains(attribute),
      attributes.count < Observations.mostAttributes
    {
      attributes.append(attribute)
    }
    all[place].otherAttributes = attributes.filter { $0 != all[place].attribute }
    all[place].exchanges = exchanges
    all[place].subjects = subjects
    all[place].modes = modes
  }

  mutating func add(_ observations: [Observation]) {
    for observation in observations { add(observation) }
  }

  /// Adds evidence to what has been said.
  ///
  /// - Returns: Whether something of the kind had been said.
  @discardableResult
  mutating func add(_ exchanges: [Int], to kind: FindingKind) -> Bool {
    guard let place = places[kind] else { return false }
    all[place].exchanges = Observations.joined(all[place].exchanges, exchanges)
    return true
  }

  /// Adds words to what was said of one exchange alone.
  mutating func note(_ words: String, on kind: FindingKind, of exchange: Int) {
    guard let place = places[kind], all[place].exchanges == [exchange] else { return }
    all[place].message += words
  }

  subscript(kind: FindingKind) -> Observation? { places[kind].map { all[$0] } }

  private static func joined(_ known: [Int], _ new: [Int]) -> [Int] {
    var joined = known
    for exchange in new where joined.count < mostExchanges && !joined.contains(exchange) {
      joined.append(exchange)
    }
    return joined
  }
}
