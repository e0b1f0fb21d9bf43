import HTTP
import Loop
import OAuth
import Okta
import Profiles
import SelfCheck
import Simulation
import Synchronization
import TestSupport
import Testing

/// Every shipped scenario with its 1st, 2nd, … last exchange going wrong in each way, until a run
/// completes untouched (after SQLite's anomaly tests).
///
/// The app is sound and lets a spent refresh token work until its successor is used, so a client
/// that handles a lost answer as it should never loses the grant.
@Suite(.serialized) struct AnomalyTests {
  static let faults: [TransportFault] = [
    .fail, .delay(.seconds(30)), .cutBeforeWriting, .cutAfterWriting, .loseAnswer,
    .serviceUnavailable,
  ]

  @Test(arguments: faults)
  func `no single fault on the way makes a wrong verdict or loses a grant`(
    fault: TransportFault
  ) async throws {
    var runs = 0
    for scenario in try Shipped.everyApp() {
      var number = 1
      while true {
        let meeting = Meeting()
        var run = SampleAppRun(
          [scenario],
          settings: ["embeddedSampleApp.rotation=retire-on-use"]
        )
        run.wrap = { [number] transport, loop in
          let faulty = FaultTransport(transport, fault: fault, at: number, loop: loop)
          meeting.transport.withLock { $0 = faulty }
          return faulty
        }

        let result = try #require(try await run.perform().first)

        let place = "\(scenario.name), exchange \(number), \(fault.name)"
        check(result, place)
        runs += 1
        guard meeting.transport.withLock({ $0?.wasMet ?? false }) else {
          #expect(result.verdict <= .observed, "\(place): untouched")
          break
        }
        number += 1
        try #require(number < 500, "\(scenario.name) never completes untouched")
      }
    }
    print("anomalies: \(runs) runs with \(fault.name)")
    #expect(runs > 100)
  }

  private func check(_ result: ScenarioResult, _ place: String) {
    // What an app makes of a refresh token that is shown again, and when, is its policy.
    let wrong = result.findings.filter {
      $0.verdict > .observed || !$0.failureModes.contains("F-22")
    }
    #expect(wrong.map(\.message) == [], "\(place)")
    if result.findings.contains(where: { $0.id == "F-22.reuse-ends-grant" }) { return }
    for outcome in result.record.outcomes {
      if case .task(let task) = outcome.ending {
        #expect(task.tokenError?.endsGrant != true, "\(place): the grant was lost")
      }
    }
  }

  private final class Meeting: Sendable {
    let transport = Mutex<FaultTransport?>(nil)
  }
}
