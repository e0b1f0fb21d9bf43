import HTTP
import Loop
import OAuth
import Okta
import Profiles
import Simulation
import World

/// A loop of the generator, and how its orgs reach the app.
package struct LoadLane: Sendable {
  package let loop: EventLoop
  package let transport: any Transport
  /// Of all orgs of the loop.
  let unread = JudgeQueue()

  package init(loop: EventLoop, transport: any Transport) {
    self.loop = loop
    self.transport = transport
  }
}

/// Many orgs against one app: their grants are made, their events come when they are due, and what
/// they made is cleaned up.
package struct LoadRun: Sendable {
  let settings: LoadSettings
  let lanes: [LoadLane]
  let interruption: Interruption
  let integrations: Integrations
  let noAttributes = AttributeShape()
  /// Of all orgs: an app may tell one what it gave another.
  let secrets = RunSecrets()
  let monitor: LoadMonitor
  /// Told who will be left where the clean-up, which then begins, is not let to its end.
  let onCleanUp: (@Sendable ([LeftInApp]) -> Void)?

  /// Orgs of one loop that are set up, or cleaned up, at once.
  static let orgsAtOnce = 32
  /// How long what waits may still begin when the load is over.
  ///
  /// A crowd is what its load is about: it has nearly all the time that there is.
  private var drainLimit: Duration {
    if case .open(_, let bursts) = settings.arrival, !bursts.isEmpty { return .seconds(240) }
    return .seconds(30)
  }

  package init(
    settings: LoadSettings,
    lanes: [LoadLane],
    interruption: Interruption,
    onProgress: (@Sendable (LoadProgress) -> Void)? = nil,
    onCleanUp: (@Sendable ([LeftInApp]) -> Void)? = nil
  ) {
    self.onCleanUp = onCleanUp
    monitor = LoadMonitor(
      aborting: settings.abortsOnFail ? settings.thresholds : [],
      onProgress: onProgress
    )
    self.settings = settings
    integrations = Integrations(settings.profile)
    self.lanes = lanes
    self.interruption = interruption
  }

  package func perform() async -> LoadResult {
    var people = await withTaskGroup(of: [OrgSetUp].self) { group in
      for (index, lane) in lanes.enumerated() {
        group.addTask(executorPreference: lane.loop) { await setUp(index, lane) }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    var result = LoadResult(
      figures: LoadFigures(interval: settings.interval),
      orgs: people.count,
      took: settings.duration
    )
    result.setUp = people.reduce(into: LoadResult.SetUp()) { sum, one in
      sum.grants += one.hasGrant ? 1 : 0
      sum.resumed += one.isResumed ? 1 : 0
      sum.people += one.people
      if let failure = one.failure { sum.failures[failure, default: 0] += 1 }
      sum.took = max(sum.took, one.took)
    }
    result.disturbance = settings.story?.disturbance
    result.tokensBeganDead = settings.tokens == .dead
    if !people.contains(where: \.isReady) {
      // Nobody is there for whom anything could come.
      result.took = .zero
    } else if case .search(let search) = settings.arrival {
      await self.search(search, &people, &result)
    } else {
      await measure(settings.arrival, settings.duration, &people, &result)
    }
    result.wasInterrupted = interruption.isRaised
    result.abort = monitor.abort
    for one in people { await close(one, &result) }
    if settings.isJudged, !interruption.isRaised { await lookAround(people) }
    await cleanUp(people, &result)
    result.add(people.compactMap(\.judge).flatMap { $0.findings() })
    return result
  }

  /// Has events come, and adds what was measured.
  private func measure(
    _ arrival: LoadSettings.Arrival,
    _ duration: Duration,
    _ people: inout [OrgSetUp],
    _ result: inout LoadResult
  ) async {
    var watch: GeneratorWatch?
    if !isVirtual {
      do {
        watch = try GeneratorWatch(lanes.map(\.loop))
      } catch {
        // A loop needs two descriptors, and can fail for nothing else.
        result.figures.unsent += 1
      }
    }
    if let end = setUpEnd, end > lanes[0].loop.now { try? await lanes[0].loop.sleep(until: end) }
    await prepareTokens(people)
    if let end = setUpEnd.map({ $0 + .seconds(1) }), end > lanes[0].loop.now {
      try? await lanes[0].loop.sleep(until: end)
    }
    if let start = settings.startAt, !isVirtual {
      // Until then what was prepared gets older, as it does in all shards.
      let wait = Duration.milliseconds(start - Timestamp.now)
      if wait > .zero {
        _ = await interruption.wait(until: lanes[0].loop.now + wait, on: lanes[0].loop)
      }
    }
    let all = people
    monitor.restart()
    // Beside the loops, where these are real: what it has to say each second is no event's lateness.
    let watching =
      monitor.isNeeded
      ? Task(executorPreference: isVirtual ? lanes[0].loop : nil) { [monitor, settings] in
        await monitor.watch(lanes[0].loop, orgs: settings.orgs)
      } : nil
    defer { watching?.cancel() }
    let parts = await withTaskGroup(of: LanePart.self) { group in
      for (index, lane) in lanes.enumerated() {
        let orgs = all.filter { $0.lane == index }
        group.addTask(executorPreference: lane.loop) { await drive(orgs, lane, arrival, duration) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    result.took = parts.map(\.took).max() ?? duration
    for part in parts {
      result.figures.add(part.figures)
      for index in people.indices {
        if let plan = part.plans[people[index].index] { people[index].plan = plan }
      }
    }
    result.generator = await watch?.stop(exchanges: result.exchangeCount)
  }

  // MARK: The limit

  /// Doubles the rate until something breaks, halves the difference, and tries once more what held.
  private func search(
    _ search: LoadStory.Search,
    _ people: inout [OrgSetUp],
    _ result: inout LoadResult
  ) async {
    var rate = search.from.perSecond(orgs: settings.orgs)
    var limit = LoadLimit()
    func trial(_ rate: Double, _ people: inout [OrgSetUp]) async -> LoadResult {
      var trial = LoadResult(
        figures: LoadFigures(interval: settings.interval),
        orgs: settings.orgs,
        took: search.each
      )
      trial.setUp = result.setUp
      trial.tokensBeganDead = result.tokensBeganDead
      let pace = Pace(.constant, rate: rate, for: search.each)
      await measure(
        .open([LoadStream(pace: pace, mix: settings.mix)], []),
        search.each,
        &people,
        &trial
      )
      return trial
    }
    var held: LoadResult?
    let hasAll = result.setUp.failures.isEmpty
    while !interruption.isRaised, limit.trials < LoadLimit.mostTrials {
      var tried = await trial(rate, &people)
      // Of a few hundred events one that the machine was late for is too many.
      for _ in 0..<LoadLimit.timesMoreIfInvalid where tried.invalid != nil && hasAll {
        tried = await trial(rate, &people)
      }
      if let invalid = tried.invalid {
        // It says nothing of the app, in neither direction.
        limit.generatorLimit = invalid
        held = held ?? tried
        break
      }
      let broken = limit.firstBreak(tried, settings.thresholds)
      limit.note(rate, broken)
      if broken == nil || held == nil { held = tried }
      guard let next = limit.nextRate else { break }
      rate = next
    }
    if let held {
      let setUp = result.setUp
      result = held
      result.setUp = setUp
    }
    result.limit = limit
  }

  // MARK: The load

  private struct LanePart: Sendable {
    var figures: LoadFigures
    var took: Duration
    var plans: [Int: OrgPlan]
  }

  private func drive(
    _ people: [OrgSetUp],
    _ lane: LoadLane,
    _ arrival: LoadSettings.Arrival,
    _ duration: Duration
  ) async -> LanePart {
    let loop = lane.loop
    let start = loop.now
    let recorder = LoadRecorder(start: start, warmUp: settings.warmUp, interval: settings.interval)
    let end = start + duration
    let inParticular = settings.story?.orgsInParticular ?? []
    var orgs: [Int: LoadOrg] = [:]
    var plans: [Int: OrgPlan] = [:]
    for one in people where one.isReady {
      let traffic = OrgTraffic(
        lane.transport,
        recorder: recorder,
        loop: loop,
        start: start,
        outages: settings.story?.outages ?? []
      )
      one.traffic.turn(to: traffic)
      orgs[one.index] = LoadOrg(
        name: one.name,
        provisioner: one.provisioner,
        traffic: traffic,
        log: one.log,
        recorder: recorder,
        loop: loop,
        start: start,
        jobsAtOnce: settings.jobsAtOnce,
        isBystander: !inParticular.isEmpty && !inParticular.contains(one.index)
      )
      plans[one.index] = one.plan
    }
    monitor.add(recorder)
    let (begun, first) = (orgs, plans)
    // What is under way when all the time is over, or after an interrupt, is cut: an import may be long.
    plans = await interruption.limit(
      on: loop,
      within: settings.timeLimit,
      cut: { for one in people { await one.provisioner.session?.giveUpRefreshes() } },
      { await self.play(arrival, people, begun, first, recorder, on: loop, from: start, to: end) }
    )
    return LanePart(
      figures: recorder.figures,
      took: loop.now > end + drainLimit || isCut
        ? loop.now - start : max(duration, loop.now - start),
      plans: plans
    )
  }

  /// Whether the load ends before its time.
  private var isCut: Bool { interruption.isRaised || monitor.abort != nil }

  /// Has the events of some orgs come, all on one loop.
  ///
  /// - Returns: What the orgs would do next.
  private func play(
    _ arrival: LoadSettings.Arrival,
    _ people: [OrgSetUp],
    _ orgs: [Int: LoadOrg],
    _ plans: [Int: OrgPlan],
    _ recorder: LoadRecorder,
    on loop: EventLoop,
    from start: Duration,
    to end: Duration
  ) async -> [Int: OrgPlan] {
    var plans = plans
    let isOver: @Sendable () -> Bool = { self.isCut || loop.now > end + drainLimit }
    await withDiscardingTaskGroup { group in
      if let first = people.first, first.lane == 0, settings.shard.map({ $0.number == 1 }) ?? true {
        for (place, act) in (settings.story?.acts ?? []).enumerated() {
          let provisioner = first.provisioner
          group.addTask(executorPreference: loop) {
            guard await interruption.wait(until: start + act.at, on: loop) else { return }
            var clauses = Clauses()
            clauses.hook = NamedHook(name: act.hook)
            // A number that no event of the load has.
            let outcome = await provisioner.perform(
              LifecycleEvent(HookCall(clauses)),
              number: Int.min + place
            )
            if case .notMade(let failure) = outcome.ending {
              recorder.noteFailedAct(failure.reason)
            }
          }
        }
      }
      switch arrival {
      case .search: break
      case .open(let streams, let bursts):
        var schedule = LoadSchedule(settings, streams, bursts)
        while !isCut, let next = schedule.next() {
          guard let org = orgs[next.org], var plan = plans[next.org] else { continue }
          if start + next.due > loop.now {
            guard await interruption.wait(until: start + next.due, on: loop) else { break }
          }
          // Before it is planned: else what comes later would be about whom nobody has assigned.
          if let most = settings.maxBacklog, recorder.unfinished * lanes.count >= most {
            recorder.noteDrop(next.kind, due: next.due)
            continue
          }
          let planned = plan.next(next.kind)
          plans[next.org] = plan
          var isStarted = false
          admit(
            QueuedEvent(
              number: next.number,
              kind: planned.kind,
              event: planned.event,
              due: next.due,
              subject: planned.subject
            ),
            org,
            recorder
          ) { first in
            isStarted = true
            group.addTask(executorPreference: loop) { await org.work(first, isOver: isOver) }
          }
          // Of many that are due at once the first must not wait until the last has been planned.
          if isStarted { await Task.yield() }
        }
      case .closed(let count):
        let share = people.map(\.index).filter { orgs[$0] != nil }
        guard !share.isEmpty else { break }
        let workers = (0..<count).filter { $0 % lanes.count == people[0].lane }
        for worker in workers {
          let index = share[worker / lanes.count % share.count]
          guard let org = orgs[index] else { continue }
          var plan = OrgPlan(
            seed: settings.seed,
            org: "\(org.name) \(worker)",
            prefix: "w\(worker)p"
          )
          var chance = SeededRandom(seed: settings.seed).stream(named: "worker \(worker)")
          let mix = settings.mix
          group.addTask(executorPreference: loop) {
            var number = worker
            while loop.now < end, !isOver() {
              let planned = plan.next(mix.next(using: &chance))
              let event = QueuedEvent(
                number: number,
                kind: planned.kind,
                event: planned.event,
                due: loop.now - start,
                subject: planned.subject
              )
              number += count
              recorder.noteDue(event)
              await org.perform(event.unblocked)
            }
          }
        }
      }
    }
    return plans
  }

  private func admit(
    _ event: QueuedEvent,
    _ org: LoadOrg,
    _ recorder: LoadRecorder,
    start: (QueuedEvent) -> Void
  ) {
    recorder.noteDue(event)
    if let first = org.admit(event) { start(first) }
  }

  /// Has the orgs' tokens be as the load wants them, all at once.
  private func prepareTokens(_ people: [OrgSetUp]) async {
    guard settings.tokens != .natural else { return }
    await withDiscardingTaskGroup { group in
      for one in people {
        guard let session = one.provisioner.session else { continue }
        group.addTask(executorPreference: lanes[one.lane].loop) {
          switch settings.tokens {
          case .natural: break
          case .live: _ = try? await session.refresh(for: Cause(org: one.name))
          case .dead:
            // The org's own clock goes ahead: to Okta the token is dead, whatever the app thinks of it.
            if let life = await session.history.last?.token.expiresIn {
              one.provisioner.clock.skip(life)
            }
          }
        }
      }
    }
  }
}
