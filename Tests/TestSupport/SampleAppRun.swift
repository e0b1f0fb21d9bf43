import Foundation
import HTTP
import Loop
import Profiles
import SampleApp
import Simulation
import World

/// A run of scenarios against the sample app, in this process and on the virtual clock.
///
/// As `oktasim run Profiles/sample-app --clock virtual` makes it: each scenario has an app of its
/// own, and nothing is left to chance that the seed does not decide.
package struct SampleAppRun: Sendable {
  /// What is laid over `Profiles/sample-app`, as behind `--set`: `family=oin-patch`.
  package var settings: [String] = []
  package var faults: [Fault] = []
  package var scenarios: [Scenario]
  package var seed: UInt64 = 1
  package var looks = Looks.made
  /// Where recordings go; nil for none.
  package var recordingFolder: String?
  /// Stands between Okta's side and the app; for faults on the way.
  package var wrap: @Sendable (any Transport, EventLoop) -> any Transport = { transport, _ in
    transport
  }
  /// What stands before the app and may answer in its place.
  package var front: @Sendable (any RequestHandler) -> any RequestHandler = { $0 }

  package init(_ scenarios: [Scenario], settings: [String] = [], faults: [Fault] = []) {
    self.scenarios = scenarios
    self.settings = settings
    self.faults = faults
  }

  /// The results in the order of the scenarios.
  package func perform() async throws -> [ScenarioResult] {
    let runSettings = try runSettings()
    return try await onLoop { loop in
      let run = Run(
        settings: runSettings,
        loop: loop,
        interruption: Interruption(),
        connect: { connect($0, profile: runSettings.profile, loop: loop) }
      )
      return await run.perform(results: AsyncStream.makeStream().continuation)
    }
  }

  private func runSettings() throws -> RunSettings {
    var profile = try ProfileReader.read(
      path: Package.path("Profiles/sample-app"),
      settings: settings.compactMap { Setting(argument: $0) },
      environment: Environment([:]),
      variables: .refuse
    )
    profile.embeddedSampleApp?.faults += faults.map(\.rawValue)
    profile.embeddedSampleApp?.clock = .virtual
    for scenario in scenarios { try ScenarioChecks.check(scenario, against: profile) }
    var chance = SeededRandom(seed: seed).stream(named: "namespace")
    var runSettings = RunSettings(
      profile: profile,
      scenarios: scenarios,
      seed: seed,
      namespace: Namespace.random(using: &chance),
      jobs: 32,
      leeway: .standard,
      budget: nil,
      cleansUp: true,
      stopsAtFirstFailure: false,
      recordingFolder: recordingFolder,
      rerunOptions: " --seed \(seed)",
      runStart: Timestamp.virtualStart,
      version: "0"
    )
    runSettings.looks = looks
    return runSettings
  }

  private func connect(
    _ scenario: Scenario,
    profile: IntegrationProfile,
    loop: EventLoop
  ) -> AppConnection {
    let embedded = profile.embeddedSampleApp ?? EmbeddedSampleApp()
    var chance = SeededRandom(seed: seed).stream(named: "app \(scenario.name)")
    let settings = SampleAppSettings(
      seed: chance.next(),
      accessTokenLifetime: embedded.accessTokenLifetime ?? .seconds(3600),
      refreshTokenLifetime: embedded.refreshTokenLifetime,
      refreshTokenIdleLimit: embedded.refreshTokenIdleLimit,
      rotation: SampleAppSettings.Rotation(rawValue: embedded.rotation.rawValue) ?? .rotate,
      graceWindow: embedded.graceWindow,
      tokenFormat: SampleAppSettings.TokenFormat(rawValue: embedded.tokenFormat.rawValue)
        ?? .opaque,
      faults: Set(embedded.faults.compactMap { Fault(rawValue: $0) }),
      users: embedded.users,
      calendarStart: Int(Timestamp.virtualStart / 1000)
    )
    return AppConnection(
      profile: profile.reaching(settings),
      transport: wrap(
        InProcessTransport(handler: front(SampleApp(settings: settings, loop: loop)), loop: loop),
        loop
      ),
      close: {}
    )
  }
}

extension IntegrationProfile {
  /// With what an admin would have filled in about the sample app.
  fileprivate func reaching(_ app: SampleAppSettings) -> IntegrationProfile {
    var profile = self
    profile.scim.baseURL = app.baseURL + "/scim/v2"
    guard case .authorizationCode(var oauth) = authentication else { return profile }
    oauth.authorizationEndpoint = app.baseURL + "/oauth/authorize"
    oauth.tokenEndpoint = app.baseURL + "/oauth/token"
    oauth.revocationEndpoint = app.baseURL + "/oauth/revoke"
    oauth.redirectURI = app.redirectURIs.first ?? ""
    oauth.clientID = app.clientID
    oauth.clientSecret = Secret(app.clientSecret, alias: "client_secret#1")
    oauth.login = .form(
      FormLogin(
        username: app.adminUsername,
        password: Secret(app.adminPassword, alias: "password#1")
      )
    )
    profile.authentication = .authorizationCode(oauth)
    return profile
  }
}

/// The scenarios that are shipped.
package enum Shipped {
  /// Those that hold for every family.
  package static func everyApp() throws -> [Scenario] { try read("Profiles/every-app") }

  /// All that `oktasim run Profiles/sample-app` runs.
  package static func forSampleApp() throws -> [Scenario] {
    try read("Profiles/sample-app") + everyApp()
  }

  private static func read(_ folder: String) throws -> [Scenario] {
    try (ScenarioFiles.paths(in: Package.path(folder)) ?? []).map { path in
      try ScenarioReader.read(path: path)
    }
  }
}

/// The package that these tests are part of.
package enum Package {
  package static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// - Parameter path: From the package's root.
  package static func path(_ path: String) -> String { root.appending(path: path).path }
}
