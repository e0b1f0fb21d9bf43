import JSON
import Profiles
import SampleApp
import Simulation

/// That a shipped scenario would meet a failure mode, as its `Covers:` line says.
package struct ScenarioClaim: Sendable, Hashable {
  package var scenario: String
  /// `F-01`.
  package var mode: String
}

extension SelfCheck {
  /// Clients that Okta is not: what comes of their carelessness.
  ///
  /// Each with the policy of an app that it is careless with.
  package static let carelessClients: [[String]] = [
    ["authentication.refresh.concurrency=parallel"],
    ["authentication.refresh.concurrency=parallel", "embeddedSampleApp.graceWindow=0s"],
    ["authentication.refresh.keepOldRefreshToken=always", "embeddedSampleApp.graceWindow=0s"],
    ["authentication.refresh.trigger=never"],
    ["authentication.refresh.trigger=expiry"],
    ["authentication.refresh.missingExpiresIn=fail"],
  ]

  /// All claims of the shipped scenarios.
  package static func claims() throws(Mistakes) -> [ScenarioClaim] {
    try shippedScenarios().flatMap { scenario in
      scenario.covers.map { ScenarioClaim(scenario: scenario.name, mode: $0) }
    }
  }

  /// What shows that a claim is true: a fault or a careless client that the scenario finds, by a
  /// finding of the mode that the right app and client do not have there; nil for nothing.
  package func proof(of claim: ScenarioClaim) async throws -> String? {
    for item in cases where item.scenario == claim.scenario {
      let sound = try await run(item, [])
      func shows(_ trace: ScenarioTrace) -> Bool {
        trace.findings.contains { finding in
          finding.failureModes.contains(claim.mode) && !sound.ids.contains(finding.id)
        }
      }
      // Those that are made for it come first.
      let faults = Fault.functional
      let likely = faults.filter { $0.row.failureMode == claim.mode }
      for fault in likely + faults.filter({ !likely.contains($0) })
      where shows(try await run(item, [fault])) {
        return fault.rawValue
      }
      for settings in Self.carelessClients where shows(try await run(item, [], settings)) {
        return settings.joined(separator: " ")
      }
    }
    return nil
  }
}
