import Foundation
import HTTP
import JSON
import Loop
import OAuth
import Okta
import Profiles
import SampleApp
import TestSupport
import World

@testable import Simulation

/// One scenario against the sample app, on the virtual clock.
struct SimulatedRun {
  var app = SampleAppSettings(seed: 5, accessTokenLifetime: .seconds(60))
  var family = AppFamily.aiw
  var folder: String?
  var change: @Sendable (inout RunSettings) -> Void = { _ in }
  var interruption = Interruption()
  /// What comes between Okta's side and the app.
  var wrap: @Sendable (any Transport, EventLoop) -> any Transport = { transport, _ in transport }

  var bodies = BodyBudget()
  /// Whether all scenarios reach one app.
  var sharesApp = false
  /// Called with what the run's own grant has shown.
  var probed: @Sendable (ProbeResult) -> Void = { _ in }
  /// Called when a scenario lets go of its connections.
  var closed: @Sendable (EventLoop) -> Void = { _ in }

  func perform(_ text: String, name: String = "story") async throws -> ScenarioResult {
    try await perform([(name, text)])[0]
  }

  func perform(_ scenarios: [(name: String, text: String)]) async throws -> [ScenarioResult] {
    var settings = RunSettings.make(
      profile: .sampleApp(app, family: family),
      scenarios: try scenarios.map { try Scenario.make($0.text, name: $0.name) },
      recordingFolder: folder
    )
    change(&settings)
    let (app, interruption, wrap, closed) = (app, interruption, wrap, closed)
    let (final, bodies) = (settings, bodies)
    let (sharesApp, probed) = (sharesApp, probed)
    return try await onLoop { loop in
      let (_, results) = AsyncStream.makeStream(of: ScenarioResult.self)
      let shared = SampleApp(settings: app, loop: loop)
      return await Run(settings: final, loop: loop, interruption: interruption, bodies: bodies) {
        _ in
        let transport = InProcessTransport(
          handler: sharesApp ? shared : SampleApp(settings: app, loop: loop),
          loop: loop
        )
        return AppConnection(
          profile: final.profile,
          transport: wrap(transport, loop),
          isShared: sharesApp
        ) {
          closed(loop)
        }
      }.perform(results: results, probed: probed)
    }
  }
}

extension RunSettings {
  static func make(
    profile: IntegrationProfile = .make(),
    scenarios: [Scenario] = [],
    jobs: Int = 32,
    recordingFolder: String? = nil
  ) -> RunSettings {
    RunSettings(
      profile: profile,
      scenarios: scenarios,
      seed: 7,
      namespace: "k3f9",
      jobs: jobs,
      leeway: .standard,
      budget: nil,
      cleanUp: .deactivate,
      stopsAtFirstFailure: false,
      recordingFolder: recordingFolder,
      rerunOptions: " --seed 7",
      runStart: Timestamp.virtualStart,
      version: "0.1.0"
    )
  }
}

extension RunOutcome {
  static func make(
    _ results: [ScenarioResult],
    seconds: Duration = .zero,
    probe: ProbeResult? = nil,
    isFinished: Bool = true
  ) -> RunOutcome {
    RunOutcome(
      settings: .make(
        profile: results[0].record.profile,
        scenarios: results.map(\.record.scenario)
      ),
      seconds: seconds,
      results: results,
      probe: probe,
      notes: RunNotes(results, profile: results[0].record.profile),
      isFinished: isFinished
    )
  }
}

extension Scenario {
  /// - Parameter text: All below the title.
  static func make(_ text: String, name: String = "story") throws -> Scenario {
    try ScenarioReader.read(
      SourceText(file: "Profiles/sample/\(name).scenario", text: "Scenario: a story\n" + text),
      name: name
    )
  }
}

extension IntegrationProfile {
  /// What an admin fills in about the sample app.
  static func sampleApp(
    _ app: SampleAppSettings,
    family: AppFamily = .aiw,
    refresh: RefreshPolicy = RefreshPolicy(),
    clientAuthentication: Authentication.ClientAuthentication = .post
  ) -> IntegrationProfile {
    var profile = IntegrationProfile.make(
      family: family,
      authentication: .authorizationCode(
        AuthorizationCodeSettings(
          authorizationEndpoint: app.baseURL + "/oauth/authorize",
          tokenEndpoint: app.baseURL + "/oauth/token",
          redirectURI: app.redirectURIs[0],
          client: ClientSettings(
            id: app.clientID,
            secret: Secret(app.clientSecret, alias: "client_secret#1"),
            authentication: clientAuthentication
          ),
          scopes: [],
          refresh: refresh,
          grants: .perScenario,
          login: .form(
            FormLogin(
              username: app.adminUsername,
              password: Secret(app.adminPassword, alias: "password#1")
            )
          )
        )
      ),
      switches: [:]
    )
    profile.scim.baseURL = app.baseURL + "/scim/v2"
    profile.name = "sample"
    profile.folder = "Profiles/sample"
    profile.file = "Profiles/sample/profile.json"
    return profile
  }
}

/// A folder that is gone when the test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "oktasim-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func read(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path + "/" + name).map(Array.init)
  }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}
