import HTTP
import Loop
import World

/// Keeps one grant's tokens and refreshes them.
///
/// Lazy: it refreshes only when somebody asks for a token to use. Callers that find the token
/// expired or rejected at the same moment share one refresh: a second token request would present
/// a refresh token that the first had already spent.
package actor TokenSession {
  /// How a grant gets its next access token.
  package enum Renewal: Sendable, Equatable {
    case refreshToken
    /// The client asks for itself again; there is no refresh token.
    case clientCredentials(scopes: [String])
  }

  /// Sends a token request and says what came.
  package typealias Send = @Sendable (TokenRequest, ExchangeContext) async -> Exchange

  private let policy: RefreshPolicy
  private let renewal: Renewal
  private let client: ClientAuthentication
  private let clock: any RunClock
  private let aliases: SecretAliases
  private let loop: EventLoop
  private let send: Send

  private var current: AccessToken?
  private var currentWasUsed = false
  private var refreshToken: Secret?
  private var refreshing: Task<AccessToken, any Error>?
  private var end: Ending?
  private var grantNumber = 0

  /// Every access token that this session has had, in the order in which they came.
  package private(set) var history: [TokenRecord] = []
  package private(set) var lastResponse: TokenResponse?

  private enum Ending {
    case died(TokenSessionError)
    case closed
  }

  package init(
    policy: RefreshPolicy,
    renewal: Renewal = .refreshToken,
    client: ClientAuthentication,
    clock: any RunClock,
    aliases: SecretAliases,
    loop: EventLoop,
    send: @escaping Send
  ) {
    self.policy = policy
    self.renewal = renewal
    self.client = client
    self.clock = clock
    self.aliases = aliases
    self.loop = loop
    self.send = send
  }

  // MARK: The grant

  /// Exchanges a code for the first tokens of a grant; a grant that was there before is replaced.
  package func exchange(
    code: Secret,
    redirectURI: String,
    codeVerifier: Secret?,
    context: ExchangeContext
  ) async throws(TokenSessionError) {
    let request = TokenRequest(
      grant: .authorizationCode(code, redirectURI: redirectURI, codeVerifier: codeVerifier),
      client: client
    )
    try await begin(request, context)
  }

  /// Asks for the first token of a grant of the client's own (RFC 6749 section 4.4).
  package func requestClientCredentials(
    scopes: [String],
    context: ExchangeContext
  ) async throws(TokenSessionError) {
    try await begin(
      TokenRequest(grant: .clientCredentials(scopes: scopes), client: client),
      context
    )
  }

  private func begin(
    _ request: TokenRequest,
    _ context: ExchangeContext
  ) async throws(TokenSessionError) {
    let (response, exchange) = try await perform(request, context)
    finishCurrent(.replaced)
    end = nil
    refreshToken = nil
    grantNumber += 1
    _ = try store(response, from: exchange)
  }

  /// Whether there is a grant and it has not died.
  package var isAlive: Bool { end == nil && (current != nil || refreshToken != nil) }

  /// The token that would be presented next, without any refresh; nil where there is none.
  package var presentToken: AccessToken? { current }

  // MARK: Tokens

  /// A token to present now: the one at hand, or a new one where that one is due for a refresh.
  package func token(context: ExchangeContext) async throws(TokenSessionError) -> AccessToken {
    try checkAlive()
    // Without a refresh token a client can only try what it has (Okta, "Use OAuth 2.0 with refresh
    // token": the link works until the access token dies, then 401).
    if let current,
      !canRefresh || !policy.isDue(current, wasUsed: currentWasUsed, at: clock.now)
    {
      currentWasUsed = true
      return current
    }
    guard current != nil || grantNumber > 0 else { throw .noGrant }
    let reason: TokenRecord.Ending =
      current.map { $0.isExpired(at: clock.now) ? .expired : .replaced } ?? .replaced
    let fresh = try await refresh(reason, context)
    currentWasUsed = true
    return fresh
  }

  /// Another token than `rejected`, which the app has answered with 401.
  ///
  /// nil where the policy leaves the 401 as it is.
  package func replace(
    _ rejected: AccessToken,
    context: ExchangeContext
  ) async throws(TokenSessionError) -> AccessToken? {
    guard policy.trigger.includesRejection else { return nil }
    try checkAlive()
    // Somebody else has already replaced it.
    if let current, current != rejected, policy.concurrency == .singleFlight { return current }
    guard canRefresh else { return nil }
    let fresh = try await refresh(.rejected, context)
    currentWasUsed = true
    return fresh
  }

  /// The next token presented is an altered one.
  package func spoil() {
    guard let token = current?.altered() else { return }
    aliases.secret(token.value.exposed(), alias: token.value.alias)
    current = token
  }

  /// Drops the access token, so that a refresh is due.
  package func forget() {
    finishCurrent(.replaced)
    current = nil
  }

  /// Ends a refresh under way; every later call fails.
  package func close() {
    refreshing?.cancel()
    finishCurrent(.runEnd)
    end = .closed
  }

  private var canRefresh: Bool { refreshToken != nil || renewal != .refreshToken }

  private func checkAlive() throws(TokenSessionError) {
    switch end {
    case nil: return
    case .died(let error): throw .grantEnded(because: error.description)
    case .closed: throw .closed
    }
  }

  // MARK: Refresh

  private func refresh(
    _ reason: TokenRecord.Ending,
    _ context: ExchangeContext
  ) async throws(TokenSessionError) -> AccessToken {
    // The session owns the refresh, on its own loop: a caller that gives up does not end it,
    // close() does.
    let task: Task<AccessToken, any Error>
    if policy.concurrency == .singleFlight, let refreshing {
      task = refreshing
    } else {
      task = Task(executorPreference: loop) { try await self.requestToken(reason, context) }
      if policy.concurrency == .singleFlight { refreshing = task }
    }
    do {
      return try await task.value
    } catch let error as TokenSessionError {
      throw error
    } catch {
      throw .closed
    }
  }

  private func requestToken(
    _ reason: TokenRecord.Ending,
    _ context: ExchangeContext
  ) async throws(TokenSessionError) -> AccessToken {
    defer { refreshing = nil }
    let spent = refreshToken
    let grant: TokenRequest.Grant
    switch renewal {
    case .clientCredentials(let scopes): grant = .clientCredentials(scopes: scopes)
    case .refreshToken:
      guard policy.trigger != .never else { throw .refreshForbidden }
      guard let refreshToken else { throw .noRefreshToken }
      grant = .refreshToken(refreshToken)
    }
    do throws(TokenSessionError) {
      let request = TokenRequest(grant: grant, client: client)
      let (response, exchange) = try await perform(request, context)
      finishCurrent(reason)
      return try store(response, from: exchange)
    } catch {
      // A careless client that refreshes several times at once may lose with one and win with
      // another: then the grant lives on with the winner's tokens.
      if error.endsGrant, refreshToken == spent {
        finishCurrent(reason)
        end = .died(error)
      }
      throw error
    }
  }

  private func perform(
    _ request: TokenRequest,
    _ context: ExchangeContext
  ) async throws(TokenSessionError) -> (TokenResponse, Exchange) {
    var context = context
    context.purpose = request.purpose
    context.token = request.spends
    context.attempt = 1
    let exchange = await send(request, context)
    switch exchange.result {
    case .failure(let failure):
      throw .transport(failure, exchange: exchange.number)
    case .success(let answer):
      do throws(TokenResponseError) {
        return (try TokenResponse.read(answer), exchange)
      } catch {
        throw .response(error, exchange: exchange.number)
      }
    }
  }

  /// Stores the refresh token before the access token can be used (F-43).
  private func store(
    _ response: TokenResponse,
    from exchange: Exchange
  ) throws(TokenSessionError) -> AccessToken {
    let rotated = response.refreshToken.map { aliases.secret($0, kind: .refreshToken) }
    if let rotated, refreshToken == nil || policy.keepOldRefreshToken == .whenAbsent {
      refreshToken = rotated
    }
    lastResponse = response
    if response.expiresIn == nil, policy.missingExpiresIn == .fail {
      throw .expiresInMissing(exchange: exchange.number)
    }
    let token = AccessToken(
      value: aliases.secret(response.accessToken, kind: .accessToken),
      receivedAt: clock.instant(atRun: exchange.received),
      expiresIn: response.expiresIn.map { .seconds($0) }
    )
    current = token
    currentWasUsed = false
    history.append(
      TokenRecord(
        token: token,
        refreshToken: rotated?.alias,
        grant: grantNumber,
        receivedAt: exchange.received,
        exchange: exchange.number
      )
    )
    return token
  }

  private func finishCurrent(_ ending: TokenRecord.Ending) {
    guard let index = history.indices.last, history[index].ending == nil else { return }
    history[index].ending = ending
    history[index].endedAt = clock.runNow
  }
}

extension RunClock {
  /// The run's own time, whatever offset this clock has.
  var runNow: Duration { now - (instant(atRun: .zero)) }
}

/// One access token's life, for the report.
package struct TokenRecord: Sendable {
  package enum Ending: String, Sendable {
    case expired
    case replaced
    case rejected
    case revoked
    case runEnd = "run-end"
  }

  package var token: AccessToken
  /// The alias of the refresh token that came with it; nil where none came.
  package var refreshToken: String?
  /// Which grant of the scenario it belongs to, from 1.
  package var grant: Int
  /// Time since the start of the run.
  package var receivedAt: Duration
  /// The number of the exchange that brought it.
  package var exchange: Int
  package var endedAt: Duration?
  package var ending: Ending?
}

/// Why there is no token to present.
package enum TokenSessionError: Error, Sendable, Equatable {
  case noGrant
  /// An earlier token request was answered with what ends a grant.
  case grantEnded(because: String)
  case noRefreshToken
  /// The policy is `never`.
  case refreshForbidden
  case response(TokenResponseError, exchange: Int)
  case transport(TransportFailure, exchange: Int)
  /// The policy takes a missing `expires_in` for a failure.
  case expiresInMissing(exchange: Int)
  case closed

  package var endsGrant: Bool {
    switch self {
    case .response(let error, _): error.endsGrant
    case .grantEnded: true
    default: false
    }
  }

  /// The exchange that shows it.
  package var exchange: Int? {
    switch self {
    case .response(_, let exchange), .transport(_, let exchange), .expiresInMissing(let exchange):
      exchange
    default: nil
    }
  }
}

extension TokenSessionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noGrant: "there is no grant yet: 'authorize' comes first"
    case .grantEnded(let reason):
      "the grant has ended (\(reason)); an admin has to re-authenticate"
    case .noRefreshToken:
      "the access token is no longer good and the app gave no refresh token; "
        + "an admin has to re-authenticate"
    case .refreshForbidden: "the access token is no longer good, and the policy forbids a refresh"
    case .response(let error, _):
      "\(error)" + (error.endsGrant ? "; an admin has to re-authenticate" : "")
    case .transport(let failure, _): "no token response: \(failure)"
    case .expiresInMissing:
      "the app's token response has no expires_in, which this policy takes for a failure"
    case .closed: "the session is closed"
    }
  }
}
