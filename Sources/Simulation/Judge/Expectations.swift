import HTTP
import JSON
import OAuth
import Okta
import Profiles
import SCIM
import World

/// What the scenario asked for, held against what happened.
///
/// It says what failed and what is unmet, and nothing of why: `Consequences` knows what follows from
/// what.
struct Expectations {
  let record: ScenarioRecord
  private let tokens: TokenIndex
  /// The app's ids in the place of `{ada}`, and endpoints in that of `{token}`.
  private let placeholders: [(String, String)]
  private let baseURL: String

  init(record: ScenarioRecord) {
    self.record = record
    tokens = TokenIndex(record.tokens)
    placeholders = Expectations.placeholders(record)
    let base = HTTPURL(record.profile.scim.baseURL)?.description ?? ""
    baseURL = base.hasSuffix("/") ? String(base.dropLast()) : base
  }

  /// An expectation that does not fit what happened.
  struct Unmet {
    var expectation: Expectation
    var observation: Observation
    /// The attribute of a user that does not fit; nil where there is no user to ask of.
    var attribute: String?
  }

  // MARK: Events

  /// Whether it is a failure that the event ended as it did, if it ended in a task.
  func mustSucceed(_ event: ScenarioEvent, _ outcome: Outcome) -> Bool {
    // The admin says no.
    if case .noGrant(let failure) = outcome.ending, failure.refusal != nil { return false }
    var status: Int?
    if case .task(let task) = outcome.ending {
      let exchange = task.exchange.flatMap { record.exchange($0) }
      // The scenario had it ask for somebody whom the app cannot have.
      if exchange?.intent.deviation == .staleID { return false }
      status = exchange?.status
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

  /// What the scenario says under an event and does not fit.
  func unmet(_ event: ScenarioEvent, _ outcome: Outcome) -> [Unmet] {
    [exchanges(of: event, outcome)].compactMap(\.self)
      + event.expectations.compactMap { unmet($0, event, outcome) }
  }

  /// What stands under `at end` and does not fit.
  func unmetAtEnd() -> [Unmet] {
    let counted = record.exchanges.filter { $0.intent.occasion == .okta }
    return record.scenario.atEnd.compactMap { expectation in
      switch expectation.kind {
      case .refreshes(let count):
        self.counted(expectation, count, refreshes(counted), "refreshed")
      case .rejected(let count):
        self.counted(expectation, count, rejections(counted), "rejected")
      case .token(let patterns): token(expectation, patterns, until: record.ended)
      case .user(let person, let patterns): user(expectation, person, patterns)
      case .group(_, let pattern): group(expectation, pattern)
      case .accessToken(_, let isRefused): accessToken(expectation, isRefused)
      case .tasks(let count): tasks(expectation, count, record.tasks.count)
      case .exchange, .success, .task, .nothingSent: nil
      }
    }
  }

  // MARK: METHOD lines

  /// The first difference between the METHOD lines and what was sent, if there are METHOD lines.
  private func exchanges(of event: ScenarioEvent, _ outcome: Outcome) -> Unmet? {
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
          sent.last
        )
      }
      if let problem = problem(sent[index], pattern) {
        return mismatch(
          expectation,
          "'\(expectation.text)' does not fit: \(problem)",
          sent[index]
        )
      }
    }
    guard sent.count > patterns.count, let last = patterns.last else { return nil }
    let extra = sent[patterns.count]
    return mismatch(last.0, "one exchange more than expected: \(words(extra))", extra)
  }

  /// The event's exchanges without refreshes and without tries that were rejected, or met a limit, and
  /// made again.
  private func listed(_ outcome: Outcome) -> [Exchange] {
    let all = outcome.exchanges.compactMap { record.exchange($0) }
    var repeats: [Place: Int] = [:]
    for exchange in all where exchange.intent.repetition != nil {
      repeats[Place(exchange.intent, attempt: exchange.intent.attempt)] = exchange.number
    }
    return all.filter { exchange in
      if exchange.intent.act == .refresh { return false }
      guard exchange.status == 401 || exchange.status == 429 else { return true }
      let next = Place(exchange.intent, attempt: exchange.intent.attempt + 1)
      return repeats[next].map { $0 < exchange.number } ?? true
    }
  }

  /// What tells a try of a request.
  private struct Place: Hashable {
    var attempt: Int
    var act: Intent.Act
    var subject: String?
    var id: String?
    var query: Intent.Query?

    init(_ intent: Intent, attempt: Int) {
      self.attempt = attempt
      act = intent.act
      subject = intent.subject
      id = intent.id
      query = intent.query
    }
  }

  private func mismatch(
    _ expectation: Expectation,
    _ message: String,
    _ exchange: Exchange?
  ) -> Unmet {
    unmet(expectation, .unmetExchange, message, exchange.map { [$0.number] } ?? [])
  }

  private func unmet(
    _ expectation: Expectation,
    _ kind: FindingKind,
    _ message: String,
    _ exchanges: [Int]
  ) -> Unmet {
    var observation = Observation(kind, message, exchanges)
    observation.line = expectation.line
    return Unmet(expectation: expectation, observation: observation)
  }

  private func problem(_ exchange: Exchange, _ pattern: ExchangePattern) -> String? {
    guard exchange.request.method == pattern.method, isAt(exchange, pattern.path) else {
      return "\(words(exchange)) came instead"
    }
    guard let response = exchange.response, pattern.status.admits(response.status) else {
      return words(exchange)
    }
    for value in pattern.request {
      if let problem = mismatch(value, requestValue(exchange, value.path)) {
        return "in the request, \(problem)"
      }
    }
    let answer = exchange.document.object.map { JSONValue.object($0) }
    for value in pattern.response {
      let found = SCIMPath(value.path).flatMap { answer?[$0] }
      if let problem = mismatch(value, found) { return "in the answer, \(problem)" }
    }
    return nil
  }

  private static func placeholders(_ record: ScenarioRecord) -> [(String, String)] {
    var pairs = record.ids.sorted { $0.key < $1.key }.map {
      ("{\($0.key)}", FormURLEncoding.percentEncode($0.value))
    }
    switch record.profile.authentication {
    case .authorizationCode(let settings):
      pairs.append(("{token}", settings.tokenEndpoint))
      pairs.append(("{authorize}", settings.authorizationEndpoint))
      if let revocation = settings.revocationEndpoint { pairs.append(("{revoke}", revocation)) }
    case .clientCredentials(let settings): pairs.append(("{token}", settings.tokenEndpoint))
    case .bearer, .header, .basic, .unauthenticated: break
    }
    return pairs
  }

  private func isAt(_ exchange: Exchange, _ path: String) -> Bool {
    var path = path
    if path.contains("{") {
      for (name, value) in placeholders { path = path.replacing(name, with: value) }
    }
    let isRelative = path.hasPrefix("/")
    let found = isRelative ? self.path(of: exchange) : exchange.request.url.description
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

  /// Below the base URL, with the query.
  private func path(of exchange: Exchange) -> String {
    let url = exchange.request.url.description
    return url.hasPrefix(baseURL) ? String(url.dropFirst(baseURL.count)) : url
  }

  /// A JSON path of the body, a form field or a query parameter.
  private func requestValue(_ exchange: Exchange, _ name: String) -> JSONValue? {
    let request = exchange.request
    // A large one is not kept as a tree.
    let document =
      request.document
      ?? (isForm(request) ? nil : JSONBody(request.body).object.map { .object($0) })
    if let body = document, let path = SCIMPath(name), let value = body[path] {
      return value
    }
    let form =
      isForm(request)
      ? FormURLEncoding.decode(String(decoding: request.body, as: UTF8.self))[name] : nil
    return (form ?? request.url.queryFields[name]).map { .string($0) }
  }

  private func isForm(_ request: HTTPRequest) -> Bool {
    request.fields["Content-Type"].map { MediaType($0).essence } == FormURLEncoding.mediaType
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
      value.map { "'\(Quotation($0.textForComparison, upTo: 80))'" } ?? "absent"
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

  private func unmet(
    _ expectation: Expectation,
    _ event: ScenarioEvent,
    _ outcome: Outcome
  ) -> Unmet? {
    let exchanges = outcome.exchanges.compactMap { record.exchange($0) }
    switch expectation.kind {
    case .exchange, .success: return nil
    case .refreshes(let count):
      return counted(expectation, count, refreshes(exchanges), "refreshed")
    case .rejected(let count):
      return counted(expectation, count, rejections(exchanges), "rejected")
    case .task(let text):
      let ending: String
      if case .task(let task) = outcome.ending {
        if task.message.contains(text) { return nil }
        ending = "it is '\(task.message)'"
      } else {
        ending = "the event succeeded"
      }
      return unmet(
        expectation,
        .unmetTask,
        "no task with '\(text)': \(ending)",
        outcome.exchanges.suffix(1)
      )
    case .tasks(let count): return tasks(expectation, count, outcome.openTasks)
    case .nothingSent:
      if exchanges.isEmpty { return nil }
      return unmet(
        expectation,
        .unmetNothingSent,
        "something was sent: \(inWords(exchanges))",
        [exchanges[0].number]
      )
    case .token(let patterns): return token(expectation, patterns, until: outcome.ended)
    case .user(let person, let patterns): return user(expectation, person, patterns)
    case .group(_, let pattern): return group(expectation, pattern)
    case .accessToken(_, let isRefused): return accessToken(expectation, isRefused)
    }
  }

  private func tasks(
    _ expectation: Expectation,
    _ count: Expectation.Count,
    _ found: Int
  ) -> Unmet? {
    if count.admits(found) { return nil }
    return unmet(
      expectation,
      .unmetTasks,
      "'\(expectation.text)' does not fit: \(found == 1 ? "1 task is" : "\(found) tasks are") open",
      []
    )
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
    _ what: String
  ) -> Unmet? {
    if count.admits(found.count) { return nil }
    let isRefresh = what == "refreshed"
    let excused = found.count { exchange in
      diedMeanwhile(isRefresh ? tokens.last(before: exchange) : tokens.of(exchange), exchange)
    }
    if (found.count - excused...found.count).contains(where: count.admits) { return nil }
    if !isRefresh, diedBeforeItWasSpoiled { return nil }
    var unmet = unmet(
      expectation,
      isRefresh ? .unmetRefreshes : .unmetRejected,
      "'\(expectation.text)' does not fit: the access token was \(what) \(found.count) times",
      found.map(\.number)
    )
    if refreshesCarelessly {
      unmet.observation.level = .may
      unmet.observation.party = .oktasim
      unmet.observation.advice =
        "the app may be right: the refresh margin of this client is as long as a token lives"
    }
    return unmet
  }

  /// Whether an altered token was to be shown that had ended on the way there, in a scenario that
  /// waits for no end: the client sees that by itself, and nothing is rejected.
  private var diedBeforeItWasSpoiled: Bool {
    record.events.contains { $0.event == .spoilAccessToken }
      && !record.scenario.waitsForTokens && record.tokens.contains { $0.ending == .expired }
  }

  /// Whether the client is told to refresh long before the end of a token (F-34).
  private var refreshesCarelessly: Bool {
    switch record.profile.authentication {
    case .authorizationCode(let settings):
      !settings.refresh.capMargin && settings.refresh.margin > .zero
    case .clientCredentials(let settings):
      !settings.refresh.capMargin && settings.refresh.margin > .zero
    case .bearer, .header, .basic, .unauthenticated: false
    }
  }

  /// Whether the token reached its end within the event, as it does where the app takes its time: a
  /// refresh or a rejection then is nobody's fault.
  private func diedMeanwhile(_ token: TokenRecord?, _ exchange: Exchange) -> Bool {
    guard let end = token.flatMap(earliestEnd),
      let outcome = exchange.intent.event.flatMap({ record.outcome(of: $0) })
    else { return false }
    return end >= outcome.started && exchange.received >= end
  }

  /// Whether the token of a request may have ended before its answer came.
  func isAtTheEnd(_ exchange: Exchange) -> Bool {
    tokens.of(exchange).flatMap(earliestEnd).map { exchange.received >= $0 } ?? false
  }

  /// An app that counts in whole seconds may be up to one early.
  private func earliestEnd(_ token: TokenRecord) -> Duration? {
    token.token.expiresIn.map { token.receivedAt + $0 - .seconds(1) }
  }

  private func token(
    _ expectation: Expectation,
    _ patterns: [ValuePattern],
    until instant: Duration
  ) -> Unmet? {
    let last = record.tokens.last { $0.receivedAt <= instant }.flatMap {
      record.exchange($0.exchange)
    }
    guard let last, let object = last.document.object else {
      return unmet(
        expectation,
        .unmetToken,
        "'\(expectation.text)' does not fit: there is no token response",
        []
      )
    }
    let problem = patterns.lazy.compactMap { pattern in
      mismatch(pattern, SCIMPath(pattern.path).flatMap { JSONValue.object(object)[$0] })
    }.first
    return problem.map { problem in
      unmet(
        expectation,
        .unmetToken,
        "'\(expectation.text)' does not fit: \(problem)",
        [last.number]
      )
    }
  }

  private func user(
    _ expectation: Expectation,
    _ person: String,
    _ patterns: [ValuePattern]
  ) -> Unmet? {
    looked(expectation, .unmetUser) { user in
      for pattern in patterns {
        let found = path(pattern.path).flatMap { JSONValue.object(user)[$0] }
        if let problem = mismatch(pattern, found) { return (problem, pattern.path) }
      }
      return nil
    }
  }

  private func group(_ expectation: Expectation, _ pattern: GroupPattern) -> Unmet? {
    if pattern.isAbsent {
      let look = record.looks[expectation.place]?.exchange.flatMap { record.exchange($0) }
      if let status = look?.status, [404, 410, 429].contains(status) { return nil }
      return looked(expectation, .unmetGroup) { _ in ("the app has the group", nil) }
    }
    return looked(expectation, .unmetGroup) { group in
      for pattern in pattern.values {
        let found = SCIMPath(pattern.path).flatMap { JSONValue.object(group)[$0] }
        if let problem = mismatch(pattern, found) { return (problem, pattern.path) }
      }
      return pattern.members.flatMap { mismatch($0, group) }.map { ($0, "members") }
    }
  }

  /// Where a scenario's path is in this app's SCIM version: 1.1 has another name for the extension of
  /// enterprises.
  private func path(_ text: String) -> SCIMPath? {
    let new = SCIMVersion.v2.enterpriseUserSchema
    let own = SCIMVersion(record.profile.scim.version).enterpriseUserSchema
    guard own != new, text.lowercased().hasPrefix(new.lowercased()) else { return SCIMPath(text) }
    return SCIMPath(own + text.dropFirst(new.count))
  }

  /// What is wrong with a group's members, whatever their order, or nil.
  private func mismatch(_ people: [String], _ group: JSONObject) -> String? {
    let found = (group[ignoringCase: "members"]?.array ?? []).map { member in
      member.object?[ignoringCase: "value"]?.textForComparison ?? ""
    }
    let names = Dictionary(record.ids.map { ($0.value, $0.key) }) { first, _ in first }
    if let lost = people.first(where: { person in
      record.ids[person].map { !found.contains($0) } ?? true
    }) {
      return record.ids[lost] == nil
        ? "the app has given \(lost) no id" : "\(lost) is not among its members"
    }
    let wanted = Set(people.compactMap { record.ids[$0] })
    if let extra = found.first(where: { !wanted.contains($0) }) {
      return "\(names[extra] ?? "\(Quotation(extra, upTo: 80))") is among its members"
    }
    return Set(found).count < found.count ? "a member is there twice" : nil
  }

  /// Holds what a look found against an expectation.
  ///
  /// - Parameter problem: What is wrong with the resource, and with which attribute; nil for nothing.
  private func looked(
    _ expectation: Expectation,
    _ kind: FindingKind,
    _ problem: (JSONObject) -> (words: String, attribute: String?)?
  ) -> Unmet? {
    func unmet(_ problem: String, _ exchange: Exchange?) -> Unmet {
      self.unmet(
        expectation,
        kind,
        "'\(expectation.text)' does not fit: \(problem)",
        exchange.map { [$0.number] } ?? []
      )
    }
    // The scenario ended before it.
    guard let look = record.looks[expectation.place] else { return unmet("no look was made", nil) }
    guard let exchange = look.exchange.flatMap({ record.exchange($0) }) else {
      return unmet(look.problem ?? "nothing could be asked", nil)
    }
    guard let resource = exchange.document.object, exchange.status == 200 else {
      return unmet(words(exchange), exchange)
    }
    guard let (words, attribute) = problem(resource) else { return nil }
    var unmet = unmet(words, exchange)
    unmet.attribute = attribute
    return unmet
  }

  private func accessToken(_ expectation: Expectation, _ isRefused: Bool) -> Unmet? {
    guard let look = record.looks[expectation.place] else { return nil }
    let exchange = look.exchange.flatMap { record.exchange($0) }
    // A limit or an outage says nothing of the token.
    if let status = exchange?.status, status == 429 || status >= 500 { return nil }
    if let exchange, exchange.response != nil, exchange.response?.isSuccess == !isRefused {
      return nil
    }
    return unmet(
      expectation,
      .unmetAccessToken,
      "'\(expectation.text)' does not fit: "
        + (exchange.map(words) ?? look.problem ?? "nothing could be asked"),
      exchange.map { [$0.number] } ?? []
    )
  }

  // MARK: Words

  func words(_ exchange: Exchange) -> String {
    let place =
      exchange.intent.party == .serviceProvider
      ? path(of: exchange) : String(exchange.request.url.description.prefix { $0 != "?" })
    let end = exchange.status.map { "-> \($0)" } ?? "(\(exchange.failure?.description ?? ""))"
    return "\(exchange.request.method) \(place) \(end)"
  }

  private func inWords(_ exchanges: [Exchange]) -> String {
    exchanges.isEmpty ? "nothing was sent" : exchanges.map(words).joined(separator: ", ")
  }
}

/// Tokens by their aliases and by the exchanges that brought them.
struct TokenIndex {
  private let all: [TokenRecord]
  private var byAlias: [String: [TokenRecord]] = [:]

  init(_ tokens: [TokenRecord]) {
    all = tokens
    for token in tokens { byAlias[token.token.value.alias, default: []].append(token) }
  }

  /// What the token of an exchange was, if it was one that the app gave, unaltered.
  func of(_ exchange: Exchange) -> TokenRecord? {
    guard exchange.intent.party == .serviceProvider, let alias = exchange.intent.token else {
      return nil
    }
    // An app may give the same token again with a new life.
    let given = byAlias[alias] ?? []
    return given.last { $0.receivedAt <= exchange.sent } ?? given.first
  }

  /// The last token that came before an exchange.
  func last(before exchange: Exchange) -> TokenRecord? {
    let count = count(before: exchange)
    return count > 0 ? all[count - 1] : nil
  }

  /// Those of the last few that came before an exchange, the newest first.
  func recent(before exchange: Exchange) -> ReversedCollection<ArraySlice<TokenRecord>> {
    all[..<count(before: exchange)].suffix(32).reversed()
  }

  private func count(before exchange: Exchange) -> Int {
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].exchange < exchange.number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
