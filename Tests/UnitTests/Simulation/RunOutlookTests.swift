import Profiles
import Testing

@testable import Simulation

/// What a run says of itself, once it knows how long tokens live.
@Suite struct RunOutlookTests {
  private func words(
    _ lifetime: Duration?,
    isOneGrantAtATime: Bool = false,
    _ change: (inout RunSettings) -> Void = { _ in }
  ) async throws -> String? {
    let result = try await SimulatedRun().perform("authorize\n")
    var settings = RunSettings.make(
      scenarios: [
        try .make("authorize\nafter access token expires\ntest credentials\n", name: "one"),
        try .make("authorize\nafter 10 lifetimes\ntest credentials\n", name: "two"),
        try .make("authorize\nafter 11s\ntest credentials\n", name: "three"),
      ]
    )
    settings.budget = .seconds(120)
    change(&settings)
    let probe = ProbeResult(
      result: result,
      lifetime: lifetime,
      isOneGrantAtATime: isOneGrantAtATime,
      isServedTwice: !isOneGrantAtATime
    )
    return RunOutlook(probe, settings)?.inWords
  }

  @Test func `the longest wait is the run's, in a row all of them`() async throws {
    #expect(try await words(.seconds(2)) == "access tokens live 2 s: the run takes about 21 s")
    #expect(
      try await words(.seconds(2), isOneGrantAtATime: true)
        == "access tokens live 2 s: the run takes about 35 s"
    )
    #expect(
      try await words(.seconds(2)) { $0.jobs = 1 }
        == "access tokens live 2 s: the run takes about 35 s"
    )
    #expect(
      try await words(.seconds(2)) { $0.isQuick = true }
        == "access tokens live 2 s: the run takes about 12 s"
    )
  }

  @Test func `what is left out for its length is told with what would help`() async throws {
    #expect(
      try await words(.seconds(60))
        == "access tokens live 60 s: the run takes about 67 s; "
        + "1 needs tokens of at most 12 s: issue 5-second tokens to this client"
    )
    #expect(
      try await words(.seconds(3600)) { $0.budget = .seconds(9) }
        == "access tokens live 3600 s: the run takes about 1 s; "
        + "1 of 3 scenarios runs with Okta's clock moved on instead; "
        + "2 need --budget 11s"
    )
  }

  @Test func `without a lifetime an altered token stands for a dead one`() async throws {
    #expect(
      try await words(nil)
        == "the app does not say how long access tokens live (no expires_in): the run takes about "
        + "12 s; 1 of 3 scenarios runs with an altered token instead; 1 needs expires_in in the token "
        + "response"
    )
  }
}
