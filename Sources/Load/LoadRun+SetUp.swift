import HTTP
import Loop
import Okta
import Profiles
import Simulation
import World

extension LoadRun {
  /// What an org is called, which stands for `{org}` in a profile.
  ///
  /// - Parameter org: From 0.
  package static func name(ofOrg org: Int) -> String { "o\(org + 1)" }

  /// Whether a simulation is to say the same of an org whichever others it has.
  var isVirtual: Bool { lanes.first?.loop.clockKind == .virtual }

  /// When the set-up of an org begins on the virtual clock, whichever others there are.
  private func setUpInstant(of org: Int) -> Duration? { LoadRun.orgsGap * org }

  private static let orgsGap = Duration.milliseconds(20)

  /// When all are set up on the virtual clock; nil for the real one, which nobody plans.
  var setUpEnd: Duration? {
    guard isVirtual else { return nil }
    let most = (0..<settings.orgs).map(settings.users(of:)).max() ?? 0
    return LoadRun.orgsGap * settings.orgs + .milliseconds(10) * most + .seconds(1)
  }

  struct OrgSetUp: Sendable {
    var index: Int
    var lane: Int
    var name: String
    var provisioner: Provisioner
    var traffic: SwitchedTransport
    var log: ExchangeLog
    var judge: OrgJudge?
    var plan: OrgPlan
    var hasGrant: Bool
    /// Whether an earlier load has made the grant.
    var isResumed = false
    var people: Int
    var failure: String?
    var took: Duration

    var isReady: Bool { hasGrant && failure == nil }

    /// Fit for a report, though the app's own words may be in it.
    func shown(_ text: String) -> String {
      ShownText(provisioner.aliases, exchanges: log.exchanges)(text)
    }
  }

  func setUp(_ laneIndex: Int, _ lane: LoadLane) async -> [OrgSetUp] {
    let orgs = (0..<settings.orgs).filter { settings.shard?.has($0) ?? true }
    let indices = orgs.enumerated().filter { $0.offset % lanes.count == laneIndex }.map(\.element)
    return await withTaskGroup(of: OrgSetUp.self) { group in
      var next = indices.makeIterator()
      var all: [OrgSetUp] = []
      func add() {
        guard !interruption.isRaised, let index = next.next() else { return }
        group.addTask(executorPreference: lane.loop) { await setUp(index, laneIndex, lane) }
      }
      for _ in 0..<LoadRun.orgsAtOnce { add() }
      for await one in group {
        all.append(one)
        add()
      }
      return all.sorted { $0.index < $1.index }
    }
  }

  /// Makes an org's grant, and the people whom it begins with.
  private func setUp(_ index: Int, _ laneIndex: Int, _ lane: LoadLane) async -> OrgSetUp {
    let name = LoadRun.name(ofOrg: index)
    if isVirtual, let instant = setUpInstant(of: index), instant > lane.loop.now {
      try? await lane.loop.sleep(until: instant)
    }
    let begun = lane.loop.now
    let aliases = SecretAliases(run: secrets)
    let app = integrations.app(ofOrg: name)
    let judge =
      settings.isJudged
      ? OrgJudge(app.profile, org: name, aliases: aliases, lane.unread, noAttributes) : nil
    let log = ExchangeLog(judge, keeping: 1)
    let traffic = SwitchedTransport(lane.transport)
    let provisioner = settings.provisioner(
      ofOrg: name,
      by: traffic,
      log: log,
      aliases: aliases,
      on: lane.loop,
      of: app
    )
    var setUp = OrgSetUp(
      index: index,
      lane: laneIndex,
      name: name,
      provisioner: provisioner,
      traffic: traffic,
      log: log,
      judge: judge,
      plan: OrgPlan(seed: settings.seed, org: name),
      hasGrant: provisioner.session == nil,
      people: 0,
      took: .zero
    )
    var events: [LifecycleEvent] = []
    if let session = provisioner.session {
      if let saved = settings.savedGrants?.grant(of: name, runStart: settings.runStart) {
        await session.resume(saved)
        (setUp.hasGrant, setUp.isResumed) = (true, true)
      } else {
        events.append(LifecycleEvent(Authorization(Clauses())))
      }
    }
    for _ in 0..<settings.users(of: index) { events.append(setUp.plan.newcomer()) }
    // Numbers that no event of the load has.
    for (place, event) in events.enumerated() {
      if interruption.isRaised || setUp.failure != nil { break }
      let outcome = await provisioner.perform(event, number: -1 - place)
      log.forget(event: -1 - place)
      switch outcome.ending {
      case .success:
        if event.makesGrant { setUp.hasGrant = true } else { setUp.people += 1 }
      case .task(let task): setUp.failure = setUp.shown(task.message)
      case .noGrant(let failure): setUp.failure = setUp.shown(failure.message)
      case .notMade(let failure): setUp.failure = setUp.shown(failure.reason)
      }
    }
    log.forgetExchanges()
    setUp.took = lane.loop.now - begun
    return setUp
  }
}

extension LoadSettings {
  /// Okta's side of one org.
  func provisioner(
    ofOrg name: String,
    by transport: any Transport,
    log: ExchangeLog,
    aliases: SecretAliases,
    on loop: EventLoop,
    of app: Integration
  ) -> Provisioner {
    Provisioner(
      app: app,
      transport: transport,
      people: People(
        seed: seed,
        namespace: namespace + name,
        domain: app.profile.peopleDomain,
        locale: app.profile.switches[.locale]
      ),
      random: SeededRandom(seed: seed).stream(named: "org \(name)"),
      aliases: aliases,
      log: log,
      loop: loop,
      budget: WaitBudget(timeLimit),
      startedAt: Int(runStart / 1000),
      looks: false,
      org: name,
      // Hooks are the first org's.
      keepsBrowser: name == LoadRun.name(ofOrg: 0)
    )
  }
}

/// The app as each org of a load reaches it.
struct Integrations: Sendable {
  private let profile: IntegrationProfile
  /// That of all orgs, where the profile does not name them.
  private let shared: Integration?

  init(_ profile: IntegrationProfile) {
    var profile = profile
    // The second login is of an org in a scenario that has two; here each is like the first.
    profile.secondLogin = nil
    self.profile = profile
    shared = profile.namesOrg ? nil : Integration(profile)
  }

  func app(ofOrg name: String) -> Integration { shared ?? Integration(profile.inOrg(name)) }
}
