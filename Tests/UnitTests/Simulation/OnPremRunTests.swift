import HTTP
import Okta
import Profiles
import SampleApp
import TestSupport
import Testing
import World

@testable import Simulation

/// Whole runs with an app behind the on-prem agent.
@Suite struct OnPremRunTests {
  private static func run(
    _ credentials: SampleAppSettings.Credentials = .open,
    _ authentication: Authentication = .unauthenticated,
    without feature: String? = nil
  ) -> SimulatedRun {
    var run = SimulatedRun(family: .onPrem)
    run.app.credentials = credentials
    run.app.apiField = authentication.field
    run.app.managementFeatures.removeAll { $0 == feature }
    run.change = { settings in
      settings.profile.authentication = authentication
      settings.profile.scim.capabilities = Set(Capability.allCases)
    }
    return run
  }

  @Test func `the value of a header of any name is in no recording and no report`() async throws {
    let folder = try TemporaryFolder()
    let secret = SampleAppSettings().apiToken
    var run = Self.run(
      .header,
      .header(Secret(secret, alias: "credentials#1"), field: "X-Key-Of-Acme")
    )
    run.folder = folder.path
    let result = try await run.perform("test credentials\nassign ada\n")
    #expect(result.verdict == .passed)
    let har = String(decoding: try #require(folder.read("story.har")), as: UTF8.self)
    #expect(har.contains("X-Key-Of-Acme"))
    #expect(har.contains("credentials#1"))
    #expect(!har.contains(secret))
    let report = TextReport(
      scenarios: [result.record.scenario],
      style: TextStyle(.plain),
      showsBodies: true
    )
    #expect(!report.scenario(result).contains(secret))
  }

  @Test func `where the app does not name a feature the timeline says so`() async throws {
    let result = try await Self.run(without: "PUSH_USER_DEACTIVATION").perform(
      """
      test credentials
      assign ada
      deactivate ada
        expect nothing sent
      """
    )
    #expect(result.verdict == .passed)
    let notes = Timeline(record: result.record).rows.map(\.note)
    #expect(
      notes.contains(
        "nothing to send: the app's ServiceProviderConfig does not name PUSH_USER_DEACTIVATION"
      )
    )
  }

  @Test func `an app that asks nobody who it is is used without credentials`() async throws {
    let results = try await Self.run().perform([
      ("used", "test credentials\nassign ada\nupdate ada  lastName King\ndeactivate ada\n"),
      ("expiry", "authorize\nassign ada\nafter access token expires\nupdate ada  lastName King\n"),
      ("probe", "authorize\nprobe no token\n"),
      ("test", "authorize\ntest credentials\nspec find with a bad token\n"),
    ])
    #expect(results.map(\.verdict) == [.passed, .skipped, .skipped, .passed])
    #expect(results[0].findings == [])
    #expect(
      results[1].reason
        == "the profile has no OAuth grant, whose tokens could expire or be refreshed"
    )
    #expect(results[1].reason == results[2].reason)
    for exchange in results.flatMap(\.record.exchanges) {
      #expect(exchange.request.fields["Authorization"] == nil)
    }
  }

  @Test func `an app that wants credentials after all is said to`() async throws {
    let result = try await Self.run(.basic).perform("test credentials\n")
    #expect(result.verdict == .notJudged)
    #expect(
      result.reason == "the app asks for credentials (401), and the profile's mode is 'none'"
    )
  }

  @Test(arguments: ["assign ada\n", "assign ada\nassign bob\n"])
  func `an incremental import lists who has changed`(assigned: String) async throws {
    let result = try await Self.run().perform(
      assigned + """
        after 2s
        import users
        after 2s
        update ada  lastName King
        after 2s
        import users incremental
          expect GET /Users -> 200  totalResults 1
        """
    )
    #expect(result.verdict == .passed)
    #expect(result.findings == [])
  }

  @Test func `another family has no incremental import`() throws {
    let scenario = try Scenario.make("import users incremental\n")
    var profile = IntegrationProfile.make()
    #expect(
      Needs.unmetNeed(of: scenario, in: profile)
        == "incremental imports are the on-prem agent's alone"
    )
    #expect(throws: Mistakes.self) { try ScenarioChecks.check(scenario, against: profile) }
    profile.family = .onPrem
    #expect(Needs.unmetNeed(of: scenario, in: profile) == nil)
    try ScenarioChecks.check(scenario, against: profile)
  }

  /// Okta, support article "OPP Agent with SCIM 2.0 Support Feature Enabled when Communicating with the
  /// On-Premises Application Connector Utilizing SCIM 1.1".
  @Test(arguments: [
    (AppFamily.onPrem, SCIMSettings.Version.v2, "http://a.test/scim", 1),
    (.onPrem, .v2, "http://a.test/scim/v2", 0), (.onPrem, .v2, "http://a.test/v2/scim", 0),
    (.onPrem, .v1, "http://a.test/scim", 0), (.aiw, .v2, "http://a.test/scim", 0),
    // The run fills it in.
    (.onPrem, .v2, "", 0),
  ])
  func `a base URL that has the agent speak another version is told`(
    family: AppFamily,
    version: SCIMSettings.Version,
    baseURL: String,
    count: Int
  ) {
    var profile = IntegrationProfile.make(family: family)
    (profile.scim.version, profile.scim.baseURL) = (version, baseURL)
    #expect(profile.notices.count == count)
    #expect(RunNotes([], profile: profile).warnings == profile.notices)
  }
}
