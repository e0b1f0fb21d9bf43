import HTTP
import Loop
import OAuth
import Okta
import Profiles

/// The walk through a scenario's blocks, and the record that it leaves.
struct ScenarioWalk {
  let scenario: Scenario
  let settings: RunSettings
  /// Of each of the scenario's orgs.
  let orgs: Orgs
  let log: ExchangeLog
  let loop: EventLoop
  let interruption: Interruption
  let budget: WaitBudget
  let life: AppLife
  /// Where it makes the run's own grant.
  let probe: ProbeGrant?
  var record: ScenarioRecord

  private var lastEventEnded: Duration
  private var presentedDead: Set<String> = []
  /// The org of the last event.
  private var org = OrgSwitch.first
  /// How many access tokens each org had when the last event had ended.
  private var tokensSeen: [String: Int] = [:]
  private var isOver = false

  init(
    scenario: Scenario,
    settings: RunSettings,
    profile: IntegrationProfile,
    orgs: Orgs,
    log: ExchangeLog,
    loop: EventLoop,
    interruption: Interruption,
    budget: WaitBudget,
    life: AppLife,
    probe: ProbeGrant?
  ) {
    self.life = life
    self.probe = probe
    self.scenario = scenario
    self.settings = settings
    self.orgs = orgs
    self.log = log
    self.loop = loop
    self.interruption = interruption
    self.budget = budget
    let now = loop.now
    lastEventEnded = now
    record = ScenarioRecord(
      scenario: scenario,
      profile: profile,
      leeway: settings.leeway,
      started: now,
      ended: now
    )
  }

  /// Of the org of the last event.
  private var provisioner: Provisioner { orgs[org] }

  mutating func perform() async {
    record.skipped = Needs.unmetNeed(of: scenario, in: record.profile)
    if record.skipped == nil, provisioner.session == nil, scenario.needsGrant {
      record.skipped = "the profile has no OAuth grant, whose tokens could expire or be refreshed"
    }
    if record.skipped == nil, case .clientCredentials = record.profile.authentication,
      scenario.events.contains(where: \.event.isTrial)
    {
      record.skipped = "a grant of the client's own has no refresh tokens (RFC 6749 section 4.4.3)"
    }
    if record.skipped == nil, settings.looks == .left,
      scenario.events.contains(where: \.event.isDeviation)
    {
      record.skipped = "\(Looks.flag): it makes requests that Okta would not"
    }
    if record.skipped == nil, settings.isQuick,
      ScenarioWait(scenario).lifetimes > ScenarioWait.quick
    {
      record.skipped = "it waits longer than four lifetimes, which --quick leaves out"
    }
    if record.skipped == nil {
      for block in scenario.blocks where !isOver { await perform(block) }
      if !isOver { await lookAtEnd() }
    }
    record.tokens = await orgs.tokens
    record.tasks = orgs.tasks
    for okta in orgs.all {
      for user in okta.directory.all { record.ids[user.user.name] = user.id }
      for (name, id) in okta.directory.groupIDs { record.ids[name] = id }
    }
    record.ended = loop.now
    leaveOutWhereNoPageFollowed()
    leaveUnjudgedWhereWeFailed()
    leaveUnjudgedWhereTheAppEnded()
    leaveUnjudgedWhereNothingAnswered()
  }

  // MARK: Blocks

  private mutating func perform(_ block: Scenario.Block) async {
    guard await wait(for: block), let first = block.events.first else { return }
    org = first.org
    await presentDeadToken(before: first)
    if block.start == .atOnce {
      await performTogether(block.events)
    } else {
      for event in block.events where !isOver {
        if interruption.isRaised {
          end(interruption.reason)
          break
        }
        org = event.org
        await finish(event, await outcome(of: event))
        await afterwards(event)
      }
    }
  }

  private mutating func performTogether(_ events: [ScenarioEvent]) async {
    let outcomes = await withTaskGroup(of: Outcome.self) {
      [orgs, interruption, loop] group in
      for event in events {
        let provisioner = orgs[event.org]
        group.addTask {
          await interruption.limit(
            on: loop,
            cut: { await provisioner.session?.giveUpRefreshes() },
            { await provisioner.perform(event.event, number: event.index) }
          )
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let places = Dictionary(uniqueKeysWithValues: outcomes.map { ($0.event, $0) })
    for event in events {
      guard let outcome = places[event.index] else { continue }
      org = event.org
      await finish(event, outcome)
    }
    for event in events {
      org = event.org
      await afterwards(event)
    }
  }

  private func outcome(of event: ScenarioEvent) async -> Outcome {
    let occasion = probe == nil ? Cause.Occasion.okta : .probe
    return await interruption.limit(
      on: loop,
      within: probe == nil ? nil : ProbeGrant.limit,
      cut: { [provisioner] in await provisioner.session?.giveUpRefreshes() },
      { [provisioner] in
        await provisioner.perform(event.event, number: event.index, occasion: occasion)
      }
    )
  }

  private mutating func finish(_ event: ScenarioEvent, _ outcome: Outcome) async {
    let outcome = await lookAtRefusedClient(outcome)
    record.add(outcome)
    lastEventEnded = max(lastEventEnded, outcome.ended)
    if interruption.isRaised { end(interruption.reason) }
    switch outcome.ending {
    case .success: return
    case .noGrant(let failure) where failure.refusal != nil:
      guard failure.refusal == .notAsked else { return }
      isOver = true
      record.skipped = "the app asks for no consent that an admin could refuse"
    case .noGrant(let failure) where failure.leavesGrant && failure.unjudged == nil: return
    case .noGrant(let failure):
      isOver = true
      if let reason = failure.unjudged {
        record.skipped = reason
        record.isNotJudged = true
      }
      if case .browser(let reason) = failure.stage {
        if reason == .overBudget { record.isNotJudged = false }
        record.isLostInBrowser = reason == .wrongLogin || reason == .refused
        record.isOverBudget = reason == .overBudget
        record.isStarved = reason == .outOfDescriptors
      }
    case .notMade(let failure):
      end(failure)
    case .task(let task):
      guard task.tokenError == .noGrant else { return }
      // The scenario's mistake, not the app's.
      end("'\(event.event)' needs a grant: write 'authorize' before it")
      record.isUnjudgeable = true
    }
  }

  /// What a scenario asks of the app after an event, and of the tokens after a grant.
  private mutating func afterwards(_ event: ScenarioEvent) async {
    if event.event.makesGrant { await checkLifetime() }
    await lookWithOldGrant(after: event)
    await lookAtLists(after: event)
    if let probe { await show(probe, after: event) }
    for expectation in event.expectations where !isOver {
      await look(expectation, event: event.index)
    }
  }

  private mutating func lookAtEnd() async {
    let last = scenario.events.last?.index
    for expectation in scenario.atEnd { await look(expectation, event: last) }
    if settings.looks == .made { await lookAtOtherTenants() }
    guard settings.looks == .made, !interruption.isRaised,
      scenario.events.contains(where: \.event.isTrial)
    else { return }
    for okta in orgs.all {
      await interruption.limit(on: loop) { await okta.lookAtOldRefreshTokens(event: last) }
    }
  }

  /// Shows each org one user of another's, where they are of two tenants.
  private func lookAtOtherTenants() async {
    guard record.profile.hasTenants else { return }
    for okta in orgs.all {
      for other in orgs.all where other.org != okta.org && !interruption.isRaised {
        guard okta.org == OrgSwitch.first || other.org == OrgSwitch.first,
          let user = other.directory.all.first(where: { $0.id != nil })
        else { continue }
        let made = scenario.events.first { $0.event.person == user.user.name }?.index
        await interruption.limit(on: loop) { await okta.look(atOthers: user, event: made) }
      }
    }
  }

  private mutating func look(_ expectation: Expectation, event: Int?) async {
    guard expectation.isLook, !interruption.isRaised else { return }
    guard settings.looks == .made else {
      record.looks[expectation.place] = UserLook(problem: Looks.flag, isLeft: true)
      return
    }
    let look = await interruption.limit(on: loop) { [provisioner, orgs] in
      switch expectation.kind {
      case .user(let person, _):
        await (orgs.ofPerson(person) ?? provisioner).look(at: person, event: event)
      case .group(let group, _):
        await (orgs.ofGroup(group) ?? provisioner).look(atGroup: group, event: event)
      case .accessToken(let number, _): await provisioner.look(atToken: number, event: event)
      default: Look.notMade(because: "nothing is to be looked at")
      }
    }
    record.looks[expectation.place] =
      switch look {
      case .made(let exchange): UserLook(exchange: exchange)
      case .notMade(let reason): UserLook(problem: reason, isLeft: true)
      case .impossible(let reason): UserLook(problem: reason)
      }
  }

  private mutating func checkLifetime() async {
    for case .lifetimeAtMost(let most) in scenario.needs {
      guard let token = await provisioner.session?.presentToken else { continue }
      guard let lifetime = token.expiresIn else {
        return end("needs a lifetime of at most \(most.inSeconds): the app states none")
      }
      if lifetime > most {
        end(
          "needs a lifetime of at most \(most.inSeconds): the app's tokens live \(lifetime.inSeconds)"
        )
      }
    }
  }

  private mutating func end(_ reason: String) {
    isOver = true
    if record.skipped == nil { record.skipped = reason }
  }

  private mutating func end(_ failure: NotMade) {
    end(failure.reason)
    switch failure.kind {
    case .unjudged:
      record.isNotJudged = true
      record.isUnjudgeable = true
    case .pointless: break
    case .overBudget: record.isOverBudget = true
    case .rateLimited: record.isNotJudged = true
    case .withoutLifetime: record.lacksLifetime = true
    }
  }

  // MARK: Time

  /// Waits for the block's start; gives false where the scenario ends there.
  private mutating func wait(for block: Scenario.Block) async -> Bool {
    let clock = provisioner.appClock
    switch block.start {
    case .immediately, .atOnce: return !isOver
    case .at(let time):
      return await wait(clock.instant(atRun: record.started) + time - clock.now, for: block)
    case .after(let time):
      return await wait(lastEventEnded + time - loop.now, for: block)
    case .afterLifetimes(let count):
      guard let lifetime = await lastToken()?.token.expiresIn else {
        end(await whyNoEnd())
        return false
      }
      return await wait(lastEventEnded + lifetime * count - loop.now, for: block)
    case .afterAccessTokenExpires:
      guard let token = await lastToken(), let rest = provisioner.timeToEnd(of: token) else {
        if await take(.spoil, for: block) { return true }
        end(await whyNoEnd())
        return false
      }
      return await wait(rest, for: block)
    }
  }

  private mutating func wait(_ duration: Duration, for block: Scenario.Block) async -> Bool {
    guard duration > .zero else { return true }
    if !budget.admits(duration) {
      let isForEnd = block.start == .afterAccessTokenExpires
      for variant in isForEnd ? WaitVariant.allCases : [.advance] {
        if await take(variant, insteadOf: duration, for: block) { return true }
        if isOver { return false }
      }
    }
    if let waits = budget.overrun(by: duration) {
      end(.overBudget(waits, budget, isForToken: block.start.isInLifetimes))
      return false
    }
    return await pass(until: loop.now + duration)
  }

  /// Waits; what Okta does by itself meanwhile is done when it is due.
  private mutating func pass(until instant: Duration) async -> Bool {
    while let due = orgs.all.compactMap(\.nextRepetition).min(), due <= instant {
      guard await pause(until: due) else { return false }
      for okta in orgs.all {
        let failure = await interruption.limit(on: loop) { () -> NotMade? in
          do throws(NotMade) {
            try await okta.repeatFailedAssignments()
            return nil
          } catch {
            return error
          }
        }
        if let failure {
          end(failure)
          return false
        }
      }
    }
    return await pause(until: instant)
  }

  private mutating func pause(until instant: Duration) async -> Bool {
    if await interruption.wait(until: instant, on: loop) { return true }
    end(interruption.reason)
    return false
  }

  /// Has `variant` stand for a wait; gives false where the scenario would mean something else then, or
  /// it does not work, and ends the scenario where it should have.
  private mutating func take(
    _ variant: WaitVariant,
    insteadOf duration: Duration = .zero,
    for block: Scenario.Block
  ) async -> Bool {
    guard scenario.allows(variant) else { return false }
    let event = block.events.first ?? scenario.events.last
    let result = await interruption.limit(on: loop) {
      [provisioner] () -> Result<Bool, NotMade> in
      let cause = provisioner.cause(event?.index, .look)
      do throws(NotMade) {
        return .success(try await provisioner.take(variant, insteadOf: duration, cause))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let isTaken):
      if isTaken { record.variant = variant }
      return isTaken
    case .failure(let failure):
      end(failure)
      return false
    }
  }

  private func whyNoEnd() async -> NotMade {
    await lastToken() == nil ? .withoutToken : .withoutLifetime
  }

  /// The last access token that the app gave.
  private func lastToken() async -> TokenRecord? {
    await provisioner.session?.history.last
  }

  // MARK: Dead tokens

  /// Shows the app a token that has just died, before the event that will have it refreshed.
  private mutating func presentDeadToken(before event: ScenarioEvent) async {
    guard !isOver, settings.looks == .made, let session = provisioner.session,
      let token = await session.presentToken,
      let known = await session.history.last, known.token == token,
      let rest = provisioner.timeToEnd(of: known), rest <= .zero,
      presentedDead.insert(token.value.alias).inserted
    else { return }
    await interruption.limit(on: loop) { [provisioner] in
      await provisioner.present(token, before: event.event, number: event.index)
    }
  }

  // MARK: A refused client

  /// What another way to authenticate the client would have come to, where no grant was made for it.
  private func lookAtRefusedClient(_ outcome: Outcome) async -> Outcome {
    guard settings.looks == .made, case .noGrant(var failure) = outcome.ending,
      !interruption.isRaised
    else { return outcome }
    let look = await interruption.limit(on: loop) { [provisioner, failure] in
      await provisioner.look(atRefused: failure, event: outcome.event)
    }
    failure.otherMethod = look
    var outcome = outcome
    outcome.ending = .noGrant(failure)
    return outcome
  }

  // MARK: Old grants

  /// Shows the app a living token of the grant before, after an event that made a new grant or
  /// refreshed it: one grant's end is no other's (RFC 7009 section 2.1).
  private mutating func lookWithOldGrant(after event: ScenarioEvent) async {
    // Where one lives at a time there is no telling which.
    guard !isOver, settings.looks == .made, !record.profile.hasOneGrantAtATime,
      let session = provisioner.session, case let history = await session.history,
      history.count > tokensSeen[org, default: 0] || event.event.described is Revocation
    else { return }
    tokensSeen[org] = history.count
    guard let newest = history.last?.grant,
      let old = history.last(where: { $0.grant < newest }), let lifetime = old.token.expiresIn,
      case let clock = provisioner.appClock,
      // An app that counts in whole seconds may be up to one early.
      clock.now < clock.instant(atRun: old.receivedAt) + lifetime - .seconds(2)
    else { return }
    await interruption.limit(on: loop) { [provisioner] in
      await provisioner.look(withOld: old.token, event: event.index)
    }
  }

  /// Shows the app the token of the run's own grant, before a scenario has made its grant and after
  /// it.
  private func show(_ probe: ProbeGrant, after event: ScenarioEvent) async {
    guard let session = provisioner.session, let token = await session.livingToken,
      let begun = log.exchanges.last(where: { $0.intent.act == .exchangeCode })?.sent,
      await shows(token, event)
    else { return }
    probe.isMade.raise()
    guard await probe.isFollowed() else { return }
    // An app that counts in whole seconds may be up to one early.
    let end = token.expiresIn.map { begun + $0 - .seconds(1) }
    guard !interruption.isRaised, end.map({ loop.now < $0 }) ?? true else { return }
    _ = await shows(token, event)
  }

  private func shows(_ token: AccessToken, _ event: ScenarioEvent) async -> Bool {
    await interruption.limit(on: loop) { [provisioner] in
      await provisioner.probe(with: token, event: event.index)
    }
  }

  // MARK: Lists

  /// Asks of a list, after an import, what an import does not ask.
  private func lookAtLists(after event: ScenarioEvent) async {
    guard !isOver, settings.looks == .made, !interruption.isRaised, event.event.isImport else {
      return
    }
    await interruption.limit(on: loop) { [provisioner] in
      await provisioner.lookAtLists(after: event.index)
    }
  }

  /// A page that was to be held and was never asked for: what the scenario is about did not happen.
  private mutating func leaveOutWhereNoPageFollowed() {
    guard record.skipped == nil, orgs.all.contains(where: \.awaitsPage) else { return }
    record.skipped =
      "the app's list has one page, so that no page came after it (F-44); with more than 100, or "
      + "with 'import users in 3 pages', one does"
  }

  // MARK: Nothing to judge

  /// What was not sent for want of a descriptor may be what would have shown a fault.
  private mutating func leaveUnjudgedWhereWeFailed() {
    let exchanges = log.exchanges
    if let failure = exchanges.compactMap(\.failure).first(where: \.isForWantOfMeans) {
      record.isStarved = true
      leaveUnjudged("\(failure)")
    }
    if let missed = exchanges.first(where: \.isMissedByUs) {
      leaveUnjudged(
        "oktasim was itself late in exchange \(missed.number), so that an answer may have come in "
          + "time: free the machine, or run with fewer --jobs"
      )
    }
  }

  /// That an app does not run is no fault of either of its roles; it is told in the same words by all
  /// scenarios that meet it.
  private mutating func leaveUnjudgedWhereTheAppEnded() {
    guard record.skipped == nil || record.isNotJudged, !record.isStarved else { return }
    let exchanges = log.exchanges
    let stopped: Duration
    if let end = AppLife.end(in: exchanges) {
      record.endOfApp = end.number
      stopped = life.noteStop(at: end.sent)
    } else if let known = life.stoppedAt, !exchanges.isEmpty,
      exchanges.allSatisfy({ $0.response == nil })
    {
      record.endOfApp = 1
      stopped = known
    } else {
      return
    }
    record.skipped = ScenarioWalk.stopped(at: stopped)
    record.isNotJudged = true
    record.isUnjudgeable = true
  }

  private static func stopped(at instant: Duration) -> String {
    let tenths = max(0, (instant.nanoseconds + 50_000_000) / 100_000_000)
    return "the app stopped answering at \(tenths / 10).\(tenths % 10) s"
  }

  private mutating func leaveUnjudged(_ reason: String) {
    guard record.skipped == nil else { return }
    record.skipped = reason
    record.isNotJudged = true
  }

  /// A scenario in which not one answer came, in which the service provider was never reached, or
  /// in which the app refused a pasted credential throughout, says nothing about the app.
  private mutating func leaveUnjudgedWhereNothingAnswered() {
    let exchanges = log.exchanges
    guard record.skipped == nil else { return }
    if exchanges.isEmpty {
      let expects = scenario.events.contains { !$0.expectations.isEmpty } || !scenario.atEnd.isEmpty
      if !expects { record.skipped = "nothing was sent, and nothing was expected" }
      return
    }
    if let failure = exchanges[0].failure, exchanges.allSatisfy({ $0.response == nil }) {
      leaveUnjudged(failure.withAdvice)
      record.isUnjudgeable = true
      return
    }
    let provisioning = exchanges.filter { $0.intent.party == .serviceProvider }
    if let failure = provisioning.first?.failure,
      provisioning.allSatisfy({ $0.failure?.isNoAnswerOfTheApp ?? false })
    {
      leaveUnjudged("no answer from scim.baseURL: \(failure)")
      record.isUnjudgeable = true
    }
    if !provisioning.isEmpty, provisioning.allSatisfy({ $0.status == 429 }) {
      leaveUnjudged(
        "the app answered 429 to everything: raise its limit for the test, or run with --jobs 1"
      )
      record.isUnjudgeable = true
    }
    if provisioner.session == nil, exchanges.allSatisfy({ $0.status == 401 }) {
      leaveUnjudged(
        provisioner.showsNothing
          ? "the app asks for credentials (401), and the profile's mode is 'none'"
          : "the app refused the profile's credential with 401; is the token, header or password right?"
      )
      record.isUnjudgeable = true
    }
  }
}

extension Scenario {
  /// Whether it speaks of what only a profile with an OAuth grant has.
  var needsGrant: Bool {
    let handlesTokens = events.contains(where: \.event.needsGrant)
    let expectsTokens = (events.flatMap(\.expectations) + atEnd).contains { expectation in
      switch expectation.kind {
      case .refreshes(let count), .rejected(let count): !count.admits(0)
      case .token: true
      default: false
      }
    }
    return waitsForTokens || handlesTokens || expectsTokens
  }

  /// Whether a token's lifetime decides when it goes on.
  var waitsForTokens: Bool {
    blocks.contains(where: \.start.isInLifetimes)
  }
}

extension GrantFailure {
  /// Why nothing can be judged, where the failure says nothing about how the app treats tokens:
  /// the app was not reached, the login did not work, the client was refused.
  var unjudged: String? {
    switch stage {
    case .browser(.wrongRedirectURI), .unregistered: return nil
    case .browser: return message
    case .response(.refused): return message
    case .response: return nil
    case .codeExchange(.transport(let failure, _)):
      return failure.advice.map { "\(message); \($0)" } ?? message
    case .codeExchange(.response(.refused(429, _, _), _)):
      return message + "; scenarios at once may be more than its limit: run with --jobs 1"
    case .codeExchange(.response(.refused(_, let error, _), _)):
      guard let error, ["invalid_client", "unauthorized_client"].contains(error) else { return nil }
      // Metadata that offer what is refused are wrong whatever the profile says.
      if otherMethod?.offer != nil { return nil }
      guard let otherMethod else {
        return message
          + "; are authentication.clientID, its secret or key, and clientAuthentication what the app knows?"
      }
      let other = otherMethod.method.rawValue
      return otherMethod.isAccepted
        ? message + "; with \(other) it takes the same client: set "
          + "authentication.clientAuthentication to it to go on"
        : message + ", with \(other) too: are authentication.clientID and the secret what the app "
          + "knows?"
    case .codeExchange: return nil
    }
  }
}

extension Duration {
  /// At most a hundred years: an app may give an instant for a lifetime.
  static func * (duration: Duration, factor: Double) -> Duration {
    let nanoseconds = Double(duration.nanoseconds) * factor
    return .nanoseconds(Int64(min(nanoseconds.rounded(), 100 * 365.25 * 86_400 * 1e9)))
  }
}
