import JSON
import Simulation
import Testing

/// What the standards leave open is compared with the last run.
struct RunChangesTests {
  private static let scenario = """
    authorize
    after access token expires
    test credentials
    """

  private func outcome(last: (String) -> JSONValue?) async throws -> RunOutcome {
    let result = try await SimulatedRun().perform(Self.scenario)
    var outcome = RunOutcome.make([result], seconds: .seconds(66))
    outcome.last = last(result.record.scenario.name)
    return outcome
  }

  @Test func `what is otherwise than in the last run is told, how long something was seen is not`()
    async throws
  {
    let outcome = try await outcome { name in
      [
        "policies": [
          ["name": "rotation", "value": "fixed"], ["name": "grantAgeAtLeast", "value": "1 s"],
          ["name": "clientAuthentication", "value": "client_secret_post"],
        ],
        "scenarios": [["name": .string(name), "verdict": "observed"]],
        "findings": [
          ["id": "F-08.old-token-refused", "scenario": .string(name), "verdict": "observed"],
          ["id": "F-16.cacheable", "scenario": .string(name), "verdict": "failed"],
          ["id": "F-61.grant-ended", "scenario": "another", "verdict": "observed"],
        ],
      ]
    }

    #expect(
      RunChanges(since: outcome.last, outcome).words == [
        "rotation is rotating, it was fixed", "F-08.old-token-refused is no longer observed",
      ]
    )
  }

  @Test func `without a last run, or after one like it, nothing is compared`() async throws {
    let first = try await outcome { _ in nil }
    #expect(RunChanges(since: nil, first).words == [])
    #expect(RunChanges(since: JSONReport(first).json, first).words == [])
    #expect(RunChanges(since: "nonsense", first).words == [])
  }
}
