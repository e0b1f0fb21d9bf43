import HTTP
import JSON
import OAuth
import Okta
import Profiles
import SCIM

/// All that happened in one scenario: what checks judge and reports show.
package struct ScenarioRecord: Sendable {
  package var scenario: Scenario
  package var profile: IntegrationProfile
  /// By event number; those that were not reached are missing.
  package var outcomes: [Outcome] = []
  package var exchanges: [Exchange] = []
  package var tokens: [TokenRecord] = []
  /// The app's ids of the people, by their names.
  package var ids: [String: String] = [:]
  /// The observing exchange for each `expect user` line, by its place.
  var looks: [String: UserLook] = [:]
  package var leeway: Leeway
  /// Whether a person chose the namespace: the app may know its users from an earlier run.
  package var isNamespaceGiven = false
  package var started: Duration
  package var ended: Duration
  /// How a report shows what the app said.
  var shown = ShownText()
  /// Why it was ended before its end; nil where it ran through.
  package var skipped: String?
  /// Whether it was ended because the browser did not get through the app's pages.
  package var isLostInBrowser = false
  /// Whether it was ended because its waits are longer than the run allows.
  package var isOverBudget = false
  /// Whether the app gave no chance to judge what was expected of it.
  package var isUnjudgeable = false

  package func event(_ number: Int) -> ScenarioEvent? {
    scenario.events.indices.contains(number) ? scenario.events[number] : nil
  }

  func exchange(_ number: Int) -> Exchange? {
    exchanges.indices.contains(number - 1) ? exchanges[number - 1] : nil
  }

  func outcome(of event: Int) -> Outcome? {
    outcomes.first { $0.event == event }
  }

  /// What the token of an exchange was, if it was one that the app gave, unaltered.
  func token(of exchange: Exchange) -> TokenRecord? {
    guard exchange.intent.party == .serviceProvider else { return nil }
    // An app may give the same token again with a new life.
    let given = tokens.filter { $0.token.value.alias == exchange.intent.token }
    return given.last { $0.receivedAt <= exchange.sent } ?? given.first
  }

  /// Whether each job of the client refreshes for itself.
  var refreshesInParallel: Bool {
    if case .authorizationCode(let settings) = profile.authentication {
      return settings.refresh.concurrency == .parallel
    }
    return false
  }

  func isAltered(_ exchange: Exchange) -> Bool {
    exchange.intent.token?.hasSuffix(" altered") ?? false
  }

  /// Exchanges with the service provider, without those that were made to go wrong.
  var provisioning: [Exchange] {
    exchanges.filter { $0.intent.party == .serviceProvider && $0.fault == nil }
  }

  /// Those of them whose token the app had to honour; what others are answered is told by
  /// `ExpiredTokenCheck` alone.
  var authorized: [Exchange] { provisioning.filter { !ExpiredTokenCheck.concerns($0, self) } }

  /// Exchanges with the token endpoint, code exchanges and refreshes, without those that were made
  /// to go wrong.
  var tokenExchanges: [Exchange] {
    exchanges.filter { $0.intent.party == .tokenEndpoint }
      .filter { $0.fault == nil }
  }

  /// Path below the base URL with the query, for an exchange with the service provider.
  func path(of exchange: Exchange) -> String {
    let url = exchange.request.url.description
    guard let base = HTTPURL(profile.scim.baseURL)?.description else { return url }
    let trimmed = base.hasSuffix("/") ? String(base.dropLast()) : base
    return url.hasPrefix(trimmed) ? String(url.dropFirst(trimmed.count)) : url
  }

  /// What kind of SCIM request it is.
  func kind(of exchange: Exchange) -> RequestKind {
    let path = self.path(of: exchange)
    let resource = path.prefix { $0 != "?" }
    let isMember = resource.dropFirst().contains("/")
    switch exchange.request.method {
    case "POST": return .create
    case "PUT": return .replace
    case "PATCH": return .modify
    case "GET": return isMember ? .retrieve : path.contains("filter=") ? .find : .list
    default: return .other
    }
  }

  enum RequestKind {
    case list
    case find
    case retrieve
    case create
    case replace
    case modify
    case other
  }

  /// The JSON object that a request or an answer carries.
  func object(_ body: [UInt8]?) -> JSONObject? {
    body.flatMap { try? ResourceError.object(in: JSONBody($0)) }
  }
}

/// A look at a user for an expectation.
struct UserLook: Sendable {
  /// nil where nothing could be sent.
  var exchange: Int?
  var problem: String?
}

/// How long after its end an access token is taken to be dead at the app, too.
package enum Leeway: Sendable {
  /// The larger of 1 s and 10 % of the lifetime.
  case standard
  case fixed(Duration)

  package func duration(for lifetime: Duration) -> Duration {
    switch self {
    case .standard: max(.seconds(1), lifetime / 10)
    case .fixed(let duration): duration
    }
  }
}
