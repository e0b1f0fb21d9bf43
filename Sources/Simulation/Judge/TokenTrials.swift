import HTTP
import OAuth

/// A refresh that no careful client makes, which a scenario asked for, and what came of it.
struct TokenTrial: Sendable {
  var exchange: Int
  var grant: Int
  var deviation: Intent.Deviation
  /// The refresh token that it is about; of an altered copy the alias of the copy.
  var token: String
  var event: Int?
  var sent: Duration
  var received: Duration
  var isLook: Bool
  /// The exchange that had replaced the token, and when that was over; nil where it was good.
  var replaced: Spend?
  /// Whether its grant had been revoked.
  var isRevoked = false
  var outcome: Spend.Outcome

  /// Whether it was refused, for whatever reason.
  var isRefused: Bool {
    switch outcome {
    case .granted, .lost: false
    case .ended, .refused, .failed: true
    }
  }

  var isGranted: Bool { if case .granted = outcome { true } else { false } }
  var successor: String? { if case .granted(let successor) = outcome { successor } else { nil } }

  /// Deviations of a refresh that a trial is told by.
  static let deviations: Set<Intent.Deviation> = [
    .namedRefreshToken, .alteredRefreshToken, .otherClient, .wrongClientSecret,
    .noClientAuthentication, .otherScope, .grantedScope, .atOnce,
  ]

  /// What is wrong with the request, in words.
  var manner: String {
    switch deviation {
    case .alteredRefreshToken: "a refresh with \(token), which is no token of the app's"
    case .otherClient: "a refresh with \(token) by another client"
    case .wrongClientSecret: "a refresh with \(token) and a wrong client secret"
    case .noClientAuthentication: "a refresh with \(token) without client authentication"
    case .otherScope: "a refresh with \(token) that asks for a scope that was not granted"
    case .grantedScope: "a refresh with \(token) that asks for no more than was granted"
    default: "a refresh with \(token)"
    }
  }

  /// The error codes that say what is wrong (RFC 6749 section 5.2); nil where it may be anything.
  var codes: [String]? {
    switch deviation {
    case .alteredRefreshToken: ["invalid_grant"]
    case .namedRefreshToken where replaced != nil || isRevoked: ["invalid_grant"]
    case .otherScope where replaced == nil: ["invalid_scope"]
    // Which of the two is looked at first nobody says.
    case _ where replaced != nil: nil
    case .otherClient: ["invalid_grant", "invalid_client", "unauthorized_client"]
    case .wrongClientSecret: ["invalid_client"]
    // Of a client that says no more than its name the token may be another's.
    case .noClientAuthentication:
      ["invalid_client", "invalid_request", "unauthorized_client", "invalid_grant"]
    default: nil
    }
  }
}

// MARK: Taking a trial

extension GrantModel {
  mutating func takeTrial(
    _ reading: Reading,
    _ number: Int,
    _ deviation: Intent.Deviation,
    _ observations: inout Observations
  ) {
    guard reading.isSound, let alias = reading.intent.token else { return }
    let exchange = reading.exchange
    // What is dead is refused again, which is no news.
    if let dead = grants[number]?.deadBy, dead < reading.number, !reading.isSuccess {
      if let kind = grants[number]?.deathKind { observations.add([reading.number], to: kind) }
      return
    }
    // That the grant is over has nothing to do with the scope.
    if deviation == .grantedScope, case .failure(let error) = reading.token, error.endsGrant {
      note(spendBy: reading, in: number)
      return refuse(error, reading, number, &observations)
    }
    let use = grants[number]?.refreshTokens[alias]
    var trial = TokenTrial(
      exchange: reading.number,
      grant: number,
      deviation: deviation,
      token: alias,
      event: reading.intent.event,
      sent: exchange.sent,
      received: exchange.received,
      isLook: reading.intent.occasion == .look,
      replaced: use?.replacement(before: exchange.sent),
      outcome: outcome(of: reading)
    )
    if deviation == .atOnce { trial.replaced = nil }
    trial.isRevoked = revocation(of: number, before: reading.number)?.isCertain ?? false
    if trial.isOfRightClient { note(spendBy: reading, in: number) }
    if trials.count < GrantModel.mostTrials { trials.append(trial) }
    switch reading.token {
    case .success(let response):
      let isSpent = trial.replaced != nil
      if let observation = grantedAfterRevocation(reading, number, isSpent: isSpent)
        ?? accepted(trial, response)
      {
        observations.add(observation)
      }
      // What a look brings is nobody's.
      if !trial.isLook { issue(response, reading, number, &observations) }
    case .failure(let error):
      if let observation = refused(trial, error, reading) { observations.add(observation) }
    case nil: return
    }
  }

  private func outcome(of reading: Reading) -> Spend.Outcome {
    switch reading.token {
    case .success(let response): .granted(successor: response.refreshToken.map(refreshAlias))
    case .failure(let error):
      reading.status ?? 0 >= 500 ? .failed : error.endsGrant ? .ended : .refused
    case nil: .lost
    }
  }

  /// What is wrong about a trial that was granted.
  private mutating func accepted(_ trial: TokenTrial, _ response: TokenResponse) -> Observation? {
    func observation(_ kind: FindingKind, _ more: String = "") -> Observation {
      Observation(kind, "the app granted \(trial.manner)\(more)", [trial.exchange])
    }
    switch trial.deviation {
    case .alteredRefreshToken: return observation(.alteredRefreshAccepted)
    case .otherClient: return observation(.otherClientAccepted)
    case .wrongClientSecret: return observation(.wrongSecretAccepted)
    case .noClientAuthentication: return observation(.noAuthenticationAccepted)
    case .otherScope:
      // That a scope is given at all is told of the response; one that is not named is the one that was
      // asked for (RFC 6749 section 5.1).
      guard response.scope == nil else { return nil }
      var found = observation(.scopeChanged, ", and named no other scope")
      found.level = .may
      return found
    case .namedRefreshToken:
      guard let replaced = trial.replaced else { return familyLivesOn(trial) }
      let age = trial.sent - replaced.received
      policy.noteReuse(.granted, after: age, trial.exchange)
      // A client that repeats a refresh whose answer it lost has nothing else to go on with.
      if response.refreshToken == nil {
        return observation(
          .windowWithoutToken,
          ", which exchange \(replaced.exchange) had replaced, and gave no refresh token"
        )
      }
      guard age > GrantModel.usualWindow else { return nil }
      return Observation(
        .spentTokenAccepted,
        "the app granted a refresh with \(trial.token) \(age.inSeconds) after exchange "
          + "\(replaced.exchange) had replaced it",
        [trial.exchange, replaced.exchange],
        level: age > GrantModel.longestWindow ? .should : .may
      )
    default: return nil
    }
  }

  /// What is left of a grant after a token of it came that had been replaced long before, and was
  /// refused.
  private func familyLivesOn(_ trial: TokenTrial) -> Observation? {
    let theft = trials.last { other in
      guard other.deviation == .namedRefreshToken, other.grant == trial.grant,
        other.outcome == .ended, let replaced = other.replaced
      else { return false }
      return other.exchange < trial.exchange
        && other.sent - replaced.received > GrantModel.usualWindow
    }
    return theft.map { theft in
      Observation(
        .familyLivesOn,
        "the app granted a refresh with \(trial.token), of the grant of which \(theft.token) had come "
          + "again in exchange \(theft.exchange) and was refused",
        [trial.exchange, theft.exchange]
      )
    }
  }

  /// Up to where a window of grace is no news, and from where on it is none any more: Supabase 10 s,
  /// Okta at most 60 s, Hydra at most 5 min (reference: refresh failure modes, numbers at hand).
  private static let usualWindow = Duration.seconds(10)
  private static let longestWindow = Duration.seconds(300)

  /// What is wrong about how a trial was refused.
  private mutating func refused(
    _ trial: TokenTrial,
    _ error: TokenResponseError,
    _ reading: Reading
  ) -> Observation? {
    if trial.deviation == .grantedScope, trial.replaced == nil, reading.status ?? 0 < 500 {
      return Observation(
        .grantedScopeRefused,
        "the app refused \(trial.manner) with HTTP \(reading.status ?? 0)"
          + (reading.object?["error"]?.string.map { " \($0)" } ?? ""),
        [trial.exchange]
      )
    }
    // At a scenario's end the grant may be over for other reasons.
    if trial.deviation == .namedRefreshToken, let replaced = trial.replaced, !trial.isLook,
      revocation(of: trial.grant, before: trial.exchange) == nil
    {
      policy.noteReuse(.refused, after: trial.sent - replaced.received, trial.exchange)
    }
    guard case .refused(let status, let code, _) = error, let codes = trial.codes else {
      return nil
    }
    // An outage, a limit and what has no code at all are told of by themselves.
    if [408, 429, 503].contains(status) || status < 500 && code == nil { return nil }
    // Of a token that was the app's a failure is told where a good one meets it.
    if status >= 500, trial.deviation == .namedRefreshToken { return nil }
    if let code, codes.contains(code), status < 500 { return nil }
    // Where each refresh is to name a scope, that is told of one.
    if code == "invalid_scope", isRefused(with: "invalid_scope") { return nil }
    var observation = Observation(
      .trialErrorCode,
      "the app answered \(trial.manner) with HTTP \(status)\(code.map { " \($0)" } ?? "")",
      [trial.exchange]
    )
    observation.advice =
      "answer with HTTP 400 and " + codes[0] + ": "
      + FindingKind.trialErrorCode.row.advice
    return observation
  }

  static let mostTrials = 256

  /// Whether a refresh of the same grant had asked for some of what was granted.
  func hasAskedForLess(_ reading: Reading) -> Bool {
    trials.contains {
      $0.grant == reading.intent.grant && $0.deviation == .grantedScope && $0.isGranted
    }
  }
}

extension TokenTrial {
  /// Whether the client to which the token belongs has presented it.
  fileprivate var isOfRightClient: Bool {
    switch deviation {
    case .namedRefreshToken, .otherScope, .grantedScope, .atOnce: true
    default: false
    }
  }
}

extension RefreshUse {
  /// The spend that had replaced the token by another, if one had.
  fileprivate func replacement(before instant: Duration) -> Spend? {
    spends.first { spend in
      guard case .granted(let successor?) = spend.outcome else { return false }
      return spend.received <= instant && successor != alias
    }
  }
}

// MARK: What follows from trials

extension GrantModel {
  /// A refusal of a good token that a trial before it explains.
  func endedByTrial(_ refusal: RefreshRefusal) -> Observation? {
    if let code = reuseOfCode(in: refusal.grant, before: refusal.exchange) {
      return Observation(
        .codeReuseEndsGrant,
        "\(refusal.error); \(code.code), which gave the grant, came again in exchange "
          + "\(code.exchange)",
        [refusal.exchange, code.exchange]
      )
    }
    let last = refusal.state.lastResponse?.exchange ?? 0
    // What was refreshed after a trial has survived it.
    let before = trials.filter {
      $0.grant == refusal.grant && $0.exchange < refusal.exchange && $0.exchange >= last
    }
    let token = refusal.token ?? "the refresh token"
    let spoilers = before.filter { $0.isRefused && $0.spoils(token) }
    let withToken = spoilers.filter { $0.token == token }
    if let spoiled = withToken.first(where: { $0.outcome == .failed }) ?? withToken.last
      ?? spoilers.last
    {
      let hasFailed = spoiled.outcome == .failed
      return Observation(
        hasFailed ? .refreshFailed : .tokenBurned,
        "\(refusal.error); \(token) was good until the app \(hasFailed ? "failed at" : "refused") "
          + "\(spoiled.manner) in exchange \(spoiled.exchange)",
        hasFailed
          ? [spoiled.exchange, refusal.exchange] : [refusal.exchange, spoiled.exchange]
      )
    }
    if let reuse = before.last(where: { $0.deviation == .namedRefreshToken && $0.replaced != nil })
    {
      return Observation(
        .reuseEndsGrant,
        "\(refusal.error); the grant ended when \(reuse.token) was shown again in exchange "
          + "\(reuse.exchange)",
        [refusal.exchange, reuse.exchange]
      )
    }
    guard let race = trials.last(where: { $0.grant == refusal.grant && $0.exchange == last }),
      race.deviation == .atOnce, race.successor != nil,
      // What dies later has other reasons.
      refusal.state.lastResponse?.lifetime.map({ refusal.sent < race.received + $0 }) ?? true
    else { return nil }
    let others = trials.filter { $0.event == race.event && $0.deviation == .atOnce }
    if let failed = others.first(where: { $0.outcome == .failed }) {
      return Observation(
        .refreshFailed,
        "\(refusal.error); the failed refresh of exchange \(failed.exchange) had lost the grant",
        [failed.exchange, refusal.exchange]
      )
    }
    return Observation(
      .concurrentRefresh,
      "\(refusal.error); \(others.count) refreshes with \(race.token) were sent at once, and what "
        + "exchange \(race.exchange) gave is refused",
      [refusal.exchange, race.exchange]
    )
  }

  /// What only the end of the scenario tells of refreshes that were sent together.
  func judgeRaces(_ observations: inout Observations) {
    var races: [(key: [Int], trials: [TokenTrial])] = []
    for trial in trials where trial.deviation == .atOnce {
      let key = [trial.grant, trial.event ?? -1]
      if let place = races.firstIndex(where: { $0.key == key }) {
        races[place].trials.append(trial)
      } else {
        races.append((key, [trial]))
      }
    }
    for race in races {
      if let observation = judge(race: race.trials) { observations.add(observation) }
    }
  }

  private func judge(race: [TokenTrial]) -> Observation? {
    guard let first = race.first else { return nil }
    let exchanges = race.map(\.exchange)
    guard race.contains(where: \.isGranted) else {
      if let failed = race.first(where: { $0.outcome == .failed }) {
        return Observation(
          .refreshFailed,
          "the app failed at one of \(race.count) refreshes with \(first.token) that were sent at once, "
            + "and granted none",
          [failed.exchange] + exchanges.filter { $0 != failed.exchange }
        )
      }
      guard race.contains(where: { $0.outcome == .ended }) else { return nil }
      return Observation(
        .concurrentRefresh,
        "the app refused all of \(race.count) refreshes with \(first.token) that were sent at once",
        exchanges
      )
    }
    // Each of several new tokens that was good afterwards.
    let successors = Set(race.compactMap(\.successor)).subtracting([first.token])
    let uses = successors.sorted().compactMap { successor in
      grants[first.grant]?.refreshTokens[successor]?.spends.first { spend in
        guard case .granted = spend.outcome else { return false }
        return !exchanges.contains(spend.exchange)
      }
    }
    guard uses.count > 1 else { return nil }
    // In a window of grace the app gives a new pair each time it is asked, which is its policy.
    let reuse = trials.last { $0.token == first.token && $0.deviation == .namedRefreshToken }
    let isOneTime = reuse.map(\.isRefused) ?? false
    return Observation(
      .severalPairs,
      "\(race.count) refreshes with \(first.token) that were sent at once brought \(successors.count)"
        + " refresh tokens, and \(uses.count) of them were good afterwards",
      exchanges + uses.map(\.exchange),
      level: isOneTime ? nil : .may
    )
  }
}

extension TokenTrial {
  /// Whether its refusal must have left a token as it was.
  fileprivate func spoils(_ other: String) -> Bool {
    switch deviation {
    case .otherClient, .wrongClientSecret, .noClientAuthentication, .otherScope, .grantedScope:
      token == other
    case .alteredRefreshToken: true
    default: false
    }
  }
}
