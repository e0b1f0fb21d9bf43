import JSON
import Profiles
import SampleApp
import SelfCheck
import Simulation
import TestSupport
import Testing

/// What is found where the app's clock is moved on, and where the time is waited for.
@Suite(.serialized) struct AdvancedClockTests {
  @Test(arguments: Fault.functional)
  func `a fault is found as it is where the time is waited for`(fault: Fault) async throws {
    let scenarios = try Shipped.everyApp().filter { scenario in
      // A request that is kept back keeps the clock as well.
      !scenario.events.contains(where: \.event.holdsUntilExpiry)
        && (scenario.blocks.contains(where: \.start.isInLifetimes)
          || scenario.events.contains { $0.event.wait != nil })
    }
    #expect(scenarios.count > 9)
    var run = SampleAppRun(scenarios, settings: ["family=oin-patch"], faults: [fault])
    let waited = try await run.perform()
    run.budget = .seconds(3)
    let advanced = try await run.perform()

    #expect(told(advanced).symmetricDifference(told(waited)) == [])
  }

  /// A token of 3600 s is half over when the request comes that is kept back until its end.
  @Test func `what is kept back until a token's end is so on the app's clock`() async throws {
    let scenario = try ScenarioReader.read(
      SourceText(
        file: "held.scenario",
        text: """
          Scenario: held
          Needs: hook advance-clock
          authorize
          assign grace
          hook advance-clock 1800s
          hold next POST until access token expires
          assign ada
            expect rejected 1
            expect refreshes 1
          """
      ),
      name: "held"
    )
    let results = try await SampleAppRun([scenario], settings: ["family=oin-patch"]).perform()
    #expect(results.flatMap(\.findings).map(\.id) == [])
    #expect(results[0].verdict == .passed)
    #expect((.seconds(2100)..<Duration.seconds(2200)).contains(results[0].record.ended))
  }

  private func told(_ results: [ScenarioResult]) -> Set<String> {
    Set(
      results.flatMap { result in
        result.findings.map { "\(result.record.scenario.name): \($0.verdict.rawValue) \($0.id)" }
      }
    )
  }
}
