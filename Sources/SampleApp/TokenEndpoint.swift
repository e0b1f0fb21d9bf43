import Foundation
import HTTP
import JSON

/// A token request that is refused (RFC 6749 section 5.2).
struct TokenRefusal: Error, Sendable, Equatable {
  var error: String
  var explanation: String
  var status: Int

  init(_ error: String, _ explanation: String, status: Int = 400) {
    self.error = error
    self.explanation = explanation
    self.status = status
  }

  static func invalidGrant(_ explanation: String) -> TokenRefusal {
    TokenRefusal("invalid_grant", explanation)
  }

  static func invalidRequest(_ explanation: String) -> TokenRefusal {
    TokenRefusal("invalid_request", explanation)
  }

  static func invalidClient(_ explanation: String) -> TokenRefusal {
    TokenRefusal("invalid_client", explanation, status: 401)
  }
}

/// A client that says who it is, and whether the right code believes it.
struct ClientClaim: Sendable, Equatable {
  var clientID: String?
  var secret: String?
  var refusal: TokenRefusal?
}

/// A request at the token endpoint, and what is known of it so far.
struct TokenCall: Sendable, Equatable {
  var request: HTTPRequest
  /// Empty where the body was no form.
  var form: [FormField] = []
  /// How many users were created within the last second; counted only where there is a fault.
  var recentCreates = 0
  /// The grant that the tokens belong to, once there are tokens.
  var grant: Grants.Grant?

  var isRefresh: Bool { form["grant_type"] == "refresh_token" }
}

extension SampleApp {
  /// The token endpoint (RFC 6749 section 3.2).
  func token(_ request: HTTPRequest) -> HTTPResponse {
    var call = TokenCall(request: request)
    call.recentCreates = creates.count { $0 > now - .seconds(1) }
    var response: HTTPResponse
    do throws(TokenRefusal) {
      call.form = try form(of: request)
      try seams.tokenRequest(&call, ())
      let issued = try issue(call)
      call.grant = issued.grant
      response = answer(issued)
    } catch {
      spendRefused(call, error)
      response = refuse(error)
    }
    seams.tokenAnswer(&response, call)
    return response
  }

  /// A refused refresh leaves its refresh token alone, in a right app.
  private func spendRefused(_ call: TokenCall, _ refusal: TokenRefusal) {
    guard call.isRefresh, let token = call.form["refresh_token"] else { return }
    var isSpent = false
    seams.refusedRefresh(&isSpent, refusal)
    if isSpent { grants.spend(token, at: now) }
  }

  /// The revocation endpoint (RFC 7009).
  func revoke(_ request: HTTPRequest) -> HTTPResponse {
    do throws(TokenRefusal) {
      let form = try form(of: request)
      let clientID = try authenticate(TokenCall(request: request, form: form))
      guard let token = form.given("token") else { throw .invalidRequest("token is missing") }
      try grants.revoke(token, clientID: clientID, at: now)
      return HTTPResponse(status: 200, fields: ["Cache-Control": "no-store"])
    } catch {
      return refuse(error)
    }
  }

  private func issue(_ call: TokenCall) throws(TokenRefusal) -> Grants.Issued {
    let form = call.form
    let clientID = try authenticate(call)
    switch form.given("grant_type") {
    case "authorization_code":
      return try exchangeCode(form, clientID: clientID)
    case "refresh_token":
      return try refresh(form, clientID: clientID)
    case "client_credentials":
      // Okta, "Adding a custom scope to SCIM OAuth flow": for this grant the admin puts the scopes into the
      // query of the token endpoint.
      let text = form.given("scope") ?? call.request.url.queryFields.given("scope")
      return grants.grantClientCredentials(
        clientID: clientID,
        scope: try scope(text ?? Scope.standard),
        at: now
      )
    case nil:
      throw .invalidRequest("grant_type is missing")
    case let other?:
      throw .init("unsupported_grant_type", "the grant_type \(other) is not supported")
    }
  }

  private func exchangeCode(
    _ form: [FormField],
    clientID: String
  ) throws(TokenRefusal) -> Grants.Issued {
    guard let code = form.given("code") else { throw .invalidRequest("code is missing") }
    return try grants.exchange(
      code: code,
      clientID: clientID,
      redirectURI: form.given("redirect_uri"),
      codeVerifier: form.given("code_verifier"),
      at: now
    )
  }

  private func refresh(
    _ form: [FormField],
    clientID: String
  ) throws(TokenRefusal) -> Grants.Issued {
    guard let refreshToken = form.given("refresh_token") else {
      throw .invalidRequest("refresh_token is missing")
    }
    var asked: [String]?
    if let text = form.given("scope") { asked = try scope(text) }
    return try grants.refresh(refreshToken, clientID: clientID, scope: asked, at: now)
  }

  private func scope(_ text: String) throws(TokenRefusal) -> [String] {
    guard let scope = Scope.parse(text) else {
      throw .init("invalid_scope", "scope holds a character that it may not")
    }
    return scope
  }

  // MARK: Reading

  private func form(of request: HTTPRequest) throws(TokenRefusal) -> [FormField] {
    if let type = request.fields["Content-Type"],
      MediaType(type).essence != FormURLEncoding.mediaType
    {
      throw .invalidRequest("the body has to be \(FormURLEncoding.mediaType)")
    }
    let form = FormURLEncoding.decode(String(decoding: request.body, as: UTF8.self))
    for (index, field) in form.enumerated()
    where form[..<index].contains(where: { $0.name == field.name }) {
      throw .invalidRequest("\(field.name) is given more than once")
    }
    return form
  }

  /// The client that has shown its secret, by header or by form (RFC 6749 section 2.3.1).
  private func authenticate(_ call: TokenCall) throws(TokenRefusal) -> String {
    var claim = try claim(call)
    if call.form.given("client_assertion") != nil {
      claim.refusal = try refusal(ofAssertionIn: call.form)
    } else {
      claim.refusal = refusal(ofSecretIn: claim)
    }
    seams.client(&claim, call)
    if let refusal = claim.refusal { throw refusal }
    return claim.clientID ?? ""
  }

  private func refusal(ofSecretIn claim: ClientClaim) -> TokenRefusal? {
    let secrets = [
      settings.clientID: settings.clientSecret + (hooks.hasOtherSecret ? "-2" : ""),
      settings.secondClientID: settings.secondClientSecret,
    ]
    guard let clientID = claim.clientID, let secret = claim.secret else {
      return .invalidClient("the client has to authenticate")
    }
    if clientID == settings.clientID, settings.clientKey != nil {
      return .invalidClient("the client has to authenticate by its key")
    }
    return secrets[clientID] == secret
      ? nil : .invalidClient("the client is not known, or its secret is wrong")
  }

  private func refusal(ofAssertionIn form: [FormField]) throws(TokenRefusal) -> TokenRefusal? {
    let assertion = try ClientAssertion(form)
    guard let key = settings.clientKey, !hooks.hasOtherSecret,
      assertion.clientID == settings.clientID
    else { return .invalidClient("the client is not known, or it has no key") }
    let second = settings.unixTime(now)
    let refusal = assertion.refusal(
      key: key,
      audiences: [settings.baseURL, settings.baseURL + "/oauth/token"],
      now: second
    )
    if let refusal { return refusal }
    return shownAssertions.isRepeated(assertion, now: second)
      ? .invalidClient("client_assertion was shown before") : nil
  }

  private func claim(_ call: TokenCall) throws(TokenRefusal) -> ClientClaim {
    let form = call.form
    if form.given("client_assertion") != nil {
      if form.given("client_secret") != nil || call.request.fields.contains("Authorization") {
        throw .invalidRequest("the client authenticates in two ways at once")
      }
      return ClientClaim(clientID: try ClientAssertion(form).clientID)
    }
    guard let header = call.request.fields["Authorization"] else {
      return ClientClaim(clientID: form.given("client_id"), secret: form.given("client_secret"))
    }
    guard let credentials = basicCredentials(header) else {
      throw .invalidClient("the Authorization field holds no Basic credentials")
    }
    if form.given("client_secret") != nil {
      throw .invalidRequest("the client authenticates in two ways at once")
    }
    if let named = form.given("client_id"), named != credentials.name {
      throw .invalidRequest("client_id is not the client that authenticates")
    }
    return ClientClaim(clientID: credentials.name, secret: credentials.secret)
  }

  private func basicCredentials(_ header: String) -> (name: String, secret: String)? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic",
      let bytes = Data(base64Encoded: String(parts[1]).trimmingSpace),
      let text = String(data: bytes, encoding: .utf8), let colon = text.firstIndex(of: ":")
    else { return nil }
    return (formDecoded(text[..<colon]), formDecoded(text[text.index(after: colon)...]))
  }

  /// Id and secret are form-encoded before they are joined (RFC 6749 section 2.3.1).
  private func formDecoded(_ text: Substring) -> String {
    let spaced = text.replacingOccurrences(of: "+", with: " ")
    return spaced.removingPercentEncoding ?? spaced
  }

  // MARK: Answering

  private func answer(_ issued: Grants.Issued) -> HTTPResponse {
    let lifetime = Int(settings.accessTokenLifetime.components.seconds)
    var body: JSONObject = [
      "access_token": .string(issued.accessToken),
      "token_type": "Bearer",
      "expires_in": .number(JSONNumber(lifetime)),
    ]
    body["refresh_token"] = issued.refreshToken.map { .string($0) }
    body["scope"] = .string(issued.scope.joined(separator: " "))
    return json(status: 200, body)
  }

  private func refuse(_ refusal: TokenRefusal) -> HTTPResponse {
    var answer = json(
      status: refusal.status,
      [
        "error": .string(refusal.error),
        "error_description": .string(readable(refusal.explanation)),
      ]
    )
    if refusal.status == 401 {
      // RFC 6749 section 5.2 where the client used the field; any 401 by RFC 9110 15.5.2.
      answer.fields.append("WWW-Authenticate", "Basic realm=\"sample\"")
    }
    return answer
  }

  /// Only characters that `error_description` may hold (RFC 6749 appendix A.8).
  private func readable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { scalar in
          (0x20...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\"
        }
      )
    )
  }

  private func json(status: Int, _ body: JSONObject) -> HTTPResponse {
    HTTPResponse(
      status: status,
      fields: [
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "Pragma": "no-cache",
      ],
      body: JSONValue.object(body).compactBytes
    )
  }
}
