import HTTP
import JSON
import Okta

/// What is asked of the server in one row of the comparison.
enum BenchLoad: String, CaseIterable, Sendable {
  /// GET with a bearer token.
  case http
  /// POST of a user that differs from request to request.
  case post
  /// The GET over TLS.
  case https
  /// Okta's update of a user: a GET, its answer read and overlaid, and the PUT of that.
  case update

  var words: String {
    switch self {
    case .http: "GET with a bearer token"
    case .post: "POST with a fresh SCIM user, against a constant body of the same size"
    case .https: "GET with a bearer token over TLS"
    case .update: "a whole update (GET, parse, overlay, PUT), against a GET and a POST"
    }
  }

  /// What its processor time may be of wrk's.
  var mostOfTime: Double {
    switch self {
    case .http, .post: 1
    case .https: 1.03
    case .update: 1.25
    }
  }

  /// Of which requests wrk's share of it consists.
  var ofWrk: [BenchLoad] { self == .update ? [.http, .post] : [self] }

  /// The base URL of the service provider that the server plays.
  func baseURL(of server: BenchServer) -> HTTPURL {
    let origin =
      self == .https
      ? Origin(scheme: .https, host: "127.0.0.1", port: server.httpsPort)
      : Origin(scheme: .http, host: "127.0.0.1", port: server.httpPort)
    return HTTPURL(origin: origin, target: "/scim/v2")
  }
}

/// The requests of one connection, with Okta's fields.
struct BenchRequests: ~Copyable {
  private static let bearer = "Bearer mF_9.B5f-4.1JqM-mF_9.B5f-4.1JqM-mF_9.B5f-4.1JqM"

  private let headers: OktaHeaders
  /// Makes the user of a POST differ from all others; nil for a GET, which is always the same.
  private var number: Int?
  private let get: HTTPRequest
  private var json = JSONWriter(capacity: 1024)

  init(_ load: BenchLoad, _ headers: OktaHeaders, first: Int) {
    self.headers = headers
    number = load == .post ? first : nil
    get = headers.httpRequest("GET", "/Users", body: nil, authorization: BenchRequests.bearer)
  }

  mutating func next() -> HTTPRequest {
    guard let number else { return get }
    self.number = number + 1
    json.removeAll()
    BenchRequests.write(number, to: &json)
    return headers.httpRequest(
      "POST",
      "/Users",
      body: json.bytes,
      authorization: BenchRequests.bearer
    )
  }

  /// A user as Okta creates one, with Okta's keys in Okta's order (Okta, SCIM guide, "Create the
  /// user").
  private static func write(_ number: Int, to json: inout JSONWriter) {
    let number = 100_000_000 + number
    json.object { user in
      user.key("schemas")
      user.array { $0.write("urn:ietf:params:scim:schemas:core:2.0:User") }
      user.member("userName", "ada", number, "@example.com")
      user.key("name")
      user.object { json in
        json.member("givenName", "Amelia")
        json.member("familyName", "Earhart")
      }
      user.key("emails")
      user.array { emails in
        emails.object { json in
          json.member("primary", true)
          json.member("value", "ada", number, "@example.com")
          json.member("type", "work")
        }
      }
      user.member("displayName", "Amelia Earhart")
      user.member("locale", "en-US")
      user.member("externalId", "00u", number, "GeTfx1d7")
      user.key("groups")
      user.array { _ in }
      user.member("password", "1mz050nq")
      user.member("active", true)
    }
  }
}

/// What a client achieved in one run.
struct BenchResult: Sendable {
  var requestsPerSecond: Double
  /// Its own, not the server's.
  var processorTimePerRequest: Duration
}
