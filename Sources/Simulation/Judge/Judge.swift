import HTTP
import JSON
import OAuth
import Okta
import Profiles
import Synchronization
import World

/// Reads every exchange of a scenario once, as it ends, and says at the end what was found.
///
/// Two models hold what the app may do now, with each token and with each user; what is wrong about
/// an exchange by itself is its dress. What follows from what is decided in `Consequences` alone.
///
/// What is kept grows with users and tokens, not with exchanges.
struct Judge: Sendable {
  /// What is looked at.
  enum Watch: Sendable {
    case everything
    /// What tokens and users have become, and not how answers are dressed: under load the rest is known.
    case state
  }

  let client: JudgedClient
  private let watch: Watch
  private let leeway: Leeway
  private(set) var grants: GrantModel
  private(set) var directory: DirectoryModel
  private var groups = GroupModel()
  private(set) var lists = ListModel()
  private(set) var pace = PaceModel()
  private var specTest = SpecTestModel()
  private var discovery: DiscoveryDress
  private var entitlements = EntitlementModel()
  private(set) var observations = Observations()

  init(
    profile: IntegrationProfile,
    leeway: Leeway,
    aliases: SecretAliases,
    isNamespaceGiven: Bool = false,
    watches watch: Watch = .everything,
    noAttributes: AttributeShape = AttributeShape()
  ) {
    self.watch = watch
    client = JudgedClient(profile)
    self.leeway = leeway
    grants = GrantModel(client: client, leeway: leeway, aliases: aliases)
    directory = DirectoryModel(isNamespaceGiven: isNamespaceGiven, noAttributes)
    discovery = DiscoveryDress(
      hasEntitlements: client.hasEntitlements,
      importsUserSchema: client.importsUserSchema,
      fields: profile.scim.entitlementFields
    )
  }

  /// Takes an exchange; they come in the order in which they ended.
  mutating func take(_ exchange: Exchange) {
    // What the interruption cut says nothing about the app.
    if exchange.failure == .cancelled { return }
    if case .unfinished = exchange.failure { observations.add(Judge.observe(unfinished: exchange)) }
    let reading = Reading(
      exchange,
      life: grants.life(of: exchange),
      leeway: leeway,
      version: client.version
    )
    switch reading.intent.party {
    case .browserPages: grants.takePage(exchange)
    case .metadata, .hook: return
    case .revocationEndpoint: grants.takeRevocation(reading, &observations)
    case .tokenEndpoint:
      if reading.isSound, watch == .everything { observations.add(TokenDress.observe(reading)) }
      grants.takeToken(reading, &observations)
    case .serviceProvider where reading.intent.deviation == .otherTenant:
      grants.takeOtherTenant(reading, &observations)
    case .serviceProvider:
      grants.takeAccess(reading, &observations)
      if reading.isSound, watch == .everything {
        observations.add(ErrorDress.observe(reading, expectsBearer: client.expectsBearer))
        if let limit = RateLimitDress.observe(reading) { observations.add(limit) }
        if !reading.isDead {
          observations.add(ListDress.observe(reading))
          observations.add(ResourceDress.observe(reading))
        }
      }
      if client.hasEntitlements {
        // They are judged as sets.
        let ofDirectory = reading.without(Entitlement.Kind.allCases.map(\.attribute))
        directory.take(ofDirectory, &observations)
        entitlements.take(reading, &observations)
      } else {
        directory.take(reading, &observations)
      }
      if reading.intent.resource == .group {
        groups.take(reading, nameOf: directory.name(ofUser:), &observations)
      }
      if watch == .state { return }
      discovery.take(reading, &observations)
      lists.take(reading, directory, &observations)
      pace.take(reading)
      specTest.take(reading, &observations)
    }
  }

  /// Okta's own limit is for silence; an answer that never ends meets it in nobody's time.
  private static func observe(unfinished exchange: Exchange) -> Observation {
    let request = "\(exchange.request.method) \(exchange.request.url.path)"
    let failure = exchange.failure.map { "\($0)" } ?? ""
    return Observation(.answerUnfinished, "\(request): \(failure)", [exchange.number])
  }

  /// What the checks have found, all in all; nothing is taken after it.
  ///
  /// - Parameters:
  ///   - hooks: What the scenario has changed of the app from outside.
  ///   - disturbed: The exchanges that were made to go wrong on the way.
  mutating func finish(
    _ outcomes: [Outcome],
    hooks: [HookFact] = [],
    disturbed: Set<Int> = [],
    others: [RunGrants.Grant] = [],
    otherWrites: [ListWrite] = []
  ) -> Observations {
    observations.add(
      GrantDress.observe(outcomes).filter { disturbed.isDisjoint(with: $0.exchanges) }
    )
    let events = EventTimes(outcomes.map { ($0.event, $0.started) })
    grants.finish(events: events, hooks: hooks, others: others, &observations)
    directory.finish(&observations)
    groups.finish(&observations)
    entitlements.finish(&observations)
    lists.finish(otherWrites, &observations)
    pace.finish(&observations)
    return observations
  }
}

/// What the judge says of a scenario.
struct Judgement: Sendable {
  /// In the order of their lines.
  var findings: [Finding]
  /// Expectations that were not judged for want of a look.
  var notJudged: [Finding.Consequence]
  var policy: PolicyFacts
  /// What the judge held, in bytes.
  var bytes: Int
  /// How much was looked at to find what follows from what.
  var steps: Int
}

extension Judge {
  /// Everything taken together: findings with what follows from each.
  ///
  /// - Parameter rerun: The command line that runs the scenario again.
  mutating func conclude(
    _ record: ScenarioRecord,
    others: [RunGrants.Grant] = [],
    otherWrites: [ListWrite] = [],
    rerun: String
  ) -> Judgement {
    let hooks = HookFact.all(record.scenario, record.outcomes)
    let disturbed = Set(record.exchanges.lazy.filter(\.isDisturbed).map(\.number))
    let observations = finish(
      record.outcomes,
      hooks: hooks,
      disturbed: disturbed,
      others: others,
      otherWrites: otherWrites
    )
    var consequences = Consequences(record: record, observations: observations, grants: grants)
    let (drawn, notJudged) = consequences.draw()
    // That nobody answers any more is no fault of either role.
    let found = drawn.filter { found in
      guard let end = record.endOfApp, let first = found.observation.exchanges.min() else {
        return true
      }
      return first < end
    }
    let places = FindingPlaces(record)
    let findings = found.map { found in
      let observation = found.observation
      return Finding(
        id: observation.kind.id,
        scenario: record.scenario.name,
        failureModes: observation.modes,
        verdict: observation.verdict,
        level: observation.level,
        party: observation.party,
        message: places.message(of: observation),
        advice: observation.advice ?? places.visibleCause(of: observation)
          ?? observation.kind.row.advice,
        source: observation.kind.row.source,
        file: record.scenario.source.file,
        line: places.line(of: observation),
        exchanges: observation.exchanges,
        sent: places.sent(observation),
        got: places.got(observation),
        consequences: found.consequences,
        rerun: rerun
      )
    }
    return Judgement(
      findings: findings.sorted { ($0.line, $0.id) < ($1.line, $1.id) },
      notJudged: notJudged + places.overfull(directory.overfull),
      policy: grants.policy,
      bytes: bytes,
      steps: consequences.steps
    )
  }
}

/// The scenario's line that a finding is about.
private struct FindingPlaces {
  private let record: ScenarioRecord

  init(_ record: ScenarioRecord) {
    self.record = record
  }

  /// What could not be held against anything, in the report's words.
  func overfull(_ states: [(subject: String, attribute: String)]) -> [Finding.Consequence] {
    states.map { state in
      Finding.Consequence(
        id: Finding.Consequence.notJudged,
        line: record.events.last { $0.subject == state.subject }?.line ?? 1,
        exchanges: [],
        what:
          "\(state.attribute) of \(state.subject): more than \(AttributeState.most) values were "
          + "possible until it was read"
      )
    }
  }

  /// Why a look-up does not find whom it should, where the exchanges show it.
  func visibleCause(of observation: Observation) -> String? {
    guard [.lookUpMisses, .filterIgnored].contains(observation.kind),
      let exchange = first(observation)
    else { return nil }
    return VisibleCause.advice(
      on: VisibleCause.Failure(exchange: exchange, record: record, hasTwin: false)
    )
  }

  /// With what else it was found of, and that it was found in the clean-up.
  func message(of observation: Observation) -> String {
    var message = observation.message
    if !observation.otherAttributes.isEmpty {
      message += "; the same of \(observation.otherAttributes.joined(separator: ", "))"
    }
    let occasions = Set(
      observation.exchanges.compactMap { record.exchange($0)?.intent.occasion.rawValue }
    )
    if occasions == [Cause.Occasion.cleanUp.rawValue] { message += ", in the clean-up" }
    return message
  }

  /// What went out in the first exchange: method, target, and what matters of the body; below the base
  /// URL for the service provider's.
  func sent(_ observation: Observation) -> String? {
    first(observation).map { exchange in
      guard exchange.intent.party == .serviceProvider else {
        let form = FormURLEncoding.decode(String(decoding: exchange.request.body, as: UTF8.self))
        let grant = form["grant_type"].map { " grant_type=\($0)" } ?? ""
        return "\(exchange.request.method) \(exchange.request.url.path)\(grant)"
      }
      return "\(exchange.request.method) \(target(of: exchange))"
        + excerpt(of: exchange.request.document, observation)
    }
  }

  /// What came: the status and what matters of the body, or why there was none.
  func got(_ observation: Observation) -> String? {
    first(observation).map { exchange in
      guard let response = exchange.response else { return exchange.failure.map { "\($0)" } ?? "" }
      // What stands in a token response may be a secret that nobody has learned.
      guard exchange.intent.party == .serviceProvider || response.status >= 400 else {
        return "\(response.status)"
      }
      switch exchange.document {
      case .empty: return "\(response.status)"
      case .value(let value): return "\(response.status)" + excerpt(of: value, observation)
      // A page, most likely.
      case .unreadable:
        return "\(response.status) \(quoted(record.shown.line(response.text)))"
      }
    }
  }

  private static let mostOfBody = 160

  /// Cut when it is shown, its secrets replaced before.
  private func quoted(_ text: String) -> String {
    "\(Quotation(record.shown.beginning(of: text), upTo: FindingPlaces.mostOfBody))"
  }

  /// Path and query as a person reads them.
  private func target(of exchange: Exchange) -> String {
    let path = record.path(of: exchange)
    guard let mark = path.firstIndex(of: "?") else { return path }
    let fields = FormURLEncoding.decode(String(path[path.index(after: mark)...]))
    return path[...mark] + fields.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  /// The attribute that a finding is about, of a resource; else the body from its start.
  private func excerpt(of body: JSONValue?, _ observation: Observation) -> String {
    guard var body else { return "" }
    // Of a list the first resource, where it is about an attribute.
    if FindingPlaces.attribute(of: observation) != nil,
      let first = body.object?[ignoringCase: "Resources"]?.array?.first
    {
      body = first
    }
    if var object = body.object {
      if object["password"] != nil { object["password"] = "…" }
      if let attribute = FindingPlaces.attribute(of: observation), object["Operations"] == nil {
        guard let member = FindingPlaces.member(of: object, for: attribute) else {
          return " {…} without \(attribute)"
        }
        return " {…\(JSONValue.string(member.key).compactText):"
          + "\(quoted(member.value.compactText))…}"
      }
      // They stand first, and say what the URL says.
      if object["schemas"] != nil, object.members.count > 1,
        !observation.kind.id.hasSuffix("schemas")
      {
        // An error of one member less would look as if that were wrong about it.
        object["schemas"] = object["detail"] != nil || object["status"] != nil ? "…" : nil
      }
      body = .object(object)
    }
    return " \(quoted(body.compactText))"
  }

  private static func attribute(of observation: Observation) -> String? {
    let isOfActive: Set<FindingKind> = [
      .activeIgnored, .activeMissing, .activeType, .deactivationRefused,
    ]
    return observation.attribute ?? (isOfActive.contains(observation.kind) ? "active" : nil)
  }

  /// The member of a resource that holds an attribute: `name` for `name.givenName`, and for an
  /// extension's the one of its schema.
  private static func member(of object: JSONObject, for attribute: String) -> JSONObject.Member? {
    let path = attribute.lowercased()
    return object.members.filter { member in
      let key = member.key.lowercased()
      return !key.isEmpty && path.hasPrefix(key)
        && ".[:".contains(path.dropFirst(key.count).first ?? ".")
    }.max { $0.key.utf8.count < $1.key.utf8.count }
  }

  private func first(_ observation: Observation) -> Exchange? {
    observation.exchanges.first.flatMap { record.exchange($0) }
  }

  func line(of observation: Observation) -> Int {
    if let line = observation.line { return line }
    let exchange = observation.exchanges.first.flatMap { record.exchange($0) }
    let event = observation.event ?? exchange?.intent.event
    if let line = event.flatMap({ record.event($0) })?.line { return line }
    // What shows after the verdict is about the last that was done to its subject.
    let subject = exchange?.intent.subject
    let last = record.events.last { $0.subject == subject && subject != nil }
    return last?.line ?? record.events.first?.line ?? 1
  }
}

/// The judge of a running scenario: takes each exchange as it ends.
final class JudgeSink: ExchangeSink {
  private let judge: Mutex<Judge>
  private let scenario: String
  private let grants: RunGrants
  private let writes: RunWrites
  private let onGrant: @Sendable () -> Void
  private let appClock: AppClock

  /// - Parameters:
  ///   - appClock: What is old is so by this clock.
  ///   - writes: Those of all scenarios of the run at this app.
  ///   - grants: Those that all scenarios of the run make at this app.
  ///   - onGrant: Called when this one has made one.
  init(
    _ judge: Judge,
    scenario: String,
    grants: RunGrants,
    writes: RunWrites = RunWrites(),
    appClock: AppClock,
    onGrant: @escaping @Sendable () -> Void
  ) {
    self.appClock = appClock
    self.onGrant = onGrant
    self.judge = Mutex(judge)
    self.scenario = scenario
    self.grants = grants
    self.writes = writes
  }

  func take(_ exchange: Exchange) {
    if exchange.intent.act == .exchangeCode, exchange.response?.isSuccess == true {
      let person = judge.withLock { $0.client.person(of: exchange.intent.cause.org) }
      grants.add(RunGrants.Grant(scenario: scenario, asked: exchange.sent, person: person))
      onGrant()
    }
    let exchange = exchange.on(appClock)
    if let write = ListWrite(exchange) { writes.add(write, of: scenario) }
    judge.withLock { $0.take(exchange) }
  }

  func conclude(_ record: ScenarioRecord, rerun: String) -> Judgement {
    let others = grants.others(than: scenario)
    let record = record.on(appClock)
    let otherWrites = writes.others(than: scenario)
    return judge.withLock {
      $0.conclude(record, others: others, otherWrites: otherWrites, rerun: rerun)
    }
  }
}

extension Exchange {
  /// With the instants that the app's clock showed.
  fileprivate func on(_ clock: AppClock) -> Exchange {
    guard clock.isMoved else { return self }
    var exchange = self
    exchange.due = clock.instant(atRun: due)
    exchange.sent = clock.instant(atRun: sent)
    exchange.received = clock.instant(atRun: received)
    return exchange
  }
}

extension ScenarioRecord {
  /// With the instants that the app's clock showed.
  fileprivate func on(_ clock: AppClock) -> ScenarioRecord {
    guard clock.isMoved else { return self }
    var record = self
    record.exchanges = exchanges.map { $0.on(clock) }
    for index in tokens.indices {
      record.tokens[index].receivedAt = clock.instant(atRun: tokens[index].receivedAt)
      record.tokens[index].endedAt = tokens[index].endedAt.map(clock.instant)
    }
    for outcome in outcomes {
      var outcome = outcome
      outcome.started = clock.instant(atRun: outcome.started)
      outcome.ended = clock.instant(atRun: outcome.ended)
      record.replace(outcome)
    }
    record.ended = clock.instant(atRun: ended)
    return record
  }
}
