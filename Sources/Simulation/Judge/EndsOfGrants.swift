import HTTP
import OAuth

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
