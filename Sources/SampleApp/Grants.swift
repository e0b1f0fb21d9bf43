import JSON
import World

/// Everything the authorization server has given out: codes, grants and their tokens.
///
/// Each call checks first and changes after, so that a refused request spends nothing.
struct Grants: Sendable {
  /// What a token request gets.
  struct Issued: Sendable {
    var accessToken: String
    var refreshToken: String?
    var scope: [String]
    var grant: Grant?
  }

  /// How an access token stands that the SCIM API was shown.
  enum AccessTokenState: Sendable, Equatable {
    /// Never given out, or revoked.
    case unknown
    case expired
    case live
  }

  /// An access token that was given out, as the SCIM API meets it again.
  struct PresentedToken: Sendable, Equatable {
    var token: AccessToken
    var grant: Grant
    var lifetime: Duration
    var instant: Duration

    var age: Duration { instant - token.issuedAt }
  }

  /// What the SCIM API learns of an access token; `token` is nil where it was never given out.
  struct Presentation: Sendable, Equatable {
    var state: AccessTokenState
    var token: PresentedToken?
  }

  private struct Code {
    var authorization: AuthorizationRequest
    var person: String
    var issuedAt: Duration
    /// The grant that it was exchanged for, and when.
    var grant: Int?
    var usedAt: Duration?
  }

  /// One consent, or one client credentials request, and all that was issued from it.
  struct Grant: Sendable, Equatable {
    /// From one on, in the order in which they were opened.
    var number: Int
    var clientID: String
    var person: String?
    var scope: [String]
    /// Whether its tokens are for the SCIM API.
    var isForAPI = true
    var openedAt: Duration
    var lastRefreshedAt: Duration
    var refreshCount = 0
    /// How many refreshes were asked for, the refused ones among them.
    var refreshAttempts = 0
    var firstAccessToken = ""
    var isRevoked = false
    /// A refresh token of it that was revoked by itself.
    var endedToken: String?
  }

  struct AccessToken: Sendable, Equatable {
    var grant: Int
    /// How many refreshes of the grant came before it.
    var generation: Int
    var issuedAt: Duration
    var isRevoked = false
    /// The refresh token that dies when this access token is first used (`retireOnUse`).
    var predecessor: String?
  }

  struct RefreshToken: Sendable, Equatable {
    enum State: Sendable, Equatable {
      case live
      /// Replaced, but the successor has not been used yet (`retireOnUse`).
      case superseded(by: String)
      case retired(by: String, at: Duration)
    }

    var grant: Int
    var state = State.live
    /// How many refreshes it has given.
    var useCount = 0
    /// When the newest access token that was issued with it ends.
    var accessTokenEndsAt: Duration
    /// The refresh token that dies when this one is first used (`retireOnUse`).
    var predecessor: String?

    /// Whether it has no successor.
    var isNewest: Bool {
      if case .live = state { true } else { false }
    }
  }

  // RFC 6749 section 4.1.2 asks for at most ten minutes.
  private static let codeLifetime = Duration.seconds(60)
  /// How long what is dead is remembered, so that it can be told from what never was.
  private static let memory = Duration.seconds(24 * 3600)
  /// Each so many tokens, what is past memory is swept out.
  private static let sweepInterval = 4096

  private let policy: SampleAppSettings
  private let seams: Seams
  private var crowd = Crowd()
  var issuer: String
  private var codes: [String: Code] = [:]
  private var grants: [Int: Grant] = [:]
  private var accessTokens: [String: AccessToken] = [:]
  private var refreshTokens: [String: RefreshToken] = [:]
  private var grantCount = 0
  private var issuedSinceSweep = 0
  private var codeRandom: SeededRandom
  private var accessTokenRandom: SeededRandom
  private var refreshTokenRandom: SeededRandom

  init(policy: SampleAppSettings, seams: Seams) {
    self.policy = policy
    self.seams = seams
    issuer = policy.baseURL
    let random = SeededRandom(seed: policy.seed)
    codeRandom = random.stream(named: "codes")
    accessTokenRandom = random.stream(named: "access tokens")
    refreshTokenRandom = random.stream(named: "refresh tokens")
  }

  // MARK: The grants of RFC 6749

  mutating func issueCode(
    for authorization: AuthorizationRequest,
    person: String,
    at instant: Duration
  ) -> String {
    let code = codeRandom.alphanumerics(32)
    codes[code] = Code(authorization: authorization, person: person, issuedAt: instant)
    return code
  }

  /// RFC 6749 section 4.1.3, with the checks of RFC 7636 section 4.6 and RFC 9700 section 2.1.1.
  mutating func exchange(
    code value: String,
    clientID: String,
    redirectURI: String?,
    codeVerifier: String?,
    at instant: Duration
  ) throws(TokenRefusal) -> Issued {
    sweepWhenDue(at: instant)
    guard let code = codes[value] else { throw .invalidGrant("the code is not known") }
    var decision = CodeDecision()
    if code.authorization.clientID != clientID {
      decision.refusal = .otherClient
    } else if code.grant != nil {
      // RFC 6749 section 4.1.2: somebody else may have been first.
      decision.refusal = .used
      decision.endsGrant = true
    } else if instant >= code.issuedAt + Self.codeLifetime {
      decision.refusal = .expired
    } else if redirectURI != code.authorization.redirectURI {
      decision.refusal = .otherRedirectURI
    } else if !proves(codeVerifier, challenge: code.authorization.codeChallenge) {
      decision.refusal = codeVerifier == nil ? .noVerifier : .otherVerifier
    }
    seams.codeRule(
      &decision,
      CodeFacts(age: instant - code.issuedAt, sinceUsed: code.usedAt.map { instant - $0 })
    )
    if decision.endsGrant, let grant = code.grant { grants[grant]?.isRevoked = true }
    if let refusal = decision.refusal {
      if decision.spendsCode { codes[value]?.grant = 0 }
      throw .invalidGrant(refusal.rawValue)
    }

    let grant = open(
      clientID: code.authorization.clientID,
      person: code.person,
      scope: code.authorization.scope,
      at: instant
    )
    grants[grant]?.isForAPI = code.authorization.isForAPI
    codes[value]?.grant = grant
    codes[value]?.usedAt = instant
    let accessToken = mintAccessToken(grant, scope: code.authorization.scope, at: instant)
    grants[grant]?.firstAccessToken = accessToken
    let issued = Issued(
      accessToken: accessToken,
      refreshToken: givesRefreshToken(code.authorization)
        ? mintRefreshToken(grant, at: instant) : nil,
      scope: code.authorization.scope,
      grant: grants[grant]
    )
    if let grant = issued.grant { endGrants(after: .opened(grant)) }
    return issued
  }

  private func givesRefreshToken(_ authorization: AuthorizationRequest) -> Bool {
    !policy.givesOfflineAccessOnly || authorization.scope.contains("offline_access")
  }

  /// RFC 6749 section 4.4; it says that a refresh token should not be included.
  mutating func grantClientCredentials(
    clientID: String,
    scope: [String],
    at instant: Duration
  ) -> Issued {
    sweepWhenDue(at: instant)
    let grant = open(clientID: clientID, person: nil, scope: scope, at: instant)
    return Issued(
      accessToken: mintAccessToken(grant, scope: scope, at: instant),
      refreshToken: nil,
      scope: scope,
      grant: grants[grant]
    )
  }

  /// RFC 6749 section 6.
  ///
  /// - Parameter scope: What is asked for; nil for all that the grant holds.
  mutating func refresh(
    _ value: String,
    clientID: String,
    scope: [String]?,
    at instant: Duration
  ) throws(TokenRefusal) -> Issued {
    sweepWhenDue(at: instant)
    var (value, clientID) = (value, clientID)
    if !seams.refreshLookUp.isEmpty { seams.refreshLookUp(&value, refreshTokens.keys.sorted()) }
    if let owner = refreshTokens[value].flatMap({ grants[$0.grant] }) {
      seams.refreshOwner(&clientID, owner)
    }
    guard let token = refreshTokens[value], var grant = grants[token.grant],
      grant.clientID == clientID
    else { throw .invalidGrant("the refresh token is not known, or belongs to another client") }
    grant.refreshAttempts += 1
    grants[token.grant] = grant
    if grant.endedToken == value { throw .invalidGrant("the refresh token has been revoked") }
    try checkLimits(of: grant, at: instant)
    var asked = ScopeDecision(granted: scope ?? grant.scope)
    if !asked.granted.allSatisfy(grant.scope.contains) {
      asked.refusal = .init("invalid_scope", "the scope goes beyond what was granted")
    }
    seams.refreshScope(&asked, ScopeFacts(asked: scope, granted: grant.scope))
    if let refusal = asked.refusal { throw refusal }
    let granted = asked.granted
    var decision = RefreshDecision()
    let facts = RefreshFacts(
      token: token,
      grant: grant,
      scope: scope,
      accessTokenLifetime: policy.accessTokenLifetime,
      instant: instant,
      isCrowded: seams.renewal.isEmpty ? false : crowd.note(grant.number, at: instant)
    )
    seams.refreshRule(&decision, facts)
    if let refusal = decision.refusal {
      if decision.endsGrant { grants[token.grant]?.isRevoked = true }
      throw refusal
    }

    let issued = try renew(value, facts, scope: granted)
    refreshTokens[value]?.useCount += 1
    if asked.isKept { grants[token.grant]?.scope = granted }
    endGrants(after: .refreshed(grant))
    return issued
  }

  /// Gives new tokens for a refresh that is in order, unless the refresh token is a used one.
  private mutating func renew(
    _ value: String,
    _ facts: RefreshFacts,
    scope: [String]
  ) throws(TokenRefusal) -> Issued {
    let (token, instant) = (facts.token, facts.instant)
    var renewal = self.renewal(facts)
    seams.renewal(&renewal, facts)
    var issued: Issued
    switch renewal.answer {
    case .new:
      issued = replace(value, token, scope: scope, at: instant)
    case .again:
      switch token.state {
      case .live: issued = replace(value, token, scope: scope, at: instant)
      case .superseded(let successor):
        issued = repeatAnswer(
          successor,
          predecessor: value,
          token.grant,
          scope: scope,
          at: instant
        )
      // What is handed out has to work, so the newest of the line, should the client have gone on
      // meanwhile.
      case .retired(let successor, _):
        issued = repeatAnswer(
          newestSuccessor(of: successor),
          predecessor: nil,
          token.grant,
          scope: scope,
          at: instant
        )
      }
    case .refusal:
      if renewal.endsGrant {
        grants[token.grant]?.isRevoked = true
        endGrants(after: .reused(facts.grant))
      }
      throw .invalidGrant("the refresh token has been replaced")
    }
    if renewal.isTokenWithheld { issued.refreshToken = nil }
    if renewal.isTokenRepeated { issued.refreshToken = value }
    return issued
  }

  /// For so long two requests with one token are two of one client, not a thief's.
  private static let race = Duration.seconds(1)

  private func renewal(_ facts: RefreshFacts) -> Renewal {
    switch facts.token.state {
    case .live: return Renewal(answer: .new)
    case .superseded: return Renewal(answer: .again)
    case .retired(_, let retiredAt):
      let age = facts.instant - retiredAt
      if age < policy.graceWindow, policy.rotation == .rotate { return Renewal(answer: .again) }
      // RFC 9700 section 4.14.2: nobody can tell the thief from the client. At once it is more likely a
      // client that asked twice (RFC 6819 section 5.2.2.3).
      return Renewal(answer: .refusal, endsGrant: age >= max(policy.graceWindow, Grants.race))
    }
  }

  /// Lets a refresh token be used up though nothing was given for it.
  mutating func spend(_ value: String, at instant: Duration) {
    refreshTokens[value]?.state = .retired(
      by: value,
      at: instant - policy.graceWindow - Grants.race
    )
  }

  /// RFC 7009 section 2.1: an access token alone, or with a refresh token its whole grant.
  mutating func revoke(
    _ value: String,
    clientID: String,
    at instant: Duration
  ) throws(TokenRefusal) {
    let grant = accessTokens[value]?.grant ?? refreshTokens[value]?.grant
    // Section 2.2: a token that is not known is as good as revoked.
    guard let grant, let owner = grants[grant]?.clientID else { return }
    guard owner == clientID else {
      throw .invalidGrant("the token belongs to another client")
    }
    let isAccessToken = accessTokens[value] != nil
    var decision = RevocationDecision(ends: isAccessToken ? .accessToken : .grant)
    seams.revocation(
      &decision,
      RevocationFacts(
        isAccessToken: isAccessToken,
        isLate: refreshTokens[value].map { instant >= $0.accessTokenEndsAt } ?? false
      )
    )
    if let refusal = decision.refusal { throw refusal }
    switch decision.ends {
    case .nothing: return
    case .accessToken: accessTokens[value]?.isRevoked = true
    case .refreshTokenAlone: grants[grant]?.endedToken = value
    case .grant: grants[grant]?.isRevoked = true
    case .allOfClient:
      for (number, other) in grants where other.clientID == clientID {
        grants[number]?.isRevoked = true
      }
    }
  }

  // MARK: The SCIM API

  /// How the token stands; one that is live counts as used.
  mutating func present(accessToken value: String, at instant: Duration) -> Presentation {
    guard let token = accessTokens[value], let grant = grants[token.grant] else {
      return Presentation(state: .unknown)
    }
    let presented = PresentedToken(
      token: token,
      grant: grant,
      lifetime: policy.accessTokenLifetime,
      instant: instant
    )
    var state: AccessTokenState =
      token.isRevoked || grant.isRevoked || !grant.isForAPI
      ? .unknown : presented.age < presented.lifetime ? .live : .expired
    seams.tokenState(&state, presented)
    if state == .live { retire(token.predecessor, at: instant) }
    return Presentation(state: state, token: presented)
  }

  // MARK: The ends of grants

  /// Lets the grants end that end with an event: none in a right app, unless it has one at a time.
  mutating func endGrants(after event: GrantEvent) {
    if seams.grantEnd.isEmpty, !policy.hasOneGrantAtATime { return }
    for (number, grant) in grants where !grant.isRevoked {
      let ending = GrantEnding(event: event, grant: grant)
      var ends = policy.hasOneGrantAtATime && ending.isSucceeded
      seams.grantEnd(&ends, ending)
      if ends { grants[number]?.isRevoked = true }
    }
  }

  /// What a change from outside does to the grants that there are.
  mutating func apply(_ effects: HookEffects) {
    if effects.endsGrants {
      for number in grants.keys { grants[number]?.isRevoked = true }
    }
    if effects.endsAccessTokens {
      for token in accessTokens.keys { accessTokens[token]?.isRevoked = true }
    }
  }

  // MARK: Refresh tokens

  private func checkLimits(
    of grant: Grant,
    at instant: Duration
  ) throws(TokenRefusal) {
    if grant.isRevoked { throw .invalidGrant("the grant has been revoked") }
    if let lifetime = policy.refreshTokenLifetime, instant >= grant.openedAt + lifetime {
      throw .invalidGrant("the refresh token has expired")
    }
    if let limit = policy.refreshTokenIdleLimit, instant >= grant.lastRefreshedAt + limit {
      throw .invalidGrant("the refresh token was not used for too long")
    }
  }

  private mutating func replace(
    _ value: String,
    _ token: RefreshToken,
    scope: [String],
    at instant: Duration
  ) -> Issued {
    let grant = token.grant
    grants[grant]?.lastRefreshedAt = instant
    grants[grant]?.refreshCount += 1
    retire(token.predecessor, at: instant)

    switch policy.rotation {
    case .fixed, .omit:
      refreshTokens[value]?.accessTokenEndsAt = instant + policy.accessTokenLifetime
      return Issued(
        accessToken: mintAccessToken(grant, scope: scope, at: instant),
        refreshToken: policy.rotation == .fixed ? value : nil,
        scope: scope,
        grant: grants[grant]
      )
    case .rotate:
      let successor = mintRefreshToken(grant, at: instant)
      refreshTokens[value]?.state = .retired(by: successor, at: instant)
      return Issued(
        accessToken: mintAccessToken(grant, scope: scope, at: instant),
        refreshToken: successor,
        scope: scope,
        grant: grants[grant]
      )
    case .retireOnUse:
      let successor = mintRefreshToken(grant, predecessor: value, at: instant)
      refreshTokens[value]?.state = .superseded(by: successor)
      return Issued(
        accessToken: mintAccessToken(grant, scope: scope, predecessor: value, at: instant),
        refreshToken: successor,
        scope: scope,
        grant: grants[grant]
      )
    }
  }

  /// Answers a refresh that was made before with the successor that it gave, so that a client
  /// that lost the first answer can go on and no second line begins.
  private mutating func repeatAnswer(
    _ successor: String,
    predecessor: String?,
    _ grant: Int,
    scope: [String],
    at instant: Duration
  ) -> Issued {
    grants[grant]?.lastRefreshedAt = instant
    refreshTokens[successor]?.accessTokenEndsAt = instant + policy.accessTokenLifetime
    return Issued(
      accessToken: mintAccessToken(grant, scope: scope, predecessor: predecessor, at: instant),
      refreshToken: successor,
      scope: scope,
      grant: grants[grant]
    )
  }

  private func newestSuccessor(of value: String) -> String {
    var newest = value
    while case .retired(let next, _)? = refreshTokens[newest]?.state { newest = next }
    return newest
  }

  private mutating func retire(_ value: String?, at instant: Duration) {
    guard let value, case .superseded(let successor)? = refreshTokens[value]?.state else { return }
    refreshTokens[value]?.state = .retired(by: successor, at: instant)
  }

  private func proves(_ verifier: String?, challenge: String?) -> Bool {
    switch (verifier, challenge) {
    case (nil, nil): true
    case (let verifier?, let challenge?): base64URL(SHA256.hash(Array(verifier.utf8))) == challenge
    // A verifier for a code without a challenge: the challenge was taken out on the way
    // (RFC 9700 section 4.8.2).
    default: false
    }
  }

  // MARK: New grants and tokens

  private mutating func open(
    clientID: String,
    person: String?,
    scope: [String],
    at instant: Duration
  ) -> Int {
    grantCount += 1
    grants[grantCount] = Grant(
      number: grantCount,
      clientID: clientID,
      person: person,
      scope: scope,
      openedAt: instant,
      lastRefreshedAt: instant
    )
    return grantCount
  }

  private mutating func mintRefreshToken(
    _ grant: Int,
    predecessor: String? = nil,
    at instant: Duration
  ) -> String {
    let value = refreshTokenRandom.alphanumerics(48)
    refreshTokens[value] = RefreshToken(
      grant: grant,
      accessTokenEndsAt: instant + policy.accessTokenLifetime,
      predecessor: predecessor
    )
    return value
  }

  private mutating func mintAccessToken(
    _ grant: Int,
    scope: [String],
    predecessor: String? = nil,
    at instant: Duration
  ) -> String {
    issuedSinceSweep += 1
    let value =
      switch grants[grant]?.isForAPI == false ? .opaque : policy.tokenFormat {
      case .opaque: accessTokenRandom.alphanumerics(40)
      case .jwtLike: jwtLikeToken(grants[grant], scope: scope, at: instant)
      case .large: accessTokenRandom.alphanumerics(4096)
      }
    accessTokens[value] = AccessToken(
      grant: grant,
      generation: grants[grant]?.refreshCount ?? 0,
      issuedAt: instant,
      predecessor: predecessor
    )
    return value
  }

  /// A token in the form of RFC 9068 with a signature of noise: long, and with dots in it.
  private mutating func jwtLikeToken(
    _ grant: Grant?,
    scope: [String],
    at instant: Duration
  ) -> String {
    let issuedAt = policy.unixTime(instant)
    let header: JSONValue = ["alg": "RS256", "typ": "at+jwt", "kid": "sample"]
    let payload: JSONValue = [
      "iss": .string(issuer),
      "sub": .string(grant?.person ?? policy.clientID),
      "aud": .string(policy.audience ?? issuer + "/scim/v2"),
      "client_id": .string(policy.clientID),
      "scope": .string(scope.joined(separator: " ")),
      "iat": .number(JSONNumber(issuedAt)),
      "exp": .number(JSONNumber(issuedAt + Int(policy.accessTokenLifetime.components.seconds))),
      "jti": .string(accessTokenRandom.alphanumerics(22)),
    ]
    // As long as an RSA signature of 2048 bits.
    let signature = (0..<256).map { _ in UInt8(truncatingIfNeeded: accessTokenRandom.next()) }
    return [header.compactBytes, payload.compactBytes, signature].map(base64URL)
      .joined(separator: ".")
  }

  private mutating func sweepWhenDue(at instant: Duration) {
    guard issuedSinceSweep >= Self.sweepInterval else { return }
    issuedSinceSweep = 0
    let horizon = instant - Self.memory
    let lifetime = policy.accessTokenLifetime
    codes = codes.filter { $0.value.issuedAt > horizon }
    accessTokens = accessTokens.filter { $0.value.issuedAt + lifetime > horizon }
    let grants = self.grants
    refreshTokens = refreshTokens.filter { _, token in
      if case .retired(_, let retiredAt) = token.state, retiredAt < horizon { return false }
      return grants[token.grant]?.isRevoked == false
        || token.accessTokenEndsAt > horizon
    }
    var inUse = Set(accessTokens.values.map(\.grant))
    inUse.formUnion(refreshTokens.values.map(\.grant))
    self.grants = grants.filter { inUse.contains($0.key) }
  }
}

/// Whether a refresh is allowed.
struct RefreshDecision: Sendable, Equatable {
  private(set) var refusal: TokenRefusal?
  private(set) var endsGrant = false

  /// Refuses; of two reasons the first is told.
  mutating func refuse(_ refusal: TokenRefusal, endingGrant endsGrant: Bool = false) {
    self.refusal = self.refusal ?? refusal
    self.endsGrant = self.endsGrant || endsGrant
  }
}

/// How a refresh is answered.
struct Renewal: Sendable, Equatable {
  enum Answer: Sendable, Equatable {
    /// With a new refresh token, where the policy has those.
    case new
    /// With what was given for it before.
    case again
    case refusal
  }

  var answer: Answer
  var endsGrant = false
  /// Whether the answer leaves the refresh token out.
  var isTokenWithheld = false
  /// Whether the answer gives the refresh token that was spent.
  var isTokenRepeated = false
}

/// What is known of a refresh before it is made.
struct RefreshFacts: Sendable {
  var token: Grants.RefreshToken
  /// With this attempt counted, and not yet this refresh.
  var grant: Grants.Grant
  /// What was asked for; nil where the request has no scope.
  var scope: [String]?
  var accessTokenLifetime: Duration
  var instant: Duration
  /// Whether more links refreshed of late than a crowded app bears; seen only where there is a fault.
  var isCrowded: Bool

  /// Whether the access token that was issued with the refresh token has expired.
  var isLate: Bool { instant >= token.accessTokenEndsAt }
}

/// Whether a code is exchanged.
struct CodeDecision: Sendable, Equatable {
  enum Refusal: String, Sendable, Equatable {
    case otherClient = "the code belongs to another client"
    case used = "the code has been used before; what it gave is revoked"
    case expired = "the code has expired"
    case otherRedirectURI = "the redirect_uri is not that of the authorization request"
    case otherVerifier = "the code_verifier does not match the code_challenge"
    case noVerifier = "the code_verifier is missing"
  }

  var refusal: Refusal?
  /// Whether the grant ends that it was exchanged for before.
  var endsGrant = false
  /// Whether a refused exchange has used it up.
  var spendsCode = false
}

struct CodeFacts: Sendable {
  var age: Duration
  /// nil where it was not exchanged before.
  var sinceUsed: Duration?
}

/// What a refresh gives of the scope.
struct ScopeDecision: Sendable, Equatable {
  var granted: [String]
  var refusal: TokenRefusal?
  /// Whether the grant has no more than that from then on.
  var isKept = false
}

struct ScopeFacts: Sendable {
  /// nil where the request has no scope.
  var asked: [String]?
  var granted: [String]
}

/// What a revocation ends.
struct RevocationDecision: Sendable, Equatable {
  enum End: Sendable, Equatable {
    case nothing, accessToken, refreshTokenAlone, grant, allOfClient
  }

  var ends: End
  var refusal: TokenRefusal?
}

struct RevocationFacts: Sendable {
  var isAccessToken: Bool
  /// Of a refresh token whether the access token that came with it has expired.
  var isLate: Bool
}

/// Something that happened, with which a grant might end.
enum GrantEvent: Sendable {
  case opened(Grants.Grant)
  case refreshed(Grants.Grant)
  /// A refresh token of it that was replaced came again.
  case reused(Grants.Grant)
  /// A user of the app was set inactive.
  case deactivated(person: String)
}

/// An event, and one of the grants that live.
struct GrantEnding: Sendable {
  var event: GrantEvent
  var grant: Grants.Grant

  /// Whether the same person has given the same client a new one.
  var isSucceeded: Bool {
    guard case .opened(let new) = event, new.number != grant.number else { return false }
    return new.clientID == grant.clientID && new.person == grant.person
  }
}
