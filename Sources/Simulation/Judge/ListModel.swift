import HTTP
import JSON
import SCIM
import Synchronization
import World

/// What the app's lists of all resources of a type look like over their pages.
///
/// A list is a walk: pages that follow each other from `startIndex` 1. Who adds, changes or removes
/// resources meanwhile moves what stands behind, so that a page may repeat or lose some, and moves
/// `totalResults`: what the run's own writes and a moved total can explain is no contradiction. It
/// is judged at the end, when all that was written meanwhile is known.
struct ListModel: Sendable {
  /// Ids of one walk that are told apart; a longer list is judged by what it says of itself.
  static let mostIDs = 100_000
  /// Totals, writes and doubtful walks that are remembered.
  static let mostRemembered = 4_096
  static let mostWalks = 64

  /// Which list: an org's admin may see another tenant than the next.
  private struct Key: Hashable {
    var org: String
    var type: Intent.ResourceType
  }

  private struct Place: Hashable {
    var key: Key
    var event: Int?
    var occasion: String
  }

  /// A number that the app has given for how many there are.
  private struct Total {
    var key: Key
    var value: Int
    var exchange: Int
    /// `startIndex=1&count=100`.
    var asked: String
    var sent: Duration
    var received: Duration
  }

  private var open: [Place: Walk] = [:]
  /// The last list of each key that was read whole, or its beginning.
  private var last: [Key: Walk] = [:]
  private var walks: [Walk] = []
  private var orders: [Disorder] = []
  private var totals: [Total] = []
  private var writes: [ListWrite] = []

  var bytes: Int {
    let held = Array(open.values) + Array(last.values) + walks
    return held.reduce(0) { $0 + MemoryLayout<Walk>.stride + 24 * $1.order.count }
      + totals.count * MemoryLayout<Total>.stride + writes.count * MemoryLayout<ListWrite>.stride
  }

  // MARK: Taking exchanges

  mutating func take(
    _ reading: Reading,
    _ directory: DirectoryModel,
    _ observations: inout Observations
  ) {
    if let write = ListWrite(reading.exchange) {
      writes.append(write)
      if writes.count > ListModel.mostRemembered { writes.removeFirst() }
    }
    // What is discovered has several lists of one type, and a model of its own.
    guard reading.intent.act == .page, let type = reading.intent.resource, !type.isDiscovered,
      reading.isSound, !reading.isDead
    else { return }
    let key = Key(org: reading.intent.cause.org, type: type)
    switch reading.intent.deviation {
    case nil, .smallPages: page(reading, key, directory)
    case .pastEnd: pastEnd(reading, key, &observations)
    case .startIndexZero, .largeCount, .withoutPaging: trial(reading, key, &observations)
    default: return
    }
  }

  private mutating func page(_ reading: Reading, _ key: Key, _ directory: DirectoryModel) {
    guard case .success(let list) = reading.list, let query = reading.intent.query else { return }
    note(list.totalResults, reading, key)
    let place = Place(
      key: key,
      event: reading.intent.event,
      occasion: reading.intent.occasion.rawValue
    )
    if query.startIndex == 1 { open[place] = Walk(reading) }
    guard var walk = open.removeValue(forKey: place) else { return }
    walk.add(list, reading, query)
    guard walk.isComplete else {
      open[place] = walk
      return
    }
    if walk.isWhole {
      walk.missing = directory.missing(from: walk, org: key.org, type: key.type)
    }
    compare(walk, key)
    last[key] = walk
    if walk.isOdd, walks.count < ListModel.mostWalks { walks.append(walk) }
  }

  private mutating func note(_ total: Int?, _ reading: Reading, _ key: Key) {
    guard let total else { return }
    totals.append(
      Total(
        key: key,
        value: total,
        exchange: reading.number,
        asked: reading.exchange.request.url.query ?? "all",
        sent: reading.exchange.sent,
        received: reading.exchange.received
      )
    )
    if totals.count > ListModel.mostRemembered { totals.removeFirst() }
  }

  // MARK: Order

  /// Two readings of a list that name resources in another order.
  private struct Disorder {
    var message: String
    var exchanges: [Int]
    /// How many stand elsewhere at least.
    var moves: Int
    var window: ClosedRange<Duration>
    var type: Intent.ResourceType
  }

  private mutating func compare(_ walk: Walk, _ key: Key) {
    guard let before = last[key], walk.repeats == 0, before.repeats == 0 else { return }
    let ranks = Dictionary(
      before.order.enumerated().map { ($0.element, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
    var moves = 0
    var highest = -1
    for id in walk.order {
      guard let rank = ranks[id] else { continue }
      if rank < highest { moves += 1 }
      highest = max(highest, rank)
    }
    guard moves > 0, orders.count < ListModel.mostWalks else { return }
    orders.append(
      Disorder(
        message:
          "the app lists \(key.type.plural) in another order in exchange \(walk.exchanges[0]) "
          + "than in exchange \(before.exchanges[0])",
        exchanges: [walk.exchanges[0], before.exchanges[0]],
        moves: moves,
        window: before.sent...max(before.sent, walk.received),
        type: key.type
      )
    )
  }

  // MARK: What is asked beside a list

  private mutating func pastEnd(
    _ reading: Reading,
    _ key: Key,
    _ observations: inout Observations
  ) {
    guard let query = reading.intent.query else { return }
    let asked = "a page behind the last (startIndex \(query.startIndex))"
    if case .success(let list) = reading.list {
      note(list.totalResults, reading, key)
      // Who came in meanwhile is listed there, and counted.
      guard let total = list.totalResults, total < query.startIndex, !list.resources.isEmpty else {
        return
      }
      let again = list.resources.count { resource in
        resource.object?.listID.map { last[key]?.contains($0) ?? false } ?? false
      }
      observations.add(
        Observation(
          .pastEndLists,
          "the app lists \(list.resources.count) \(key.type.plural) on \(asked) and says totalResults "
            + "\(total)" + (again > 0 ? "; \(again) of them it had listed before" : ""),
          [reading.number]
        )
      )
    } else if let status = reading.refusedStatus {
      observations.add(
        Observation(
          .pastEndRefused,
          "the app answers \(asked) of its \(key.type.plural) with HTTP \(status)" + reading.saying,
          [reading.number]
        )
      )
    }
  }

  private mutating func trial(
    _ reading: Reading,
    _ key: Key,
    _ observations: inout Observations
  ) {
    let kind: FindingKind
    switch reading.intent.deviation {
    case .startIndexZero: kind = .startIndexRefused
    case .largeCount: kind = .countRefused
    default: kind = .pagingRequired
    }
    let query = reading.exchange.request.url.query.map { "?\($0)" } ?? ""
    let request = "GET /\(key.type.endpoint)\(query)"
    guard case .success(let list) = reading.list else {
      guard let status = reading.refusedStatus else { return }
      return observations.add(
        Observation(
          kind,
          "the app answers \(request) with HTTP \(status)" + reading.saying,
          [reading.number],
          level: status >= 500 ? .must : nil
        )
      )
    }
    note(list.totalResults, reading, key)
    if list.resources.isEmpty, let known = last[key], known.distinct > 0 {
      return observations.add(
        Observation(
          kind,
          "the app lists nothing for \(request), and \(known.distinct) \(key.type.plural) in exchange "
            + "\(known.exchanges[0])",
          [reading.number, known.exchanges[0]]
        )
      )
    }
    // From the first on, so that their order can be held against the list's.
    guard reading.intent.deviation != .startIndexZero else { return }
    var walk = Walk(reading)
    walk.add(list, reading, nil)
    compare(walk, key)
  }

  // MARK: Judging

  /// - Parameter others: What others of the run have written at the same app.
  mutating func finish(_ others: [ListWrite], _ observations: inout Observations) {
    let known = writes + others
    func moves(_ window: ClosedRange<Duration>, _ type: Intent.ResourceType) -> Int {
      known.count {
        $0.type == type && $0.sent <= window.upperBound && $0.received >= window.lowerBound
      }
    }
    // Of these pages, or an order that changes between them, tell all that an order is evidence of.
    var disordered: Set<Intent.ResourceType> = []
    for walk in walks {
      let window = walk.sent...max(walk.sent, walk.received)
      // One that moves changes places with one at each border between two pages.
      let explained = (moves(window, walk.type) + walk.totalMoves) * (walk.pages - 1)
      guard let observation = walk.judge(explained: explained) else { continue }
      if [.orderChanges, .pageRepeats].contains(observation.kind) { disordered.insert(walk.type) }
      observations.add(observation)
    }
    for order in orders
    where !disordered.contains(order.type) && order.moves > moves(order.window, order.type) {
      observations.add(Observation(.orderChanges, order.message, order.exchanges))
    }
    judgeTotals(moves, &observations)
  }

  /// Totals that lie under, or over, one before and one after them, more than once: somebody else may
  /// remove a resource and another add one, but not again and again.
  private func judgeTotals(
    _ moves: (ClosedRange<Duration>, Intent.ResourceType) -> Int,
    _ observations: inout Observations
  ) {
    var keys: [Key] = []
    for key in totals.map(\.key) where !keys.contains(key) { keys.append(key) }
    for key in keys {
      let said = totals.filter { $0.key == key }
      guard Set(said.map(\.value)).count > 1 else { continue }
      // Each with a before and an after of its own.
      var swings: [Observation] = []
      var next = 0
      for place in said.indices {
        guard
          let (before, after) = [true, false].compactMap({ isLow in
            swing(at: place, of: said, isLow: isLow, from: next, moves)
          }).first
        else { continue }
        swings.append(observation(said[place], said[before], said[after]))
        next = after
      }
      if swings.count > 1 { observations.add(swings[0]) }
    }
  }

  /// The places before and after one between which it lies under, or over, both.
  private func swing(
    at place: Int,
    of said: [Total],
    isLow: Bool,
    from start: Int,
    _ moves: (ClosedRange<Duration>, Intent.ResourceType) -> Int
  ) -> (before: Int, after: Int)? {
    let total = said[place]
    func isBeyond(_ other: Total) -> Bool {
      isLow ? other.value > total.value : other.value < total.value
    }
    guard start < place, let before = said[start..<place].lastIndex(where: isBeyond),
      let after = said[(place + 1)...].firstIndex(where: { later in
        isLow ? later.value >= said[before].value : later.value <= said[before].value
      })
    else { return nil }
    let window = said[before].sent...max(said[before].sent, said[after].received)
    guard abs(total.value - said[before].value) > moves(window, total.key.type) else { return nil }
    return (before, after)
  }

  private func observation(_ total: Total, _ before: Total, _ after: Total) -> Observation {
    Observation(
      .totalMoves,
      "the app says totalResults \(total.value) for \(total.asked) of \(total.key.type.plural) "
        + "(exchange \(total.exchange)), \(before.value) before it (exchange \(before.exchange)) and "
        + "\(after.value) after it (exchange \(after.exchange))",
      [total.exchange, before.exchange, after.exchange]
    )
  }
}

/// A write of a user or a group, as far as it moves what a list shows.
struct ListWrite: Sendable {
  var type: Intent.ResourceType
  var sent: Duration
  var received: Duration

  /// nil for what changes nothing.
  init?(_ exchange: Exchange) {
    guard exchange.intent.act.isWrite, exchange.intent.party == .serviceProvider,
      let type = exchange.intent.resource, exchange.failure?.isUnreached != true
    else { return nil }
    self.type = type
    sent = exchange.sent
    received = exchange.received
  }
}

/// What the scenarios of a run have written at an app that they share.
final class RunWrites: Sendable {
  private let writes = Mutex<[(scenario: String, write: ListWrite)]>([])

  func add(_ write: ListWrite, of scenario: String) {
    writes.withLock { writes in
      writes.append((scenario, write))
      // Those of a list that is being read are the last ones.
      if writes.count > 2 * ListModel.mostRemembered {
        writes.removeFirst(ListModel.mostRemembered)
      }
    }
  }

  func others(than scenario: String) -> [ListWrite] {
    writes.withLock { $0.filter { $0.scenario != scenario }.map(\.write) }
  }
}

extension Intent.ResourceType {
  /// As a message names several.
  var plural: String { self == .user ? "users" : "groups" }
}

extension JSONObject {
  /// The id of a resource in a list; nil for none.
  var listID: String? {
    guard let id = self[ignoringCase: "id"], id != .null else { return nil }
    return id.textForComparison
  }
}

extension Reading {
  /// The status with which the app itself refused; an outage and a bad token are told elsewhere.
  var refusedStatus: Int? {
    guard let status, status >= 400, ![401, 403, 408, 429, 502, 503, 504].contains(status) else {
      return nil
    }
    return status
  }
}
