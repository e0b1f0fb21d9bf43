import HTTP
import OAuth
import Profiles
import World

/// What each token of each grant may do now, by the standards and by the policy that this app has
/// shown so far; and what the app did with it.
///
/// Access tokens are known by their aliases: per grant those that live and the last dead ones, older
/// ones by a digest alone. What depends on exchanges yet to come is decided in `finish`.
struct GrantModel: Sendable {
  /// How many dead access tokens of a grant are remembered whole.
  private static let remembered = 8
  /// How many refusals wait for what the rest of the run says about them.
  private static let mostPending = 256

  let client: JudgedClient
  private let leeway: Leeway
  private let aliases: SecretAliases

  private(set) var grants = FewByKey<Int, GrantState>()
  /// The number of the newest grant.
  private(set) var newest = 0
  /// The number of the newest grant of each person.
  private var newestOf = FewByKey<JudgedClient.Person, Int>()
  private var tokens = FewByKey<String, AccessUse>()
  private var aliasesInOrder = FewByKey<Int, [String]>()
  private var digests: Set<UInt64> = []
  /// The last token exchanges that brought something, in the order in which they ended.
  private(set) var issues: [Issue] = []

  private var living = LivingAnswers()
  private var deadAnswers: [DeadAnswer] = []
  private var endAnswers: [EndAnswer] = []
  private var refusals: [EarlyRefusal] = []
  private var credentialRefusals: [Int] = []
  private var refreshRefusals: [RefreshRefusal] = []
  /// The last user that was deactivated, if it is the admin who authorized.
  private var adminDeactivated: Int?
  var policy = PolicyFacts()
  /// Refreshes that no careful client makes, in the order in which they ended.
  var trials: [TokenTrial] = []
  /// Code exchanges that no careful client makes, in the order in which they ended.
  var codeTrials: [CodeTrial] = []
  /// Code exchanges as they should be that were refused.
  private(set) var refusedCodes: [Int] = []
  /// What the scenario has changed of the app from outside; known at the end alone.
  private(set) var hooks: [HookFact] = []
  /// What the client has revoked.
  var revocations: [RevokedGrant] = []
  /// The exchanges of those after which the revoked token itself was granted.
  var revocationsIgnored: Set<Int> = []
  /// When the browser's last page came.
  private(set) var lastPage: Duration?

  var heldTokens: Int { tokens.count }
  var heldDigests: Int { digests.count }
  var heldRefusals: Int {
    refusals.count + refreshRefusals.count + deadAnswers.count + endAnswers.count
  }

  init(client: JudgedClient, leeway: Leeway, aliases: SecretAliases) {
    self.client = client
    self.leeway = leeway
    self.aliases = aliases
  }

  /// The life of the token that an exchange carried, if it was one that the app gave, unaltered.
  func life(of exchange: Exchange) -> AccessLife? {
    let intent = exchange.intent
    guard intent.party == .serviceProvider, intent.deviation != .alteredToken,
      let alias = intent.token
    else { return nil }
    return tokens.read(alias) { use in
      // An app may give the same token again with a new life.
      if let before = use.before, use.life.receivedAt > exchange.sent { return before }
      return use.life
    }
  }

  // MARK: Token exchanges

  mutating func takeToken(_ reading: Reading, _ observations: inout Observations) {
    // What a look brought is no grant of Okta's.
    guard reading.intent.deviation != .otherClientAuthentication else { return }
    let act = reading.intent.act
    let number = reading.intent.grant ?? newest
    if let deviation = reading.intent.deviation {
      if act == .refresh, TokenTrial.deviations.contains(deviation) {
        return takeTrial(reading, number, deviation, &observations)
      }
      if act == .exchangeCode, CodeTrial.deviations.contains(deviation) {
        return takeCodeTrial(reading, number, deviation, &observations)
      }
    }
    if act != .refresh { open(number, reading) }
    if act == .exchangeCode, reading.isSound, case .failure(let error) = reading.token,
      error.endsGrant
    {
      refusedCodes.append(reading.number)
    }
    guard act == .refresh || reading.isSound else { return }
    if act == .refresh { note(spendBy: reading, in: number) }
    guard reading.isSound, let token = reading.token else { return }
    switch token {
    case .success(let response):
      if act == .refresh,
        let observation = grantedAfterRevocation(reading, number, isSpent: false)
      {
        observations.add(observation)
      }
      issue(response, reading, number, &observations)
    case .failure(let error):
      guard act == .refresh else { return }
      if observations[.tokenEndpointFiltered]?.exchanges.last == reading.number {
        grants[number]?.filteredRefresh = reading.number
      }
      refuse(error, reading, number, &observations)
    }
  }

  /// A page of the browser's; the last one brings the code.
  mutating func takePage(_ exchange: Exchange) { lastPage = exchange.received }

  mutating func open(_ number: Int, _ reading: Reading) {
    if case .success = reading.token {
      newest = max(newest, number)
      let grant = opened(by: reading, at: reading.exchange.received)
      newestOf[grant.person] = max(newestOf[grant.person] ?? 0, number)
      grants[number] = grant
      grants[number]?.askedFor = reading.exchange.sent
    }
  }

  private func opened(by reading: Reading, at instant: Duration) -> GrantState {
    GrantState(
      openedBy: reading.number,
      at: instant,
      person: client.person(of: reading.intent.cause.org)
    )
  }

  mutating func note(spendBy reading: Reading, in number: Int) {
    guard let alias = reading.intent.token else { return }
    let exchange = reading.exchange
    var spend = Spend(exchange: reading.number, sent: exchange.sent, received: exchange.received)
    spend.isFaulted = !reading.isSound
    switch reading.token {
    case .success(let response):
      spend.outcome = .granted(successor: response.refreshToken.map(refreshAlias))
    case .failure(let error):
      let status = exchange.status ?? 0
      spend.outcome = status >= 500 ? .failed : error.endsGrant ? .ended : .refused
      if status >= 500, reading.isSound { grants[number]?.failedRefresh = reading.number }
    case nil: spend.outcome = .lost
    }
    let unseen = opened(by: reading, at: .zero)
    grants[number, default: unseen]
      .refreshTokens[alias, default: RefreshUse(alias)].note(spend)
  }

  func accessAlias(_ value: String) -> String {
    aliases.secret(value, kind: .accessToken).alias
  }

  func refreshAlias(_ value: String) -> String {
    aliases.secret(value, kind: .refreshToken).alias
  }

  mutating func issue(
    _ response: TokenResponse,
    _ reading: Reading,
    _ number: Int,
    _ observations: inout Observations
  ) {
    let exchange = reading.exchange
    let given = response.refreshToken.map(refreshAlias)
    let alias = accessAlias(response.accessToken)
    var grant = grants[number] ?? opened(by: reading, at: exchange.received)
    if reading.intent.act == .refresh {
      if let spent = reading.intent.token {
        let rotation: Rotation = given == nil ? .omitted : given == spent ? .repeated : .rotated
        grant.rotation = rotation
        if reading.intent.deviation == nil {
          policy.note(
            rotation,
            idle: exchange.sent - grant.lastReceived,
            grantAge: exchange.sent - grant.openedAt,
            reading.number
          )
        }
      }
      if let filtered = grant.filteredRefresh {
        observations.note(
          "; the same request went through in exchange \(reading.number), so that it was passing",
          on: .tokenEndpointFiltered,
          of: filtered
        )
        grant.filteredRefresh = nil
      }
      grant.noteRefresh(at: exchange.sent)
      if let observation = scopeChanged(response, grant, reading) { observations.add(observation) }
    } else {
      grant.scope = response.scope.map(Scopes.init)
      grant.lacksRefreshToken =
        reading.intent.act == .exchangeCode && given == nil
    }
    grant.lastResponse = GrantState.Response(
      exchange: reading.number,
      received: exchange.received,
      lifetime: response.expiresIn.map { .seconds($0) }
    )
    if let given {
      grant.refreshTokens[given, default: RefreshUse(given)].given(
        by: reading.number,
        at: exchange.received
      )
    }
    grant.lastReceived = exchange.received
    grant.forgetOldRefreshTokens()
    grants[number] = grant
    note(
      Issue(
        exchange: reading.number,
        grant: number,
        sent: exchange.sent,
        received: exchange.received
      )
    )
    remember(
      AccessLife(
        alias: alias,
        grant: number,
        exchange: reading.number,
        askedFor: exchange.sent,
        receivedAt: exchange.received,
        expiresIn: response.expiresIn.map { .seconds($0) },
        isRefreshed: reading.intent.act == .refresh,
        isSound: !response.problems.contains(.charactersOf("access_token")),
        isGivenAgain: false
      ),
      &observations
    )
  }

  /// A token that was asked for before another was refused may have replaced it.
  private mutating func note(_ issue: Issue) {
    issues.append(issue)
    if issues.count > 2 * GrantModel.remembered { issues.removeFirst() }
    for index in refusals.indices
    where issue.mayHaveReplaced(refusals[index].life, before: refusals[index].received) {
      refusals[index].isReplaced = true
    }
  }

  private mutating func remember(_ life: AccessLife, _ observations: inout Observations) {
    var life = life
    if var known = tokens[life.alias] {
      life.isGivenAgain = true
      known.first = known.first ?? known.life
      // One with a new life would be a way of its own.
      if let end = known.first?.end, life.isRefreshed,
        life.receivedAt >= end || isRevoked(life.alias, of: life.grant, before: life.receivedAt)
      {
        known.again = known.again ?? life
      }
      known.before = known.life
      known.life = life
      tokens[life.alias] = known
      return
    }
    tokens[life.alias] = AccessUse(life: life)
    var order = aliasesInOrder[life.grant] ?? []
    order.append(life.alias)
    // The newest lives; what is older and may live too is within the eight.
    while order.count > GrantModel.remembered + 1 {
      let oldest = order.removeFirst()
      digests.insert(GrantModel.digest(oldest))
      if let use = tokens[oldest] { observations.add(judge(use)) }
      tokens[oldest] = nil
    }
    aliasesInOrder[life.grant] = order
  }

  private static func digest(_ text: String) -> UInt64 {
    // FNV-1a: the same in every process.
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Whether a refresh as it should be was refused with an error code.
  func isRefused(with code: String) -> Bool {
    refreshRefusals.contains {
      if case .refused(_, code, _) = $0.error { true } else { false }
    }
  }

  mutating func refuse(
    _ error: TokenResponseError,
    _ reading: Reading,
    _ number: Int,
    _ observations: inout Observations
  ) {
    guard var grant = grants[number] else { return }
    defer { grants[number] = grant }
    if grant.deadBy != nil {
      // What is dead is refused again, which is no news.
      grant.afterDeath.append(reading.number)
      if let kind = grant.deathKind { observations.add([reading.number], to: kind) }
      return
    }
    // It acted, and may have spent the refresh token, but gave nothing to go on with: that is told
    // of the token response.
    if reading.isSuccess, !error.endsGrant {
      grant.end(by: reading)
      grant.deathKind = .tokenUnusable
      return
    }
    if error.endsGrant { grant.end(by: reading) }
    if error.endsGrant {
      grant.firstRefusalSent = min(
        grant.firstRefusalSent ?? reading.exchange.sent,
        reading.exchange.sent
      )
    }
    guard refreshRefusals.count < GrantModel.mostPending else { return }
    refreshRefusals.append(
      RefreshRefusal(
        error: error,
        exchange: reading.number,
        grant: number,
        token: reading.intent.token,
        sent: reading.exchange.sent,
        received: reading.exchange.received,
        status: reading.status ?? 0,
        isPage: reading.exchange.response?.mediaType?.essence == "text/html",
        // What was known then; the grant changes on.
        state: grant,
        adminDeactivated: adminDeactivated
      )
    )
  }

  private func scopeChanged(
    _ response: TokenResponse,
    _ grant: GrantState,
    _ reading: Reading
  ) -> Observation? {
    // Some servers name it only where they give a refresh token.
    guard let granted = grant.scope, let text = response.scope, case let scopes = Scopes(text),
      granted.names != scopes.names,
      reading.intent.deviation != .grantedScope || !scopes.names.isSubset(of: granted.names)
    else { return nil }
    let isMore = !scopes.names.isSubset(of: granted.names)
    return Observation(
      .scopeChanged,
      "the app's token response to a refresh says scope '\(text)', the first one of the grant "
        + "'\(granted.text)'",
      [reading.number],
      // The refresh token keeps the scope that it was given for (RFC 6749 section 6).
      level: isMore || hasAskedForLess(reading) ? .must : .should
    )
  }

  // MARK: Access

  mutating func takeAccess(_ reading: Reading, _ observations: inout Observations) {
    guard reading.isSound else { return }
    let exchange = reading.exchange
    noteDeactivation(reading)
    notePolicy(reading)
    if reading.isDead {
      // The right answer waits for nothing.
      if reading.status != 401, deadAnswers.count < GrantModel.mostPending,
        let answer = DeadAnswer(reading)
      {
        deadAnswers.append(answer)
      }
      if reading.status == 401 {
        if let alias = reading.life?.alias {
          tokens.change(alias) { $0.noteRefusal(reading.number) }
        }
        noteLack(reading, &observations)
      }
      return
    }
    // It is to be refused as one that has expired.
    if let life = reading.life, reading.status != 401, !reading.isSuccess,
      deadAnswers.count < GrantModel.mostPending,
      revocations.contains(where: {
        $0.token == life.alias && $0.isCertain && $0.received <= exchange.sent
      }), let answer = DeadAnswer(reading)
    {
      deadAnswers.append(answer)
      return
    }
    living.note(reading)
    if reading.intent.deviation == .namedAccessToken, let life = reading.life,
      issues.contains(where: { $0.exchange > life.exchange }),
      reading.isSuccess || reading.status == 401, life.end.map({ exchange.sent < $0 }) ?? true
    {
      policy.noteOldAccess(reading.isSuccess ? .granted : .refused, reading.number)
      if !reading.isSuccess, !isRevoked(life.alias, of: life.grant, before: exchange.received),
        grants[life.grant]?.deadBy == nil
      {
        observations.add(
          Observation(
            .oldTokenRefused,
            "the app refused \(life.alias), which a refresh had replaced, before its end",
            [reading.number]
          )
        )
      }
    }
    guard let life = reading.life else {
      if reading.status == 401, !client.hasGrant, reading.intent.deviation == nil {
        credentialRefusals.append(reading.number)
      }
      return
    }
    tokens.change(life.alias) {
      $0.note(reading, speaksOfScope: GrantModel.speaksOfScope(reading))
    }
    if reading.isSuccess {
      grants.change(life.grant) { $0.noteSuccess(reading, life) }
      if let observation = servedAfterRevocation(reading) { observations.add(observation) }
    }
    if reading.status == 401 {
      noteLack(reading, &observations)
      if refusals.count < GrantModel.mostPending {
        refusals.append(
          EarlyRefusal(
            reading,
            tokens[life.alias],
            life,
            isReplaced: issues.contains { $0.mayHaveReplaced(life, before: exchange.received) }
          )
        )
      }
    } else if !reading.isSuccess, let status = exchange.status, let end = life.end,
      exchange.received >= end - .seconds(1), endAnswers.count < GrantModel.mostPending
    {
      endAnswers.append(
        EndAnswer(
          exchange: reading.number,
          event: reading.intent.event,
          act: reading.intent.act,
          status: status,
          alias: life.alias,
          end: end,
          request: reading.request
        )
      )
    }
  }

  /// What an answer tells of when access tokens end, and whether grants live side by side.
  private mutating func notePolicy(_ reading: Reading) {
    guard let life = reading.life else { return }
    let late = life.end.flatMap { reading.exchange.sent >= $0 ? reading.exchange.sent - $0 : nil }
    let mayBeBesideNewer = client.hasPerson && life.grant < newest
    // Most answers tell nothing of either, and that is known at once.
    guard late != nil || mayBeBesideNewer, reading.isServed || reading.status == 401,
      reading.intent.deviation?.isUnauthorized != true
    else { return }
    if let late { policy.notePastEnd(reading.isServed, late: late, reading.number) }
    if mayBeBesideNewer, reading.isServed, let person = grants[life.grant]?.person,
      life.grant < newestOf[person] ?? 0
    {
      policy.noteBesideNewer(reading.number)
    }
  }

  /// A token that is refused in a grant that cannot be refreshed: the missing refresh token is why.
  private func noteLack(_ reading: Reading, _ observations: inout Observations) {
    let isOktas = reading.intent.occasion == .okta || reading.intent.deviation == .smallPages
    guard isOktas, let grant = reading.intent.grant, grants[grant]?.lacksRefreshToken == true
    else { return }
    for kind in [FindingKind.noRefreshToken, .refreshTokenType] {
      observations.add([reading.number], to: kind)
    }
  }

  private mutating func noteDeactivation(_ reading: Reading) {
    guard let admin = client.adminLogin, reading.isSuccess, reading.intent.act.isWrite,
      let sent = reading.sent
    else { return }
    let told =
      reading.intent.act == .patch
      ? DirectoryModel.named(in: sent)[ignoringCase: "active"] : sent[ignoringCase: "active"]
    guard told == false,
      let login = (reading.resource ?? sent)[ignoringCase: "userName"]?.string,
      login.lowercased() == admin.lowercased()
    else { return }
    adminDeactivated = reading.number
  }

  private static func speaksOfScope(_ reading: Reading) -> Bool {
    guard reading.status == 403, let response = reading.exchange.response else { return false }
    let challenge = response.fields.values("WWW-Authenticate").joined()
    if challenge.contains("insufficient_scope") { return true }
    return response.body.count < 1 << 16 && response.text.lowercased().contains("scope")
  }

  /// The exchange that ended the newest grant of those that had ended before.
  func ending(before instant: Duration) -> Int? {
    grants.values.filter { $0.deadAt.map { $0 <= instant } ?? false }.compactMap(\.deadBy).max()
  }

  /// The token response that came without a refresh token, where the newest grant has none.
  var lackingResponse: Int? {
    grants[newest].flatMap { $0.lacksRefreshToken ? $0.openedBy : nil }
  }

  // MARK: The end

  /// What only the whole run tells.
  ///
  /// - Parameter events: When each event began and ended.
  mutating func finish(
    events: EventTimes,
    hooks: [HookFact],
    others: [RunGrants.Grant],
    _ observations: inout Observations
  ) {
    self.hooks = hooks
    judgeDeadAnswers(&observations)
    judgeEndAnswers(events, &observations)
    judgeRefreshes(others, &observations)
    judgeRaces(&observations)
    judgeCodes(&observations)
    judgeHooks(&observations)
    judgeRefusals(others, &observations)
    for alias in tokens.keys.sorted() {
      if let use = tokens[alias] { observations.add(judge(use)) }
    }
    // Refused throughout, a pasted credential is the profile's mistake; the scenario says so.
    if living.isServed {
      for exchange in credentialRefusals {
        observations.add(
          Observation(
            .credentialRefused,
            "the app refused with 401 a credential that it had accepted",
            [exchange]
          )
        )
      }
    }
  }

  private func judgeDeadAnswers(_ observations: inout Observations) {
    var found: [(answer: DeadAnswer, observation: Observation)] = []
    for answer in deadAnswers {
      if answer.status == nil, !living.isServed { continue }
      if !answer.isServed, living.answersSoAnyway(answer.act, answer.status) { continue }
      if let observation = answer.observation { found.append((answer, observation)) }
    }
    // Writes are worth a word of their own only where reads are not answered alike.
    let reads = Set(found.filter { !$0.answer.act.isWrite }.map { ($0.answer.status ?? 0) })
    for (answer, observation) in found {
      var observation = observation
      if answer.act.isWrite, reads.contains(answer.status ?? 0) {
        switch observation.kind {
        case .wrongStatusOnWrite: observation.kind = .wrongStatus
        default: break
        }
      }
      if observation.kind == .expiredAcceptedOnWrite,
        found.contains(where: { $0.observation.kind == .expiredAccepted })
      {
        observation.kind = .expiredAccepted
      }
      observations.add(observation)
    }
  }

  /// A token that ended while the event was under way, refused otherwise than by 401.
  private func judgeEndAnswers(_ events: EventTimes, _ observations: inout Observations) {
    let deadStatuses = Set(deadAnswers.filter { !$0.isServed }.compactMap(\.status))
    for answer in endAnswers {
      let began = answer.event.flatMap { events.started($0) }
      guard began.map({ $0 <= answer.end }) ?? true,
        deadStatuses.contains(answer.status) || [302, 303, 403].contains(answer.status),
        !living.answersSoAnyway(answer.act, answer.status, besides: answer.exchange)
      else { continue }
      observations.add(
        Observation(
          .refusedAtItsEnd,
          "the app refused \(answer.alias), which ended within the event, on \(answer.request) with "
            + "HTTP \(answer.status)",
          [answer.exchange]
        )
      )
    }
  }

  /// Good access tokens that were refused before their end.
  private func judgeRefusals(_ others: [RunGrants.Grant], _ observations: inout Observations) {
    let replays = Dictionary(
      refusals.filter(\.isReplay).map { ($0.place, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    for refusal in refusals {
      // A refresh that failed before has lost the grant, and its tokens with it.
      if let failed = grants[refusal.life.grant]?.failedRefresh(before: refusal.exchange),
        observations.add([failed, refusal.exchange], to: .refreshFailed)
      {
        continue
      }
      if let observation = judge(refusal, replays, others) { observations.add(observation) }
    }
  }

  private func judge(
    _ refusal: EarlyRefusal,
    _ replays: [EarlyRefusal.Place: EarlyRefusal],
    _ others: [RunGrants.Grant]
  ) -> Observation? {
    let life = refusal.life
    // Told of the token response, or of the refresh that gave it again.
    guard life.isSound, !life.isGivenAgain else { return nil }
    if isRevoked(life.alias, of: life.grant, before: refusal.received)
      || reuseOfCode(in: life.grant, before: refusal.exchange) != nil
      || isEndedOnPurpose(refusal)
    {
      return nil
    }
    // The app counts from when it made the token and until it answers; an app that counts in whole
    // seconds may be up to one early.
    let age = refusal.received - life.askedFor
    if let lifetime = life.expiresIn, age >= lifetime { return nil }
    if client.isOneGrantAtATime,
      newerGrant(than: life.grant, since: life.askedFor, before: refusal.received, others) != nil
    {
      return nil
    }
    let words = life.expiresIn.map { "lives \($0.inSeconds)" } ?? "has no stated end"
    let message =
      "the app refused \(life.alias) with 401 when it was "
      + "\((refusal.sent - life.receivedAt).inSeconds) old; it \(words)"
    if let lost = lostRefresh(life.grant, before: life.askedFor) {
      return Observation(
        .lostAnswerEndsGrant,
        message
          + "; the refresh of exchange \(lost.exchange), whose answer was lost, may have come after "
          + "the one that gave it",
        [refusal.exchange, lost.exchange]
      )
    }
    // What was never good had no end.
    let isDead = isDeadOnArrival(refusal)
    if !isDead, let observation = endedByHook(refusal, message) { return observation }
    let refused = Refused(
      grant: life.grant,
      exchange: refusal.exchange,
      sent: refusal.sent,
      isYoung: life.expiresIn.map { age < $0 } ?? true,
      message: message
    )
    if !isDead, let observation = endedByAnother(refused) { return observation }
    if !isDead,
      let observation = endedByNewerGrant(
        life.grant,
        refusal.exchange,
        since: life.askedFor,
        before: refusal.received,
        refusal.isProbe || isYoung(age, life.expiresIn) ? others : [],
        message,
        isProbe: refusal.isProbe
      )
    {
      return observation
    }
    // A token that a refresh has replaced meanwhile may be refused: RFC 6749 leaves that open. The
    // app replaces it when it is asked, before the client knows.
    if refusal.isReplaced { return nil }
    // The app may take the access tokens of a grant along when it ends the grant.
    if let refused = grants[life.grant]?.firstRefusalSent, refused < refusal.received {
      return nil
    }
    if endsWithItsGrant(refusal) { return nil }
    let isReplay = refusal.isReplay || isDead
    // Where the token after it is refused as well, on the same request, the token's age is not the
    // trouble: that is one finding.
    if !isReplay, let replay = replays[refusal.place], replay.exchange > refusal.exchange,
      replay.life.alias != life.alias, !refusal.wasGoodForThis
    {
      return Observation(.freshTokenRefused, message, [refusal.exchange])
    }
    if let lifetime = life.expiresIn, age >= lifetime - .seconds(1) {
      return Observation(.refusedInLastSecond, message, [refusal.exchange])
    }
    return Observation(
      isReplay ? .freshTokenRefused : .refusedEarly,
      message,
      [refusal.exchange]
    )
  }

  /// Whether a token that a refresh gave was never good for anything.
  private func isDeadOnArrival(_ refusal: EarlyRefusal) -> Bool {
    let life = refusal.life
    guard life.isRefreshed, !refusal.wasGood else { return false }
    return refusal.sent - life.receivedAt <= max(.seconds(1), (life.expiresIn ?? .zero) / 10)
  }

  /// How a grant ends as a whole, its access tokens with it.
  private static let endingsOfGrants: Set<FindingKind> = [
    .linkEndsItself, .newGrantEndsOld, .grantEndedByAge, .refreshRefused, .reuseEndsGrant,
    .concurrentRefresh, .tokenBurned, .codeReuseEndsGrant, .endsWithAccessToken,
    .endedByOwnRevocation, .endsWithRestart, .endsWithSession, .endsWithSecret,
    .endsWithSignInPolicy, .endedByHook, .reuseEndsOther,
  ]

  /// A refresh whose answer was lost on the way, and which the app may still have been at when it made
  /// another.
  private func lostRefresh(_ grant: Int, before instant: Duration) -> Spend? {
    let spends = grants[grant]?.refreshTokens.values.flatMap(\.spends) ?? []
    return spends.filter { spend in
      spend.isFaulted && spend.sent <= instant && instant - spend.sent < .seconds(5)
    }.min { $0.exchange < $1.exchange }
  }

  /// Whether the next refresh of the grant found it dead, which is told of that refresh.
  private func endsWithItsGrant(_ refusal: EarlyRefusal) -> Bool {
    guard let grant = grants[refusal.life.grant], let kind = grant.deathKind,
      GrantModel.endingsOfGrants.contains(kind), let death = grant.deadBy,
      death > refusal.exchange,
      let deathRefusal = refreshRefusals.first(where: { $0.exchange == death })
    else { return false }
    // Between the two nothing of the grant went well.
    return grant.lastSuccess.map { $0 < refusal.exchange } ?? true
      && deathRefusal.state.lastResponse?.exchange == refusal.life.exchange
  }

  /// A refusal that a newer grant explains: RFC 7009 section 2.1, one grant's end is no other's.
  private func endedByNewerGrant(
    _ grant: Int,
    _ refusal: Int,
    since given: Duration,
    before instant: Duration,
    _ others: [RunGrants.Grant],
    _ message: String,
    isProbe: Bool = false
  ) -> Observation? {
    newerGrant(than: grant, since: given, before: instant, others).map { newer in
      Observation(
        .newGrantEndsOld,
        message + "; \(newer.words) had been made meanwhile for the same person and client",
        [refusal] + newer.exchanges,
        // What the probe sees decides how the run goes on; whether it is right, a scenario asks.
        level: isProbe ? .may : nil
      )
    }
  }

  /// A grant of the same person and client that was begun after another, in this scenario or in one
  /// beside it.
  private func newerGrant(
    than number: Int,
    since given: Duration,
    before instant: Duration,
    _ others: [RunGrants.Grant]
  ) -> (words: String, exchanges: [Int])? {
    guard client.hasPerson, let own = grants[number] else { return nil }
    // What it gave after the newer one was there did not end with that.
    let newer = grants.all.filter {
      $0.key > number && $0.value.person == own.person && $0.value.askedFor < instant
        && $0.value.openedAt > given
    }
    .min { $0.key < $1.key }
    if let newer { return ("a second grant", [newer.value.openedBy]) }
    // What worked afterwards was not ended by it.
    let since = max(own.openedAt, own.lastSuccessSent ?? .zero)
    let other = others.first {
      $0.person == own.person && $0.asked > since && $0.asked < instant
    }
    return other.map { ("a second grant (scenario \($0.scenario))", []) }
  }

  /// Whether a token was refused so early in its life that its age is no reason: scenarios beside
  /// this one make their grants at the start of the run.
  private func isYoung(_ age: Duration, _ lifetime: Duration?) -> Bool {
    lifetime.map { age < $0 / 4 } ?? true
  }

  // MARK: A token by itself

  /// What became of a token that is not shown any more.
  private func judge(_ use: AccessUse) -> [Observation] {
    [sameAgain(use), forbidden(use)].compactMap(\.self)
  }

  /// A refresh that answers with the access token that was to be replaced, although it is dead.
  private func sameAgain(_ use: AccessUse) -> Observation? {
    guard let end = use.first?.end, let again = use.again else { return nil }
    let refused = use.refusals.filter { $0 > again.exchange }
    guard !refused.isEmpty else { return nil }
    return Observation(
      .sameTokenAgain,
      "the app answered a refresh with \(use.life.alias) again, which had "
        + (again.receivedAt >= end
          ? "expired \((again.receivedAt - end).inSeconds) before" : "been revoked")
        + ", and is refused",
      [again.exchange] + refused
    )
  }

  /// A refreshed token that may not do what the token before it did.
  ///
  /// A user may be forbidden for another reason, such as a licence.
  private func forbidden(_ use: AccessUse) -> Observation? {
    guard use.life.isRefreshed, let first = use.forbidden.first,
      first.speaksOfScope || !use.hasSucceeded
    else { return nil }
    let grant = grants[use.life.grant]
    // An app that speaks of the scope leaves no doubt: what another grant was allowed will do.
    let all = first.speaksOfScope ? grants.values.map(\.self) : [grant].compactMap(\.self)
    let allowed = all.compactMap { first.isWrite ? $0.firstWrite : $0.firstRead }
      .min { $0.exchange < $1.exchange }
    guard let allowed, allowed.exchange < use.life.exchange else { return nil }
    return Observation(
      .scopeLost,
      "the app refused \(first.request) with HTTP 403 to \(use.life.alias), which a refresh gave; "
        + "\(allowed.alias) was allowed to " + (first.isWrite ? "write" : "read"),
      [first.exchange, use.life.exchange] + use.forbidden.dropFirst().map(\.exchange)
    )
  }
}

// MARK: Refreshes

extension GrantModel {
  private mutating func judgeRefreshes(
    _ others: [RunGrants.Grant],
    _ observations: inout Observations
  ) {
    for refusal in refreshRefusals {
      guard var observation = judge(refusal, others) else { continue }
      if refusal.error.endsGrant {
        grants[refusal.grant]?.deathKind = observation.kind
        // What the grant's end took along.
        observation.exchanges += grants[refusal.grant]?.afterDeath ?? []
        observation.exchanges += refusals.filter {
          $0.life.grant == refusal.grant && endsWithItsGrant($0)
        }.map(\.exchange)
      }
      // That it fails and that it fails late are two facts.
      if observation.kind == .refusedAfterExpiry, refusal.status >= 500 {
        observations.add(Observation(.refreshFailed, observation.message, observation.exchanges))
      }
      observations.add(observation)
    }
  }

  private func judge(
    _ refusal: RefreshRefusal,
    _ others: [RunGrants.Grant]
  ) -> Observation? {
    let use =
      refusal.token.flatMap { grants[refusal.grant]?.refreshTokens[$0] }
      ?? RefreshUse(refusal.token ?? "")
    let before = use.spends.filter { $0.exchange < refusal.exchange }
    if refusal.error.endsGrant, let own = carelessness(refusal, use) { return own }
    guard case .refused(let status, let code, _) = refusal.error,
      let last = refusal.state.lastResponse
    else { return nil }
    let given = use.givenAt ?? last.received
    let age = refusal.sent - given
    let token = refusal.token ?? "the refresh token"
    let message =
      "\(refusal.error); \(token) was \(age.inSeconds) old and had "
      + (before.contains { !$0.isFaulted } ? "been used before" : "not been used before")
    func observation(_ kind: FindingKind, _ more: String = "") -> Observation {
      Observation(kind, message + more, [refusal.exchange])
    }
    // The client's secret is no longer the one that it has.
    if code == "invalid_client", hasOtherSecret(at: refusal.sent) { return nil }
    if status >= 500 || code == nil || !refusal.error.endsGrant {
      return undecided(refusal, status, code, observation)
    }
    // The failure before has lost it.
    if let failed = before.last(where: { $0.outcome == .failed && !$0.isFaulted }) {
      return Observation(
        .refreshFailed,
        message + "; the failed refresh of exchange \(failed.exchange) had lost the grant",
        [failed.exchange, refusal.exchange]
      )
    }
    if let again = use.givenAgainBy {
      return Observation(
        .givenAgainRefused,
        "\(refusal.error); \(token) had been spent, but exchange \(again) gave it once more",
        [refusal.exchange]
      )
    }
    if before.contains(where: \.isFaulted)
      || lostRefresh(refusal.grant, before: last.received) != nil
    {
      return Observation(
        .lostAnswerEndsGrant,
        "\(refusal.error); \(token) had been spent in a request whose answer was lost",
        [refusal.exchange]
      )
    }
    if let found = endedByTrial(refusal) ?? endedByRevocation(refusal) ?? endedByHook(refusal) {
      return found
    }
    if let rival = use.rival(of: refusal) { return concurrent(refusal, use, rival) }
    // What still worked afterwards did not end with it.
    if let deactivation = refusal.adminDeactivated,
      refusal.state.lastSuccess.map({ $0 <= deactivation }) ?? true
    {
      return Observation(
        .linkEndsItself,
        message + "; the user deactivated in exchange \(deactivation) is the one who authorized "
          + "this link",
        [refusal.exchange, deactivation]
      )
    }
    let refused = Refused(
      grant: refusal.grant,
      exchange: refusal.exchange,
      sent: refusal.sent,
      isYoung: last.lifetime.map { refusal.sent - last.received < $0 } ?? true,
      message: message
    )
    if let observation = endedByAnother(refused) { return observation }
    let sinceResponse = refusal.sent - last.received
    if let observation = endedByNewerGrant(
      refusal.grant,
      refusal.exchange,
      since: last.received,
      before: refusal.received,
      isYoung(sinceResponse, last.lifetime) ? others : [],
      message
    ) {
      return observation
    }
    return byAge(refusal, last, age, observation)
  }

  private func byAge(
    _ refusal: RefreshRefusal,
    _ last: GrantState.Response,
    _ age: Duration,
    _ observation: (FindingKind, String) -> Observation
  ) -> Observation {
    // The standards leave limits on idle refresh tokens open; after five lifetimes a refusal is
    // taken for one.
    if let lifetime = last.lifetime, age > lifetime * 5 {
      var ended = observation(.refreshTokenEnded, "")
      ended.advice =
        "the app lets a refresh token die within \(age.inSeconds): "
        + FindingKind.refreshTokenEnded.row.advice
      return ended
    }
    let sinceResponse = refusal.sent - last.received
    let sinceExpiry = last.lifetime.map { sinceResponse - $0 }
    // After one refresh the rotation may be the trouble as well; two have shown that it is not.
    if let sinceExpiry, sinceExpiry >= .zero, !refusal.state.hasRefreshedLate,
      refusal.state.refreshCount != 1, refusal.state.rotation != .omitted
    {
      return observation(
        .refusedAfterExpiry,
        "; the access token had expired \(sinceExpiry.inSeconds) before"
          + (refusal.state.refreshCount > 0 ? ", and refreshes before the expiry had worked" : "")
      )
    }
    if refusal.state.refreshCount == 0 { return observation(.refreshRefused, "") }
    // What a refresh gave has worked before in this grant, at another time than at once: the
    // rotation is not the trouble.
    if refusal.state.hasRefreshedApart(last.lifetime) {
      let grantAge = refusal.sent - refusal.state.openedAt
      return observation(
        .grantEndedByAge,
        "; refreshes had worked until then, and the grant was \(grantAge.inSeconds) old since its "
          + "authorization"
      )
    }
    switch refusal.state.rotation {
    case .repeated: return observation(.repeatedTokenRefused, "")
    case .omitted: return observation(.keptTokenRefused, "")
    case .rotated, nil: return observation(.rotatedTokenRefused, "")
    }
  }

  /// A refresh token that another request had spent, or may have: an app may refuse it.
  ///
  /// RFC 6749 section 10.4, RFC 9700 section 4.14.2: what was rotated may be refused, and so may
  /// the new one then.
  private func carelessness(_ refusal: RefreshRefusal, _ use: RefreshUse) -> Observation? {
    if use.givenAgainBy != nil { return nil }
    let token = refusal.token ?? "the refresh token"
    for other in use.spends
    where other.exchange != refusal.exchange && other.sent <= refusal.received && !other.isFaulted {
      if other.outcome == .lost {
        return Observation(
          .spentByLostRequest,
          "the app refused \(token), which the request of exchange \(other.exchange) had spent, "
            + "though its answer never came",
          [refusal.exchange]
        )
      }
      guard case .granted(let successor?) = other.outcome, successor != refusal.token else {
        continue
      }
      // Each caller refreshes for itself: which of them came first is chance.
      if other.received > refusal.sent || client.refreshesInParallel {
        return Observation(
          .concurrentlySpent,
          "the app refused \(token), which exchange \(other.exchange) was spending at the same time",
          [refusal.exchange]
        )
      }
      return Observation(
        .spentByOurselves,
        "the app refused \(token), which it had replaced in exchange \(other.exchange)",
        [refusal.exchange]
      )
    }
    return nil
  }

  /// A refusal that does not say that the grant has ended.
  private func undecided(
    _ refusal: RefreshRefusal,
    _ status: Int,
    _ code: String?,
    _ observation: (FindingKind, String) -> Observation
  ) -> Observation? {
    switch (status, code) {
    // Its dress is told of.
    case (..<500, nil) where status != 429 && status != 408: return nil
    case (429, _): return observation(.refreshLimited, "")
    case (_, "invalid_client"): return observation(.clientRefused, "")
    case (..<500, let code?):
      var found = observation(.refreshMisunderstood, "")
      found.advice = FindingKind.refreshMisunderstood.row.advice + ", not \(code)"
      if code != "invalid_scope" { found.modes = ["F-15"] }
      return found
    default:
      // An outage has no clock: what fails only after the expiry is F-27.
      if let last = refusal.state.lastResponse, let lifetime = last.lifetime,
        refusal.sent >= last.received + lifetime, refusal.state.refreshCount > 0,
        !refusal.state.hasRefreshedLate
      {
        return observation(
          .refusedAfterExpiry,
          "; refreshes before the access token's expiry had worked"
        )
      }
      return observation(.refreshFailed, "")
    }
  }

  /// Either of two is right: all are answered, or one is and its tokens stay good (RFC 6819
  /// section 5.2.2.3 warns of the rest).
  private func concurrent(
    _ refusal: RefreshRefusal,
    _ use: RefreshUse,
    _ rival: Spend
  ) -> Observation {
    let winners = use.spends.filter { if case .granted = $0.outcome { true } else { false } }
      .map(\.exchange)
    let livesOn = tokens.values.contains { token in
      winners.contains(token.life.exchange)
        && (token.lastSuccessSent.map { $0 > refusal.received } ?? false)
    }
    return Observation(
      livesOn ? .oneOfConcurrentWins : .concurrentRefresh,
      "the app refused \(refusal.token ?? "a refresh token") that exchange \(rival.exchange) spent at "
        + "the same time" + (livesOn ? "" : ", and nobody can go on"),
      [refusal.exchange]
    )
  }
}
