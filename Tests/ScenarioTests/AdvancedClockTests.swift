import SampleApp
import SelfCheck
import Simulation
import TestSupport
import Testing

/// What is found where the app's clock is moved on, and where the time is waited for.
@Suite struct AdvancedClockTests {
  @Test(arguments: Fault.allCases)
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

  private func told(_ results: [ScenarioResult]) -> Set<String> {
    Set(
      results.flatMap { result in
        result.findings.map { "\(result.record.scenario.name): \($0.verdict.rawValue) \($0.id)" }
      }
    )
  }
}
