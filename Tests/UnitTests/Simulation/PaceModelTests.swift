import HTTP
import TestSupport
import Testing

@testable import Simulation

/// S-20: what times of pages and look-ups say of a list, and what they do not.
@Suite struct PaceModelTests {
  /// A page of `listed` users.
  private func page(
    _ start: Int,
    listed: Int = 2,
    took milliseconds: Int,
    wasDelayed: Bool = false
  ) -> Exchange {
    let resources = (start..<(start + listed)).map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    var exchange = Exchange.scim(
      "GET",
      "/Users?startIndex=\(start)&count=2",
      .scim(#"{"totalResults":8,"Resources":[\#(resources)]}"#)
    )
    exchange.intent.act = .page
    exchange.intent.query = Intent.Query(startIndex: start, count: 2)
    exchange.received = exchange.sent + .milliseconds(milliseconds)
    exchange.wasDelayed = wasDelayed
    return exchange
  }

  private func lookUp(took milliseconds: Int) -> Exchange {
    var exchange = page(1, listed: 0, took: milliseconds)
    exchange.intent.act = .find
    return exchange
  }

  private func read(took milliseconds: Int) -> Exchange {
    var exchange = Exchange.scim("GET", "/Users/7", .scim(#"{"id":"7","userName":"ada"}"#))
    exchange.received = exchange.sent + .milliseconds(milliseconds)
    return exchange
  }

  private func observed(_ exchanges: [Exchange]) -> [Observation] {
    var model = PaceModel()
    for (index, exchange) in exchanges.enumerated() {
      var exchange = exchange
      exchange.number = index + 1
      model.take(Reading(exchange, life: nil, leeway: .standard))
    }
    var observations = Observations()
    model.finish(&observations)
    return observations.all
  }

  // MARK: Pages

  private func pages(_ times: [Int]) -> [Exchange] {
    zip([1, 3, 5, 7], times).map { page($0, took: $1) }
  }

  @Test func `pages that take longer the further in they begin are told with numbers`() throws {
    let found = observed(pages([40, 400, 800, 1_240]))
    #expect(found.map(\.kind) == [.slowPages])
    #expect(found[0].level == .should)
    #expect(found[0].exchanges == [4, 1])
    // 1.2 s for six users: 60 s for 300.
    #expect(
      found[0].message == """
        the app's pages of users take longer the further in they begin: 0.04 s at startIndex 1 \
        (exchange 1), 1.24 s at 7 (exchange 4), 6 of 6 pairs of pages; at that pace Okta's 60 s are \
        over at about 300
        """
    )
  }

  @Test(arguments: [
    // Slow, but each alike.
    [1_500, 1_500, 1_500, 1_500],
    // Slow here and there, as on a busy machine.
    [1_900, 40, 2_100, 1_950], [40, 1_900, 40, 2_000], [40, 1_300, 1_200, 1_250],
    // Growing, and no trouble.
    [100, 200, 300, 999],
    // Growing by less than double.
    [1_000, 1_200, 1_400, 1_900],
  ])
  func `pages whose times have another reason say nothing`(times: [Int]) {
    #expect(observed(pages(times)).map(\.message) == [])
  }

  @Test func `three pages may be slower by chance`() {
    #expect(observed(Array(pages([40, 400, 1_240]))).map(\.message) == [])
    // Read twice they are enough.
    let twice = observed(pages([40, 400, 1_240]) + pages([40, 400, 1_240]))
    #expect(twice.map(\.kind) == [.slowPages])
  }

  @Test func `a page for which this program was late does not count`() {
    var late = pages([40, 400, 800, 1_240])
    late[3].wasDelayed = true
    #expect(observed(late).map(\.message) == [])
  }

  @Test func `a larger page may take its time`() {
    let found = observed(
      zip([1, 3, 5, 7], [40, 400, 800, 1_240]).enumerated().map { place, page in
        self.page(page.0, listed: place + 1, took: page.1)
      }
    )
    #expect(found.map(\.message) == [])
  }

  // MARK: Look-ups

  private func lookUps(_ times: [Int], reads: [Int] = [20, 30, 25]) -> [Exchange] {
    times.map { lookUp(took: $0) } + reads.map { read(took: $0) }
  }

  @Test func `look-ups that take far longer than reads by id are told, not warned of`() {
    let found = observed([page(1, took: 5)] + lookUps([1_400, 1_200, 1_300]))
    #expect(found.map(\.kind) == [.slowLookUp])
    #expect(found[0].level == .may)
    #expect(
      found[0].message
        == "a look-up of users by userName takes 1.2 s at least (3 of them), a read by id 0.025 s; "
        + "the app has 8 users"
    )
  }

  /// Okta gives up after 60 s.
  @Test(arguments: [(29_999, "may"), (30_000, "should"), (30_001, "should")])
  func `half of Okta's patience is worth a warning`(milliseconds: Int, level: String) {
    let found = observed(lookUps([milliseconds, 40_000, 40_000]))
    #expect(found.map(\.level.rawValue) == [level])
  }

  @Test(arguments: [
    // The fastest counts.
    ([3_000, 999, 3_000], [20, 20, 20]),
    // All is slow.
    ([2_000, 2_000, 2_000], [210, 210, 210]),
    // Too few to tell.
    ([2_000, 2_000], [20, 20]), ([2_000, 2_000, 2_000], [20]),
  ])
  func `look-ups whose times have another reason say nothing`(times: [Int], reads: [Int]) {
    #expect(observed(lookUps(times, reads: reads)).map(\.message) == [])
  }

  // MARK: Writes beside a change of a group

  /// A write that was sent at an instant of the run, in milliseconds.
  private func write(_ path: String, at sent: Int, took milliseconds: Int) -> Exchange {
    var exchange = Exchange.scim("PUT", path, .scim(#"{"id":"7","displayName":"ada"}"#))
    exchange.intent.act = .replace
    exchange.intent.resource = path.contains("Groups") ? .group : .user
    exchange.sent = .milliseconds(sent)
    exchange.received = exchange.sent + .milliseconds(milliseconds)
    return exchange
  }

  private func change(at sent: Int, took milliseconds: Int = 400) -> Exchange {
    write("/Groups/1", at: sent, took: milliseconds)
  }

  private func update(at sent: Int, took milliseconds: Int) -> Exchange {
    write("/Users/7", at: sent, took: milliseconds)
  }

  /// Two updates by themselves.
  private var alone: [Exchange] { [update(at: 0, took: 5), update(at: 10, took: 6)] }

  @Test func `updates that wait for a change of a group, twice, are told with numbers`() throws {
    let found = observed(
      alone + [
        change(at: 100), update(at: 103, took: 400),
        change(at: 1_100), update(at: 1_101, took: 398), update(at: 1_250, took: 251),
      ]
    )
    #expect(found.map(\.kind) == [.writesWait])
    let observation = try #require(found.first)
    #expect(observation.exchanges == [3, 4, 5, 6, 7])
    #expect(
      observation.message
        == "3 updates of users waited until a change of a group was done (2 changes): 0.4 s (exchange 4) "
        + "beside one that took 0.4 s (exchange 3); alone they take 0.006 s"
    )
  }

  @Test func `what came before the lock was taken, at the same instant, says nothing`() {
    let found = observed(
      alone + [
        change(at: 100), update(at: 101, took: 4), update(at: 103, took: 400),
        change(at: 1_100), update(at: 1_100, took: 4), update(at: 1_104, took: 399),
      ]
    )
    #expect(found.map(\.kind) == [.writesWait])
  }

  static let innocent: [(String, [(isGroup: Bool, sent: Int, took: Int)])] = [
    ("seen once", [(true, 100, 400), (false, 103, 400), (true, 1_100, 400)]),
    (
      "one goes through",
      [
        (true, 100, 400), (false, 103, 400), (true, 1_100, 400), (false, 1_103, 400),
        (true, 2_100, 400), (false, 2_200, 5),
      ]
    ),
    (
      "writes are slow beside each other, and ended before the change",
      [(true, 100, 400), (false, 103, 300), (true, 1_100, 400), (false, 1_103, 300)]
    ),
    (
      "no change takes long",
      [(true, 100, 150), (false, 103, 400), (true, 1_100, 150), (false, 1_103, 400)]
    ),
  ]

  @Test(arguments: innocent)
  func `writes that are not held are not told of`(
    _ name: String,
    _ writes: [(isGroup: Bool, sent: Int, took: Int)]
  ) {
    let beside = writes.map {
      $0.isGroup ? change(at: $0.sent, took: $0.took) : update(at: $0.sent, took: $0.took)
    }
    #expect(observed(alone + beside).isEmpty, "\(name)")
  }

  @Test func `an app whose updates take as long alone holds nothing`() {
    let slow = [update(at: 0, took: 300), update(at: 500, took: 310)]
    let beside = [
      change(at: 1_000), update(at: 1_003, took: 420), change(at: 2_000),
      update(at: 2_003, took: 410),
    ]
    #expect(observed(slow + beside).isEmpty)
  }
}
