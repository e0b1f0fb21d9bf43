import HTTP
import OAuth
import Profiles
import SCIM
import Synchronization

/// What the judge has to know of the client to be fair to the app.
struct JudgedClient: Sendable {
  /// Whether the profile has a grant, whose tokens can be refreshed.
  var hasGrant: Bool
  /// Whether a person gave it.
  var hasPerson: Bool
  var expectsBearer: Bool
  /// The SCIM version that the app speaks.
  let version: SCIMVersion
  /// Whether Okta gives people roles and entitlements at this app.
  let hasEntitlements: Bool
  /// Whether Okta imports the app's user schema.
  let importsUserSchema: Bool
  /// Each job refreshes for itself.
  var refreshesInParallel: Bool
  /// The profile says that a new grant retires the old one at this app.
  var isOneGrantAtATime: Bool
  /// As whom the browser signs in.
  var adminLogin: String?
  /// Whether another person gives the grants of all orgs but the first.
  private let hasSecondPerson: Bool

  init(_ profile: IntegrationProfile) {
    version = SCIMVersion(profile.scim.version)
    hasEntitlements = profile.scim.entitlements
    importsUserSchema = profile.scim.importsUserSchema
    hasGrant = false
    hasPerson = false
    hasSecondPerson = profile.hasTenants
    expectsBearer = true
    refreshesInParallel = false
    isOneGrantAtATime = false
    switch profile.authentication {
    case .authorizationCode(let settings):
      hasGrant = true
      hasPerson = true
      refreshesInParallel = settings.refresh.concurrency == .parallel
      isOneGrantAtATime = settings.grants == .oneAtATime
      if case .form(let login) = settings.login { adminLogin = login.username }
    case .clientCredentials(let settings):
      hasGrant = true
      refreshesInParallel = settings.refresh.concurrency == .parallel
    case .bearer: break
    case .header, .basic, .unauthenticated: expectsBearer = false
    }
  }
}

extension JudgedClient {
  /// Who gives the grants of an org.
  enum Person: Sendable {
    case first, second
  }

  func person(of org: String) -> Person {
    hasSecondPerson && org != OrgSwitch.first ? .second : .first
  }
}

/// What a refresh does to the refresh token.
enum Rotation: String, Sendable {
  case rotated = "rotating"
  case repeated = "fixed"
  case omitted
}

/// What was learned of things that the standards leave to the app, each with an exchange that shows it.
struct PolicyFacts: Sendable {
  /// A span of time, and the exchange that shows it.
  struct Span: Sendable, Equatable {
    var length: Duration
    var exchange: Int
  }

  enum Reuse: String, Sendable, CaseIterable {
    case granted
    case refused
  }

  private(set) var rotations: [Rotation: Int] = [:]
  /// The longest time for which a refresh token lay unused and was still good.
  private(set) var longestIdle: Span?
  /// How old a grant was, since its authorization, when it was last refreshed.
  private(set) var grantAge: Span?
  /// For how long after its replacement a refresh token was still granted, and when it was refused.
  private(set) var longestReuse: Span?
  private(set) var earliestRefusal: Span?
  /// Whether an access token that a refresh had replaced was served before its own end.
  private(set) var oldAccess: [Reuse: Int] = [:]
  /// How long after its stated end an access token was still served, and when it was refused.
  private(set) var servedPastEnd: Span?
  private(set) var refusedPastEnd: Span?
  /// An exchange that a token was good for although a newer grant of the same person lived.
  private(set) var besideNewer: Int?

  mutating func noteOldAccess(_ reuse: Reuse, _ exchange: Int) {
    oldAccess[reuse] = oldAccess[reuse] ?? exchange
  }

  mutating func noteReuse(_ reuse: Reuse, after age: Duration, _ exchange: Int) {
    let span = Span(length: age, exchange: exchange)
    switch reuse {
    case .granted: longestReuse = PolicyFacts.longer(longestReuse, span)
    case .refused: earliestRefusal = PolicyFacts.shorter(earliestRefusal, span)
    }
  }

  mutating func note(_ rotation: Rotation, idle: Duration, grantAge age: Duration, _ exchange: Int)
  {
    rotations[rotation] = rotations[rotation] ?? exchange
    longestIdle = PolicyFacts.longer(longestIdle, Span(length: idle, exchange: exchange))
    grantAge = PolicyFacts.longer(grantAge, Span(length: age, exchange: exchange))
  }

  /// - Parameter late: How long after the stated end.
  mutating func notePastEnd(_ isServed: Bool, late: Duration, _ exchange: Int) {
    let span = Span(length: late, exchange: exchange)
    if isServed {
      servedPastEnd = PolicyFacts.longer(servedPastEnd, span)
    } else {
      refusedPastEnd = PolicyFacts.shorter(refusedPastEnd, span)
    }
  }

  mutating func noteBesideNewer(_ exchange: Int) { besideNewer = besideNewer ?? exchange }

  static func longer(_ old: Span?, _ new: Span) -> Span {
    old.map { $0.length >= new.length ? $0 : new } ?? new
  }

  static func shorter(_ old: Span?, _ new: Span) -> Span {
    old.map { $0.length <= new.length ? $0 : new } ?? new
  }
}

/// The scope of a grant, as its first token response gave it.
struct Scopes: Sendable {
  let text: String
  let names: Set<Substring>

  init(_ text: String) {
    self.text = text
    names = Set(text.split(separator: " ").filter { $0 != "offline_access" })
  }
}

/// One grant: its refresh tokens, and how far it has come.
struct GrantState: Sendable {
  /// How many refresh tokens are remembered.
  private static let remembered = 9

  struct Response: Sendable {
    var exchange: Int
    var received: Duration
    var lifetime: Duration?
  }

  struct Use: Sendable {
    var exchange: Int
    var alias: String
  }

  var openedBy: Int
  var openedAt: Duration
  var askedFor: Duration = .zero
  let person: JudgedClient.Person
  var lastResponse: Response?
  var lastReceived: Duration
  private(set) var refreshCount = 0
  private var firstRefresh: Duration?
  private var lastRefresh: Duration?
  /// Whether a refresh has worked after the end of the access token before it.
  private(set) var hasRefreshedLate = false
  var rotation: Rotation?
  var scope: Scopes?
  var lacksRefreshToken = false
  var refreshTokens = FewByKey<String, RefreshUse>()
  /// The exchange that ended it, and as what that was judged.
  private(set) var deadBy: Int?
  private(set) var deadAt: Duration?
  var deathKind: FindingKind?
  /// Refreshes of it that were refused after its end.
  var afterDeath: [Int] = []
  var firstRefusalSent: Duration?
  /// The last refresh that a 5xx answered.
  var failedRefresh: Int?
  /// A refresh that something in front of the token endpoint has answered.
  var filteredRefresh: Int?
  /// The last exchange that one of its tokens was good for.
  var lastSuccess: Int?
  private(set) var lastSuccessSent: Duration?
  var firstRead: Use?
  var firstWrite: Use?

  init(openedBy: Int, at instant: Duration, person: JudgedClient.Person) {
    self.openedBy = openedBy
    self.person = person
    openedAt = instant
    lastReceived = instant
  }

  mutating func noteSuccess(_ reading: Reading, _ life: AccessLife) {
    lastSuccess = reading.number
    lastSuccessSent = reading.exchange.sent
    let use = Use(exchange: reading.number, alias: life.alias)
    if reading.intent.act.isWrite {
      if firstWrite == nil { firstWrite = use }
    } else if firstRead == nil {
      firstRead = use
    }
  }

  mutating func noteRefresh(at instant: Duration) {
    refreshCount += 1
    firstRefresh = firstRefresh ?? instant
    lastRefresh = instant
    if let last = lastResponse, let lifetime = last.lifetime, instant >= last.received + lifetime {
      hasRefreshedLate = true
    }
  }

  /// Whether refreshes have worked at times that are apart, not in one burst.
  func hasRefreshedApart(_ lifetime: Duration?) -> Bool {
    guard let firstRefresh, let lastRefresh else { return false }
    return lastRefresh - firstRefresh > (lifetime ?? .zero) / 2
  }

  /// A refresh that failed before an exchange, and after which nothing of the grant went well.
  func failedRefresh(before exchange: Int) -> Int? {
    guard let failedRefresh, failedRefresh < exchange, lastSuccess ?? 0 < failedRefresh,
      lastResponse?.exchange ?? 0 < failedRefresh
    else { return nil }
    return failedRefresh
  }

  mutating func end(by reading: Reading) {
    deadBy = reading.number
    deadAt = reading.exchange.received
  }

  mutating func forgetOldRefreshTokens() {
    while refreshTokens.count > GrantState.remembered {
      let oldest = refreshTokens.values.min {
        ($0.lastTouched, $0.alias) < ($1.lastTouched, $1.alias)
      }
      guard let oldest else { return }
      refreshTokens[oldest.alias] = nil
    }
  }
}

/// One use of a refresh token.
struct Spend: Sendable {
  enum Outcome: Sendable, Equatable {
    case granted(successor: String?)
    /// The answer says that the grant has ended.
    case ended
    case refused
    /// A 5xx.
    case failed
    /// No answer came.
    case lost
  }

  var exchange: Int
  var sent: Duration
  var received: Duration
  var outcome = Outcome.lost
  /// Whether it was made to go wrong on the way.
  var isFaulted = false
}

/// A refresh token: who gave it, and what it was used for.
struct RefreshUse: Sendable {
  private static let most = 16

  let alias: String
  private(set) var givenAt: Duration?
  /// The response that gave it once more after it had been spent and replaced.
  private(set) var givenAgainBy: Int?
  private(set) var spends: [Spend] = []
  private(set) var lastTouched = 0

  init(_ alias: String) {
    self.alias = alias
  }

  mutating func given(by exchange: Int, at instant: Duration) {
    let isReplaced = spends.contains { spend in
      guard case .granted(let successor?) = spend.outcome else { return false }
      return spend.exchange < exchange && successor != alias
    }
    if isReplaced { givenAgainBy = exchange }
    givenAt = instant
    lastTouched = exchange
  }

  mutating func note(_ spend: Spend) {
    if spends.count < RefreshUse.most { spends.append(spend) }
    lastTouched = spend.exchange
  }

  /// Another refresh with it that was under way at the same time.
  func rival(of refusal: RefreshRefusal) -> Spend? {
    spends.first { other in
      other.exchange != refusal.exchange && !other.isFaulted
        && other.sent < refusal.received && refusal.sent < other.received
    }
  }
}

/// A refresh that was not granted.
struct RefreshRefusal: Sendable {
  var error: TokenResponseError
  var exchange: Int
  var grant: Int
  /// The alias of the refresh token.
  var token: String?
  var sent: Duration
  var received: Duration
  var status: Int
  var isPage: Bool
  /// The grant as it was then.
  var state: GrantState
  /// The exchange that had deactivated the person who gave the grant.
  var adminDeactivated: Int?
}

/// A token exchange that brought an access token.
struct Issue: Sendable {
  var exchange: Int
  var grant: Int
  var sent: Duration
  var received: Duration

  /// Whether what it brought may have taken a token's place before an answer came: of exchanges that
  /// overlap either may have been the later one at the app.
  func mayHaveReplaced(_ life: AccessLife, before instant: Duration) -> Bool {
    exchange != life.exchange && received > life.askedFor && sent < instant
  }
}

/// Grants that other scenarios of the run have made for the same person and client.
///
/// Scenarios run beside each other on one app; each judge sees its own exchanges only.
final class RunGrants: Sendable {
  struct Grant: Sendable {
    var scenario: String
    /// When it was asked for, as time since the start of the run.
    var asked: Duration
    var person: JudgedClient.Person
  }

  private let grants = Mutex<[Grant]>([])
  private let liveSideBySide = Mutex(false)

  /// Says that one was seen to live on beside a newer one: what ends in a scenario has other reasons.
  func noteSideBySide() { liveSideBySide.withLock { $0 = true } }

  func add(_ grant: Grant) { grants.withLock { $0.append(grant) } }

  /// Those of others than a scenario.
  func others(than scenario: String) -> [Grant] {
    if liveSideBySide.withLock(\.self) { return [] }
    return grants.withLock { $0.filter { $0.scenario != scenario } }
  }
}

/// When each event of the scenario began.
struct EventTimes: Sendable {
  private var starts: [Int: Duration] = [:]

  init(_ outcomes: [(event: Int, started: Duration)]) {
    for outcome in outcomes { starts[outcome.event] = outcome.started }
  }

  func started(_ event: Int) -> Duration? { starts[event] }
}
