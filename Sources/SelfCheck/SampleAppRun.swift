import HTTP
import JSON
import Loop
import Profiles
import SampleApp
import ShippedScenarios
import Simulation
import World

/// A run of scenarios against the sample app, in this process and on the virtual clock.
///
/// As `oktasim run Profiles/sample-app --clock virtual` makes it: each scenario has an app of its
/// own, and nothing is left to chance that the seed does not decide.
package struct SampleAppRun: Sendable {
  /// The profile's file; nil for that of `Profiles/sample-app`.
  package var profile: SourceText?
  /// What is laid over the profile, as behind `--set`: `family=oin-patch`.
  package var settings: [String] = []
  package var faults: [Fault] = []
  package var scenarios: [Scenario]
  package var seed: UInt64 = 1
  package var looks = Looks.made
  /// The longest sum of waits in one scenario; nil for no limit.
  package var budget: Duration?
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
    let loop = try EventLoop.start(clock: .virtual)
    defer { loop.stop() }
    return await Task(executorPreference: loop) {
      var app = SampleAppInProcess(
        profile: runSettings.profile,
        embedded: runSettings.profile.embeddedSampleApp ?? EmbeddedSampleApp(),
        seed: seed,
        startedAt: Int(runSettings.runStart / 1000),
        loop: loop
      )
      app.wrap = wrap
      app.front = front
      let run = Run(
        settings: runSettings,
        loop: loop,
        interruption: Interruption(),
        connect: { [app] scenario in app.connect(scenario) }
      )
      return await run.perform(results: AsyncStream.makeStream().continuation)
    }.value
  }

  /// With what its faults need so that they can show.
  private var allSettings: [String] { settings + faults.flatMap(\.row.needs) }

  private func runSettings() throws(Mistakes) -> RunSettings {
    var profile = try ProfileReader.read(
      profile
        ?? SourceText(
          file: "Profiles/sample-app/profile.json",
          bytes: ShippedScenarios.sampleAppProfile
        ),
      settings: allSettings.compactMap { Setting(argument: $0) },
      environment: Environment([:]),
      variables: .refuse,
      faults: Fault.names
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
      budget: budget,
      cleanUp: .deactivate,
      stopsAtFirstFailure: false,
      recordingFolder: recordingFolder,
      rerunOptions: rerunOptions,
      runStart: Timestamp.virtualStart,
      version: "0"
    )
    runSettings.looks = looks
    return runSettings
  }

  private var rerunOptions: String {
    var words = ["--seed", String(seed)]
    for setting in allSettings { words += ["--set", setting] }
    for fault in faults { words += ["--fault", fault.rawValue] }
    words += ["--clock", "virtual"]
    return words.map { " " + $0.asShellWord }.joined()
  }
}
