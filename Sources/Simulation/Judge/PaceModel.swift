import HTTP
import SCIM

/// How long pages and look-ups take, held against how far the list is (S-20).
///
/// A machine that is busy makes an answer late, never early, and lateness does not know `startIndex`. So
/// nothing is made of one slow answer: pages have to take longer the further in they begin, nearly all of
/// them, and of look-ups the fastest counts. What came while this program was itself late is left out.
struct PaceModel: Sendable {
  /// A page or a look-up of less is no trouble to anybody, however it grows.
  ///
  /// Assumed: no Okta document names a time that is good enough, beside the 60 s after which it gives up.
  static let notable = Duration.seconds(1)
  /// Okta, SCIM FAQs as they were until March 2026: so long without a byte.
  static let oktasLimit = Duration.seconds(60)
  /// With fewer pairs of pages, order may be chance: of four pages in a row it is one time in 24.
  private static let fewestPairs = 6
  private static let fewestLookUps = 3
  private static let mostRemembered = 256

  /// Which list: an org's admin may see another tenant than the next.
  private struct Key: Hashable {
    var org: String
    var type: Intent.ResourceType
  }

  private struct Page: Sendable {
    var start: Int
    var listed: Int
    var took: Duration
    var exchange: Int
  }

  private struct Pace: Sendable {
    var pages: [Page] = []
    var lookUps: [(took: Duration, exchange: Int)] = []
    /// Of resources by their ids.
    var reads: [(took: Duration, exchange: Int)] = []
    /// What the app last said of how many there are.
    var total: Int?
  }

  private var paces: [Key: Pace] = [:]
  private var heldWrites: [String: HeldWrites] = [:]
  /// In the order of first sight, so that nothing depends on hashing.
  private var keys: [Key] = []

  var bytes: Int {
    paces.values.reduce(0) { sum, pace in
      sum + (pace.pages.count + pace.lookUps.count + pace.reads.count) * MemoryLayout<Page>.stride
    } + heldWrites.values.reduce(0) { $0 + $1.count * MemoryLayout<Page>.stride }
  }

  mutating func take(_ reading: Reading) {
    guard let type = reading.intent.resource, reading.isSound, !reading.isDead,
      let status = reading.status, (200..<300).contains(status), !reading.exchange.wasDelayed
    else { return }
    heldWrites[reading.intent.cause.org, default: HeldWrites()].take(reading)
    guard status == 200 else { return }
    let key = Key(org: reading.intent.cause.org, type: type)
    if paces[key] == nil { keys.append(key) }
    var pace = paces[key] ?? Pace()
    let took = reading.exchange.received - reading.exchange.sent
    switch reading.intent.act {
    case .page where [nil, .smallPages].contains(reading.intent.deviation):
      guard case .success(let list) = reading.list, let query = reading.intent.query else { break }
      pace.total = list.totalResults ?? pace.total
      pace.pages.append(
        Page(
          start: query.startIndex,
          listed: list.resources.count,
          took: took,
          exchange: reading.number
        )
      )
      if pace.pages.count > PaceModel.mostRemembered { pace.pages.removeFirst() }
    case .find:
      guard case .success = reading.list else { break }
      pace.lookUps.append((took, reading.number))
      if pace.lookUps.count > PaceModel.mostRemembered { pace.lookUps.removeFirst() }
    case .read:
      pace.reads.append((took, reading.number))
      if pace.reads.count > PaceModel.mostRemembered { pace.reads.removeFirst() }
    default: break
    }
    paces[key] = pace
  }

  func finish(_ observations: inout Observations) {
    for (_, writes) in heldWrites.sorted(by: { $0.key < $1.key }) {
      if let observation = writes.observation { observations.add(observation) }
    }
    for key in keys {
      guard let pace = paces[key] else { continue }
      if let observation = PaceModel.slowPages(pace, key.type) { observations.add(observation) }
      if let observation = PaceModel.slowLookUps(pace, key.type) { observations.add(observation) }
    }
  }

  // MARK: Pages

  /// Pages that take longer the further in they begin: what is counted past grows with the list.
  ///
  /// Two are compared where the later one lists no more, since a larger page may take its time.
  private static func slowPages(_ pace: Pace, _ type: Intent.ResourceType) -> Observation? {
    let pages = pace.pages.sorted { ($0.start, $0.exchange) < ($1.start, $1.exchange) }
    guard let first = pages.filter({ $0.start == 1 }).min(by: { $0.took < $1.took }),
      let end = pages.last?.start, end > 1,
      let last = pages.filter({ $0.start == end }).min(by: { $0.took < $1.took }),
      last.took >= notable, last.took >= first.took * 2
    else { return nil }
    var pairs = 0
    var growing = 0
    for (place, earlier) in pages.enumerated() {
      for later in pages[(place + 1)...]
      where later.start > earlier.start && later.listed <= earlier.listed {
        pairs += 1
        if later.took > earlier.took { growing += 1 }
      }
    }
    guard pairs >= fewestPairs, growing * 10 >= pairs * 9 else { return nil }
    let perResource = (last.took - first.took) / (end - 1)
    let reach = perResource > .zero ? Int(oktasLimit / perResource) : nil
    return Observation(
      .slowPages,
      "the app's pages of \(type.plural) take longer the further in they begin: \(first.took.inSeconds) at "
        + "startIndex 1 (exchange \(first.exchange)), \(last.took.inSeconds) at \(end) (exchange "
        + "\(last.exchange)), \(growing) of \(pairs) pairs of pages"
        + (reach.map { "; at that pace Okta's \(oktasLimit.inSeconds) are over at about \($0)" }
          ?? ""),
      [last.exchange, first.exchange]
    )
  }

  // MARK: Look-ups

  /// Look-ups that take far longer than a read by id: both are of one resource, so that what they differ in
  /// is how it is found.
  ///
  /// That is no proof that it grows with the list, since a scenario does not change how long that is; so it
  /// is told and not warned of, but where half of Okta's patience is gone whatever the reason.
  private static func slowLookUps(_ pace: Pace, _ type: Intent.ResourceType) -> Observation? {
    let reads = pace.reads.sorted { $0.took < $1.took }
    guard pace.lookUps.count >= fewestLookUps, reads.count >= 2,
      let fastest = pace.lookUps.min(by: { $0.took < $1.took }),
      case let read = reads[reads.count / 2],
      fastest.took >= notable, fastest.took >= read.took * 10
    else { return nil }
    let others = pace.lookUps.map(\.exchange).filter { $0 != fastest.exchange }
    let name = type == .user ? "userName" : "displayName"
    return Observation(
      .slowLookUp,
      "a look-up of \(type.plural) by \(name) takes \(fastest.took.inSeconds) at least "
        + "(\(pace.lookUps.count) of them), a read by id \(read.took.inSeconds)"
        + (pace.total.map { "; the app has \($0) \(type.plural)" } ?? ""),
      [fastest.exchange, read.exchange] + others.prefix(8),
      level: fastest.took >= oktasLimit / 2 ? .should : nil
    )
  }
}
