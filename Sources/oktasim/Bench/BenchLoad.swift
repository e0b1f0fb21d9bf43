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

  /// A user of 0.9 KB: what differs from user to user is put together anew.
  private static func user(_ number: Int) -> JSONValue {
    let digits = String(100_000_000 + number)
    let email = "amelia.earhart.\(digits)@example.com"
    return [
      "schemas": schemas,
      "externalId": .string("00u\(digits)GeTfx1d7"),
      "userName": .string(email),
      "name": [
        "formatted": .string("Amelia Earhart \(digits)"), "givenName": "Amelia",
        "familyName": .string("Earhart \(digits)"),
      ],
      "displayName": .string("Amelia Earhart \(digits)"),
      "title": "Navigator, first class",
      "emails": [["primary": true, "value": .string(email), "type": "work"]],
      "phoneNumbers": phoneNumbers,
      "addresses": addresses,
      "locale": "en-US",
      "timezone": "America/Los_Angeles",
      "active": true,
      "groups": [],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": [
        "employeeNumber": .string(digits), "costCenter": "4130", "organization": "Universal",
        "division": "Theme Park", "department": "Tour Operations", "manager": manager,
      ],
    ]
  }

  private static let schemas: JSONValue = [
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
  ]
  private static let phoneNumbers: JSONValue = [["value": "+1 555 0100", "type": "work"]]
  private static let addresses: JSONValue = [
    [
      "type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood",
      "region": "CA", "postalCode": "91608", "country": "US",
    ]
  ]
  private static let manager: JSONValue = [
    "value": "00u1b2c3d4e5f6g7h8i9", "displayName": "Fred Noonan",
  ]
}

/// What a client achieved in one run.
struct BenchResult: Sendable {
  var requestsPerSecond: Double
  /// Its own, not the server's.
  var processorTimePerRequest: Duration
}
