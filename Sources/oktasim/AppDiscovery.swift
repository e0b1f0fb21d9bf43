import Browser
import HTTP
import JSON
import SCIM
import World

/// Finds out what an app says of itself, by a few GETs.
struct AppDiscovery {
  /// A value of a profile and where it comes from.
  struct Found {
    var value: String
    var from: String
  }

  /// What all of it came to.
  struct Result {
    var authorizationEndpoint: Found?
    var tokenEndpoint: Found?
    var revocationEndpoint: Found?
    var clientAuthentication: Found?
    var scopes: (values: [String], from: String)?
    var baseURL: Found?
    /// What else is worth knowing before the first run.
    var remarks: [String] = []
  }

  private static let metadata = [
    "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
  ]
  /// Where frameworks have it.
  private static let authorizePaths = [
    "/oauth/authorize", "/oauth2/authorize", "/o/authorize/", "/authorize", "/oauth2/v1/authorize",
  ]
  private static let scimPaths = ["/scim/v2", "/scim", "/api/scim/v2", "/api/v2/scim", "/v2"]
  private static let mostHops = 5

  let app: HTTPURL
  let transport: any Transport
  private(set) var result = Result()

  init(app: HTTPURL, transport: any Transport) {
    self.app = app
    self.transport = transport
  }

  /// - Throws: Where nobody answers at all.
  mutating func look() async throws(TransportFailure) {
    let first = await get("/")
    if let failure = first.failure { throw failure }
    await lookAtMetadata()
    if result.authorizationEndpoint == nil { await guessEndpoints() }
    await lookForSCIM()
    await lookAtSignIn()
  }

  private func get(_ path: String) async -> Exchange { await get(at(path)) }

  private func get(_ url: HTTPURL) async -> Exchange {
    let fields: HTTPFields = [
      "Host": url.origin.hostField, "Accept": "*/*", "User-Agent": "oktasim",
      "Connection": "keep-alive",
    ]
    let request = HTTPRequest(method: "GET", url: url, fields: fields)
    return await transport.send(request, due: nil, intent: Intent(.discover))
  }

  private func at(_ path: String) -> HTTPURL {
    let base = app.target == "/" ? "" : app.target.trimmingFinalSlash
    return HTTPURL(origin: app.origin, target: base + path)
  }

  // MARK: The authorization server

  /// RFC 8414 section 3, and OpenID Connect Discovery.
  private mutating func lookAtMetadata() async {
    for path in Self.metadata {
      let exchange = await get(path)
      guard exchange.status == 200,
        let object = JSONBody(exchange.response?.body ?? []).object,
        let token = object["token_endpoint"]?.string, HTTPURL(token) != nil
      else { continue }
      let from = "its metadata (\(path))"
      func found(_ name: String) -> Found? {
        object[name]?.string.flatMap { HTTPURL($0) == nil ? nil : Found(value: $0, from: from) }
      }
      result.tokenEndpoint = Found(value: token, from: from)
      result.authorizationEndpoint = found("authorization_endpoint")
      result.revocationEndpoint = found("revocation_endpoint")
      let methods = object["token_endpoint_auth_methods_supported"]?.array?.compactMap(\.string)
      // What Okta is reported to do stands in no profile.
      if let methods, !methods.contains("client_secret_post") {
        result.clientAuthentication = ["client_secret_basic", "private_key_jwt"]
          .first { methods.contains($0) }.map { Found(value: $0, from: from) }
      }
      let scopes = object["scopes_supported"]?.array?.compactMap(\.string) ?? []
      let wanted = scopes.filter { ["scim", "offline_access"].contains($0) }
      if !wanted.isEmpty { result.scopes = (wanted, from) }
      return
    }
  }

  private mutating func guessEndpoints() async {
    for path in Self.authorizePaths {
      let exchange = await get(path + "?response_type=code")
      guard let status = exchange.status, status != 404, status < 500 else { continue }
      result.authorizationEndpoint = Found(
        value: at(path).description,
        from: "a guess: GET \(path) was answered \(status)"
      )
      let token = path.replacing("authorize", with: "token")
      result.tokenEndpoint =
        result.tokenEndpoint
        ?? Found(value: at(token).description, from: "a guess, beside the one above")
      return
    }
  }

  // MARK: The service provider

  private mutating func lookForSCIM() async {
    for path in Self.scimPaths {
      let users = path + "/Users?startIndex=1&count=2"
      let exchange = await get(users)
      guard let response = exchange.response, [200, 401, 403].contains(response.status) else {
        continue
      }
      if response.status == 200 {
        guard (try? ListResponse.read(JSONBody(response.body))) != nil else { continue }
        result.remarks.append("GET \(path)/Users lists users to anybody: it asks for no token")
      }
      result.baseURL = Found(
        value: at(path).description,
        from: "GET \(path)/Users?startIndex=1&count=2 was answered \(response.status)"
      )
      let configuration = await get(path + "/ServiceProviderConfig")
      let patch = JSONBody(configuration.response?.body ?? []).object?["patch"]
      if configuration.status == 200, patch?["supported"]?.boolean == true {
        result.remarks.append(
          "its ServiceProviderConfig declares PATCH: in Okta's catalog that is \"family\": \"oin-patch\""
        )
      }
      return
    }
  }

  // MARK: The sign-in page

  private mutating func lookAtSignIn() async {
    guard let start = result.authorizationEndpoint.flatMap({ HTTPURL($0.value) }) else { return }
    let question = start.target.contains("?") ? "&" : "?"
    var url = HTTPURL(origin: start.origin, target: start.target + question + "response_type=code")
    for _ in 0..<Self.mostHops {
      let exchange = await get(url)
      guard let response = exchange.response else { return }
      if (300..<400).contains(response.status), let location = response.fields["Location"],
        let next = url.resolving(location), next.origin == url.origin
      {
        url = next
        continue
      }
      let page = HTMLPage.read(response.body, contentType: response.fields["Content-Type"])
      let form = page.forms.first { $0.fields.contains { $0.kind == .password && $0.isOpen } }
      guard let form else { return }
      let names = form.fields.filter(\.isOpen).map(\.name).joined(separator: ", ")
      result.remarks.append(
        "its sign-in page \(url.path) asks for \(names): 'login' fills what looks like user name and "
          + "password"
      )
      return
    }
  }
}

extension String {
  fileprivate var trimmingFinalSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
