import HTTP
import Loop
import OAuth
import Okta
import Profiles
import Recordings
import World

/// One scenario from its first event to its result: walked, judged, cleaned up, recorded.
struct ScenarioRun: Sendable {
  let index: Int
  let scenario: Scenario
  let settings: RunSettings
  let app: AppConnection
  let loop: EventLoop
  let interruption: Interruption
  /// Those that the run's scenarios have made at a shared app.
  let grants: RunGrants
  /// What they have written at a shared app.
  let writes: RunWrites
  /// Those that the run's scenarios have met.
  let secrets: RunSecrets
  /// What they keep of bodies.
  let bodies: BodyBudget
  let life: AppLife
  var part = Part.beside

  /// What it is to the run's other scenarios.
  enum Part {
    case beside
    /// The only one that the app serves meanwhile.
    case alone
    /// The run's own, before all of them.
    case probe(ProbeGrant)
    /// The one that makes a grant while the probe's lives.
    case follower(Follower)
  }

  func perform() async -> ScenarioResult {
    let aliases = SecretAliases(run: secrets)
    let appClock = AppClock(run: loop)
    let judge = JudgeSink(
      Judge(
        profile: app.profile,
        leeway: settings.leeway,
        aliases: aliases,
        isNamespaceGiven: settings.isNamespaceGiven
      ),
      scenario: scenario.name,
      grants: app.isShared ? grants : RunGrants(),
      writes: app.isShared ? writes : RunWrites(),
      appClock: appClock
    ) {
      if case .follower(let follower) = part { follower.noteGrant() }
    }
    let log = ExchangeLog(judge, bodies: bodies)
    let budget = WaitBudget(settings.budget)
    let seed = scenario.seed ?? settings.seed
    let numbers = GrantNumbers()
    let transport: any Transport =
      app.profile.sendsRequestID
      ? RequestIDTransport(app.transport, scenario: scenario.name) : app.transport
    let integration = Integration(app.profile)
    let orgs = Orgs(scenario) { org in
      Provisioner(
        app: integration,
        transport: transport,
        people: People(
          seed: seed,
          namespace: settings.namespace(ofScenario: index),
          domain: app.profile.peopleDomain,
          locale: app.profile.switches[.locale]
        ),
        random: SeededRandom(seed: seed).stream(named: scenario.name),
        aliases: aliases,
        log: log,
        loop: loop,
        budget: budget,
        startedAt: Int(settings.runStart / 1000),
        looks: settings.looks == .made,
        leeway: { [leeway = settings.leeway] in leeway.duration(for: $0) },
        org: org,
        numbers: numbers,
        appClock: appClock,
        mayAdvance: isAlone && settings.looks == .made
      )
    }
    let writer = settings.recordingFolder.map { folder in
      RecordingWriter(
        path: "\(folder)/\(scenario.name).har",
        events: scenario.events.map { "\($0.event)" },
        aliases: aliases,
        runStart: settings.runStart,
        version: settings.version,
        loop: loop
      )
    }
    let exchanges = log.follow()
    async let recording: Void? = writer?.follow(exchanges, of: log)
    var walk = ScenarioWalk(
      scenario: scenario,
      settings: settings,
      profile: app.profile,
      orgs: orgs,
      log: log,
      loop: loop,
      interruption: interruption,
      budget: budget,
      life: life,
      probe: probe
    )
    await walk.perform()
    var record = walk.record
    record.exchanges = log.exchanges
    if appClock.hasReplacedWait { record.variant = .advance }
    let (cleanUp, endedAfter) = await cleanUp(orgs.all)
    var warnings = endedAfter.map { ["the clean-up was ended after \($0.inSeconds)"] } ?? []
    for okta in orgs.all { await okta.session?.close() }
    record.exchanges = log.exchanges
    log.close()
    await recording
    // The recording has learned their secrets, where there is one.
    record.shown = ShownText(aliases, exchanges: writer == nil ? record.exchanges : [])
    record.tokens = await orgs.tokens
    let verdict = judge.conclude(record, rerun: settings.rerun(probe == nil ? scenario : nil))
    let isRecorded = await writer?.finish(pages: pages(record)) ?? false
    let cut = record.exchanges.count(where: \.isCut)
    if cut > 0 {
      warnings.append(
        "the run's bodies come to more than \(BodyBudget.standard >> 20) MiB: of \(cut) "
          + "exchange\(cut == 1 ? "" : "s") only the first \(BodyBudget.shownBytes >> 10) KiB were kept"
      )
    }
    if let failure = await writer?.failure {
      warnings.append("\(failure); --record names another folder, --no-record does without")
    }
    let path = await writer?.path
    if let wanted = await writer?.wanted, let path {
      warnings.append("another run is writing \(wanted); this recording is \(path)")
    }
    await app.close()
    var result = result(record, verdict, isRecorded ? path : nil, warnings)
    result.cleanUp = shown(cleanUp, record)
    return result
  }

  private func shown(_ report: CleanUpReport, _ record: ScenarioRecord) -> CleanUpReport {
    var report = report
    report.noDelete = report.noDelete.map { record.shown($0) }
    for index in report.left.indices {
      report.left[index].who = record.shown(report.left[index].who)
      report.left[index].reason = record.shown(report.left[index].reason)
    }
    return report
  }

  private var isAlone: Bool {
    if case .alone = part { true } else { !app.isShared }
  }

  private var probe: ProbeGrant? {
    if case .probe(let probe) = part { probe } else { nil }
  }

  /// What the app does here says nothing any more, and nobody waits for it gladly.
  private func cleanUp(
    _ orgs: [Provisioner]
  ) async -> (report: CleanUpReport, endedAfter: Duration?) {
    let begun = loop.now
    let report = await interruption.limit(
      on: loop,
      within: ScenarioRun.cleanUpLimit,
      cut: { for okta in orgs { await okta.session?.giveUpRefreshes() } },
      {
        var report = CleanUpReport()
        for okta in orgs { report.add(await okta.cleanUp(settings.cleanUp)) }
        return report
      }
    )
    let isEnded = loop.now - begun >= ScenarioRun.cleanUpLimit
    return (report, isEnded ? ScenarioRun.cleanUpLimit : nil)
  }

  private static let cleanUpLimit = Duration.seconds(30)

  private func result(
    _ record: ScenarioRecord,
    _ judgement: Judgement,
    _ recording: String?,
    _ warnings: [String]
  ) -> ScenarioResult {
    let findings = judgement.findings
    let worst = findings.map(\.verdict).max() ?? .passed
    let isLeftOut = record.skipped != nil && worst < .failed
    let verdict = isLeftOut ? (record.isNotJudged ? .notJudged : .skipped) : worst
    let reason =
      isLeftOut
      ? record.skipped : findings.first { $0.verdict == worst }.map(\.message)
    var result = ScenarioResult(
      index: index,
      record: record,
      findings: findings.map { record.shown(placed($0, record)) },
      notJudged: judgement.notJudged,
      judgeBytes: judgement.bytes,
      judgeSteps: judgement.steps,
      policy: judgement.policy,
      verdict: verdict,
      reason: reason.map { record.shown($0) },
      recording: record.exchanges.isEmpty ? nil : recording,
      warnings: warnings.map { record.shown($0) }
    )
    result.ranToItsEnd =
      record.skipped == nil && record.outcomes.count == record.events.count && !record.lacksGrant
      && settings.looks == .made
    return result
  }

  /// With the event and the answer that it is about.
  private func placed(_ finding: Finding, _ record: ScenarioRecord) -> Finding {
    var finding = finding
    let exchange = finding.exchanges.first.flatMap { record.exchange($0) }
    let event =
      exchange?.intent.event.flatMap { record.event($0) }
      ?? record.events.last { $0.line <= finding.line }
    finding.event = event.map { "\($0.event)" }
    finding.status = exchange?.status
    return finding
  }

  /// A page for each lifecycle event, and one for what came after the verdict.
  private func pages(_ record: ScenarioRecord) -> [RecordingWriter.Page] {
    // `record.event` makes the list of all events anew.
    let titles = record.scenario.events.map { "\($0.event)" }
    var first: [Int?: Duration] = [:]
    for exchange in record.exchanges {
      let event = exchange.intent.event
      first[event] = min(first[event] ?? exchange.begun, exchange.begun)
    }
    var pages = record.outcomes.sorted { $0.event < $1.event }.map { outcome in
      RecordingWriter.Page(
        event: outcome.event,
        title: titles.indices.contains(outcome.event) ? titles[outcome.event] : "",
        started: min(outcome.started, first[outcome.event] ?? outcome.started)
      )
    }
    if let after = first[nil] {
      pages.append(
        RecordingWriter.Page(event: nil, title: "after the verdict", started: after)
      )
    }
    return pages
  }
}
