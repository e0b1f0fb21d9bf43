import HTTP
import JSON
import Profiles
import SCIM
import TestSupport
import Testing
import World

@testable import Simulation

/// What is told of a group that changed otherwise than it was told to, and what may be so.
@Suite struct GroupModelTests {
  private func group(_ members: [String]?, name: String = "team") -> String {
    let list = members.map { ids in
      #","members":[\#(ids.map { #"{"value":"\#($0)"}"# }.joined(separator: ","))]"#
    }
    return #"{"id":"7","displayName":"\#(name)"\#(list ?? "")}"#
  }

  private func exchange(
    _ act: Intent.Act,
    _ response: HTTPResponse,
    sent body: String = ""
  ) -> Exchange {
    let method: String =
      switch act {
      case .create: "POST"
      case .replace: "PUT"
      case .patch: "PATCH"
      default: "GET"
      }
    var exchange = Exchange.scim(
      method,
      act == .create ? "/Groups" : "/Groups/7",
      response,
      sent: body
    )
    exchange.intent.act = act
    exchange.intent.subject = "team"
    return exchange
  }

  private func created(_ members: [String]) -> Exchange {
    let body = group(members)
    return exchange(.create, .scim(body, status: 201), sent: body)
  }

  private func read(_ body: String) -> Exchange { exchange(.read, .scim(body)) }

  private func put(_ body: String, answer: String? = nil) -> Exchange {
    exchange(.replace, .scim(answer ?? body), sent: body)
  }

  private func patch(_ operation: String) -> Exchange {
    exchange(
      .patch,
      HTTPResponse(status: 204),
      sent: #"{"Operations":[\#(operation)]}"#
    )
  }

  private let rename = #"{"op":"replace","value":{"id":"7","displayName":"crew"}}"#
  private let addition = #"{"op":"add","path":"members","value":[{"value":"b"}]}"#

  private func again(_ response: HTTPResponse) -> Exchange {
    var again = exchange(.create, response, sent: group([]))
    again.intent.deviation = .repeatedCreate
    return again
  }

  /// - Parameter overlapping: The numbers of those that were sent before the one ahead was answered.
  private func observed(_ exchanges: [Exchange], overlapping: Set<Int> = []) -> [Observation] {
    var model = GroupModel()
    var observations = Observations()
    for (index, exchange) in exchanges.enumerated() {
      var exchange = exchange
      exchange.number = index + 1
      // One behind the other.
      exchange.sent = .seconds(index)
      exchange.received = exchange.sent + .milliseconds(5)
      if overlapping.contains(exchange.number) { exchange.sent -= .seconds(1) }
      let reading = Reading(exchange, life: nil, leeway: .standard)
      model.take(reading, nameOf: { ["a", "b"].contains($0) ? $0 : nil }, &observations)
    }
    model.finish(&observations)
    return observations.all
  }

  private func kinds(_ exchanges: [Exchange]) -> [FindingKind] { observed(exchanges).map(\.kind) }

  /// RFC 9110 section 9.2.2: nobody knows what came of it, nor when.
  @Test(arguments: [([3], []), ([], [FindingKind.groupNotDone])] as [(Set<Int>, [FindingKind])])
  func `a write of which nothing was heard may come after one that was on its way beside it`(
    overlapping: Set<Int>,
    kinds: [FindingKind]
  ) {
    let lost = exchange(.replace, .scim("{}", status: 503), sent: group(["a"]))
    let found = observed(
      [created([]), lost, put(group([])), read(group(["a"]))],
      overlapping: overlapping
    )
    #expect(found.map(\.kind) == kinds)
  }

  /// Two additions at once: the first's answer shows whom the second, which is answered later, brings.
  @Test(arguments: [([4], []), ([], [FindingKind.membersLost])] as [(Set<Int>, [FindingKind])])
  func `a write that is on its way explains what an answer shows`(
    overlapping: Set<Int>,
    kinds: [FindingKind]
  ) {
    func adding(_ id: String) -> Exchange {
      exchange(
        .patch,
        .scim(group(["a", "b"])),
        sent: #"{"Operations":[{"op":"add","path":"members","value":[{"value":"\#(id)"}]}]}"#
      )
    }
    let empty = exchange(
      .patch,
      .scim(group([])),
      sent: #"{"Operations":[{"op":"remove","path":"members[value eq \"b\"]"}]}"#
    )
    let found = observed(
      [created(["b"]), empty, adding("a"), adding("b")],
      overlapping: overlapping
    )
    #expect(found.map(\.kind) == kinds, "\(found)")
  }

  // MARK: Side by side

  private struct Group {
    var members: Set<String> = []
    var name = "team"
  }

  @Test(arguments: 1...400)
  func `requests side by side may be done in any order`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var sideBySide = SideBySide(Group())
    for _ in 0..<24 {
      let who = ["a", "b"].randomElement(using: &random) ?? "a"
      let all = Set(["a", "b"].filter { _ in Bool.random(using: &random) })
      let name = ["team", "crew"].randomElement(using: &random) ?? "team"
      switch Int.random(in: 0..<5, using: &random) {
      case 0:
        sideBySide.add(put(group(all.sorted(), name: name)), &random) {
          $0 = Group(members: all, name: name)
        }
      case 1:
        let add = #"{"op":"add","path":"members","value":[{"value":"\#(who)"}]}"#
        sideBySide.add(patch(add), &random) { $0.members.insert(who) }
      case 2:
        let remove = #"{"op":"remove","path":"members[value eq \"\#(who)\"]"}"#
        sideBySide.add(patch(remove), &random) { $0.members.remove(who) }
      case 3:
        let rename = #"{"op":"replace","value":{"id":"7","displayName":"\#(name)"}}"#
        sideBySide.add(patch(rename), &random) { $0.name = name }
      default: sideBySide.add(read(""), &random)
      }
    }
    let played = sideBySide.played(&random) { group($0.members.sorted(), name: $0.name) }
    var model = GroupModel()
    var observations = Observations()
    for exchange in SideBySide<Group>.numbered([created([])] + played) {
      let reading = Reading(exchange, life: nil, leeway: .standard)
      model.take(reading, nameOf: { ["a", "b"].contains($0) ? $0 : nil }, &observations)
    }
    model.finish(&observations)
    #expect(observations.all.isEmpty, "\(observations.all.map(\.message))\(played.listing)")
  }

  // MARK: Lost by a change of something else

  @Test func `what a PUT carried unchanged and is gone was lost by the PUT`() {
    let before = [created(["a"]), read(group(["a"]))]
    #expect(kinds(before + [put(group(["a", "b"])), read(group(["b"]))]) == [.groupChangeLoses])
    #expect(
      kinds(before + [put(group(["a", "b"])), read(group(["a", "b"], name: "old"))]) == [
        .groupChangeLoses
      ]
    )
    // Who came with it was never there.
    #expect(kinds(before + [put(group(["a", "b"])), read(group(["a"]))]) == [.groupNotDone])
    #expect(
      kinds(before + [put(group(["a"], name: "crew")), read(group(["a"]))]) == [.groupNotDone]
    )
  }

  @Test func `members that were shown and are gone after a rename were lost by it`() {
    let before = [created(["a"]), read(group(["a"])), patch(rename)]
    #expect(kinds(before + [read(group([], name: "crew"))]) == [.groupChangeLoses])
    #expect(kinds(before + [read(group(["a"], name: "crew"))]) == [])
    // Nobody has seen them before.
    #expect(
      kinds([created([]), patch(addition), patch(rename), read(group([], name: "crew"))]) == [
        .groupNotDone
      ]
    )
  }

  @Test func `a name that was shown and is another after a change of members was lost by it`() {
    let before = [created(["a"]), patch(rename)]
    #expect(
      kinds(before + [read(group(["a"], name: "crew")), patch(addition), read(group(["a", "b"]))])
        == [
          .groupChangeLoses
        ]
    )
    // The rename may never have been done.
    #expect(kinds(before + [patch(addition), read(group(["a", "b"]))]) == [.groupNotDone])
  }

  // MARK: Created again

  @Test(
    arguments: [
      // RFC 7643 section 8.7.1: two groups may have one name.
      (201, #"{"id":"8","displayName":"team"}"#, nil),
      (201, #"{"id":"7","displayName":"team"}"#, .must),
      (200, #"{"id":"7","displayName":"team"}"#, .should),
    ] as [(Int, String, Scenario.Level?)]
  )
  func `a second create makes another group or none`(
    status: Int,
    body: String,
    level: Scenario.Level?
  ) {
    let found = observed([created(["a"]), again(.scim(body, status: status)), read(group(["a"]))])
    #expect(found.map(\.level) == [level].compactMap(\.self))
    #expect(found.allSatisfy { $0.kind == .groupOverwritten && $0.exchanges == [2, 1] })
  }

  @Test(
    arguments: [
      (409, nil), (403, nil), (405, nil), (429, nil), (400, .should), (422, .should), (500, .must),
      (503, .must),
    ] as [(Int, Scenario.Level?)]
  )
  func `a second create is refused as a conflict`(status: Int, level: Scenario.Level?) {
    let found = observed([created(["a"]), again(.scimError(status, "no")), read(group(["a"]))])
    #expect(found.map(\.level) == [level].compactMap(\.self))
    #expect(found.allSatisfy { $0.kind == .groupDuplicateStatus })
  }

  @Test func `what a refused second create has done all the same is told`() {
    #expect(
      kinds([created(["a"]), again(.scimError(409, "no")), read(group([]))]) == [
        .groupRefusedYetDone
      ]
    )
  }

  // MARK: Lost users

  @Test func `a write with a lost user that is acknowledged holds for the others`() {
    func stale(_ answer: HTTPResponse) -> Exchange {
      var put = exchange(.replace, answer, sent: group(["a", "x"]))
      put.intent.deviation = .staleID
      return put
    }
    let before = [created(["a"]), read(group(["a"]))]
    #expect(kinds(before + [stale(.scim(group(["a"]))), read(group(["a"]))]) == [])
    #expect(kinds(before + [stale(HTTPResponse(status: 204)), read(group([]))]) == [.staleMember])
    // Refused, and not done.
    #expect(kinds(before + [stale(.scimError(404, "no x")), read(group(["a"]))]) == [])
  }

  // MARK: Look-ups

  @Test func `a look-up counts what it lists`() {
    func find(_ total: Int, _ groups: [String]) -> Exchange {
      var find = read(
        #"{"totalResults":\#(total),"Resources":[\#(groups.joined(separator: ","))]}"#
      )
      find.intent.act = .find
      find.intent.query = Intent.Query(
        filter: Intent.Query.Filter(attribute: "displayName", value: "team"),
        startIndex: 1,
        count: 100
      )
      return find
    }
    #expect(kinds([find(1, [group(nil)])]) == [])
    #expect(kinds([find(0, [])]) == [])
    #expect(kinds([find(3, [group(nil)])]) == [.findsTooMany])
    #expect(kinds([find(3, [])]) == [.findsTooMany])
  }
}
