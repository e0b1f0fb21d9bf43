import HTTP
import JSON
import Loop
import OAuth
import Profiles
import SCIM
import World

/// One org's provisioning of one app: one lifecycle event in, one outcome out.
///
/// What Okta sends for each event is in the event's own file in `Events`; what several have in common
/// in `ConnectionAuthorization`, `ConnectionTest`, `UserMatching`, `UserPush`, `UserActivation`,
/// `ListImport`.
package final class Provisioner: Sendable {
  /// Which of the scenario's orgs it is.
  package let org: String
  let app: Integration
  let sender: AuthorizedSender
  let levers: TokenLevers
  package let clock: OrgClock
  /// Of all the scenario's orgs.
  package let appClock: AppClock
  /// Whether the app's clock may be moved on for a wait that is too long: nobody else uses the app.
  let mayAdvance: Bool
  package let directory: Directory
  let traces = Traces()
  let specTest = SpecTest()
  package let tasks = TaskBoard()
  let features = SupportedFeatures()
  let transport: any Transport
  let lossyTransport: LossyTransport
  let people: People
  let random: SeededRandom
  package let aliases: SecretAliases
  package let log: ExchangeLog
  let loop: EventLoop
  /// Seconds since 1970 at the start of the run.
  let startedAt: Int
  private let proofs: ClientProofs
  let budget: WaitBudget
  /// nil where no admin will sign out.
  private let lastBrowser: LastBrowser?
  /// How long after the end of a lifetime a token is taken to be dead.
  let leeway: @Sendable (Duration) -> Duration

  var profile: IntegrationProfile { app.profile }
  var mapper: AttributeMapper { app.mapper }
  var habits: FamilyHabits { app.habits }
  var version: SCIMVersion { app.version }

  /// How an admin authorizes; nil where nobody does.
  var authorization: ConnectionAuthorization? {
    guard case .authorizationCode(var settings) = profile.authentication else { return nil }
    settings.redirectURI = settings.redirectURI(profile.switches)
    if org != OrgSwitch.first, let second = profile.secondLogin { settings.login = second }
    return ConnectionAuthorization(
      settings: settings,
      switches: profile.switches,
      transport: transport,
      loop: loop,
      budget: budget,
      aliases: aliases,
      profileFolder: profile.folder,
      startedAt: startedAt,
      lastBrowser: lastBrowser
    )
  }

  /// The org's grant; nil where the app is not reached by OAuth.
  package var session: TokenSession? {
    if case .session(let session) = sender.credential { session } else { nil }
  }

  /// Whether the app is shown no credentials.
  package var showsNothing: Bool {
    if case .nothing = sender.credential { true } else { false }
  }

  /// Another client of the app's, if the profile names one.
  var secondClient: ClientAuthentication? {
    profile.secondClient.map(proofs.authentication)
  }

  /// - Parameters:
  ///   - budget: What waits of the app's own pages count against.
  ///   - startedAt: Seconds since 1970 at the start of the run.
  ///   - looks: Whether something may be sent that Okta would not send.
  ///   - leeway: How long after the end of a lifetime a token is taken to be dead.
  ///   - org: Which of the scenario's orgs it is; the profile's second admin, if there is one, signs in
  ///     for all but the first.
  ///   - numbers: Those of the grants of all the scenario's orgs.
  ///   - appClock: That of all the scenario's orgs.
  ///   - mayAdvance: Whether nobody else uses the app.
  ///   - keepsBrowser: Whether the admin who authorized may sign out later.
  package init(
    app: Integration,
    transport: any Transport,
    people: People,
    random: SeededRandom,
    aliases: SecretAliases,
    log: ExchangeLog,
    loop: EventLoop,
    budget: WaitBudget,
    startedAt: Int,
    looks: Bool,
    leeway: @escaping @Sendable (Duration) -> Duration = { _ in .zero },
    org: String = OrgSwitch.first,
    numbers: GrantNumbers = GrantNumbers(),
    appClock: AppClock? = nil,
    mayAdvance: Bool = false,
    keepsBrowser: Bool = true
  ) {
    self.org = org
    self.app = app
    lastBrowser = keepsBrowser ? LastBrowser() : nil
    let profile = app.profile
    let appClock = appClock ?? AppClock(run: loop)
    let clock = OrgClock(run: appClock)
    self.appClock = appClock
    self.mayAdvance = mayAdvance && profile.advancesClock
    let lossy = LossyTransport(transport, basePath: app.basePath, loop: loop)
    let logged = LoggedTransport(lossy, log: log)
    self.transport = logged
    self.lossyTransport = lossy
    self.clock = clock
    self.directory = Directory()
    self.people = people
    self.random = random
    self.aliases = aliases
    self.log = log
    self.loop = loop
    self.startedAt = startedAt
    self.budget = budget
    self.leeway = leeway
    let proofs = ClientProofs(
      tokenEndpoint: profile.authentication.tokenEndpoint.flatMap { HTTPURL($0) },
      aliases: aliases,
      random: random,
      second: { startedAt + Int(appClock.now.components.seconds) }
    )
    self.proofs = proofs
    let levers = TokenLevers(aliases: aliases)
    self.levers = levers
    self.sender = AuthorizedSender(
      transport: logged,
      headers: app.headers,
      credential: Credential(
        profile,
        transport: logged,
        clock: clock,
        aliases: aliases,
        loop: loop,
        numbers: numbers,
        client: proofs.authentication
      ),
      levers: levers,
      refusedWrites: looks ? RefusedWrites() : nil
    )
  }

  /// - Parameter occasion: `probe` where the event is the run's own and no scenario's.
  package func perform(
    _ event: LifecycleEvent,
    number: Int,
    occasion: Cause.Occasion = .okta
  ) async -> Outcome {
    let started = loop.now
    let steps = event.steps
    var failure: (any Error)?
    do { try await steps.perform(by: self, cause(number, occasion)) } catch { failure = error }
    return outcome(of: event, steps, number, failure, started: started)
  }

  /// Apart from `perform`: what a function that waits has in its frame is held for each event under way.
  @inline(never)
  private func outcome(
    of event: LifecycleEvent,
    _ steps: any OktaSteps,
    _ number: Int,
    _ failure: (any Error)?,
    started: Duration
  ) -> Outcome {
    let ending: Outcome.Ending =
      switch failure {
      case nil: .success
      case let failure as GrantFailure: .noGrant(failure)
      case let failure as NotMade: .notMade(failure)
      case let failure as StepFailure:
        if case .notMade(let failure) = failure.reason {
          .notMade(failure)
        } else {
          .task(failure.task(of: event, app: profile.name))
        }
      case let left as TaskLeft: .task(left.task)
      case let error?:
        preconditionFailure("an event fails by its grant or by a step, not by \(error)")
      }
    let exchanges = log.numbers(ofEvent: number)
    if var job = steps.job {
      // A group by its first name.
      job.subject = directory.group(job.subject)?.name ?? job.subject
      note(ending, of: event, number, job, hasSent: !exchanges.isEmpty)
    }
    var leftOut: [String] = []
    if case .success = ending { leftOut = steps.leftOut(by: self) }
    return Outcome(
      event: number,
      ending: ending,
      exchanges: exchanges,
      started: started,
      ended: loop.now,
      openTasks: tasks.count,
      resolved: tasks.resolved(by: number),
      silence: exchanges.isEmpty ? silence(of: event) : nil,
      leftOut: leftOut
    )
  }

  /// Leaves a task for what failed, and resolves the one that was left before where the same is done.
  private func note(
    _ ending: Outcome.Ending,
    of event: LifecycleEvent,
    _ number: Int,
    _ job: ProvisioningJob,
    hasSent: Bool
  ) {
    switch ending {
    case .task(let task):
      tasks.add(OpenTask(job: job, event: event, number: number, task: task, triedAt: loop.now))
    // What sends nothing has done nothing.
    case .success where hasSent: tasks.resolve(job, by: number)
    case .success, .noGrant, .notMade: break
    }
  }

  func authorize(_ cause: Cause) async throws {
    guard let session else { return }
    if let authorization {
      try await authorization.perform(session, random: authorizationRandom(cause), cause)
    } else if case .clientCredentials(let settings) = profile.authentication {
      try await session.begin(.clientCredentials(scopes: settings.scopes), cause)
    }
  }

  /// Whether a page was waited for that was not asked for.
  package var awaitsPage: Bool { lossyTransport.awaitsPage }

  /// The scope that the authorization request asked for; nil for none.
  var askedScope: String? {
    guard case .authorizationCode(let settings) = profile.authentication else { return nil }
    return settings.askedScope
  }

  /// The chance that an authorization takes: state and code verifier.
  func authorizationRandom(_ cause: Cause) -> SeededRandom {
    random.stream(named: "authorization \(cause.event.map(String.init) ?? "for clean-up")")
  }

  /// Waits within an event, as far as the scenario's budget allows.
  func wait(for duration: Duration, _ cause: Cause) async throws(NotMade) {
    if !budget.admits(duration), try await advance(insteadOf: duration, cause) { return }
    try count(wait: duration, isForToken: false)
    // Cut short where the run is: the next request fails by itself then.
    try? await loop.sleep(for: duration)
  }

  func count(wait duration: Duration, isForToken: Bool) throws(NotMade) {
    if let waits = budget.overrun(by: duration) {
      throw .overBudget(waits, budget, isForToken: isForToken)
    }
  }

  /// What it sends something for.
  package func cause(_ event: Int?, _ occasion: Cause.Occasion) -> Cause {
    Cause(org: org, event: event, occasion: occasion)
  }

  /// Whether the admin has this switched on; what is off sends nothing (lab drill, 2026-10).
  ///
  /// What an on-prem app does not name as supported cannot be switched on (Okta help, "SCIM messages").
  func isOn(_ capability: Capability) -> Bool {
    profile.scim.capabilities.contains(capability) && features.contains(any: capability.features)
  }

  /// Whether users may be told active or not; of an on-prem app the two have names of their own.
  func tellsActivity(_ isActive: Bool) -> Bool {
    guard isActive else { return isOn(.deactivateUsers) }
    return profile.scim.capabilities.contains(.deactivateUsers)
      && features.contains(any: [.reactivateUsers])
  }

  /// Why an event sends nothing, where the app is why.
  private func silence(of event: LifecycleEvent) -> String? {
    let needed = event.steps.features
    let isSwitchedOn = event.capability.map(profile.scim.capabilities.contains) ?? true
    guard isSwitchedOn, !features.contains(any: needed) else { return nil }
    let names = needed.map(\.rawValue).joined(separator: " or ")
    return "the app's \(version.configuration) does not name \(names)"
  }

  // MARK: A step of an event

  /// Sends one request of an event, again where a limit of the app's has it wait; an answer with
  /// another status than wanted ends the event.
  ///
  /// - Parameters:
  ///   - step: What Okta calls it: `Error while verifying if user ada exists`.
  ///   - accepted: Statuses that let the event go on besides 2xx.
  ///   - patience: Whether a 429 is waited for.
  func step(
    _ step: @autoclosure () -> String,
    of person: OktaUser?,
    _ request: SCIMRequest,
    accepting accepted: Set<Int> = [],
    patience: Patience = .job,
    _ cause: Cause,
    deviation: Intent.Deviation? = nil
  ) async throws(StepFailure) -> Exchange {
    let asked = StepRequest(
      request: request,
      subject: person?.name,
      accepted: accepted,
      patience: patience,
      deviation: deviation
    )
    return try await send(asked, cause) { exchange, reason in
      StepFailure(person: person, step: step(), exchange: exchange, reason: reason)
    }
  }

  /// Sends one request about a group.
  func step(
    _ step: String,
    of group: AppGroup,
    _ request: SCIMRequest,
    accepting accepted: Set<Int> = [],
    _ cause: Cause
  ) async throws(StepFailure) -> Exchange {
    let asked = StepRequest(request: request, subject: group.name, accepted: accepted)
    return try await send(asked, cause) { exchange, reason in
      StepFailure(group: group.displayName, step: step, exchange: exchange, reason: reason)
    }
  }

  /// A request of an event, about whom it is, and what may come of it.
  private struct StepRequest {
    var request: SCIMRequest
    var subject: String?
    var accepted: Set<Int>
    var patience = Patience.job
    var deviation: Intent.Deviation?
  }

  /// Whether it names somebody by an id that the app never gave.
  private func namesLostUser(_ request: SCIMRequest) -> Bool {
    let stale = directory.staleIDs
    guard !stale.isEmpty else { return false }
    let text = request.path + (request.body?.compactText ?? "")
    return stale.contains { text.contains($0) }
  }

  // In a frame of its own (see `AuthorizedSender`).
  @inline(never)
  private func send(
    _ asked: StepRequest,
    _ cause: Cause,
    _ failure: (_ exchange: Int?, _ reason: StepFailure.Reason) -> StepFailure
  ) async throws(StepFailure) -> Exchange {
    let exchange: Exchange
    do {
      exchange = try await sendAsLimited(
        asked.request,
        about: asked.subject,
        asked.patience,
        cause,
        deviation: namesLostUser(asked.request) ? .staleID : asked.deviation
      )
    } catch let error as TokenSessionError {
      throw failure(error.exchange, .token(error))
    } catch let error as NotMade {
      throw failure(nil, .notMade(error))
    } catch {
      preconditionFailure("a request fails by its token or by a wait, not by \(error)")
    }
    if case .success(let response) = exchange.result,
      response.isSuccess || asked.accepted.contains(response.status)
    {
      return exchange
    }
    throw failed(exchange, failure)
  }

  @inline(never)
  private func failed(
    _ exchange: Exchange,
    _ failure: (_ exchange: Int?, _ reason: StepFailure.Reason) -> StepFailure
  ) -> StepFailure {
    switch exchange.result {
    case .success(let response):
      failure(exchange.number, .answer(response, exchange.document))
    case .failure(let trouble): failure(exchange.number, .transport(trouble))
    }
  }
}

extension LifecycleEvent {
  /// What Okta does with it; a test sees that each event has steps.
  var steps: any OktaSteps {
    guard let steps = described as? any OktaSteps else {
      preconditionFailure("'\(name)' has no steps in Okta")
    }
    return steps
  }
}
