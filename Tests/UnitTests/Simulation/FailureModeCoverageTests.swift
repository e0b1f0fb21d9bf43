import SelfCheck
import Simulation
import Testing

/// Each way in which tokens and grants go wrong at an app has a scenario that provokes it.
struct FailureModeCoverageTests {
  /// Section D of the catalogue, the client's own habits, and what comes with load and with Okta's SCIM
  /// side.
  private static let mayDoWithout: Set<String> = [
    "F-33", "F-34", "F-35", "F-36", "F-37", "F-38", "F-39", "F-40", "F-41", "F-42", "F-43", "F-44",
  ]

  @Test func `each failure mode of tokens has a scenario, or a reason that is allowed`() throws {
    let claimed = Set(try SelfCheck.claims().map(\.mode))
    for mode in FailureMode.all where mode.id.hasPrefix("F-") {
      if claimed.contains(mode.id) {
        #expect(mode.reason == nil, "\(mode.id) has a scenario and a reason for none")
      } else {
        #expect(mode.reason != nil, "\(mode.id) has no scenario")
        #expect(Self.mayDoWithout.contains(mode.id), "\(mode.id) may not do without one")
      }
    }
  }
}
