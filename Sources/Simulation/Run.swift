import HTTP
import Loop
import Profiles
import World

/// Runs scenarios, several at once, and gives each result as it is there.
package struct Run: Sendable {
  private let settings: RunSettings
  private let loop: EventLoop
  private let interruption: Interruption
  private let grants = RunGrants()
  private let secrets = RunSecrets()
  private let bodies: BodyBudget
  private let connect: @Sendable (Scenario) async -> AppConnection

  /// - Parameter connect: Makes the app ready for one scenario.
  package init(
    settings: RunSettings,
    loop: EventLoop,
    interruption: Interruption,
    bodies: BodyBudget = BodyBudget(),
    connect: @escaping @Sendable (Scenario) async -> AppConnection
  ) {
    self.settings = settings
    self.loop = loop
    self.interruption = interruption
    self.bodies = bodies
    self.connect = connect
  }

  /// Runs all scenarios; those that end are handed to `results` at once.
  ///
  /// - Returns: All results in the order of the scenarios.
  package func perform(
    results: AsyncStream<ScenarioResult>.Continuation
  ) async -> [ScenarioResult] {
    defer { results.finish() }
    var collected: [ScenarioResult] = []
    var next = 0
    var goesOn = true
    await withTaskGroup(of: ScenarioResult.self) { group in
      func addNext() {
        guard goesOn, next < settings.scenarios.count, !interruption.isRaised else { return }
        let index = next
        next += 1
        group.addTask { await perform(index) }
      }
      for _ in 0..<max(1, jobs) { addNext() }
      while let result = await group.next() {
        collected.append(result)
        results.yield(result)
        if settings.stopsAtFirstFailure, result.verdict == .failed { goesOn = false }
        addNext()
      }
    }
    for index in next..<settings.scenarios.count {
      let result = notStarted(index)
      collected.append(result)
      results.yield(result)
    }
    return collected.sorted { $0.index < $1.index }
  }

  private func notStarted(_ index: Int) -> ScenarioResult {
    let now = loop.now
    var record = ScenarioRecord(
      scenario: settings.scenarios[index],
      profile: settings.profile,
      leeway: settings.leeway,
      started: now,
      ended: now
    )
    record.skipped =
      interruption.isRaised
      ? "not started: the run was interrupted" : "not started: a scenario before it failed"
    return ScenarioResult(
      index: index,
      record: record,
      findings: [],
      verdict: .skipped,
      reason: record.skipped,
      recording: nil,
      warnings: []
    )
  }

  /// A new grant that retires the old one leaves room for one scenario at a time.
  private var jobs: Int {
    if case .authorizationCode(let oauth) = settings.profile.authentication,
      oauth.grants == .oneAtATime
    {
      return 1
    }
    return settings.jobs
  }

  private func perform(_ index: Int) async -> ScenarioResult {
    let scenario = settings.scenarios[index]
    return await ScenarioRun(
      index: index,
      scenario: scenario,
      settings: settings,
      app: await connect(scenario),
      loop: loop,
      interruption: interruption,
      grants: grants,
      secrets: secrets,
      bodies: bodies
    ).perform()
  }
}
