import HTTP
import OAuth
import Okta
import Profiles
import SCIM

/// What follows from what, decided here alone.
///
/// A failure of an event is explained only by a finding that names the very exchange on which the
/// event ended and whose kind can end an event; an unmet expectation only by a failed event or by a
/// finding whose kind bears on that sort of expectation. What is explained is told with its cause;
/// nothing disappears.
struct Consequences {
  private let record: ScenarioRecord
  private let expectations: Expectations
  private let grants: GrantModel
  private var findings: [Found]
  /// What each failed event is told with.
  private var causes: [Int: Cause] = [:]
  /// Expectations that nothing can be said of, and no finding says why.
  private var notJudged: [Finding.Consequence] = []

  /// A finding to be, and what followed from it.
  struct Found {
    var observation: Observation
    var consequences: [Finding.Consequence] = []
  }

  private enum Cause {
    /// The place of the finding.
    case finding(Int)
    /// The number of an exchange that was made to go wrong on the way, by us.
    case ourselves(Int)
  }

  /// The events of each person and group, in order, by what they write.
  private let writes: [Writing: [ScenarioEvent]]
  /// Of each person and group, the first event that failed for something.
  private var firstCauseOf: [String: Cause] = [:]
  /// The events whose tasks were resolved, and by which event.
  private let retries: [Int: Int]
  /// How many creates there were of each user name.
  private let creates: [String: Int]
  /// Those that were made to go wrong.
  private let disturbed: [Exchange]
  /// Places of findings that are told with another one.
  private var told: Set<Int> = []
  /// How many findings the judge has made; they stand first.
  ///
  /// Of a kind each, so that there are no more of them than there are kinds. What the scenario's
  /// lines add is no cause of anything.
  private let observedCount: Int
  /// The first and the last event that failed for something.
  private var firstCause: Cause?
  private var lastCause: Cause?
  /// How much was looked at, for tests that hold it to grow with the events.
  var steps: Int { work.steps }
  private let work = Work()

  private final class Work {
    var steps = 0
  }

  init(
    record: ScenarioRecord,
    observations: Observations,
    grants: GrantModel
  ) {
    self.record = record
    self.grants = grants
    expectations = Expectations(record: record)
    findings = observations.all.map { Found(observation: $0) }
    observedCount = findings.count
    writes = record.events.reduce(into: [:]) { writes, event in
      guard let subject = event.subject else { return }
      for about in Writing.About.allCases where about.isWritten(by: event.event) {
        writes[Writing(subject: subject, about: about), default: []].append(event)
      }
    }
    creates = record.exchanges.reduce(into: [:]) { creates, exchange in
      guard exchange.intent.act == .create else { return }
      creates[exchange.request.document?["userName"]?.string ?? "", default: 0] += 1
    }
    disturbed = record.exchanges.filter(\.isDisturbed)
    retries = record.outcomes.reduce(into: [:]) { retries, outcome in
      for event in outcome.resolved { retries[event] = outcome.event }
    }
  }

  /// All findings, and what could not be judged for want of a look.
  mutating func draw() -> (findings: [Found], notJudged: [Finding.Consequence]) {
    tellSpecTest()
    guard !record.isUnjudgeable else { return (left, []) }
    for event in record.events {
      if let outcome = record.outcome(of: event.index) {
        draw(event, outcome)
      } else if record.skipped == nil, let end = lastCause {
        // The scenario ended before it.
        for expectation in event.expectations { leave(expectation, end) }
      }
    }
    if record.skipped == nil {
      for unmet in expectations.unmetAtEnd() { explain(unmet, event: nil) }
    }
    return (left, notJudged)
  }

  private var left: [Found] { findings.indices.filter { !told.contains($0) }.map { findings[$0] } }

  /// What Okta's SPEC test fails for what another finding says is told with that one, unless that one
  /// is less: how an answer is dressed is no reason for its status.
  private mutating func tellSpecTest() {
    for index in 0..<observedCount {
      let observation = findings[index].observation
      guard observation.kind.isOfSpecTest, let number = observation.exchanges.first
      else { continue }
      let isOfStatus = isWrongStatus(of: observation.kind, record.exchange(number))
      guard
        let cause = best(where: {
          !$0.kind.isOfSpecTest && $0.verdict >= observation.verdict
            && $0.exchanges.contains(number) && !(isOfStatus && $0.kind.row.bearing.isEmpty)
        })
      else { continue }
      let event = record.exchange(number)?.intent.event.flatMap { record.event($0) }
      findings[cause].consequences.append(
        Finding.Consequence(
          id: observation.kind.id,
          line: event?.line ?? 1,
          exchanges: observation.exchanges,
          what: observation.message
        )
      )
      told.insert(index)
    }
  }

  /// Whether Okta's test wants another status.
  private func isWrongStatus(of kind: FindingKind, _ exchange: Exchange?) -> Bool {
    guard let request = kind.specRequest else { return false }
    let version = SCIMVersion(kind.specPlace?.version ?? .v2)
    return SpecAssertion.wantedStatus(of: request, version) != exchange?.status
  }

  /// Tells with its cause of an expectation that it could not be judged.
  private mutating func leave(_ expectation: Expectation, _ cause: Cause) {
    var consequence = Finding.Consequence(
      id: Finding.Consequence.notJudged,
      line: expectation.line,
      exchanges: [],
      what: expectation.text
    )
    switch cause {
    case .finding(let place): findings[place].consequences.append(consequence)
    case .ourselves(let exchange):
      consequence.what += ": \(disturbance(of: exchange))"
      notJudged.append(consequence)
    }
  }

  private func disturbance(of exchange: Int) -> String {
    if record.exchange(exchange)?.isCut == true {
      return "of exchange \(exchange) only the beginning was kept"
    }
    if record.exchange(exchange)?.isMissedByUs == true {
      return "oktasim was itself late in exchange \(exchange)"
    }
    return record.exchange(exchange)?.fault == nil
      ? "exchange \(exchange) was ended by oktasim"
      : "exchange \(exchange) was disturbed on purpose"
  }

  // MARK: Events

  private mutating func draw(_ event: ScenarioEvent, _ outcome: Outcome) {
    guard !outcome.isSuccess, expectations.mustSucceed(event, outcome) else {
      for unmet in expectations.unmet(event, outcome) { explain(unmet, event: event) }
      return
    }
    // Nothing of it can be judged: the scenario is skipped, and says why.
    if case .notMade = outcome.ending { return }
    if case .noGrant(let failure) = outcome.ending, failure.unjudged != nil { return }
    let cause = cause(of: event, outcome)
    causes[event.index] = cause
    firstCause = firstCause ?? cause
    if let subject = event.subject, firstCauseOf[subject] == nil {
      firstCauseOf[subject] = cause
    }
    lastCause = cause
    if case .ourselves(let exchange) = cause {
      notJudged.append(
        Finding.Consequence(
          id: Finding.Consequence.notJudged,
          line: event.line,
          exchanges: [exchange],
          what: "\(event.event.inShort) failed: \(disturbance(of: exchange))"
        )
      )
    }
    for expectation in event.expectations { leave(expectation, cause) }
  }

  /// What an event failed for; what it is told with.
  private mutating func cause(of event: ScenarioEvent, _ outcome: Outcome) -> Cause {
    let end = ending(of: outcome)
    // What the interruption cut says nothing about the app.
    let exchange = end.flatMap { record.exchange($0) }
    if let exchange, exchange.isDisturbed || exchange.failure == .cancelled {
      return .ourselves(exchange.number)
    }
    let failure = failure(of: event, outcome, end: end)
    if let end,
      let place = best(where: { Consequences.canEnd($0.kind) && $0.exchanges.contains(end) })
    {
      findings[place].consequences.append(consequence(failure, event))
      return .finding(place)
    }
    if let earlier = followsFrom(event, outcome) {
      if case .finding(let place) = earlier {
        findings[place].consequences.append(consequence(failure, event))
      }
      return earlier
    }
    findings.append(Found(observation: failure))
    return .finding(findings.count - 1)
  }

  private static func canEnd(_ kind: FindingKind) -> Bool {
    !kind.row.bearing.isDisjoint(with: [.event, .grant])
  }

  /// The exchange on which an event ended: of one that sent nothing since its grant was dead, the one
  /// that ended the grant.
  private func ending(of outcome: Outcome) -> Int? {
    switch outcome.ending {
    case .success, .notMade: return nil
    case .noGrant(let failure): return failure.exchange
    case .task(let task):
      if let exchange = task.exchange { return exchange }
      guard let error = task.tokenError else { return nil }
      return error.exchange ?? grants.ending(before: outcome.ended) ?? grants.lackingResponse
    }
  }

  /// An event without a request fails since an earlier event of the same person or group did.
  private func followsFrom(_ event: ScenarioEvent, _ outcome: Outcome) -> Cause? {
    guard case .task = outcome.ending, outcome.exchanges.isEmpty, let subject = event.subject
    else { return nil }
    return firstCauseOf[subject]
  }

  private func consequence(_ failure: Observation, _ event: ScenarioEvent) -> Finding.Consequence {
    Finding.Consequence(
      id: failure.kind.id,
      line: event.line,
      exchanges: failure.exchanges,
      what: "\(event.event.inShort) failed"
    )
  }

  // MARK: What an event failed for

  private func failure(
    of event: ScenarioEvent,
    _ outcome: Outcome,
    end: Int?
  ) -> Observation {
    var observation: Observation
    switch outcome.ending {
    case .noGrant(let failure):
      observation = Observation(
        .grantFailed,
        "no grant was made: \(failure.message)",
        end.map { [$0] } ?? []
      )
    case .task(let task):
      observation = taskFailure(event, outcome, task, end: end)
    case .success, .notMade: preconditionFailure("an event that succeeded has no failure")
    }
    observation.line = event.line
    if let subject = event.subject { observation.subjects = [subject] }
    lower(&observation)
    return observation
  }

  private func taskFailure(
    _ event: ScenarioEvent,
    _ outcome: Outcome,
    _ task: ProvisioningTask,
    end: Int?
  ) -> Observation {
    let exchange = end.flatMap { record.exchange($0) }
    let kind = kind(of: task, exchange)
    var observation = Observation(
      kind,
      "'\(event.event)' failed: \(task.message)",
      (end ?? outcome.exchanges.last).map { [$0] } ?? []
    )
    // A deactivation that fails leaves somebody with access.
    let isDeactivation = event.event.takesAccess
    switch kind {
    case .eventFailed:
      if !isDeactivation { observation.modes = [] }
      if case .silent = exchange?.failure { observation.modes.append("F-51") }
      observation.advice = advice(exchange)
    case .eventWithoutToken:
      observation.modes = isDeactivation ? ["F-49"] : []
      if case .transport(let failure, _) = task.tokenError {
        let isSilent = if case .silent = failure { true } else { false }
        observation.modes.append(isSilent ? "F-51" : "F-18")
      }
      if exchange?.response != nil { observation.advice = "see the token request before" }
    case .rateLimited:
      guard let exchange, let advice = adviceOnOwnLimit(exchange) else { break }
      observation.level = .may
      observation.party = .oktasim
      observation.advice = advice
    default: break
    }
    return observation
  }

  /// What to do where the app may be right to answer 429 still; nil where Okta has waited as it does.
  private func adviceOnOwnLimit(_ exchange: Exchange) -> String? {
    guard case .rateLimit = exchange.intent.repetition else {
      return
        "the app may be right: Okta has an admin see this answer and waits for nothing; raise the "
        + "app's limit for the test, or run with --jobs 1"
    }
    guard record.profile.switches.set.contains(Switch.Name.rateLimitScale.rawValue) else {
      return nil
    }
    return "the app may be right: okta.rateLimitScale has this run wait less than Okta does"
  }

  private func kind(of task: ProvisioningTask, _ exchange: Exchange?) -> FindingKind {
    // The policy kept the client from a refresh that would have helped.
    if task.tokenError == .refreshForbidden { return .noRefreshAllowed }
    if task.tokenError != nil { return .eventWithoutToken }
    guard let exchange else { return .eventFailed }
    if exchange.status == 401, exchange.intent.repetition != .rejection, isRefreshForbidden {
      return .noRefreshAllowed
    }
    if exchange.status == 401, JudgedClient(record.profile).refreshesInParallel { return .raced }
    return exchange.status == 429 ? .rateLimited : .eventFailed
  }

  private var isRefreshForbidden: Bool {
    switch record.profile.authentication {
    case .authorizationCode(let settings):
      [.expiry, .never].contains(settings.refresh.trigger)
    case .clientCredentials(let settings):
      [.expiry, .never].contains(settings.refresh.trigger)
    case .bearer, .header, .basic, .unauthenticated: false
    }
  }

  private func advice(_ exchange: Exchange?) -> String {
    guard let exchange else { return "see the event that failed before" }
    switch exchange.result {
    case .failure(.malformedAnswer): return "answer with HTTP/1.1 as RFC 9112 has it"
    case .failure(.answerTooLarge): return "answer with the resources that were asked for"
    case .failure: return "see why the app gave no answer; its log should tell"
    case .success(let response):
      let failure = VisibleCause.Failure(
        exchange: exchange,
        record: record,
        hasTwin: hasTwin(exchange)
      )
      if let advice = VisibleCause.advice(on: failure) { return advice }
      return response.isSuccess
        ? "answer \(failure.request) as the SCIM protocol has it"
        : "see the app's log: it answered \(failure.request) with HTTP \(response.status) and says "
          + "nothing of why"
    }
  }

  /// Whether another create was for the same user name.
  private func hasTwin(_ exchange: Exchange) -> Bool {
    creates[exchange.request.document?["userName"]?.string ?? "", default: 0] > 1
  }

  // MARK: Expectations

  private mutating func explain(_ unmet: Expectations.Unmet, event: ScenarioEvent?) {
    let expectation = unmet.expectation
    if let reason = lookFailed(expectation) {
      var consequence = Finding.Consequence(
        id: Finding.Consequence.notJudged,
        line: expectation.line,
        exchanges: [],
        what: expectation.text
      )
      // Without a living grant there is no token to look with.
      if let place = best(where: { $0.kind.row.bearing.contains(.grant) }) {
        findings[place].consequences.append(consequence)
      } else {
        consequence.what += ": \(reason)"
        notJudged.append(consequence)
      }
      return
    }
    var observation = unmet.observation
    lower(&observation)
    switch cause(of: expectation, observation, unmet.attribute, event) {
    case .ourselves(let exchange): leave(expectation, .ourselves(exchange))
    case .finding(let place):
      findings[place].consequences.append(
        Finding.Consequence(
          id: observation.exchanges.isEmpty
            ? Finding.Consequence.notJudged : observation.kind.id,
          line: expectation.line,
          exchanges: observation.exchanges,
          what: expectation.text
        )
      )
    case nil: findings.append(Found(observation: observation))
    }
  }

  private func cause(
    of expectation: Expectation,
    _ unmet: Observation,
    _ attribute: String?,
    _ event: ScenarioEvent?
  ) -> Cause? {
    let bearing = Consequences.bearing(on: expectation)
    // Of what was not kept nothing can be said.
    let lost = unmet.exchanges.first {
      record.exchange($0).map { $0.isDisturbed || $0.isCut } ?? false
    }
    if let lost { return .ourselves(lost) }
    let subjects = Consequences.subjects(of: expectation)
    if let subject = subjects.first {
      for subject in subjects {
        if let failed = failed(subject, attribute, before: event) { return failed }
      }
      return best { observation in
        observation.kind.row.bearing.contains(bearing)
          && (observation.subjects.contains(subject)
            || !Set(observation.exchanges).isDisjoint(with: unmet.exchanges))
      }.map { .finding($0) }
    }
    // What left a task that is one too many is told by itself.
    if case .tasks(let count) = expectation.kind, let lastCause,
      count.isBelow(event.flatMap { record.outcome(of: $0.index)?.openTasks } ?? record.tasks.count)
    {
      return lastCause
    }
    if let place = best(where: { isTouching($0, bearing, unmet, event) }) { return .finding(place) }
    // An event that had no token ended otherwise than was expected for want of one.
    if case .task = expectation.kind, let event,
      case .task(let task)? = record.outcome(of: event.index)?.ending, task.tokenError != nil,
      let place = best(where: { $0.kind.row.bearing.contains(.grant) })
    {
      return .finding(place)
    }
    let own = disturbed.last { exchange in
      (event == nil || exchange.intent.event == event?.index) && bears(exchange, on: bearing)
    }
    if let own { return .ourselves(own.number) }
    // A failed event did not send what it would have sent.
    return event == nil ? firstCause : nil
  }

  /// Who is looked at, and then whoever must be at the app for it.
  private static func subjects(of expectation: Expectation) -> [String] {
    switch expectation.kind {
    case .user(let person, _): [person]
    case .group(let group, let pattern): [group] + (pattern.members ?? [])
    default: []
    }
  }

  /// Whether what was done to an exchange can have changed what is counted.
  ///
  /// A lost answer to a good token changes no count of tokens.
  private func bears(_ exchange: Exchange, on bearing: FindingKind.Bearing) -> Bool {
    guard !bearing.isDisjoint(with: [.refreshes, .rejections, .token]) else { return true }
    return exchange.intent.party != .serviceProvider || exchange.intent.deviation == .alteredToken
      || expectations.isAtTheEnd(exchange)
  }

  /// Whether a finding bears on an expectation of the event, or of the whole scenario.
  private func isTouching(
    _ observation: Observation,
    _ bearing: FindingKind.Bearing,
    _ unmet: Observation,
    _ event: ScenarioEvent?
  ) -> Bool {
    guard observation.kind.row.bearing.contains(bearing) else { return false }
    guard let event else { return true }
    return observation.exchanges.contains { number in
      if unmet.exchanges.contains(number) { return true }
      guard let exchange = record.exchange(number) else { return false }
      if exchange.intent.event == event.index { return true }
      // The token response that gave the event its token.
      return exchange.intent.party == .tokenEndpoint && usesGrant(of: exchange, event)
    }
  }

  private func usesGrant(of exchange: Exchange, _ event: ScenarioEvent) -> Bool {
    guard let grant = exchange.intent.grant, let outcome = record.outcome(of: event.index) else {
      return false
    }
    return outcome.exchanges.contains { record.exchange($0)?.intent.grant == grant }
  }

  /// What a failed event of a person or group is told with that has kept the app from what is
  /// expected: the last that would have changed it, unless a later one did.
  private func failed(
    _ subject: String,
    _ attribute: String?,
    before event: ScenarioEvent?
  ) -> Cause? {
    let about = Writing.About(attribute)
    let events = writes[Writing(subject: subject, about: about)] ?? []
    var place = events.count
    if let event {
      var (low, high) = (0, events.count)
      while low < high {
        work.steps += 1
        let middle = (low + high) / 2
        if events[middle].index <= event.index { low = middle + 1 } else { high = middle }
      }
      place = low
    }
    while place > 0 {
      work.steps += 1
      place -= 1
      let earlier = events[place]
      if let retry = retries[earlier.index], event.map({ retry <= $0.index }) ?? true { return nil }
      if let cause = causes[earlier.index] { return cause }
      if let outcome = record.outcome(of: earlier.index), outcome.isSuccess,
        !outcome.exchanges.isEmpty
      {
        return nil
      }
    }
    return nil
  }

  /// The events of a person or group that write what is asked about.
  private struct Writing: Hashable {
    enum About: CaseIterable {
      case anything, activity, members, profile

      /// - Parameter attribute: nil for any.
      init(_ attribute: String?) {
        self =
          switch attribute?.lowercased() {
          case nil: .anything
          case "active": .activity
          case "members": .members
          default: .profile
          }
      }

      func isWritten(by event: LifecycleEvent) -> Bool {
        switch event.writes {
        case .nothing: false
        case .resource: true
        case .activity: self == .anything || self == .activity
        case .members: self == .anything || self == .members
        case .profile: self == .anything || self == .profile
        }
      }
    }

    var subject: String
    var about: About
  }

  /// Why nothing can be said of a user or group: no look was made, or its token ended on the way.
  private func lookFailed(_ expectation: Expectation) -> String? {
    guard expectation.isLook else { return nil }
    guard let look = record.looks[expectation.place] else { return "no look was made" }
    if look.isLeft { return look.problem ?? "no look was made" }
    guard let exchange = look.exchange.flatMap({ record.exchange($0) }) else { return nil }
    // A limit says nothing of the user.
    if exchange.status == 429 { return "the app answered the look with 429" }
    guard [401, 403].contains(exchange.status), expectations.isAtTheEnd(exchange) else {
      return nil
    }
    return "the access token of the look ended on the way"
  }

  private static func bearing(on expectation: Expectation) -> FindingKind.Bearing {
    switch expectation.kind {
    case .exchange, .task, .tasks, .nothingSent, .success: .exchanges
    case .refreshes: .refreshes
    case .rejected: .rejections
    case .token: .token
    case .user, .group: .user
    case .accessToken: .rejections
    }
  }

  // MARK: Choosing

  /// The place of the worst finding that fits, of several the first.
  private func best(where fits: (Observation) -> Bool) -> Int? {
    work.steps += observedCount
    var best: Int?
    for place in 0..<observedCount where fits(findings[place].observation) {
      if let known = best,
        findings[known].observation.verdict >= findings[place].observation.verdict
      {
        continue
      }
      best = place
    }
    return best
  }

  /// A scenario may ask for less than a MUST.
  private func lower(_ observation: inout Observation) {
    if Verdict(record.scenario.level) < observation.verdict {
      observation.level = record.scenario.level
    }
  }
}

extension LifecycleEvent {
  /// `deactivate ada`, without what it says of attributes.
  var inShort: String { (person ?? group).map { "\(name) \($0)" } ?? name }
}
