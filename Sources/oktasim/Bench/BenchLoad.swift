import HTTP
import JSON

/// What is asked of the server in one row of the comparison.
enum BenchLoad: String, CaseIterable, Sendable {
  /// GET with a bearer token.
  case http
  /// POST of a user that differs from request to request.
  case post
  /// The GET over TLS.
  case https

  var words: String {
    switch self {
    case .http: "GET with a bearer token"
    case .post: "POST with a fresh SCIM user, against a constant body of the same size"
    case .https: "GET with a bearer token over TLS"
    }
  }

  var method: String { self == .post ? "POST" : "GET" }

  private static let target = "/scim/v2/Users"
  private static let bearer = "Bearer mF_9.B5f-4.1JqM-mF_9.B5f-4.1JqM-mF_9.B5f-4.1JqM"

  func url(of server: BenchServer) -> HTTPURL {
    let origin =
      self == .https
      ? Origin(scheme: .https, host: "127.0.0.1", port: server.httpsPort)
      : Origin(scheme: .http, host: "127.0.0.1", port: server.httpPort)
    return HTTPURL(origin: origin, target: BenchLoad.target)
  }

  /// The request, put together anew as the provisioner does, with Okta's fields.
  ///
  /// - Parameter number: Makes the user of a POST differ from all others.
  func request(to url: HTTPURL, hostField: String, number: Int) -> HTTPRequest {
    let body = self == .post ? BenchLoad.user(number).compactBytes : []
    var fields = HTTPFields()
    fields.append("Accept", "application/scim+json")
    fields.append("Accept-Charset", "utf-8")
    if self == .post { fields.append("Content-Type", "application/scim+json; charset=utf-8") }
    fields.append("User-Agent", "Okta SCIM Client 1.0.0")
    fields.append("Authorization", BenchLoad.bearer)
    if self == .post { fields.append("Content-Length", String(body.count)) }
    fields.append("Host", hostField)
    fields.append("Connection", "Keep-Alive")
    return HTTPRequest(method: method, url: url, fields: fields, body: body)
  }

  /// A user of 0.9 KB: what differs from user to user is set in a copy of what does not.
  private static func user(_ number: Int) -> JSONValue {
    let digits = String(100_000_000 + number)
    let name = JSONValue.string("Amelia Earhart " + digits)
    let email = JSONValue.string("amelia.earhart." + digits + "@example.com")
    var user = sharedAttributes
    user["externalId"] = .string("00u" + digits + "GeTfx1d7")
    user["userName"] = email
    user["name"] = [
      "formatted": name, "givenName": "Amelia", "familyName": .string("Earhart " + digits),
    ]
    user["displayName"] = name
    user["emails"] = [["primary": true, "value": email, "type": "work"]]
    return .object(user)
  }

  private static let sharedAttributes: JSONObject = [
    "schemas": [
      "urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ],
    "externalId": nil,
    "userName": nil,
    "name": nil,
    "displayName": nil,
    "title": "Navigator, first class",
    "emails": nil,
    "phoneNumbers": [["value": "+1 555 0100", "type": "work"]],
    "addresses": [
      [
        "type": "work", "streetAddress": "100 Universal Plaza", "locality": "Hollywood",
        "region": "CA", "postalCode": "91608",
      ]
    ],
    "locale": "en-US",
    "active": true,
    "groups": [],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": [
      "employeeNumber": "701984", "organization": "Universal", "department": "Tour Operations",
      "manager": ["value": "00u1b2c3d4e5f6g7h8i9"],
    ],
  ]
}

/// What a client achieved in one run.
struct BenchResult: Sendable {
  var requestsPerSecond: Double
  /// Its own, not the server's.
  var processorTimePerRequest: Duration
}
