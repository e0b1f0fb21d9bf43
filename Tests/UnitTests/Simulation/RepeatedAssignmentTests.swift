import HTTP
import Okta
import Profiles
import TestSupport
import Testing

@testable import Simulation

/// Assignments that have failed and come again by themselves (switch `repeatFailedAssignments`).
@Suite struct RepeatedAssignmentTests {
  private func creates(_ value: String, _ story: String) async throws -> ScenarioResult {
    var run = SimulatedRun()
    run.change = { $0.profile.switches = Switches(["repeatFailedAssignments": value]) }
    return try await run.perform(story)
  }

  private let story = """
    authorize
    lose answer of next POST /Users
    assign ada
      expect task "closed"
    after 65m
    test credentials
      expect tasks OPEN
    """

  /// What was lost had been made: half an hour later it is found, and the task is done.
  @Test(arguments: [("never", 1, 0), ("30m", 0, 1)])
  func `a failed create is tried again every half hour`(
    value: String,
    open: Int,
    links: Int
  ) async throws {
    let result = try await creates(value, story.replacing("OPEN", with: "\(open)"))
    #expect(result.findings.map(\.message) == [])
    let sent = result.record.exchanges.filter { $0.intent.occasion == .okta }
    let ofEvent = sent.filter { $0.intent.event == 2 }
    #expect(ofEvent.count { $0.intent.act == .find } == 1 + links)
    #expect(ofEvent.count { $0.intent.act == .replace } == links)
    if links > 0 {
      let again = try #require(ofEvent.first { $0.intent.act == .replace })
      let first = try #require(ofEvent.first)
      #expect(again.sent - first.sent >= .seconds(1800))
      #expect(again.sent - first.sent < .seconds(1810))
    }
  }

  /// What the run does not wait for says nothing about the app.
  @Test func `a limit that the repetition meets beyond the budget ends the scenario`() async throws
  {
    var run = SimulatedRun()
    run.change = { settings in
      settings.profile.switches = Switches(["repeatFailedAssignments": "30m"])
      settings.budget = .seconds(2 * 3600)
    }
    run.wrap = { transport, _ in
      RateLimitRunTests.Limited(transport, .find, after: 1, retryAfter: "7200")
    }
    let result = try await run.perform(story.replacing("OPEN", with: "1"))
    #expect(result.verdict == .notJudged)
    #expect(result.reason?.contains("Okta would wait 7200 s and try again") == true)
    #expect(result.findings.map(\.message) == [])
  }
}
