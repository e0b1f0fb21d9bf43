import Profiles
import SelfCheck
import Simulation
import Testing

/// Okta's manual test plan beside the shipped scenarios.
@Suite struct ManualPlanTests {
  /// The numbers that okta-behaviour section 11 names.
  private static let plan = Set(
    ([21902] + Array(9289...9307) + Array(9309...9345) + Array(9359...9361)).map { "C\($0)" }
  )

  @Test func `each case of the plan is in the table once`() {
    let ids = ManualCase.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(ids).symmetricDifference(Self.plan).sorted() == [])
  }

  @Test func `a covered case has a scenario with its tag, another one has none`() throws {
    let tags = try SelfCheck.shippedScenarios().reduce(into: Set<String>()) {
      $0.formUnion($1.tags)
    }
    for one in ManualCase.all {
      #expect(tags.contains(one.id) == (one.reason == nil), "\(one.id)")
      #expect(!one.asks.isEmpty && one.reason != "")
    }
    let known = Set(ManualCase.all.map(\.id))
    let strange = tags.filter { $0.wholeMatch(of: /C\d+/) != nil && !known.contains($0) }
    #expect(strange.sorted() == [])
  }

  @Test func `a suite of Okta's that has a scenario has one of that name, with the tag`() throws {
    let scenarios = try SelfCheck.shippedScenarios()
    for name in PublishedSuite.all.compactMap(\.scenario) {
      let scenario = try #require(scenarios.first { $0.name == name })
      #expect(scenario.tags.contains("okta-spec"))
    }
  }

  /// Of both versions, in Okta's order.
  @Test func `the shipped SPEC test has each of Okta's requests`() throws {
    let scenario = try #require(try SelfCheck.shippedScenarios().first { $0.name == "okta-spec" })
    let requests = scenario.events.compactMap { ($0.event.described as? SpecProbe)?.request }
    #expect(requests == SpecRequest.allCases.filter { $0 != .listEntitlements })
  }
}
