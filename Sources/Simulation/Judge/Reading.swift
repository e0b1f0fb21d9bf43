import HTTP
import JSON
import OAuth
import Profiles
import SCIM

/// One exchange as the judge reads it: what its body says, and what its token was.
///
/// Made once; a body is parsed once, by its sender or here, and no URL is.
struct Reading {
  let exchange: Exchange
  /// The exchange's own, at hand: it is asked for in every step.
  let intent: Intent
  /// What the access token was that it carried; nil for none of the app's own.
  let life: AccessLife?
  /// How long that token had been dead for certain, or zero for one that was altered and for none;
  /// nil where it may be alive.
  let overdue: Duration?
  /// Of the token endpoint.
  let token: Result<TokenResponse, TokenResponseError>?
  /// Of a list request that was answered with 200.
  let list: Result<ListResponse, ResourceError>?
  /// Of an error of the service provider.
  let error: Result<SCIMError, ResourceError>?

  /// The SCIM version that the app speaks.
  let version: SCIMVersion
  /// The attributes of a user, in lower case, that this reader leaves to another.
  private var hidden: Set<String> = []

  init(_ exchange: Exchange, life: AccessLife?, leeway: Leeway, version: SCIMVersion = .v2) {
    self.exchange = exchange
    intent = exchange.intent
    self.version = version
    self.life = life
    overdue = Reading.overdue(intent.deviation, life, sent: exchange.sent, leeway)
    let status = exchange.status
    let party = intent.party
    let isList = intent.act == .page || intent.act == .find
    token = party == .tokenEndpoint ? exchange.response.map { Reading.token($0, exchange) } : nil
    list = isList && status == 200 ? Reading.list(exchange, version) : nil
    if party == .serviceProvider, let status, status >= 400 {
      error = Reading.error(exchange, status, version)
    } else {
      error = nil
    }
  }

  private static func overdue(
    _ deviation: Intent.Deviation?,
    _ life: AccessLife?,
    sent: Duration,
    _ leeway: Leeway
  ) -> Duration? {
    if deviation?.isUnauthorized == true { return .zero }
    // Another finding tells that nobody can live so shortly.
    guard let life, let lifetime = life.expiresIn, lifetime > .zero else { return nil }
    let overdue = sent - (life.receivedAt + lifetime)
    return overdue >= .zero && overdue >= leeway.duration(for: lifetime) ? overdue : nil
  }

  private static func token(
    _ response: HTTPResponse,
    _ exchange: Exchange
  ) -> Result<TokenResponse, TokenResponseError> {
    do throws(TokenResponseError) {
      return .success(try TokenResponse.read(response, exchange.document))
    } catch {
      return .failure(error)
    }
  }

  private static func list(
    _ exchange: Exchange,
    _ version: SCIMVersion
  ) -> Result<ListResponse, ResourceError> {
    do throws(ResourceError) {
      return .success(try ListResponse.read(exchange.document, version))
    } catch {
      return .failure(error)
    }
  }

  private static func error(
    _ exchange: Exchange,
    _ status: Int,
    _ version: SCIMVersion
  ) -> Result<SCIMError, ResourceError> {
    do throws(ResourceError) {
      return .success(try SCIMError.read(exchange.document, status: status, version))
    } catch {
      return .failure(error)
    }
  }

  var number: Int { exchange.number }
  var status: Int? { exchange.status }
  /// Whether it is as Okta or the scenario meant it, not made to go wrong on the way.
  var isSound: Bool { !exchange.isDisturbed }
  /// Whether its token was one that no app may accept.
  var isDead: Bool { overdue != nil }
  var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
  /// The object that a SCIM request carried.
  var sent: JSONObject? { visible(exchange.request.document?.object) }

  /// The same without these attributes of a user.
  func without(_ attributes: [String]) -> Reading {
    var reading = self
    reading.hidden = Set(attributes)
    return reading
  }

  /// Without what another reads.
  func visible(_ object: JSONObject?) -> JSONObject? {
    guard let object, !hidden.isEmpty else { return object }
    return JSONObject(object.members.filter { !hidden.contains($0.key.lowercased()) })
  }
  /// The object that the answer holds.
  var object: JSONObject? { exchange.document.object }

  /// The resource that a 2xx answered with, if it is one.
  var resource: JSONObject? {
    guard isSuccess, let object,
      object[ignoringCase: "id"] != nil || object[ignoringCase: "userName"] != nil
    else { return nil }
    return visible(object)
  }

  /// Whether a 2xx serves the request; prose, a login page or an error in a 200 refuse it.
  var isServed: Bool {
    guard isSuccess else { return false }
    switch intent.act {
    case .page, .find:
      return object?[ignoringCase: "Resources"] != nil
        || object?[ignoringCase: "totalResults"] != nil
    case .read, .create, .replace, .patch:
      return exchange.document == .empty || resource != nil
    case .delete, .openPage, .discover, .exchangeCode, .requestToken, .refresh, .revoke, .hook:
      return true
    }
  }

  /// Which request of a test of Okta's it is; nil for none of them.
  var specRequest: SpecRequest? {
    if intent.deviation == .entitlementTest { return .listEntitlements }
    return intent.deviation?.specName.flatMap(SpecRequest.init(rawValue:))
  }

  /// `GET /scim/v2/Users/u-1`.
  var request: String { "\(exchange.request.method) \(exchange.request.url.path)" }

  /// What the app said of an error, to be quoted: `; it says "…"`, or nothing.
  var saying: String {
    guard case .success(let error) = error, let detail = error.detail, !detail.isEmpty else {
      return ""
    }
    return "; it says \"\(detail)\""
  }

  /// What the app said of an error, in lower case, to look for words in.
  var detail: String {
    guard case .success(let error) = error else { return "" }
    return error.detail?.lowercased() ?? ""
  }

  /// What the app said of an error: its detail, else the whole body.
  var words: String {
    if case .success(let error) = error, let detail = error.detail { return detail }
    return exchange.response?.text ?? ""
  }
}

/// One access token's life, as the judge knows it.
struct AccessLife: Sendable {
  var alias: String
  var grant: Int
  /// The exchange that brought it, and when that was asked for.
  var exchange: Int
  var askedFor: Duration
  var receivedAt: Duration
  var expiresIn: Duration?
  var isRefreshed: Bool
  /// Whether it can be written into a header at all; the token response tells if not.
  var isSound: Bool
  /// Whether the app had given the same value before.
  var isGivenAgain: Bool

  var end: Duration? { expiresIn.map { receivedAt + $0 } }
}
