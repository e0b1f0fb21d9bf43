import HTTP
import JSON
import Okta
import TestSupport
import Testing
import World

@testable import Simulation

/// What pages of a list say together, and what others' writes may excuse.
@Suite struct ListModelTests {
  /// A page as the app gives it, asked for at a second of the run.
  private func page(
    _ start: Int,
    _ ids: [Int],
    of total: Int,
    at second: Int,
    event: Int = 0,
    count: Int = 2,
    deviation: Intent.Deviation? = nil,
    type: String = "/Users"
  ) -> Exchange {
    let resources = ids.map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    var exchange = Exchange.scim(
      "GET",
      "\(type)?startIndex=\(start)&count=\(count)",
      .scim(#"{"totalResults":\#(total),"Resources":[\#(resources)]}"#),
      at: .seconds(second)
    )
    exchange.intent.act = .page
    exchange.intent.subject = nil
    exchange.intent.query = Intent.Query(startIndex: start, count: count)
    exchange.intent.cause.event = event
    exchange.intent.deviation = deviation
    return exchange
  }

  private func refusal(
    _ status: Int,
    _ deviation: Intent.Deviation,
    start: Int = 9
  ) -> Exchange {
    var exchange = page(start, [], of: 0, at: 9, deviation: deviation)
    exchange.result = .success(.scimError(status, "no"))
    exchange.document = JSONBody(exchange.response?.body ?? [])
    return exchange
  }

  private func create(
    _ id: Int,
    at second: Int,
    to later: Int? = nil,
    showing active: String = #","active":true"#
  ) -> Exchange {
    var exchange = Exchange.scim(
      "POST",
      "/Users",
      .scim(#"{"id":"\#(id)","userName":"ada@x"\#(active)}"#, status: 201),
      sent: #"{"userName":"ada@x","active":true}"#,
      at: .seconds(second)
    )
    if let later { exchange.received = .seconds(later) }
    return exchange
  }

  private func observed(_ exchanges: [Exchange], others: [ListWrite] = []) -> [Observation] {
    var directory = DirectoryModel(isNamespaceGiven: false)
    var lists = ListModel()
    var observations = Observations()
    for (index, exchange) in exchanges.enumerated() {
      var exchange = exchange
      exchange.number = index + 1
      let reading = Reading(exchange, life: nil, leeway: .standard)
      directory.take(reading, &observations)
      lists.take(reading, directory, &observations)
    }
    lists.finish(others, &observations)
    return observations.all
  }

  // MARK: One list

  @Test func `pages that add up say nothing`() {
    let found = observed([
      page(1, [1, 2], of: 5, at: 0), page(3, [3, 4], of: 5, at: 1), page(5, [5], of: 5, at: 2),
    ])
    #expect(found.map(\.message) == [])
  }

  @Test(arguments: [
    // Overlap by one.
    ([[1, 2], [2, 3], [4, 5]], "S-09.page-repeats"),
    // startIndex ignored.
    ([[1, 2], [1, 2], [1, 2]], "S-09.page-repeats"),
    // One left out; the last page is behind the end.
    ([[1, 2], [4, 5], []], "S-09.page-loses"),
    // Reversed after the first.
    ([[1, 2], [3, 2], [1]], "S-09.order-changes"),
  ])
  func `pages that do not add up are told by how they do not`(pages: [[Int]], id: String) {
    let starts = [1, 3, 5]
    let found = observed(
      zip(starts, pages).map { page($0, $1, of: 5, at: $0) }
    )
    #expect(found.map(\.kind.id) == [id])
    #expect(found[0].modes == ["S-09", "F-44"])
  }

  /// A user who came in shifts one over each border: the shift is no fault.
  @Test(arguments: [(0, ["S-09.page-repeats"]), (1, []), (2, [])])
  func `what was written meanwhile excuses a repeat`(writes: Int, ids: [String]) throws {
    let write = try #require(ListWrite(create(9, at: 1)))
    let found = observed(
      [page(1, [1, 2], of: 3, at: 0), page(3, [2, 3], of: 3, at: 2)],
      others: Array(repeating: write, count: writes)
    )
    #expect(found.map(\.kind.id) == ids)
  }

  @Test(arguments: [(-1, false), (0, true), (2, true), (3, false)])
  func `only a write that overlaps the list excuses anything`(second: Int, isExcused: Bool) throws {
    let write = try #require(ListWrite(create(9, at: second)))
    let found = observed(
      [page(1, [1, 2], of: 3, at: 0), page(3, [2], of: 3, at: 2)],
      others: [write]
    )
    #expect(found.isEmpty == isExcused)
  }

  /// Outside of the run somebody adds one: the total moves, and a page repeats.
  @Test func `a total that moved excuses what it can`() {
    let one = observed([page(1, [1, 2], of: 3, at: 0), page(3, [2, 3], of: 4, at: 2)])
    #expect(one.map(\.kind.id) == [])
    let more = observed([
      page(1, [1, 2, 3], of: 4, at: 0, count: 3), page(4, [2, 3, 4], of: 5, at: 2, count: 3),
    ])
    #expect(more.map(\.kind.id) == ["S-09.page-repeats"])
  }

  // MARK: The run's own people

  @Test func `whom the run has made, and no page lists, is lost`() {
    let found = observed([create(7, at: 0), page(1, [1, 2], of: 2, at: 1)])
    #expect(found.map(\.kind.id) == ["S-09.page-loses"])
    #expect(found[0].message.contains("without ada, made in exchange 1"))
    #expect(found[0].exchanges == [2, 1])
    #expect(observed([create(7, at: 0), page(1, [1, 7], of: 2, at: 1)]).isEmpty)
  }

  @Test func `who is made while a list is read need not be in it`() {
    let late = observed([
      page(1, [1, 2], of: 3, at: 0), create(7, at: 1), page(3, [3], of: 3, at: 2),
    ])
    #expect(late.map(\.kind.id) == [])
    let overlapping = observed([create(7, at: 0, to: 2), page(1, [1, 2], of: 2, at: 1)])
    #expect(overlapping.map(\.kind.id) == [])
  }

  @Test func `another org's people are not looked for`() {
    var other = page(1, [1, 2], of: 2, at: 1)
    other.intent.cause.org = "b"
    #expect(observed([create(7, at: 0), other]).map(\.kind.id) == [])
  }

  /// A list that goes on is not judged by what it does not have yet.
  @Test func `a list that was left is not judged`() {
    #expect(observed([create(7, at: 0), page(1, [1, 2], of: 5, at: 1)]).map(\.kind.id) == [])
    // Without ids, or without a total, nobody can be told to be missing.
    var page = page(1, [], of: 1, at: 1)
    page.result = .success(.scim(#"{"totalResults":1,"Resources":[{"userName":"x"}]}"#))
    page.document = JSONBody(page.response?.body ?? [])
    #expect(observed([create(7, at: 0), page]).map(\.kind.id) == [])
  }

  /// That the app never says who is active makes nobody inactive.
  @Test(arguments: ["", #","active":null"#, #","active":true"#])
  func `whoever was made and is on no page is missed`(active: String) {
    let made = create(7, at: 0, showing: active)
    let found = observed([made, page(1, [1, 2], of: 2, at: 1, event: 1, count: 9)])
    #expect(found.map(\.kind.id).filter { $0.hasPrefix("S-09") } == ["S-09.page-loses"])
    let inactive = create(7, at: 0, showing: #","active":false"#)
    let listed = observed([inactive, page(1, [1, 2], of: 2, at: 1, event: 1, count: 9)])
    #expect(listed.filter { $0.kind == .pageLoses }.isEmpty)
  }

  // MARK: Order and totals over several lists

  @Test(arguments: [
    ([1, 2, 3], []), ([3, 2, 1], ["S-09.order-changes"]), ([1, 3], []),
    ([2, 1, 4], ["S-09.order-changes"]),
  ])
  func `two lists are in one order`(second: [Int], ids: [String]) {
    let lists = [
      page(1, [1, 2, 3], of: 3, at: 0, count: 9),
      page(1, second, of: second.count, at: 1, event: 1, count: 9),
    ]
    #expect(observed(lists).map(\.kind.id) == ids)
    // Not where something was written between them.
    #expect(
      observed([lists[0], create(9, at: 0), create(8, at: 0), lists[1]]).filter {
        $0.kind == .orderChanges
      }.isEmpty
    )
  }

  /// What is wrong with the pages of one kind of resource says nothing of the other's order.
  @Test func `pages of groups that begin anew hide no order of users`() {
    let found = observed([
      page(1, [1, 2, 3], of: 3, at: 0, count: 9),
      page(1, [3, 2, 1], of: 3, at: 1, event: 1, count: 9),
      page(1, [1, 2], of: 4, at: 2, event: 2, type: "/Groups"),
      page(3, [1, 2], of: 4, at: 3, event: 2, type: "/Groups"),
    ])
    #expect(Set(found.map(\.kind.id)) == ["S-09.order-changes", "S-09.page-repeats"])
  }

  @Test(arguments: [
    ([5, 5, 5], []),
    // Somebody else may remove one and add another, once.
    ([5, 4, 5], []), ([5, 4, 4, 5], []), ([5, 6, 7], []), ([7, 6, 5], []),
    ([5, 2, 5, 2, 5], ["S-09.total-moves"]), ([5, 0, 6, 1, 6], ["S-09.total-moves"]),
    ([5, 9, 5, 9, 5], ["S-09.total-moves"]),
  ])
  func `a total that goes there and back more than once moves`(totals: [Int], ids: [String]) {
    let found = observed(
      totals.enumerated().map { page(1, [1], of: $1, at: $0, event: $0, count: 1) }
    )
    #expect(found.filter { $0.kind != .pageLoses }.map(\.kind.id) == ids)
  }

  // MARK: What is asked beside a list

  @Test(arguments: [
    (400, true), (404, true), (500, true), (401, false), (403, false), (429, false), (503, false),
  ])
  func `a page behind the end that is refused is wrong, and an outage is none`(
    status: Int,
    isTold: Bool
  ) {
    let found = observed([refusal(status, .pastEnd)])
    #expect(found.map(\.kind.id) == (isTold ? ["S-09.past-end-refused"] : []))
    #expect(found.allSatisfy { $0.verdict == .failed })
  }

  @Test(arguments: [
    ([], 2, []), ([2], 2, ["S-09.past-end-lists"]),
    // Somebody came in meanwhile.
    ([3], 3, []),
  ])
  func `a page behind the end lists nothing`(ids: [Int], total: Int, found: [String]) {
    let exchanges = [
      page(1, [1, 2], of: 2, at: 0), page(3, ids, of: total, at: 1, deviation: .pastEnd),
    ]
    #expect(observed(exchanges).map(\.kind.id) == found)
  }

  @Test(arguments: [
    (Intent.Deviation.startIndexZero, "S-09.start-index-refused"),
    (.largeCount, "S-09.count-refused"), (.withoutPaging, "S-09.paging-required"),
  ])
  func `what paging allows and the app refuses, or answers with nothing, is a warning`(
    deviation: Intent.Deviation,
    id: String
  ) {
    let list = page(1, [1, 2], of: 2, at: 0)
    let refused = observed([list, refusal(422, deviation, start: 1)])
    #expect(refused.map(\.kind.id) == [id])
    #expect(refused.map(\.verdict) == [.warning])
    let empty = observed([list, page(1, [], of: 2, at: 1, deviation: deviation)])
    #expect(empty.map(\.kind.id) == [id])
    #expect(observed([list, refusal(500, deviation, start: 1)]).map(\.verdict) == [.failed])
    #expect(observed([list, page(1, [1, 2], of: 2, at: 1, deviation: deviation)]).isEmpty)
    // An app without anybody lists nobody.
    #expect(
      observed([page(1, [], of: 0, at: 0), page(1, [], of: 0, at: 1, deviation: deviation)]).isEmpty
    )
  }

  // MARK: Dress

  private func dress(_ exchange: Exchange) -> [String] {
    let reading = Reading(exchange, life: nil, leeway: .standard)
    let all = ListDress.observe(reading) + ErrorDress.observe(reading, expectsBearer: true)
    return all.map(\.kind.id).filter { $0 != "SCIM.list-schemas" && $0 != "SCIM.list-paging" }
  }

  /// A page behind the end lists nothing beside a total; the first page may not.
  @Test(arguments: [(1, ["SCIM.list-resources"]), (2, []), (101, [])])
  func `nothing on a page is wrong only on the first`(start: Int, ids: [String]) {
    #expect(dress(page(start, [], of: 5, at: 0)) == ids)
  }

  @Test(arguments: [
    (1, [1, 2], 2, []), (1, [1], 2, ["S-09.short-page"]), (1, [1], 1, []),
    (4, [4], 4, []), (3, [3], 4, ["S-09.short-page"]),
  ])
  func `a page of fewer than were asked for, with more to come, is observed`(
    start: Int,
    listed: [Int],
    total: Int,
    ids: [String]
  ) {
    #expect(dress(page(start, listed, of: total, at: 0)) == ids)
  }

  /// Okta's review asks behind the end; a startIndex of 0 it never sends.
  @Test(arguments: [
    (Intent.Deviation.pastEnd, ["SCIM.error-body"]), (.startIndexZero, []), (.largeCount, []),
    (.withoutPaging, []),
  ])
  func `the words of a refusal that Okta never meets are nobody's business`(
    deviation: Intent.Deviation,
    ids: [String]
  ) {
    var refused = refusal(422, deviation)
    refused.result = .success(.scim(#"{"detail":[]}"#, status: 422))
    refused.document = JSONBody(refused.response?.body ?? [])
    #expect(dress(refused) == ids)
  }

  // MARK: Memory

  @Test func `what is held does not grow with the pages that were read`() {
    var lists = ListModel()
    var observations = Observations()
    let directory = DirectoryModel(isNamespaceGiven: false)
    var sizes: [Int] = []
    for number in 1...20_000 {
      var exchange = page(1, [1, 2], of: 2, at: number, event: number % 7)
      exchange.number = number
      lists.take(Reading(exchange, life: nil, leeway: .standard), directory, &observations)
      if number == 5_000 || number == 20_000 { sizes.append(lists.bytes) }
    }
    #expect(sizes[0] == sizes[1])
  }
}
