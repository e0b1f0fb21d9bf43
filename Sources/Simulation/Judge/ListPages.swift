import HTTP
import JSON
import SCIM
import World

/// One list as its pages show it.
struct Walk: Sendable {
  let type: Intent.ResourceType
  /// When the first page was asked for, and the last one came.
  let sent: Duration
  private(set) var received: Duration
  private(set) var exchanges: [Int] = []
  private(set) var pages = 0
  /// Digests of ids, in the order in which they were first listed.
  private(set) var order: [Int] = []
  /// On which page each was first listed, from 0.
  private var firstSeen: [Int: Int] = [:]
  /// How many were listed on an earlier page as well.
  private(set) var repeats = 0
  private var firstRepeat: (id: String, page: Int, earlier: Int)?
  /// How many later pages begin as the first one does.
  private var restarts = 0
  private(set) var distinct = 0
  private var total: Int?
  /// By how much the total has moved from page to page.
  private(set) var totalMoves = 0
  private(set) var isComplete = false
  /// Whether all that is in it was read, and told apart.
  private(set) var isWhole = true
  /// Whether what it says of itself can be added up.
  private var isCountable = true
  private var end = 1
  private var tokens: [String] = []
  /// People whom the run had made before it, and whom it does not list; with the exchange that made
  /// each.
  var missing: [(name: String, exchange: Int)] = []

  init(_ reading: Reading) {
    type = reading.intent.resource ?? .user
    sent = reading.exchange.sent
    received = reading.exchange.received
  }

  func contains(_ id: String) -> Bool { firstSeen[id.hashValue] != nil }

  /// - Parameter query: What was asked for; nil for all.
  mutating func add(_ list: ListResponse, _ reading: Reading, _ query: Intent.Query?) {
    let page = pages
    pages += 1
    received = max(received, reading.exchange.received)
    if exchanges.count < ListModel.mostRemembered { exchanges.append(reading.number) }
    if let token = reading.intent.token, !tokens.contains(token), tokens.count < 8 {
      tokens.append(token)
    }
    if let query, query.startIndex != end { isWhole = false }
    end = (query?.startIndex ?? 1) + list.resources.count
    if let known = total, let new = list.totalResults { totalMoves += abs(new - known) }
    total = list.totalResults
    for (place, resource) in list.resources.enumerated() { note(resource, place, page) }
    isComplete = list.resources.isEmpty || total.map { end > $0 } ?? true
    if total == nil { isWhole = false }
  }

  private mutating func note(_ resource: JSONValue, _ place: Int, _ page: Int) {
    guard let id = resource.object?.listID, order.count < ListModel.mostIDs else {
      isWhole = false
      return
    }
    let digest = id.hashValue
    guard let earlier = firstSeen[digest] else {
      firstSeen[digest] = page
      order.append(digest)
      distinct += 1
      return
    }
    // Twice on one page is told of that page.
    guard earlier < page else {
      isCountable = false
      return
    }
    repeats += 1
    firstRepeat = firstRepeat ?? (id, page, earlier)
    if place == 0, digest == order.first { restarts += 1 }
  }

  /// How many are on no page, by what the app says of how many there are.
  private var lost: Int {
    guard isWhole, isCountable, totalMoves == 0, let total else { return 0 }
    return max(0, total - distinct)
  }

  /// Whether it is to be judged when all is known that was written meanwhile.
  var isOdd: Bool { repeats > 0 || lost > 0 || !missing.isEmpty }

  /// - Parameter explained: How many may be on two pages, or on none, for what was written meanwhile.
  func judge(explained: Int) -> Observation? {
    let told = tokens.count > 1 ? " (with \(tokens.joined(separator: ", ")))" : ""
    func observation(_ kind: FindingKind, _ words: String, _ first: [Int]) -> Observation {
      let exchanges = first + exchanges.filter { !first.contains($0) }.prefix(8)
      var observation = Observation(
        kind,
        "the app's list of \(type.plural) " + words + told,
        exchanges
      )
      observation.subjects = Set(missing.map(\.name))
      return observation
    }
    if repeats > explained, isCountable, let firstRepeat {
      let (page, earlier) = (exchange(firstRepeat.page), exchange(firstRepeat.earlier))
      if restarts == pages - 1 {
        return observation(
          .pageRepeats,
          "begins anew on each page, as in exchange \(page): startIndex has no effect",
          [page, exchange(0)]
        )
      }
      let name = "\(Quotation(firstRepeat.id, upTo: 80))"
      if lost > 0 || !missing.isEmpty {
        return observation(
          .orderChanges,
          "changes its order between pages: \(repeats) are on two, as \(name) in exchange \(page) and "
            + "in exchange \(earlier), and \(max(lost, missing.count)) on none" + names,
          [page, earlier]
        )
      }
      return observation(
        .pageRepeats,
        "has \(repeats == 1 ? "one" : "\(repeats)") on two pages: \(name) in exchange \(page) and in "
          + "exchange \(earlier)",
        [page, earlier]
      )
    }
    if max(lost, missing.count) > explained {
      let last = exchange(pages - 1)
      let words =
        lost > 0
        ? "says totalResults \(total ?? 0) and has \(distinct) on its pages" : "ends too early"
      return observation(
        .pageLoses,
        words + names,
        [last] + (missing.first.map { [$0.exchange] } ?? [])
      )
    }
    return nil
  }

  private func exchange(_ page: Int) -> Int {
    exchanges.indices.contains(page) ? exchanges[page] : exchanges.last ?? 0
  }

  /// Who is missing, as far as the run knows.
  private var names: String {
    guard let first = missing.first else { return "" }
    let others = missing.count - 1
    return ": without \(first.name), made in exchange \(first.exchange)"
      + (others > 0 ? ", and \(others) more of the run's people" : "")
  }
}
