import HTTP
import JSON
import OAuth
import Okta
import Profiles
import SCIM

/// What the scenario asked for, held against what happened.
///
/// What follows from a finding of a passive check is not said a second time: an event that failed
/// on an exchange that such a finding names, what was expected of that event, and what a dead grant
/// made of the events after it.
struct ExpectationCheck {
  let record: ScenarioRecord
  /// Exchanges that a finding already names as wrong.
  let explained: Set<Int>
  /// Exchanges that a failed finding about the values of a user names.
  let misvalued: Set<Int>
  /// Whether a finding already says that the grant cannot outlive its access token.
  let lacksRefreshToken: Bool

  func observations() -> [Observation] {
    var observations: [Observation] = []
    for event in record.scenario.events {
      guard let outcome = record.outcome(of: event.index) else { continue }
      observations += observe(event, outcome)
    }
    if record.skipped == nil {
      for expectation in record.scenario.atEnd { observations += observeAtEnd(expectation) }
    }
    return observations
  }

  // MARK: An event

  private func observe(_ event: ScenarioEvent, _ outcome: Outcome) -> [Observation] {
    if isExplained(outcome) || isConsequence(event, outcome) { return [] }
    if let observation = notTheApps(event, outcome) { return [observation] }
    if !outcome.isSuccess, mustSucceed(event, outcome) {
      return [failure(of: event, outcome)].compactMap(\.self)
    }
    var observations = [exchanges(of: event, outcome)].compactMap(\.self).filter { mismatch in
      !mismatch.exchanges.contains { explained.contains($0) } && !foundWorkDone(event)
    }
    for expectation in event.expectations {
      observations += observe(expectation, event, outcome)
    }
    return observations
  }

  /// Whether the way in which the event went wrong has been told.
  private func isExplained(_ outcome: Outcome) -> Bool {
    switch outcome.ending {
    case .success: return false
    case .task(let task):
      if let exchange = task.exchange, explained.contains(exchange) { return true }
      // A shared refresh belongs to the event that asked first.
      if let error = task.tokenError, error.endsGrant { return !explained.isEmpty }
      let wasRejected = task.exchange.flatMap { record.exchange($0) }?.status == 401
      if lacksRefreshToken, wasRejected || task.tokenError == .noRefreshToken { return true }
      return outcome.exchanges.contains { explained.contains($0) }
    case .noGrant(let failure):
      // Nothing of it can be judged: the scenario is skipped, and says why.
      if failure.unjudged != nil { return true }
      // What came back from the browser has a check of its own.
      guard case .codeExchange = failure.stage else { return true }
      return failure.exchange.map { explained.contains($0) } ?? !explained.isEmpty
    }
  }

  // MARK: What the app is not to blame for

  /// What ended the event because of the client: Okta would have gone on, or the profile has the
  /// client be careless.
  private func notTheApps(_ event: ScenarioEvent, _ outcome: Outcome) -> Observation? {
    guard case .task(let task) = outcome.ending, mustSucceed(event, outcome) else { return nil }
    var observation = Observation(
      id: "",
      failureModes: [],
      level: .may,
      party: .oktasim,
      message: "'\(event.event)' failed: \(task.message)",
      advice: "",
      source: "",
      exchanges: (task.exchange ?? outcome.exchanges.last).map { [$0] } ?? [],
      line: event.line
    )
    if isForbidden(task) {
      observation.id = "event.no-refresh"
      observation.failureModes = ["F-40"]
      observation.advice =
        "the app may be right: authentication.refresh.trigger has this client not refresh here"
      observation.source = "RFC 6750 section 3.1"
      return observation
    }
    guard let exchange = task.exchange.flatMap({ record.exchange($0) }) else { return nil }
    if exchange.status == 401, record.refreshesInParallel {
      observation.id = "event.raced"
      observation.failureModes = ["F-08", "F-19"]
      observation.advice =
        "the app may be right: each job of this client refreshes for itself, and a refresh may end "
        + "the access token before it"
      observation.source = "RFC 6749 section 6"
      return observation
    }
    guard exchange.status == 429 else { return nil }
    observation.id = "event.rate-limited"
    observation.failureModes = ["F-47"]
    let pause = exchange.response?.fields["Retry-After"].map { " (Retry-After: \($0))" } ?? ""
    observation.advice =
      "Okta would wait\(pause) and try again, up to ten times; oktasim does not do so yet: raise "
      + "the app's limit, or run with --jobs 1"
    observation.source = "Okta, SCIM concept page"
    return observation
  }

  /// Whether the policy kept the client from a refresh that would have helped.
  private func isForbidden(_ task: ProvisioningTask) -> Bool {
    if task.tokenError == .refreshForbidden { return true }
    guard let exchange = task.exchange.flatMap({ record.exchange($0) }), exchange.status == 401,
      exchange.intent.attempt == 1
    else { return false }
    switch record.profile.authentication {
    case .authorizationCode(let settings):
      return [.expiry, .never].contains(settings.refresh.trigger)
    case .clientCredentials(let settings):
      return [.expiry, .never].contains(settings.refresh.trigger)
    case .bearer, .header, .basic: return false
    }
  }

  /// Whether a finding names one of the event's exchanges, or the token response that gave it a
  /// token.
  private func isTouched(_ event: Int) -> Bool {
    record.exchanges.contains { exchange in
      guard exchange.intent.event == event else { return false }
      if explained.contains(exchange.number) { return true }
      return record.token(of: exchange).map { explained.contains($0.exchange) } ?? false
    }
  }

  /// Whether an altered token was to be shown that had ended on the way there, in a scenario that
  /// waits for no end: the client sees that by itself, and nothing is rejected.
  private var diedBeforeItWasSpoiled: Bool {
    record.scenario.events.contains { $0.event == .spoilAccessToken }
      && !record.scenario.waitsForTokens && record.tokens.contains { $0.ending == .expired }
  }

  /// Whether the client is told to refresh long before the end of a token (F-34).
  private var refreshesCarelessly: Bool {
    switch record.profile.authentication {
    case .authorizationCode(let settings):
      return !settings.refresh.capMargin && settings.refresh.margin > .zero
    case .clientCredentials(let settings):
      return !settings.refresh.capMargin && settings.refresh.margin > .zero
    case .bearer, .header, .basic: return false
    }
  }

  /// Whether the token reached its end within the event, as it does where the app takes its time: a
  /// refresh or a rejection then is nobody's fault.
  ///
  /// An app that counts in whole seconds may be up to one early.
  private func diedMeanwhile(_ token: TokenRecord?, _ exchange: Exchange) -> Bool {
    guard let token, let lifetime = token.token.expiresIn,
      let outcome = exchange.intent.event.flatMap({ record.outcome(of: $0) })
    else { return false }
    let end = token.receivedAt + lifetime - .seconds(1)
    return end >= outcome.started && exchange.received >= end
  }

  /// Whether it failed without a request because an earlier event of the same person did.
  private func isConsequence(_ event: ScenarioEvent, _ outcome: Outcome) -> Bool {
    guard case .task = outcome.ending, outcome.exchanges.isEmpty,
      let person = event.event.person
    else { return false }
    return record.scenario.events.contains { earlier in
      guard earlier.index < event.index, earlier.event.person == person,
        let outcome = record.outcome(of: earlier.index)
      else { return false }
      // A failure that was expected explains nothing.
      return !outcome.isSuccess && mustSucceed(earlier, outcome)
    }
  }

  /// Whether the app had taken a write of the event that came with a dead token, or had done one
  /// that it refused: the event then meets what it would have made.
  private func foundWorkDone(_ event: ScenarioEvent) -> Bool {
    record.provisioning.contains { exchange in
      exchange.intent.event == event.index && exchange.intent.occasion == .look
        && exchange.request.method != "GET" && explained.contains(exchange.number)
    }
  }

  /// Whether it is a failure that the event ended as it did, if it ended in a task.
  private func mustSucceed(_ event: ScenarioEvent, _ outcome: Outcome) -> Bool {
    var status: Int?
    if case .task(let task) = outcome.ending {
      status = task.exchange.flatMap { record.exchange($0) }?.status
    }
    // 200|409 admits the one that came.
    func admitsIt(_ pattern: ExchangePattern) -> Bool {
      status.map { $0 >= 400 && pattern.status.admits($0) } ?? false
    }
    return event.expectations.allSatisfy { expectation in
      switch expectation.kind {
      case .task: false
      case .exchange(let pattern) where admitsIt(pattern): false
      case .exchange(let pattern):
        pattern.status.admits(200) || pattern.status.admits(201)
          || pattern.status.admits(204) || pattern.status.admits(302)
      default: true
      }
    }
  }

  private func failure(of event: ScenarioEvent, _ outcome: Outcome) -> Observation? {
    var observation = Observation(
      id: "event.failed",
      // A deactivation that fails leaves somebody with access.
      failureModes: isDeactivation(event.event) ? ["F-49"] : [],
      party: .serviceProvider,
      message: "",
      advice: "",
      source: "Okta, SCIM 2.0 reference",
      exchanges: outcome.exchanges.suffix(1),
      line: event.line
    )
    switch outcome.ending {
    case .success: return nil
    case .task(let task):
      observation.message = "'\(event.event)' failed: \(task.message)"
      observation.advice = advice(task)
      observation.exchanges = (task.exchange ?? outcome.exchanges.last).map { [$0] } ?? []
      if let error = task.tokenError {
        observation.id = "event.no-token"
        observation.party = .authorizationServer
        observation.source = "RFC 6749 section 6"
        if case .transport(let failure, _) = error {
          observation.source = "RFC 6749 section 3.2"
          let isSilent = if case .silent = failure { true } else { false }
          observation.failureModes += [isSilent ? "F-51" : "F-18"]
        }
      }
    case .noGrant(let failure):
      observation.id = "grant.failed"
      observation.failureModes = []
      observation.party = .authorizationServer
      observation.message = "no grant was made: \(failure.message)"
      observation.advice = "see the exchange; the code was fresh and the request as registered"
      observation.source = "RFC 6749 section 4.1.3"
      observation.exchanges = failure.exchange.map { [$0] } ?? []
    }
    return observation
  }

  /// Whether another create was for the same user name.
  private func hasTwin(_ exchange: Exchange) -> Bool {
    let name = record.object(exchange.request.body)?["userName"]
    return record.provisioning.contains { other in
      other.number != exchange.number && record.kind(of: other) == .create
        && record.object(other.request.body)?["userName"] == name
    }
  }

  private func isDeactivation(_ event: LifecycleEvent) -> Bool {
    switch event {
    case .deactivate, .unassign: true
    default: false
    }
  }

  private func advice(_ task: ProvisioningTask) -> String {
    guard let exchange = task.exchange.flatMap({ record.exchange($0) }) else {
      return "see the event that failed before"
    }
    switch exchange.result {
    case .failure(.malformedAnswer): return "answer with HTTP/1.1 as RFC 9112 has it"
    case .failure(.answerTooLarge): return "answer with the resources that were asked for"
    case .failure: return "see why the app gave no answer; its log should tell"
    case .success(let response):
      let request = "\(exchange.request.method) \(record.path(of: exchange))"
      if response.status == 409, record.kind(of: exchange) == .create, !hasTwin(exchange) {
        return "the look-up before found nobody of that name: let it find every user, active or "
          + "not, in capital or small letters"
      }
      if response.status == 404, [.list, .find, .create].contains(record.kind(of: exchange)) {
        return "is scim.baseURL right? the app knows no \(exchange.request.url.path)"
      }
      return response.isSuccess
        ? "answer \(request) as the SCIM protocol has it"
        : "find out why the app answers \(request) with HTTP \(response.status)"
    }
  }

  // MARK: METHOD lines

  /// The first difference between the METHOD lines and what was sent, if there are METHOD lines.
  private func exchanges(of event: ScenarioEvent, _ outcome: Outcome) -> Observation? {
    let patterns = event.expectations.compactMap { expectation in
      if case .exchange(let pattern) = expectation.kind { (expectation, pattern) } else { nil }
    }
    guard !patterns.isEmpty else { return nil }
    let sent = listed(outcome)
    for (index, (expectation, pattern)) in patterns.enumerated() {
      guard index < sent.count else {
        return mismatch(
          expectation,
          "'\(expectation.text)' was not seen: \(inWords(sent))",
          sent.last.map { [$0.number] } ?? []
        )
      }
      if let problem = problem(sent[index], pattern) {
        return mismatch(
          expectation,
          "'\(expectation.text)' does not fit: \(problem)",
          [sent[index].number]
        )
      }
    }
    guard sent.count > patterns.count, let last = patterns.last else { return nil }
    let extra = sent[patterns.count]
    return mismatch(
      last.0,
      "one exchange more than expected: \(words(extra))",
      [extra.number]
    )
  }

  /// The event's exchanges without refreshes and rejected first tries.
  private func listed(_ outcome: Outcome) -> [Exchange] {
    let all = outcome.exchanges.compactMap { record.exchange($0) }
    return all.filter { exchange in
      if exchange.intent.act == .refresh { return false }
      guard exchange.status == 401, exchange.intent.attempt == 1 else { return true }
      return !all.contains { later in
        later.number > exchange.number && later.intent.attempt == 2
          && later.request.method == exchange.request.method
          && later.request.url == exchange.request.url
      }
    }
  }

  private func mismatch(
    _ expectation: Expectation,
    _ message: String,
    _ exchanges: [Int]
  ) -> Observation {
    let exchange = exchanges.first.flatMap { record.exchange($0) }
    let isOAuth = exchange.map { $0.intent.party != .serviceProvider } ?? false
    return Observation(
      id: "expectation.exchange",
      failureModes: record.scenario.covers,
      party: isOAuth ? .authorizationServer : .serviceProvider,
      message: message,
      advice: "compare the recording with the scenario's lines",
      source: isOAuth ? "RFC 6749" : "Okta, SCIM 2.0 reference",
      exchanges: exchanges,
      line: expectation.line
    )
  }

  private func problem(_ exchange: Exchange, _ pattern: ExchangePattern) -> String? {
    guard exchange.request.method == pattern.method, isAt(exchange, pattern.path) else {
      return "\(words(exchange)) came instead"
    }
    guard let response = exchange.response else { return words(exchange) }
    guard pattern.status.admits(response.status) else { return words(exchange) }
    for value in pattern.request {
      if let problem = mismatch(value, requestValue(exchange, value.path)) {
        return "in the request, \(problem)"
      }
    }
    let answer = record.object(response.body).map { JSONValue.object($0) }
    for value in pattern.response {
      let found = SCIMPath(value.path).flatMap { answer?[$0] }
      if let problem = mismatch(value, found) { return "in the answer, \(problem)" }
    }
    return nil
  }

  private func isAt(_ exchange: Exchange, _ path: String) -> Bool {
    var path = path
    for (name, id) in record.ids.sorted(by: { $0.key < $1.key }) {
      path = path.replacing("{\(name)}", with: FormURLEncoding.percentEncode(id))
    }
    if case .authorizationCode(let settings) = record.profile.authentication {
      path = path.replacing("{token}", with: settings.tokenEndpoint)
      path = path.replacing("{authorize}", with: settings.authorizationEndpoint)
      path = path.replacing("{revoke}", with: settings.revocationEndpoint ?? "{revoke}")
    } else if case .clientCredentials(let settings) = record.profile.authentication {
      path = path.replacing("{token}", with: settings.tokenEndpoint)
    }
    let isRelative = path.hasPrefix("/")
    let found = isRelative ? record.path(of: exchange) : exchange.request.url.description
    let (wantedPath, wantedQuery) = split(path)
    let (foundPath, foundQuery) = split(found)
    guard foundPath == wantedPath else { return false }
    // The authorization endpoint's own query is not the whole of what is sent there.
    guard isRelative, let wantedQuery else { return true }
    return FormURLEncoding.decode(foundQuery ?? "") == FormURLEncoding.decode(wantedQuery)
  }

  private func split(_ text: String) -> (path: String, query: String?) {
    guard let mark = text.firstIndex(of: "?") else { return (text, nil) }
    return (String(text[..<mark]), String(text[text.index(after: mark)...]))
  }

  /// A JSON path of the body, a form field or a query parameter.
  private func requestValue(_ exchange: Exchange, _ name: String) -> JSONValue? {
    let request = exchange.request
    if let body = record.object(request.body), let path = SCIMPath(name),
      let value = JSONValue.object(body)[path]
    {
      return value
    }
    let form = FormURLEncoding.decode(String(decoding: request.body, as: UTF8.self))
    let isForm =
      request.fields["Content-Type"].map { MediaType($0).essence } == FormURLEncoding.mediaType
    let value = (isForm ? form[name] : nil) ?? request.url.queryFields[name]
    return value.map { .string($0) }
  }

  // MARK: Values

  /// What is wrong with a value, or nil.
  private func mismatch(_ pattern: ValuePattern, _ found: JSONValue?) -> String? {
    if found == nil, SCIMPath(pattern.path) == nil {
      return "'\(pattern.path)' is no path of an attribute"
    }
    // RFC 7643 section 2.5: null is as good as absent. (A bare nil would be JSON's null here.)
    let present = found.flatMap { $0.isNull ? JSONValue?.none : $0 }
    func shown(_ value: JSONValue?) -> String {
      value.map { "'\($0.textForComparison.prefix(80))'" } ?? "absent"
    }
    switch pattern.value {
    case .present:
      return present == nil ? "\(pattern.path) is absent" : nil
    case .absent:
      return present == nil ? nil : "\(pattern.path) is \(shown(present)), not absent"
    case .text(let text):
      return present?.textForComparison == text
        ? nil : "\(pattern.path) is \(shown(present)), not '\(text)'"
    case .range(let low, let high):
      let number = present?.number?.double ?? present?.string.flatMap { Double($0) }
      guard let number, (low...max(low, high)).contains(number) else {
        return "\(pattern.path) is \(shown(present)), not from \(low) to \(high)"
      }
      return nil
    }
  }

  // MARK: Other lines

  private func observe(
    _ expectation: Expectation,
    _ event: ScenarioEvent,
    _ outcome: Outcome
  ) -> [Observation] {
    let exchanges = outcome.exchanges.compactMap { record.exchange($0) }
    switch expectation.kind {
    case .exchange: return []
    case .refreshes(let count):
      return counted(expectation, count, refreshes(exchanges), "refreshed", in: event.index)
    case .rejected(let count):
      return counted(expectation, count, rejections(exchanges), "rejected", in: event.index)
    case .success: return []
    case .task(let text):
      if case .task(let task) = outcome.ending, task.message.contains(text) { return [] }
      let ending =
        if case .task(let task) = outcome.ending { "it is '\(task.message)'" } else {
          "the event succeeded"
        }
      return [
        mismatch(expectation, "no task with '\(text)': \(ending)", outcome.exchanges.suffix(1))
      ]
    case .nothingSent:
      if exchanges.isEmpty { return [] }
      return [
        mismatch(expectation, "something was sent: \(inWords(exchanges))", [exchanges[0].number])
      ]
    case .token(let patterns): return token(expectation, patterns, until: outcome.ended)
    case .user(let person, let patterns): return user(expectation, person, patterns)
    }
  }

  private func observeAtEnd(_ expectation: Expectation) -> [Observation] {
    let counted = record.exchanges.filter { $0.intent.occasion == .okta }
    // A failed event did not send what it would have sent.
    let hasFailed = record.outcomes.contains { outcome in
      guard !outcome.isSuccess, let event = record.event(outcome.event) else { return false }
      return mustSucceed(event, outcome)
    }
    switch expectation.kind {
    case .refreshes(let count):
      return hasFailed ? [] : self.counted(expectation, count, refreshes(counted), "refreshed")
    case .rejected(let count):
      return hasFailed ? [] : self.counted(expectation, count, rejections(counted), "rejected")
    case .token(let patterns): return token(expectation, patterns, until: record.ended)
    case .user(let person, let patterns): return user(expectation, person, patterns)
    case .exchange, .success, .task, .nothingSent: return []
    }
  }

  private func refreshes(_ exchanges: [Exchange]) -> [Exchange] {
    exchanges.filter { $0.intent.act == .refresh }
  }

  private func rejections(_ exchanges: [Exchange]) -> [Exchange] {
    exchanges.filter { $0.intent.party == .serviceProvider && $0.status == 401 }
  }

  private func counted(
    _ expectation: Expectation,
    _ count: Expectation.Count,
    _ found: [Exchange],
    _ what: String,
    in event: Int? = nil
  ) -> [Observation] {
    if count.admits(found.count) || lacksRefreshToken { return [] }
    // What a finding tells of has made them more or fewer.
    let events = event.map { [$0] } ?? record.scenario.events.map(\.index)
    if events.contains(where: isTouched) { return [] }
    let isRefresh = what == "refreshed"
    let excused = found.count { exchange in
      let before = record.tokens.last { $0.exchange < exchange.number }
      return diedMeanwhile(isRefresh ? before : record.token(of: exchange), exchange)
    }
    if (found.count - excused...found.count).contains(where: count.admits) { return [] }
    if !isRefresh, diedBeforeItWasSpoiled { return [] }
    let isOwn = refreshesCarelessly
    return [
      Observation(
        id: isRefresh ? "expectation.refreshes" : "expectation.rejected",
        failureModes: record.scenario.covers,
        level: isOwn ? .may : .must,
        party: isOwn ? .oktasim : .both,
        message: "'\(expectation.text)' does not fit: the access token was \(what) "
          + "\(found.count) times",
        advice: isOwn
          ? "the app may be right: the refresh margin of this client is as long as a token lives"
          : isRefresh
            ? "compare expires_in with how long the app accepts the token"
            : "see which token the app rejected, and how old it was",
        source: "RFC 6749 section 5.1, section 6",
        exchanges: found.map(\.number),
        line: expectation.line
      )
    ]
  }

  private func token(
    _ expectation: Expectation,
    _ patterns: [ValuePattern],
    until instant: Duration
  ) -> [Observation] {
    let last = record.tokenExchanges.last {
      $0.received <= instant && $0.response?.isSuccess == true
    }
    guard let last, let object = record.object(last.response?.body) else {
      return [tokenMismatch(expectation, "there is no token response", [])]
    }
    let problems = patterns.compactMap { pattern in
      mismatch(pattern, SCIMPath(pattern.path).flatMap { JSONValue.object(object)[$0] })
    }
    guard let problem = problems.first, !explained.contains(last.number) else { return [] }
    return [tokenMismatch(expectation, problem, [last.number])]
  }

  private func tokenMismatch(
    _ expectation: Expectation,
    _ problem: String,
    _ exchanges: [Int]
  ) -> Observation {
    Observation(
      id: "expectation.token",
      failureModes: record.scenario.covers,
      party: .authorizationServer,
      message: "'\(expectation.text)' does not fit: \(problem)",
      advice: "see the token response",
      source: "RFC 6749 section 5.1",
      exchanges: exchanges,
      line: expectation.line
    )
  }

  private func user(
    _ expectation: Expectation,
    _ person: String,
    _ patterns: [ValuePattern]
  ) -> [Observation] {
    guard let look = record.looks[expectation.place] else { return [] }
    if hasKnownTrouble(person) { return [] }
    let exchange = look.exchange.flatMap { record.exchange($0) }
    func observation(_ problem: String) -> Observation {
      Observation(
        id: "expectation.user",
        failureModes: record.scenario.covers,
        party: .serviceProvider,
        message: "'\(expectation.text)' does not fit: \(problem)",
        advice: "see what the app keeps of what it is sent",
        source: "RFC 7644 section 3.5.1",
        exchanges: exchange.map { [$0.number] } ?? [],
        line: expectation.line
      )
    }
    guard let exchange else {
      return explained.isEmpty ? [observation(look.problem ?? "nothing could be asked")] : []
    }
    // A limit says nothing of the user; Okta would ask again.
    guard !explained.contains(exchange.number), exchange.status != 429 else { return [] }
    guard let user = record.object(exchange.response?.body), exchange.status == 200 else {
      return [observation(words(exchange))]
    }
    let problem = patterns.lazy.compactMap { pattern in
      mismatch(pattern, SCIMPath(pattern.path).flatMap { JSONValue.object(user)[$0] })
    }.first
    return problem.map { [observation($0)] } ?? []
  }

  /// Whether an event of this person went wrong in a way that has been told.
  private func hasKnownTrouble(_ person: String) -> Bool {
    record.scenario.events.contains { event in
      guard event.event.person == person, let outcome = record.outcome(of: event.index) else {
        return false
      }
      if outcome.exchanges.contains(where: misvalued.contains) { return true }
      return !outcome.isSuccess && mustSucceed(event, outcome)
    }
  }

  // MARK: Words

  private func words(_ exchange: Exchange) -> String {
    let place =
      exchange.intent.party == .serviceProvider
      ? record.path(of: exchange)
      : String(exchange.request.url.description.prefix { $0 != "?" })
    let end = exchange.status.map { "-> \($0)" } ?? "(\(exchange.failure?.description ?? ""))"
    return "\(exchange.request.method) \(place) \(end)"
  }

  private func inWords(_ exchanges: [Exchange]) -> String {
    exchanges.isEmpty ? "nothing was sent" : exchanges.map(words).joined(separator: ", ")
  }
}
