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
  private let writes = RunWrites()
  private let secrets: RunSecrets
  private let bodies: BodyBudget
  private let life = AppLife()
  private let connect: @Sendable (Scenario) async -> AppConnection

  /// - Parameters:
  ///   - secrets: Gets those that the scenarios meet.
  ///   - connect: Makes the app ready for one scenario.
  package init(
    settings: RunSettings,
    loop: EventLoop,
    interruption: Interruption,
    bodies: BodyBudget = BodyBudget(),
    secrets: RunSecrets = RunSecrets(),
    connect: @escaping @Sendable (Scenario) async -> AppConnection
  ) {
    self.settings = settings
    self.loop = loop
    self.interruption = interruption
    self.bodies = bodies
    self.secrets = secrets
    self.connect = connect
  }

  /// Runs all scenarios; those that end are handed to `results` at once.
  ///
  /// - Parameter probed: Called with what the run's own grant has shown, before the scenarios that
  ///   do not need to be waited for.
  /// - Returns: All results in the order of the scenarios.
  package func perform(
    results: AsyncStream<ScenarioResult>.Continuation,
    probed: @escaping @Sendable (ProbeResult) -> Void = { _ in }
  ) async -> [ScenarioResult] {
    defer { results.finish() }
    interruption.whenRaised { [secrets, loop] in
      let end = loop.now + Interruption.grace
      secrets.end { loop.now >= end }
    }
    var collected: [ScenarioResult] = []
    var (waiting, alone) = order
    await withTaskGroup(of: ScenarioResult.self) { group in
      var (most, running) = (max(1, min(jobs, settings.scenarios.count)), 0)
      func start(_ index: Int, _ part: ScenarioRun.Part) {
        running += 1
        group.addTask { await perform(index, part) }
      }
      func fill() {
        while running < most, !interruption.isRaised, !waiting.isEmpty {
          start(waiting.removeFirst(), most == 1 ? .alone : .beside)
        }
        // What changes the app for all would be laid to it by whoever meets it.
        if running == 0, waiting.isEmpty, !alone.isEmpty, !interruption.isRaised {
          start(alone.removeFirst(), .alone)
        }
      }
      if let (probe, app) = await probeGrant() {
        async let result = perform(probe, app)
        await probe.isMade.wait()
        // Some scenario has to make a grant while the probe's lives; some may end before they do.
        var isFollowed = isOneGrantAtATime
        while !isFollowed, !interruption.isRaised,
          let place = follower(among: waiting)
        {
          let follower = Follower()
          start(waiting.remove(at: place), .follower(follower))
          await follower.isOver.wait()
          isFollowed = follower.hasGrant
        }
        probe.follow(isFollowed && !isOneGrantAtATime)
        var probeResult = probe.result(await result)
        probeResult.result = probeResult.result.judged(beside: settings.baseline)
        probed(probeResult)
        if probeResult.isOneGrantAtATime { most = 1 }
        if probeResult.isServedTwice { grants.noteSideBySide() }
        // Whose clock is moved on has to be the only one that uses it.
        let advancing = waiting.filter { advances($0, probeResult) }
        waiting.removeAll { advancing.contains($0) }
        alone = advancing + alone
      }
      fill()
      while let result = await group.next()?.judged(beside: settings.baseline) {
        running -= 1
        collected.append(result)
        results.yield(result)
        if settings.stopsAtFirstFailure, result.verdict == .failed {
          interruption.raise(Run.endedByFailure)
        }
        fill()
      }
    }
    for index in waiting + alone {
      let result = notStarted(index)
      collected.append(result)
      results.yield(result)
    }
    return collected.sorted { $0.index < $1.index }
  }

  private static let endedByFailure = "another scenario failed (--fail-fast)"

  /// What waits longest first, so that the waits overlap; in a row, or where the first failure ends
  /// all, what waits shortest.
  ///
  /// Those that change the app for all come by themselves, after the others.
  private var order: (together: [Int], alone: [Int]) {
    let waits = settings.scenarios.map(ScenarioWait.init)
    let isShortestFirst = settings.stopsAtFirstFailure || jobs == 1
    let sorted = waits.indices.sorted { left, right in
      if waits[left] == waits[right] { return left < right }
      return (waits[left] < waits[right]) == isShortestFirst
    }
    let changing = settings.scenarios.map { $0.events.contains(where: \.event.changesApp) }
    return (sorted.filter { !changing[$0] }, sorted.filter { changing[$0] })
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
  private var jobs: Int { isOneGrantAtATime ? 1 : settings.jobs }

  private var isOneGrantAtATime: Bool { settings.profile.hasOneGrantAtATime }

  /// Only where scenarios share an app, and could get in each other's way.
  private func probeGrant() async -> (ProbeGrant, AppConnection)? {
    guard settings.looks == .made, !interruption.isRaised,
      case .authorizationCode(let oauth) = settings.profile.authentication,
      // A second factor's code is good for one login (RFC 6238 section 5.2).
      !oauth.login.hasSecondFactor,
      settings.scenarios.count(where: { $0.events.contains(where: \.event.makesGrant) }) > 1
    else { return nil }
    let probe = ProbeGrant(settings)
    let app = await connect(probe.scenario)
    if app.isShared { return (probe, app) }
    await app.close()
    return nil
  }

  private func perform(_ probe: ProbeGrant, _ app: AppConnection) async -> ScenarioResult {
    defer { probe.isMade.raise() }
    return await scenarioRun(ProbeGrant.index, probe.scenario, app, .probe(probe)).perform()
  }

  /// The one that waits longest, or where it may have to be alone for that, the one that waits least.
  private func follower(among waiting: [Int]) -> Int? {
    settings.profile.advancesClock
      ? waiting.lastIndex(where: beginsWithGrant) : waiting.firstIndex(where: beginsWithGrant)
  }

  private func advances(_ index: Int, _ probe: ProbeResult) -> Bool {
    ScenarioOutlook(settings.scenarios[index], lifetime: probe.lifetime, settings) == .advances
  }

  private func beginsWithGrant(_ index: Int) -> Bool {
    guard let block = settings.scenarios[index].blocks.first else { return false }
    return block.start == .immediately && block.events.first?.event.makesGrant ?? false
  }

  private func perform(_ index: Int, _ part: ScenarioRun.Part) async -> ScenarioResult {
    let scenario = settings.scenarios[index]
    defer { if case .follower(let follower) = part { follower.isOver.raise() } }
    return await scenarioRun(index, scenario, await connect(scenario), part).perform()
  }

  private func scenarioRun(
    _ index: Int,
    _ scenario: Scenario,
    _ app: AppConnection,
    _ part: ScenarioRun.Part
  ) -> ScenarioRun {
    ScenarioRun(
      index: index,
      scenario: scenario,
      settings: settings,
      app: app,
      loop: loop,
      interruption: interruption,
      grants: grants,
      writes: writes,
      secrets: secrets,
      bodies: bodies,
      life: life,
      part: part
    )
  }
}
