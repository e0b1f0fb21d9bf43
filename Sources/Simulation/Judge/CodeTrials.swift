import HTTP
import OAuth

/// A code exchange that no careful client makes, and what came of it.
struct CodeTrial: Sendable {
  var exchange: Int
  /// The grant that the code gave or would give.
  var grant: Int
  var deviation: Intent.Deviation
  /// The code's alias.
  var code: String
  var event: Int?
  var sent: Duration
  var received: Duration
  /// When the browser had brought the code; nil where it was not seen.
  var codeSince: Duration?
  /// The access token that came; nil where none did.
  var accessToken: String?
  var status: Int?
  var error: String?

  var isGranted: Bool { accessToken != nil }

  static let deviations: Set<Intent.Deviation> = [
    .atOnce, .spentCode, .keptCode, .otherRedirectURI, .otherVerifier, .noVerifier, .otherClient,
  ]

  var manner: String {
    switch deviation {
    case .spentCode: "\(code) once more"
    case .otherRedirectURI: "\(code) with another redirect_uri"
    case .otherVerifier: "\(code) with another code_verifier"
    case .noVerifier: "\(code) without the code_verifier"
    case .otherClient: "\(code) from another client"
    default: code
    }
  }

  /// The error codes that say what is wrong (RFC 6749 section 5.2, RFC 7636 section 4.6).
  var codes: [String] {
    switch deviation {
    case .otherClient: ["invalid_grant", "invalid_client", "unauthorized_client"]
    case .noVerifier: ["invalid_grant", "invalid_request"]
    default: ["invalid_grant"]
    }
  }

  /// What it is where the app grants it; nil where that depends on more.
  fileprivate var kindIfGranted: FindingKind? {
    switch deviation {
    case .spentCode: .codeAcceptedAgain
    case .otherRedirectURI: .otherRedirectAccepted
    case .otherVerifier, .noVerifier: .otherVerifierAccepted
    case .otherClient: .codeOfOtherClient
    default: nil
    }
  }
}

extension GrantModel {
  mutating func takeCodeTrial(
    _ reading: Reading,
    _ number: Int,
    _ deviation: Intent.Deviation,
    _ observations: inout Observations
  ) {
    let exchange = reading.exchange
    var trial = CodeTrial(
      exchange: reading.number,
      grant: number,
      deviation: deviation,
      code: reading.intent.token ?? "the code",
      event: reading.intent.event,
      sent: exchange.sent,
      received: exchange.received,
      codeSince: lastPage
    )
    // Whether the app has acted nobody knows.
    guard reading.isSound, let token = reading.token else {
      if codeTrials.count < GrantModel.mostTrials { codeTrials.append(trial) }
      return
    }
    trial.status = reading.status
    switch token {
    case .success(let response):
      trial.accessToken = accessAlias(response.accessToken)
      if let kind = trial.kindIfGranted {
        observations.add(
          Observation(kind, "the app granted \(trial.manner)", [trial.exchange])
        )
      } else {
        if grants[number] == nil { open(number, reading) }
        issue(response, reading, number, &observations)
      }
      if deviation == .keptCode, let age = trial.age, age > GrantModel.longestCode {
        observations.add(
          Observation(
            .codeLivesLong,
            "the app granted \(trial.code) when it was \(age.inSeconds) old",
            [trial.exchange]
          )
        )
      }
    case .failure(let error):
      if case .refused(_, let code, _) = error { trial.error = code }
      if let observation = refused(trial, error) { observations.add(observation) }
    }
    if codeTrials.count < GrantModel.mostTrials { codeTrials.append(trial) }
  }

  /// RFC 6749 section 4.1.2 recommends ten minutes at most, and names no least; nobody's browser and
  /// server take less than this.
  private static let longestCode = Duration.seconds(600)
  private static let shortestCode = Duration.seconds(10)

  private func refused(_ trial: CodeTrial, _ error: TokenResponseError) -> Observation? {
    guard case .refused(let status, let code, _) = error else { return nil }
    // An outage, a limit and what has no code at all are told of by themselves.
    if [408, 429, 503].contains(status) || status < 500 && code == nil { return nil }
    if trial.deviation == .keptCode, code == "invalid_grant" {
      guard let age = trial.age, age < GrantModel.shortestCode else { return nil }
      return Observation(
        .codeEndsEarly,
        "the app refused \(trial.code), which nobody had used, when it was \(age.inSeconds) old",
        [trial.exchange]
      )
    }
    // That the client is not taken is told of the exchange as it should be.
    if ["invalid_client", "unauthorized_client"].contains(code) { return nil }
    // The loser of a race may meet whatever a race meets; but an error of the server's own is none.
    if let code, trial.codes.contains(code), status < 500 { return nil }
    var observation = Observation(
      .trialErrorCode,
      "the app answered \(trial.manner) with HTTP \(status)\(code.map { " \($0)" } ?? "")",
      [trial.exchange],
      // It is refused all the same, and no grant hangs on the code that says so.
      level: status < 500 ? .may : nil
    )
    observation.advice =
      "answer with HTTP 400 and invalid_grant: " + FindingKind.trialErrorCode.row.advice
    return observation
  }

  /// A code that was used before; what it gave may end with that (RFC 6749 section 4.1.2).
  func reuseOfCode(in grant: Int, before exchange: Int) -> CodeTrial? {
    codeTrials.last {
      $0.grant == grant && $0.exchange < exchange && [.spentCode, .atOnce].contains($0.deviation)
    }
  }

  /// What only the end of the scenario tells of codes.
  func judgeCodes(_ observations: inout Observations) {
    var events: [Int] = []
    for trial in codeTrials where trial.deviation == .atOnce {
      if let event = trial.event, !events.contains(event) { events.append(event) }
    }
    for event in events {
      let race = codeTrials.filter { $0.deviation == .atOnce && $0.event == event }
      let winners = race.filter(\.isGranted)
      guard Set(winners.compactMap(\.accessToken)).count > 1 else { continue }
      observations.add(
        Observation(
          .codeRaceGrants,
          "\(race.count) exchanges of \(race[0].code) were sent at once, and \(winners.count) of them "
            + "brought access tokens",
          winners.map(\.exchange)
        )
      )
    }
    for trial in codeTrials
    where trial.deviation == .spentCode && !trial.isGranted && trial.status != nil {
      guard let grant = grants[trial.grant] else { continue }
      let refreshed = grant.lastResponse.flatMap {
        $0.exchange > trial.exchange ? $0.exchange : nil
      }
      let served = grant.lastSuccess.flatMap { $0 > trial.exchange ? $0 : nil }
      guard let alive = refreshed ?? served else { continue }
      observations.add(
        Observation(
          .codeReuseIgnored,
          "the app refused \(trial.manner), and what it had given stayed good",
          [trial.exchange, alive]
        )
      )
    }
    for trial in codeTrials where isSpent(by: trial) {
      observations.add(
        Observation(
          .codeBurned,
          "the app refused \(trial.manner), and then the exchange as it should be",
          [trial.exchange] + refusedCodes.filter { $0 > trial.exchange }.prefix(1)
        )
      )
    }
  }

  /// Whether the right exchange of the same code was refused after it.
  private func isSpent(by trial: CodeTrial) -> Bool {
    switch trial.deviation {
    case .otherRedirectURI, .otherVerifier, .noVerifier, .otherClient:
      !trial.isGranted && trial.status != nil && refusedCodes.contains { $0 > trial.exchange }
        && (grants[trial.grant].map { $0.openedBy < trial.exchange } ?? true)
    default: false
    }
  }
}

extension CodeTrial {
  /// How old the code was; nil where nobody saw it come.
  fileprivate var age: Duration? { codeSince.map { sent - $0 } }
}

// MARK: Revocation

/// A token that was refused, and what can be said of it.
struct Refused {
  var grant: Int
  var exchange: Int
  var sent: Duration
  /// Whether its end had not come yet.
  var isYoung: Bool
  var message: String
}

/// A token that the client has revoked (RFC 7009).
struct RevokedGrant: Sendable {
  var exchange: Int
  var grant: Int
  var token: String
  var isRefreshToken: Bool
  var sent: Duration
  var received: Duration
  /// Whether the access token had ended before.
  var isLate: Bool
  /// Whether the app has said so.
  var isCertain: Bool
}

extension GrantModel {
  mutating func takeRevocation(_ reading: Reading, _ observations: inout Observations) {
    guard let token = reading.intent.token, let number = reading.intent.grant,
      let grant = grants[number]
    else { return }
    let isRefreshToken = grant.refreshTokens[token] != nil
    if reading.isSound, let status = reading.status, !reading.isSuccess {
      // To end access tokens a server need not be able (RFC 7009 section 2.1).
      let says = reading.object?["error"]?.string
      if !isRefreshToken, says == "unsupported_token_type" { return }
      observations.add(
        Observation(
          .revocationRefused,
          "the app answered the revocation of \(token) with HTTP \(status)"
            + (says.map { " \($0)" } ?? ""),
          [reading.number],
          level: isRefreshToken ? nil : .should
        )
      )
    }
    // Without an answer nobody knows whether the app has acted.
    let isCertain = reading.isSound && reading.status != nil
    guard reading.isSuccess || !isCertain else { return }
    let last = grant.lastResponse
    let end = last.flatMap { last in last.lifetime.map { last.received + $0 } }
    revocations.append(
      RevokedGrant(
        exchange: reading.number,
        grant: number,
        token: token,
        isRefreshToken: isRefreshToken,
        sent: reading.exchange.sent,
        received: reading.exchange.received,
        isLate: end.map { reading.exchange.sent >= $0 } ?? false,
        isCertain: isCertain
      )
    )
  }

  /// The revocation after which nothing of a grant may be refreshed any more.
  func revocation(of grant: Int, before exchange: Int) -> RevokedGrant? {
    revocations.last { $0.grant == grant && $0.isRefreshToken && $0.exchange < exchange }
  }

  /// Whether a token was revoked, by itself or with its grant: nobody is surprised at its end.
  func isRevoked(_ token: String, of grant: Int, before instant: Duration) -> Bool {
    revocations.contains {
      $0.received <= instant && ($0.token == token || $0.grant == grant && $0.isRefreshToken)
    }
  }

  /// A refresh that was granted although the grant was revoked (RFC 7009 section 2.1).
  mutating func grantedAfterRevocation(_ reading: Reading, _ grant: Int, isSpent: Bool)
    -> Observation?
  {
    guard let revoked = revocation(of: grant, before: reading.number), revoked.isCertain else {
      return nil
    }
    let token = reading.intent.token ?? "the refresh token"
    // Where the revocation does nothing at all, that is one finding.
    if isSpent, revocationsIgnored.contains(revoked.exchange) { return nil }
    if !isSpent { revocationsIgnored.insert(revoked.exchange) }
    var observation = Observation(
      isSpent && token != revoked.token ? .windowOutlivesRevocation : .revocationIgnored,
      "the app granted a refresh with \(token) after exchange \(revoked.exchange) had revoked "
        + (token == revoked.token ? "it" : revoked.token)
        + (revoked.isLate ? "; the access token had expired before" : ""),
      [reading.number, revoked.exchange]
    )
    if observation.kind == .revocationIgnored {
      observation.modes = revoked.isLate ? ["F-60", "F-31"] : ["F-31"]
    }
    return observation
  }

  /// An access token that is served although it was revoked by itself.
  func servedAfterRevocation(_ reading: Reading) -> Observation? {
    guard let token = reading.intent.token,
      let revoked = revocations.first(where: {
        $0.token == token && $0.isCertain && $0.exchange < reading.number
      })
    else { return nil }
    let delay = reading.exchange.sent - revoked.received
    return Observation(
      .revokedTokenServed,
      "the app served \(token) \(delay.inSeconds) after it had answered its revocation with 200",
      [reading.number, revoked.exchange]
    )
  }

  /// A refresh that is refused since the grant's access token was revoked (RFC 7009 section 2.1 leaves
  /// that to the server), or that another grant's revocation explains.
  func endedByRevocation(_ refusal: RefreshRefusal) -> Observation? {
    guard
      let own = revocations.last(where: {
        $0.grant == refusal.grant && $0.exchange < refusal.exchange
      })
    else { return nil }
    return Observation(
      own.isRefreshToken ? .endedByOwnRevocation : .endsWithAccessToken,
      "\(refusal.error); \(own.token) had been revoked in exchange \(own.exchange)",
      [refusal.exchange, own.exchange]
    )
  }

  /// A user of one tenant's, asked for with the token of another's.
  func takeOtherTenant(_ reading: Reading, _ observations: inout Observations) {
    guard reading.isSound, reading.isSuccess else { return }
    observations.add(
      Observation(
        .otherTenantRead,
        "the app served \(reading.request), a user of another tenant's, to "
          + (reading.intent.token ?? "a token"),
        [reading.number]
      )
    )
  }

  /// A token of a grant that is refused since another grant came to its end, or was refreshed.
  func endedByAnother(_ refused: Refused) -> Observation? {
    endedByOthersRevocation(refused) ?? endedByOthersReuse(refused)
      ?? endedByOthersRefresh(refused)
  }

  /// A spent refresh token of another grant had been shown.
  private func endedByOthersReuse(_ refused: Refused) -> Observation? {
    guard refused.isYoung, let own = grants[refused.grant] else { return nil }
    let reuse = trials.last {
      $0.grant != refused.grant && $0.isRefused && $0.deviation == .namedRefreshToken
        && $0.replaced != nil && !$0.isLook && $0.received <= refused.sent
    }
    guard let reuse, own.openedAt < reuse.sent,
      own.lastSuccess.map({ $0 < reuse.exchange }) ?? true,
      own.lastResponse.map({ $0.exchange < reuse.exchange }) ?? true
    else { return nil }
    return Observation(
      .reuseEndsOther,
      refused.message
        + "; exchange \(reuse.exchange) had shown \(reuse.token) of another grant once more",
      [refused.exchange, reuse.exchange]
    )
  }

  /// Another grant was refreshed between the last that was good and the refusal, long before this one's
  /// token had to end.
  private func endedByOthersRefresh(_ refused: Refused) -> Observation? {
    guard refused.isYoung, let own = grants[refused.grant] else { return nil }
    let other = issues.last { issue in
      issue.grant != refused.grant && issue.received <= refused.sent
        && grants[issue.grant].map { $0.openedBy != issue.exchange } ?? false
    }
    guard let other, own.openedAt < other.sent,
      own.lastSuccessSent.map({ $0 < other.received }) ?? true,
      own.lastResponse.map({ $0.exchange < other.exchange }) ?? true
    else { return nil }
    return Observation(
      .newGrantEndsOld,
      refused.message + "; another grant had been refreshed in exchange \(other.exchange)",
      [refused.exchange, other.exchange]
    )
  }

  /// The token was good beside a newer grant, until that one was revoked.
  private func endedByOthersRevocation(_ refused: Refused) -> Observation? {
    guard
      let other = revocations.last(where: { revoked in
        revoked.grant != refused.grant && revoked.received <= refused.sent
      }), let newer = grants[other.grant], let own = grants[refused.grant],
      own.lastSuccessSent.map({ $0 > newer.openedAt && $0 < other.sent }) ?? false
    else { return nil }
    return Observation(
      .revocationEndsOther,
      refused.message + "; exchange \(other.exchange) had revoked \(other.token) of another grant",
      [refused.exchange, other.exchange]
    )
  }
}
