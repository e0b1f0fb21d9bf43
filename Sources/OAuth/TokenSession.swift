import HTTP
import Loop
import Synchronization
import World

/// Keeps one grant's tokens and refreshes them.
///
/// Lazy: it refreshes only when somebody asks for a token to use. Callers that find the token
/// expired or rejected at the same moment share one refresh: a second token request would present
/// a refresh token that the first had already spent.
package actor TokenSession {
  /// How a grant gets its next access token.
  package enum Renewal: Sendable, Equatable {
    /// - Parameters:
    ///   - scope: What each refresh asks for; nil for nothing.
    ///   - redirectURI: What each refresh repeats; nil for nothing.
    case refreshToken(scope: String? = nil, redirectURI: String? = nil)
    /// The client asks for itself again; there is no refresh token.
    case clientCredentials(scopes: [String])
  }

  /// Sends a token request and says what came.
  package typealias Send = @Sendable (TokenRequest, Intent) async -> Exchange

  package nonisolated let policy: RefreshPolicy
  private let renewal: Renewal
  /// As whom it asks for tokens.
  package nonisolated let client: ClientAuthentication
  private let clock: any RunClock
  private let aliases: SecretAliases
  private let loop: EventLoop
  private let send: Send

  private var current: AccessToken?
  private var currentWasUsed = false
  private var refreshToken: Secret?
  /// Every refresh token that the app has given, each once, in the order of first sight.
  package private(set) var refreshTokens: [GivenRefreshToken] = []
  /// The scope of the grant that is there, as the response that began it says; nil where it does not.
  package private(set) var grantedScope: String?
  /// What the grant that is there was begun with.
  package private(set) var beginning: TokenRequest.Grant?
  /// Those under way: one, or in parallel one for each caller.
  private var refreshes: [Refresh] = []
  private var refreshCount = 0
  private var end: Ending?
  private var grantNumber = 0
  private let numbers: GrantNumbers

  /// Every access token that this session has had, in the order in which they came.
  package private(set) var history: [TokenRecord] = []

  private struct Refresh {
    var number: Int
    /// The grant that it belongs to.
    var grant: Int
    var task: Task<AccessToken, any Error>
  }

  private enum Ending {
    case died(TokenSessionError)
    case closed
  }

  package init(
    policy: RefreshPolicy,
    renewal: Renewal = .refreshToken(),
    client: ClientAuthentication,
    clock: any RunClock,
    aliases: SecretAliases,
    loop: EventLoop,
    numbers: GrantNumbers = GrantNumbers(),
    send: @escaping Send
  ) {
    self.numbers = numbers
    self.policy = policy
    self.renewal = renewal
    self.client = client
    self.clock = clock
    self.aliases = aliases
    self.loop = loop
    self.send = send
  }

  // MARK: The grant

  /// Asks for the first tokens of a grant: with a code, or as a client for itself; a grant that was
  /// there before is replaced.
  package func begin(
    _ grant: TokenRequest.Grant,
    for cause: Cause
  ) async throws(TokenSessionError) {
    if case .closed = end { throw .closed }
    let request = TokenRequest(grant: grant, client: client)
    let (response, exchange) = try await perform(
      request,
      grant.beginning,
      grant: numbers.next,
      cause
    )
    if case .closed = end { throw .closed }
    _ = try open(grant, response, from: exchange)
  }

  /// Takes up a grant that another process made.
  package func resume(_ saved: SavedGrant) {
    grantNumber = numbers.take()
    grantedScope = saved.scope
    refreshToken = saved.refreshToken.map {
      aliases.secret($0.exposed(), kind: .refreshToken)
    }
    let token = AccessToken(
      value: aliases.secret(saved.accessToken.exposed(), kind: .accessToken),
      receivedAt: clock.instant(atRun: saved.receivedAt),
      expiresIn: saved.expiresIn,
      grant: grantNumber
    )
    current = token
    history.append(
      TokenRecord(
        token: token,
        refreshToken: refreshToken?.alias,
        grant: grantNumber,
        receivedAt: saved.receivedAt,
        // None of this run's.
        exchange: 0
      )
    )
  }

  private func open(
    _ grant: TokenRequest.Grant,
    _ response: TokenResponse,
    from exchange: Exchange
  ) throws(TokenSessionError) -> AccessToken {
    finishCurrent(.replaced)
    end = nil
    current = nil
    refreshToken = nil
    beginning = grant
    grantedScope = response.scope
    grantNumber = numbers.take()
    return try store(response, from: exchange)
  }

  /// Sends the request that would begin a grant with the client's other way to authenticate; nil where
  /// it has no other.
  ///
  /// For a look: nothing of what comes is kept.
  package func look(
    _ grant: TokenRequest.Grant,
    for cause: Cause
  ) async -> (method: ClientAuthentication.Method, exchange: Exchange)? {
    guard let other = client.method.other else { return nil }
    var client = client
    client.method = other
    let request = TokenRequest(grant: grant, client: client)
    var intent = Intent(grant.beginning, cause: cause, token: request.spends)
    intent.deviation = .otherClientAuthentication
    return (client.method, await send(request, intent))
  }

  /// Whether there is a grant that a request can still be made with: it has not died, and it has an
  /// access token that is alive or the means to get one.
  package var isAlive: Bool {
    guard end == nil else { return false }
    if canRefresh, grantNumber > 0 { return true }
    return current.map { !$0.isExpired(at: clock.now) } ?? false
  }

  /// Why nothing can be done with the grant any more, in words; nil where something can, or where nothing
  /// was refused.
  package var endReason: String? {
    guard case .died(let error) = end else { return nil }
    switch error {
    case .grantEnded(let reason): return reason
    case .response(let error, _): return "\(error)"
    default: return "\(error)"
    }
  }

  /// The token that would be presented next, without any refresh; nil where there is none.
  package var presentToken: AccessToken? { current }

  /// The grant's access token, if it is alive as far as anybody can tell: by its stated end, and the
  /// app has not rejected it; nil where there is none.
  ///
  /// To ask for it is not to use it.
  package var livingToken: AccessToken? {
    guard let current, !current.isExpired(at: clock.now), history.last?.ending != .rejected else {
      return nil
    }
    return current
  }

  // MARK: Tokens

  /// A token to present now: the one at hand, or a new one where that one is due for a refresh.
  package func token(for cause: Cause) async throws(TokenSessionError) -> AccessToken {
    try checkAlive()
    // Without a refresh token a client can only try what it has (Okta, "Use OAuth 2.0 with refresh
    // token": the link works until the access token dies, then 401).
    if let current,
      !canRefresh || !policy.isDue(current, wasUsed: currentWasUsed, at: clock.now)
    {
      currentWasUsed = true
      return current
    }
    return try await refresh(for: cause)
  }

  /// A token to present now, by a token request whatever the one at hand is good for.
  package func refresh(for cause: Cause) async throws(TokenSessionError) -> AccessToken {
    try checkAlive()
    guard grantNumber > 0 else { throw .noGrant }
    let reason: TokenRecord.Ending =
      current.map { $0.isExpired(at: clock.now) ? .expired : .replaced } ?? .replaced
    let fresh = try await refresh(current, reason, cause)
    currentWasUsed = true
    return fresh
  }

  // MARK: Trials

  /// Sends a request for the first tokens of a grant as no careful client makes it.
  ///
  /// - Parameters:
  ///   - client: nil for the session's own.
  ///   - keeps: Whether the session goes on with the first grant that comes.
  package func attempt(
    _ grant: TokenRequest.Grant,
    by client: ClientAuthentication? = nil,
    _ deviation: Intent.Deviation,
    for cause: Cause,
    keeps: Bool
  ) async throws(TokenSessionError) -> Exchange {
    if case .closed = end { throw .closed }
    let request = TokenRequest(grant: grant, client: client ?? self.client)
    // A spent code is about the grant that it gave, a fresh one about the next.
    let number = grant == beginning ? grantNumber : numbers.next
    var intent = Intent(grant.beginning, cause: cause, grant: number, token: request.spends)
    intent.deviation = deviation
    let exchange = await send(request, intent)
    if case .closed = end { throw .closed }
    guard case .success(let answer) = exchange.result,
      let response = try? TokenResponse.read(answer, exchange.document)
    else { return exchange }
    if !keeps {
      hide(response)
    } else if grant == beginning {
      // Of several that were sent together another was first.
      finishCurrent(.replaced)
      _ = try store(response, from: exchange)
    } else {
      _ = try open(grant, response, from: exchange)
    }
    return exchange
  }

  /// What nobody keeps is a secret for whoever reads what the run leaves.
  private func hide(_ response: TokenResponse) {
    aliases.secret(response.accessToken, kind: .accessToken)
    response.refreshToken.map { _ = aliases.secret($0, kind: .refreshToken) }
  }

  /// A refresh as no careful client makes it.
  package struct Trial: Sendable {
    /// nil for the one that the next refresh would spend.
    package var token: Secret?
    package var scope: String?
    package var client: ClientAuthentication?
    package var deviation: Intent.Deviation

    package init(
      token: Secret? = nil,
      scope: String? = nil,
      client: ClientAuthentication? = nil,
      deviation: Intent.Deviation
    ) {
      self.token = token
      self.scope = scope
      self.client = client
      self.deviation = deviation
    }
  }

  /// The refresh token that the next refresh would spend.
  package var presentRefreshToken: Secret? { refreshToken }

  /// Sends a token request; where it is granted, the session goes on with what came, else nothing is
  /// changed.
  ///
  /// - Parameter keeps: Whether it goes on so; a look keeps nothing.
  package func attempt(
    _ trial: Trial,
    for cause: Cause,
    keeps: Bool = true
  ) async throws(TokenSessionError) -> Exchange {
    if case .closed = end { throw .closed }
    guard grantNumber > 0 else { throw .noGrant }
    guard let token = trial.token ?? refreshToken else { throw .noRefreshToken }
    let request = TokenRequest(
      grant: .refreshToken(token, scope: trial.scope),
      client: trial.client ?? client
    )
    let grant = refreshTokens.first { $0.value == token }?.grant ?? grantNumber
    var intent = Intent(.refresh, cause: cause, grant: grant, token: request.spends)
    intent.deviation = trial.deviation
    let exchange = await send(request, intent)
    if case .closed = end { throw .closed }
    guard case .success(let answer) = exchange.result,
      let response = try? TokenResponse.read(answer, exchange.document)
    else { return exchange }
    // What another grant's token brings is not this one's.
    guard keeps, grant == grantNumber else {
      hide(response)
      return exchange
    }
    finishCurrent(.replaced)
    end = nil
    _ = try store(response, from: exchange)
    return exchange
  }

  /// Another token than `rejected`, which the app has answered with 401.
  ///
  /// nil where the policy leaves the 401 as it is.
  ///
  /// - Parameter ending: What becomes of it: what was rejected may have been another in its place.
  package func replace(
    _ rejected: AccessToken,
    because ending: TokenRecord.Ending = .rejected,
    for cause: Cause
  ) async throws(TokenSessionError) -> AccessToken? {
    guard policy.trigger.includesRejection else { return nil }
    try checkAlive()
    // Somebody else has already replaced it.
    if let current, current != rejected, policy.concurrency == .singleFlight { return current }
    guard canRefresh else { return nil }
    let fresh = try await refresh(rejected, ending, cause)
    currentWasUsed = true
    return fresh
  }

  /// Ends a refresh under way; every later call fails.
  package func close() {
    giveUpRefreshes()
    finishCurrent(.runEnd)
    end = .closed
  }

  /// Ends a refresh under way; the session goes on.
  package func giveUpRefreshes() {
    for refresh in refreshes { refresh.task.cancel() }
  }

  private var canRefresh: Bool {
    if case .clientCredentials = renewal { true } else { refreshToken != nil }
  }

  private func checkAlive() throws(TokenSessionError) {
    switch end {
    case nil: return
    case .died(.response(let error, _)): throw .grantEnded(because: error.description)
    case .died(let error): throw .grantEnded(because: error.description)
    case .closed: throw .closed
    }
  }

  // MARK: Refresh

  /// - Parameters:
  ///   - old: The token that is no longer good; nil for none.
  ///   - reason: What becomes of it.
  private func refresh(
    _ old: AccessToken?,
    _ reason: TokenRecord.Ending,
    _ cause: Cause
  ) async throws(TokenSessionError) -> AccessToken {
    // The session owns the refresh, on its own loop: a caller that gives up does not end it,
    // close() does.
    let task: Task<AccessToken, any Error>
    if policy.concurrency == .singleFlight,
      let shared = refreshes.last(where: { $0.grant == grantNumber })
    {
      task = shared.task
    } else {
      refreshCount += 1
      let (number, grant) = (refreshCount, grantNumber)
      task = Task(executorPreference: loop) {
        try await self.requestToken(old, reason, grant, number, cause)
      }
      refreshes.append(Refresh(number: number, grant: grant, task: task))
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
    _ old: AccessToken?,
    _ reason: TokenRecord.Ending,
    _ grant: Int,
    _ number: Int,
    _ cause: Cause
  ) async throws(TokenSessionError) -> AccessToken {
    defer { refreshes.removeAll { $0.number == number } }
    let spent = refreshToken
    let request = TokenRequest(grant: try nextGrant(), client: client)
    do throws(TokenSessionError) {
      let (response, exchange) = try await perform(request, .refresh, grant: grant, cause)
      if let successor = successor(of: grant) { return successor }
      finish(old, reason)
      return try store(response, from: exchange)
    } catch {
      if let successor = successor(of: grant) { return successor }
      // A careless client that refreshes several times at once may lose with one and win with
      // another: then the grant lives on with the winner's tokens.
      if error.endsGrant, refreshToken == spent {
        finish(old, reason)
        end = .died(error)
      }
      throw error
    }
  }

  private func nextGrant() throws(TokenSessionError) -> TokenRequest.Grant {
    guard policy.trigger != .never else { throw .refreshForbidden }
    switch renewal {
    case .clientCredentials(let scopes): return .clientCredentials(scopes: scopes)
    case .refreshToken(let scope, let redirectURI):
      guard let refreshToken else { throw .noRefreshToken }
      return .refreshToken(refreshToken, scope: scope, redirectURI: redirectURI)
    }
  }

  /// The token of the grant that an admin has made while a refresh of `grant` was under way.
  ///
  /// What the old grant's refresh brought says nothing about the new one.
  private func successor(of grant: Int) -> AccessToken? {
    grant == grantNumber ? nil : current
  }

  private func perform(
    _ request: TokenRequest,
    _ act: Intent.Act,
    grant: Int,
    _ cause: Cause
  ) async throws(TokenSessionError) -> (TokenResponse, Exchange) {
    let intent = Intent(act, cause: cause, grant: grant, token: request.spends)
    let exchange = await send(request, intent)
    switch exchange.result {
    case .failure(let failure):
      throw .transport(failure, exchange: exchange.number)
    case .success(let answer):
      do throws(TokenResponseError) {
        return (try TokenResponse.read(answer, exchange.document), exchange)
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
    if let rotated, !refreshTokens.contains(where: { $0.value == rotated }) {
      refreshTokens.append(GivenRefreshToken(value: rotated, grant: grantNumber))
    }
    if let rotated, refreshToken == nil || policy.keepOldRefreshToken == .whenAbsent {
      refreshToken = rotated
    }
    if response.expiresIn == nil, policy.missingExpiresIn == .fail {
      throw .expiresInMissing(exchange: exchange.number)
    }
    let token = AccessToken(
      value: aliases.secret(response.accessToken, kind: .accessToken),
      receivedAt: clock.instant(atRun: exchange.received),
      expiresIn: response.expiresIn.map { .seconds($0) },
      grant: grantNumber
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

  /// Notes what became of `old`; a token that came meanwhile was replaced.
  private func finish(_ old: AccessToken?, _ ending: TokenRecord.Ending) {
    finishCurrent(history.last?.token == old ? ending : .replaced)
  }

  private func finishCurrent(_ ending: TokenRecord.Ending) {
    guard let index = history.indices.last, history[index].ending == nil else { return }
    history[index].ending = ending
    // An expired token ended when its life did, not when somebody noticed.
    let lifetime = history[index].token.expiresIn
    let expiry = lifetime.map { history[index].receivedAt + $0 }
    history[index].endedAt =
      ending == .expired ? min(expiry ?? clock.runNow, clock.runNow) : clock.runNow
  }
}

/// Numbers the grants of all orgs of a scenario, from 1.
package final class GrantNumbers: Sendable {
  private let taken = Mutex(0)

  package init() {}

  /// The number of the grant that comes next.
  package var next: Int { taken.withLock { $0 + 1 } }

  func take() -> Int {
    taken.withLock { taken in
      taken += 1
      return taken
    }
  }
}

/// A refresh token that the app has given.
package struct GivenRefreshToken: Sendable {
  package var value: Secret
  /// Which grant of the session it belongs to, from 1.
  package var grant: Int
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
