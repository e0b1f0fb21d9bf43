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
  private let life = AppLife()
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
    interruption.whenRaised { [secrets, loop] in
      let end = loop.now + Interruption.grace
      secrets.end { loop.now >= end }
    }
    var collected: [ScenarioResult] = []
    var waiting = order[...]
    await withTaskGroup(of: ScenarioResult.self) { group in
      func addNext() {
        guard !interruption.isRaised, let index = waiting.popFirst() else { return }
        group.addTask { await perform(index) }
      }
      for _ in 0..<max(1, jobs) { addNext() }
      while let result = await group.next() {
        collected.append(result)
        results.yield(result)
        if settings.stopsAtFirstFailure, result.verdict == .failed {
          interruption.raise(Run.endedByFailure)
        }
        addNext()
      }
    }
    for index in waiting {
      let result = notStarted(index)
      collected.append(result)
      results.yield(result)
    }
    return collected.sorted { $0.index < $1.index }
  }

  private static let endedByFailure = "another scenario failed (--fail-fast)"

  /// What waits longest first, so that the waits overlap; in a row, or where the first failure ends
  /// all, what waits shortest.
  private var order: [Int] {
    let waits = settings.scenarios.map(ScenarioWait.init)
    let isShortestFirst = settings.stopsAtFirstFailure || jobs == 1
    return waits.indices.sorted { left, right in
      if waits[left] == waits[right] { return left < right }
      return (waits[left] < waits[right]) == isShortestFirst
    }
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
      interruption.reason == Run.endedByFailure
      ? "not started: \(Run.endedByFailure)" : "not started: the run was interrupted"
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
      bodies: bodies,
      life: life
    ).perform()
  }
}
