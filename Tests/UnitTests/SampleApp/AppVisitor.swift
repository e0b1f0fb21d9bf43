import Foundation
import HTTP
import JSON
import Loop
import SampleApp
import TestSupport

/// The tests of the sample app.
enum SampleAppTests {}

/// A browser, an OAuth client and a SCIM client in one, for the sample app alone.
struct AppVisitor: Sendable {
  static let redirectURI = "https://system-admin.okta.com/admin/app/cpc/sample_app_1/oauth/callback"

  struct Tokens: Sendable, Equatable {
    var access: String
    var refresh: String?
  }

  let app: SampleApp
  let loop: EventLoop

  init(_ settings: SampleAppSettings = SampleAppSettings(), loop: EventLoop) {
    app = SampleApp(settings: settings, loop: loop)
    self.loop = loop
  }

  // MARK: Requests

  func send(
    _ method: String,
    _ target: String,
    fields: HTTPFields = [:],
    body: String = ""
  ) async -> AppAnswer {
    let origin = Origin(scheme: .http, host: "127.0.0.1", port: 8080)
    let request = HTTPRequest(
      method: method,
      url: HTTPURL(origin: origin, target: target),
      fields: fields,
      body: Array(body.utf8)
    )
    return AppAnswer(response: await app.respond(to: request))
  }

  func post(
    _ path: String,
    _ form: [(String, String)],
    cookie: String? = nil,
    authorization: String? = nil
  ) async -> AppAnswer {
    var fields: HTTPFields = ["Content-Type": FormURLEncoding.mediaType]
    if let cookie { fields.append("Cookie", cookie) }
    if let authorization { fields.append("Authorization", authorization) }
    return await send(
      "POST",
      path,
      fields: fields,
      body: FormURLEncoding.encode(form.map { FormField($0.0, $0.1) })
    )
  }

  func scim(
    _ method: String,
    _ path: String,
    token: String?,
    body: String = ""
  ) async -> AppAnswer {
    var fields: HTTPFields = ["Content-Type": "application/scim+json; charset=utf-8"]
    if let token { fields.append("Authorization", "Bearer \(token)") }
    return await send(method, "/scim/v2" + path, fields: fields, body: body)
  }

  // MARK: The code flow

  func authorize(_ changes: [(String, String?)] = [], cookie: String? = nil) async -> AppAnswer {
    var query: [(String, String?)] = [
      ("response_type", "code"), ("client_id", "okta"), ("redirect_uri", Self.redirectURI),
      ("state", "s t+ate/1"), ("scope", "scim offline_access"),
    ]
    for (name, value) in changes {
      query.removeAll { $0.0 == name }
      query.append((name, value))
    }
    let fields = query.compactMap { name, value in value.map { FormField(name, $0) } }
    return await send(
      "GET",
      "/oauth/authorize?" + FormURLEncoding.encode(fields),
      fields: cookie.map { ["Cookie": $0] } ?? [:]
    )
  }

  /// Goes through login and consent, and gives the fields of the redirect.
  func redirect(
    _ changes: [(String, String?)] = [],
    decision: String = "allow",
    username: String = "admin@example.com",
    password: String = "sample-admin-password"
  ) async -> [FormField] {
    let login = await authorize(changes)
    let signedIn = await post(
      "/oauth/login",
      login.hiddenFields + [("username", username), ("password", password)],
      cookie: login.cookie
    )
    let cookie = signedIn.cookie ?? ""
    let consent = await send(
      "GET",
      signedIn.fields["Location"] ?? "",
      fields: ["Cookie": cookie]
    )
    let answer = await post(
      "/oauth/consent",
      consent.hiddenFields + [("decision", decision)],
      cookie: cookie
    )
    return answer.redirectFields
  }

  func code(_ changes: [(String, String?)] = []) async -> String {
    await redirect(changes)["code"] ?? ""
  }

  func exchange(_ code: String, _ changes: [(String, String)] = []) async -> AppAnswer {
    await token(
      [
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Self.redirectURI),
      ],
      changes
    )
  }

  func refresh(_ token: String?, _ changes: [(String, String)] = []) async -> AppAnswer {
    await self.token([("grant_type", "refresh_token"), ("refresh_token", token ?? "")], changes)
  }

  func revoke(_ token: String?) async -> AppAnswer {
    await post(
      "/oauth/revoke",
      [
        ("token", token ?? ""), ("client_id", "okta"), ("client_secret", "sample-client-secret"),
      ]
    )
  }

  func hook(_ name: String) async -> AppAnswer { await send("POST", "/hooks/\(name)") }

  func tokens() async -> Tokens { await exchange(await code()).tokens }

  private func token(
    _ form: [(String, String)],
    _ changes: [(String, String)]
  ) async -> AppAnswer {
    var form = form + [("client_id", "okta"), ("client_secret", "sample-client-secret")]
    for change in changes {
      form.removeAll { $0.0 == change.0 }
      form.append(change)
    }
    return await post("/oauth/token", form)
  }

  /// The status of a harmless SCIM request.
  func status(_ token: String) async -> Int {
    await scim("GET", "/Users?startIndex=1&count=2", token: token).status
  }
}

/// An answer of the sample app, and what stands in it.
@dynamicMemberLookup
struct AppAnswer: Sendable {
  var response: HTTPResponse

  subscript<Value>(dynamicMember path: KeyPath<HTTPResponse, Value>) -> Value {
    response[keyPath: path]
  }

  var json: JSONValue { (try? JSONReader.read(response.body)) ?? .null }

  var tokens: AppVisitor.Tokens {
    AppVisitor.Tokens(
      access: json["access_token"]?.string ?? "",
      refresh: json["refresh_token"]?.string
    )
  }

  var error: String? { json["error"]?.string }

  /// Name and value of the cookie that it sets.
  var cookie: String? {
    response.fields["Set-Cookie"]?.split(separator: ";").first.map(String.init)
  }

  var redirectFields: [FormField] {
    HTTPURL(response.fields["Location"] ?? "")?.queryFields ?? []
  }

  var hiddenFields: [(String, String)] {
    response.text.matches(of: /type="hidden" name="([^"]*)" value="([^"]*)"/).map {
      (String($0.1), String($0.2))
    }
  }

  /// The ids of a group's members.
  var members: [String] {
    (json["members"]?.array ?? []).compactMap { $0["value"]?.string }
  }
}
