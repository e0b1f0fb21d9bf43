import HTTP
import World

/// An authorization request that was found in order (RFC 6749 section 4.1.1).
struct AuthorizationRequest: Sendable, Equatable {
  var clientID: String
  var redirectURI: String
  var state: String?
  var scope: [String]
  /// For the method S256 (RFC 7636 section 4.2).
  var codeChallenge: String?
  /// Whether its tokens are for the SCIM API.
  var isForAPI = true
}

/// What becomes of an authorization request for its redirect URI.
enum RedirectURIDecision: Equatable {
  case take
  /// The person is told, and sent nowhere (RFC 6749 section 4.1.2.1).
  case tellPerson
  case sendError
}

/// The redirect URI of an authorization request, and those that are registered.
struct RedirectURIFacts {
  var asked: String
  var registered: [String]
}

extension SampleApp {
  /// The authorization endpoint: shows the login page, or the consent page to a person signed in.
  func authorize(_ request: HTTPRequest) -> HTTPResponse {
    let query = request.url.queryFields
    // RFC 6749 section 4.1.2.1: without a client and a redirect URI that belong together, the
    // browser is sent nowhere.
    for name in ["client_id", "redirect_uri"] where query.filter({ $0.name == name }).count > 1 {
      return refuseWithoutRedirect("The request gives \(name) more than once.")
    }
    guard query.given("client_id") == settings.clientID else {
      return refuseWithoutRedirect("No client is registered under this client_id.")
    }
    let isUnregistered = "The redirect_uri is not registered for this client."
    guard let redirectURI = query.given("redirect_uri") else {
      return refuseWithoutRedirect(isUnregistered)
    }
    func sendBack(_ refusal: Refusal) -> HTTPResponse {
      let states = query.filter { $0.name == "state" }
      return redirect(
        to: redirectURI,
        state: states.count == 1 ? states[0].value : nil,
        [FormField("error", refusal.error), FormField("error_description", refusal.explanation)]
      )
    }
    var decision = RedirectURIDecision.tellPerson
    if settings.redirectURIs.contains(redirectURI) { decision = .take }
    seams.redirectURI(
      &decision,
      RedirectURIFacts(asked: redirectURI, registered: settings.redirectURIs)
    )
    switch decision {
    case .take: break
    case .tellPerson: return refuseWithoutRedirect(isUnregistered)
    case .sendError: return sendBack(Refusal("invalid_request", isUnregistered))
    }

    let authorization: AuthorizationRequest
    switch validate(query, redirectURI: redirectURI) {
    case .success(let valid): authorization = valid
    case .failure(let refusal): return sendBack(refusal)
    }

    let (sessionID, isNew) = sessions.current(of: request)
    let requestID = sessions.keep(authorization, in: sessionID)
    var answer = nextPage(sessionID: sessionID, requestID: requestID)
    if isNew { answer.fields.append("Set-Cookie", Sessions.cookie(sessionID)) }
    return answer
  }

  /// Takes the login form.
  func logIn(_ request: HTTPRequest) -> HTTPResponse {
    guard let form = sessions.form(of: request) else { return refuseForm() }
    guard let person = person(form.fields) else {
      return Pages.login(
        csrf: form.csrf,
        request: form.requestID,
        problem: "The user name or the password is wrong."
      )
    }
    // A new id, so that who planted the old one is not signed in as well.
    let sessionID = sessions.signIn(form.sessionID, as: person)
    var answer =
      settings.asksForConsent
      ? HTTPResponse(
        status: 303,
        fields: [
          "Location": "/oauth/consent?request=\(form.requestID)",
          "Cache-Control": "no-store",
        ]
      )
      : nextPage(sessionID: sessionID, requestID: form.requestID)
    answer.fields.append("Set-Cookie", Sessions.cookie(sessionID))
    return answer
  }

  /// Whose name and password these are; nil for nobody's.
  private func person(_ fields: [FormField]) -> String? {
    let people = [
      (hooks.isAdminDeactivated ? nil : settings.adminUsername, settings.adminPassword),
      (settings.secondAdminUsername, settings.secondAdminPassword),
    ]
    return people.first { $0.0 == fields["username"] && $0.1 == fields["password"] }?.0
  }

  /// Shows the consent page.
  func askConsent(_ request: HTTPRequest) -> HTTPResponse {
    let (sessionID, _) = sessions.current(of: request)
    let requestID = request.url.queryFields["request"] ?? ""
    guard sessions[sessionID]?.pending[requestID] != nil else { return refuseForm() }
    return nextPage(sessionID: sessionID, requestID: requestID)
  }

  /// Ends the browser's session, and in a right app nothing else.
  func logOut(_ request: HTTPRequest) -> HTTPResponse {
    guard sessions.signOut(by: request) else { return refuseForm() }
    var effects = HookEffects()
    seams.hook(&effects, "end-admin-session")
    grants.apply(effects)
    return Pages.goodbye
  }

  /// Takes the consent form and sends the person back with a code, or with `access_denied`.
  func takeConsent(_ request: HTTPRequest) -> HTTPResponse {
    guard let form = sessions.form(of: request), sessions[form.sessionID]?.isSignedIn == true
    else { return refuseForm() }
    var decision = form.fields["decision"]
    seams.consent(&decision, ())
    switch decision {
    case "allow":
      return giveCode(for: form.requestID, in: form.sessionID)
    case "deny":
      guard let denied = sessions.take(form.requestID, from: form.sessionID) else {
        return refuseForm()
      }
      return redirect(
        to: denied.redirectURI,
        state: denied.state,
        [
          FormField("error", "access_denied"),
          FormField("error_description", "the administrator did not allow access"),
        ]
      )
    default:
      return refuseForm()
    }
  }

  private func nextPage(sessionID: String, requestID: String) -> HTTPResponse {
    guard let session = sessions[sessionID], let pending = session.pending[requestID] else {
      return refuseForm()
    }
    if !session.isSignedIn { return Pages.login(csrf: session.csrf, request: requestID) }
    if !settings.asksForConsent { return giveCode(for: requestID, in: sessionID) }
    return Pages.consent(
      csrf: session.csrf,
      request: requestID,
      clientID: pending.clientID,
      scope: pending.scope
    )
  }

  private func giveCode(for requestID: String, in sessionID: String) -> HTTPResponse {
    guard let authorization = sessions.take(requestID, from: sessionID) else {
      return refuseForm()
    }
    let code = grants.issueCode(
      for: authorization,
      person: sessions[sessionID]?.person ?? settings.adminUsername,
      at: now
    )
    return redirect(
      to: authorization.redirectURI,
      state: authorization.state,
      [FormField("code", code)]
    )
  }

  // MARK: Checks

  private struct Refusal: Error {
    var error: String
    var explanation: String

    init(_ error: String, _ explanation: String) {
      self.error = error
      self.explanation = explanation
    }
  }

  /// Checks what may be answered through the browser (RFC 6749 section 4.1.2.1).
  private func validate(
    _ query: [FormField],
    redirectURI: String
  ) -> Result<AuthorizationRequest, Refusal> {
    for name in ["response_type", "scope", "state", "code_challenge", "code_challenge_method"]
    where query.filter({ $0.name == name }).count > 1 {
      return .failure(Refusal("invalid_request", "\(name) is given more than once"))
    }
    guard let responseType = query.given("response_type") else {
      return .failure(Refusal("invalid_request", "response_type is missing"))
    }
    guard responseType == "code" else {
      return .failure(
        Refusal("unsupported_response_type", "this server knows the response_type code only")
      )
    }
    guard let scope = Scope.parse(query.given("scope") ?? Scope.standard) else {
      return .failure(Refusal("invalid_scope", "scope holds a character that it may not"))
    }
    let challenge = query.given("code_challenge")
    if let challenge {
      // Without a method it is `plain` (RFC 7636 section 4.3), which protects nothing.
      guard query.given("code_challenge_method") == "S256" else {
        return .failure(Refusal("invalid_request", "code_challenge_method has to be S256"))
      }
      guard challenge.utf8.count == 43, challenge.utf8.allSatisfy(isBase64URLDigit) else {
        return .failure(Refusal("invalid_request", "code_challenge is no SHA-256 in base64url"))
      }
    }
    return .success(
      AuthorizationRequest(
        clientID: settings.clientID,
        redirectURI: redirectURI,
        state: query["state"],
        scope: scope,
        codeChallenge: challenge,
        isForAPI: settings.audience == nil || settings.audience == query.given("audience")
      )
    )
  }

  private func isBase64URLDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  // MARK: Answers

  private func redirect(
    to redirectURI: String,
    state: String?,
    _ parameters: [FormField]
  ) -> HTTPResponse {
    var parameters = parameters
    if let state { parameters.append(FormField("state", state)) }
    // RFC 9207 section 2, in success and error alike.
    parameters.append(FormField("iss", settings.baseURL))
    seams.redirect(&parameters, ())
    let separator = redirectURI.contains("?") ? "&" : "?"
    return HTTPResponse(
      status: 302,
      fields: [
        "Location": redirectURI + separator + FormURLEncoding.encode(parameters),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
      ]
    )
  }

  private func refuseWithoutRedirect(_ explanation: String) -> HTTPResponse {
    Pages.failure(status: 400, title: "This request cannot be answered", explanation)
  }

  private func refuseForm() -> HTTPResponse {
    Pages.failure(
      status: 400,
      title: "This form is no longer good",
      "Go back to Okta and start again."
    )
  }
}

/// The scope parameter (RFC 6749 section 3.3).
enum Scope {
  /// What is granted where nothing is asked for.
  static let standard = "scim"

  /// The scope tokens, each once, in order; nil where the text breaks the grammar or is empty.
  ///
  /// The sample app has no scopes of its own: it grants what is asked for.
  static func parse(_ text: String) -> [String]? {
    var tokens: [String] = []
    for token in text.split(separator: " ") {
      let isValid = token.utf8.allSatisfy { byte in
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      }
      if !isValid { return nil }
      if !tokens.contains(String(token)) { tokens.append(String(token)) }
    }
    return tokens.isEmpty ? nil : tokens
  }
}

/// The browsers that have opened a page, by the cookie that each was given.
struct Sessions: Sendable {
  struct Session: Sendable {
    var csrf: String
    var isSignedIn = false
    /// Who is signed in.
    var person: String?
    var pending: [String: AuthorizationRequest] = [:]
    /// The keys of `pending`, oldest first.
    var pendingOrder: [String] = []
  }

  /// A form that came with its session's cookie and token.
  struct Form {
    var sessionID: String
    var csrf: String
    var requestID: String
    var fields: [FormField]
  }

  private static let cookieName = "sample_session"
  /// How many are kept; the oldest go first.
  private static let limit = 4096
  /// How many requests one browser may have open.
  private static let pendingLimit = 16

  private var byID: [String: Session] = [:]
  private var order: [String] = []
  private var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed).stream(named: "sessions")
  }

  subscript(id: String) -> Session? { byID[id] }

  /// The `Set-Cookie` value for a session.
  ///
  /// Not `Secure`: the sample app speaks plain HTTP on loopback.
  static func cookie(_ id: String) -> String {
    "\(cookieName)=\(id); Path=/oauth; HttpOnly; SameSite=Lax"
  }

  /// The session of the request's cookie, or a new one.
  mutating func current(of request: HTTPRequest) -> (id: String, isNew: Bool) {
    if let id = Self.cookieValue(of: request), byID[id] != nil { return (id, false) }
    return (add(Session(csrf: random.alphanumerics(24))), true)
  }

  /// Keeps a request until the person has decided; gives the id under which forms name it.
  mutating func keep(_ request: AuthorizationRequest, in sessionID: String) -> String {
    let requestID = random.alphanumerics(16)
    byID[sessionID]?.pending[requestID] = request
    byID[sessionID]?.pendingOrder.append(requestID)
    if let session = byID[sessionID], session.pendingOrder.count > Self.pendingLimit {
      _ = take(session.pendingOrder[0], from: sessionID)
    }
    return requestID
  }

  mutating func take(_ requestID: String, from sessionID: String) -> AuthorizationRequest? {
    byID[sessionID]?.pendingOrder.removeAll { $0 == requestID }
    return byID[sessionID]?.pending.removeValue(forKey: requestID)
  }

  /// The fields of a form, if it is one of this session's own.
  func form(of request: HTTPRequest) -> Form? {
    guard let sessionID = Self.cookieValue(of: request), let session = byID[sessionID] else {
      return nil
    }
    let fields = FormURLEncoding.decode(String(decoding: request.body, as: UTF8.self))
    guard fields["csrf"] == session.csrf, let requestID = fields["request"],
      session.pending[requestID] != nil
    else { return nil }
    return Form(
      sessionID: sessionID,
      csrf: session.csrf,
      requestID: requestID,
      fields: fields
    )
  }

  /// Marks the session as signed in, and gives it a new id.
  mutating func signIn(_ id: String, as person: String) -> String {
    guard var session = byID.removeValue(forKey: id) else { return id }
    order.removeAll { $0 == id }
    session.isSignedIn = true
    session.person = person
    session.csrf = random.alphanumerics(24)
    return add(session)
  }

  /// Signs out the session of a form that came with its cookie and token; false where there is none.
  mutating func signOut(by request: HTTPRequest) -> Bool {
    let fields = FormURLEncoding.decode(String(decoding: request.body, as: UTF8.self))
    guard let id = Self.cookieValue(of: request), let session = byID[id],
      fields["csrf"] == session.csrf
    else { return false }
    byID[id]?.isSignedIn = false
    return true
  }

  mutating func signOutAll() { for id in byID.keys { byID[id]?.isSignedIn = false } }

  private mutating func add(_ session: Session) -> String {
    let id = random.alphanumerics(32)
    byID[id] = session
    order.append(id)
    if order.count > Self.limit { byID[order.removeFirst()] = nil }
    return id
  }

  private static func cookieValue(of request: HTTPRequest) -> String? {
    for field in request.fields.values("Cookie") {
      for pair in field.split(separator: ";") {
        let parts = String(pair).trimmingSpace.split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[0] == cookieName { return String(parts[1]) }
      }
    }
    return nil
  }
}

extension [FormField] {
  /// The value under `name`; a parameter without a value counts as left out (RFC 6749 3.1, 3.2).
  func given(_ name: String) -> String? {
    self[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
