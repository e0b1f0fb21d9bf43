import HTTP
import Testing
import World

@testable import Simulation

/// The judges of a load's orgs, which share a queue.
@Suite struct OrgJudgeTests {
  @Test func `what is still in the queue at the end is read before it is told`() throws {
    let queue = JudgeQueue()
    let judges = ["o1", "o2"].map { org in
      OrgJudge(.make(), org: org, aliases: SecretAliases(), queue, AttributeShape())
    }
    let body = #"{"id":"1","userName":"ada@x","active":true}"#
    let exchanges = [
      Exchange.scim("POST", "/Users", .scim(body, status: 201), sent: body),
      Exchange.scim("GET", "/Users/1", .scim("{}", status: 404)),
    ]
    for (index, exchange) in exchanges.enumerated() {
      var numbered = exchange
      numbered.number = index + 1
      judges[0].take(numbered)
    }
    #expect(judges[1].findings().isEmpty)
    let found = try #require(judges[0].findings().first)
    #expect(found.id == FindingKind.acknowledgedNotDone.id)
    #expect(found.orgs == ["o1"])
    #expect(found.evidence.count == 2)
  }
}
