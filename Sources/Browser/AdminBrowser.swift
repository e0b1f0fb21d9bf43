import HTTP
import Loop
import World

/// How the admin signs in to the app, and the hints of the profile for pages that are hard to guess.
package struct BrowserLogin: Sendable {
  /// Empty where the profile has none.
  package var username: String
  package var password: Secret
  /// What a second factor asks for (`login.totp`).
  package var oneTimeCode: OneTimeCode?
  /// Form field names to values (`login.fields`).
  package var fields: [String: String]
  /// The button that signs in (`login.button`): its text, name, value or id.
  package var button: String?
  /// The button that consents (`login.consent.button`).
  package var consentButton: String?
  /// What gets what is typed besides the authorization endpoint's origin (`login.origins`).
  package var origins: [Origin]

  package init(
    username: String,
    password: Secret,
    oneTimeCode: OneTimeCode? = nil,
    fields: [String: String] = [:],
    button: String? = nil,
    consentButton: String? = nil,
    origins: [Origin] = []
  ) {
    self.username = username
    self.password = password
    self.oneTimeCode = oneTimeCode
    self.fields = fields
    self.button = button
    self.consentButton = consentButton
    self.origins = origins
  }
}

/// The browser of an admin who connects Okta to the app: follows the app's own pages from the
/// authorization URL to the redirect URI.
///
/// It keeps its cookies from one authorization to the next, as a browser does. It runs no scripts.
package struct AdminBrowser: Sendable {
  package enum Decision: Sendable {
    case consent
    case refuse
  }

  /// The redirect URI as the app sent the browser there.
  package struct Landing: Sendable {
    /// Starts with the redirect URI; the browser did not connect to it.
    package var url: String
    /// The exchange that sent us there.
    package var exchange: Exchange
  }

  /// Bounds of one authorization.
  private static let maximumRequests = 60
  private static let maximumHops = 20
  /// How often one URL may be asked for with the same cookies before it is a circle: an app may
  /// remember on its side that it has been there once.
  private static let maximumVisits = 2

  private let startedAt: Int
  private let transport: any Transport
  private let loop: EventLoop
  private let budget: WaitBudget
  private let aliases: SecretAliases
  private var cause: Cause
  private var jar: CookieJar
  /// What ends the session, on the last page that offered it, and who saw it.
  private var wayOut: (visit: Visit, admin: Admin, journey: Journey)?
  /// Whether a button that refuses has been pressed.
  package private(set) var hasRefused = false

  /// - Parameters:
  ///   - budget: What the waits of pages that lead on by themselves count against.
  ///   - cause: The event of the plan that the requests belong to.
  ///   - startedAtUnixSeconds: The date of the loop's instant zero, for cookies that expire.
  package init(
    transport: any Transport,
    loop: EventLoop,
    budget: WaitBudget,
    aliases: SecretAliases,
    cause: Cause,
    startedAtUnixSeconds: Int
  ) {
    self.transport = transport
    self.loop = loop
    self.budget = budget
    self.aliases = aliases
    self.cause = cause
    startedAt = startedAtUnixSeconds
    self.jar = CookieJar(startedAtUnixSeconds: startedAtUnixSeconds, aliases: aliases)
  }

  /// Follows the authorization URL to the redirect URI.
  ///
  /// - Parameters:
  ///   - start: The authorization URL with its query.
  ///   - redirectURI: Recognised by scheme, host, port and path; query and fragment may be added.
  ///   - registered: The redirect URI that the app knows, where `redirectURI` is one that it does not;
  ///     the way ends there as well.
  ///   - decision: What the admin answers to the question for consent.
  package mutating func authorize(
    _ start: HTTPURL,
    redirectURI: String,
    unlike registered: String? = nil,
    login: BrowserLogin,
    decision: Decision
  ) async throws(BrowserError) -> Landing {
    guard let target = RedirectTarget(redirectURI, unlike: registered) else {
      throw BrowserError(.setting, "the redirect URI '\(redirectURI)' is no http or https URL")
    }
    if !login.password.exposed().isEmpty {
      aliases.secret(login.password.exposed(), kind: .password)
    }
    let redaction = Redaction(login: login)
    let origins = TrustedOrigins(home: start.origin, added: login.origins)
    var admin = Admin(
      login: login,
      decision: decision,
      target: target,
      origins: origins,
      redaction: redaction
    ) { [loop, startedAt, aliases] in
      let seconds = startedAt + Int(loop.now.components.seconds)
      guard let code = login.oneTimeCode?.code(at: seconds) else { return nil }
      aliases.secret(code, kind: .password)
      return code
    }
    var journey = Journey(
      target: target,
      origins: origins,
      password: login.password.exposed(),
      redaction: redaction
    )
    journey.state = start.queryFields["state"]
    do throws(BrowserError) {
      return try await travel(from: start, &admin, &journey)
    } catch {
      // That it does not end at the redirect URI follows from where the answer went.
      throw journey.astray ?? error
    }
  }

  /// Signs out as a page on the way to the redirect URI offered it.
  ///
  /// Where the app asks first whether that is meant, it is.
  ///
  /// - Returns: Whether a page offered it.
  package mutating func signOut(for cause: Cause) async throws(BrowserError) -> Bool {
    guard case (var visit, let admin, var journey)? = wayOut else { return false }
    self.cause = cause
    wayOut = nil
    journey.doing = "signing out"
    (journey.requests, journey.visits) = (0, [:])
    visit.isSubmission = true
    for _ in 0..<2 {
      guard let page = try await pageAfterSignOut(visit, &journey) else { return true }
      if page.status >= 400 {
        throw BrowserError(
          .refused,
          "signing out: the page \(page.url.withoutQuery) was answered with HTTP \(page.status)",
          exchange: page.exchange.number
        )
      }
      guard let again = admin.signOut(on: page), again.method == "POST" else { return true }
      visit = again
    }
    return true
  }

  /// nil where the app is content without a page.
  private mutating func pageAfterSignOut(
    _ visit: Visit,
    _ journey: inout Journey
  ) async throws(BrowserError) -> VisitedPage? {
    do throws(BrowserError) {
      guard case .page(let page) = try await follow(visit, &journey) else { return nil }
      return page
    } catch {
      if error.reason == .unreadable { return nil }
      throw error
    }
  }

  private mutating func travel(
    from start: HTTPURL,
    _ admin: inout Admin,
    _ journey: inout Journey
  ) async throws(BrowserError) -> Landing {
    var visit = Visit(url: start)
    while true {
      journey.doing = admin.doing
      if visit.delay > .zero {
        if let waits = budget.overrun(by: visit.delay) {
          let page = visit.from?.withoutQuery ?? visit.url.withoutQuery
          throw BrowserError(
            .overBudget,
            "\(journey.doing): the page \(page) leads on after \(visit.delay.inSeconds), and the "
              + "scenario's waits would come to \(waits.inSeconds) with that, more than --budget "
              + "allows"
          )
        }
        // Cut short where the run is: the next request fails by itself then.
        try? await loop.sleep(for: visit.delay)
        // "One moment, please" may be asked for again and again.
        journey.visits = [:]
      }
      switch try await follow(visit, &journey) {
      case .landed(let landing): return landing
      case .page(let page):
        if let out = admin.signOut(on: page) { wayOut = (out, admin, journey) }
        let answer = try admin.answer(page)
        hasRefused = admin.hasRefused
        switch answer {
        case .go(let next): visit = next
        case .land(let url): return Landing(url: url, exchange: page.exchange)
        }
      }
    }
  }

  /// What is known of the way so far.
  private struct Journey: Sendable {
    let target: RedirectTarget
    let origins: TrustedOrigins
    let password: String
    let redaction: Redaction
    var doing = ""
    var requests = 0
    /// Since a form was last sent.
    var hops = 0
    var visits: [String: Int] = [:]
    /// What the app's answer has to carry.
    var state: String?
    /// The first redirect with the answer that did not lead to the redirect URI: wrong, unless the
    /// app hands the answer on from there.
    var astray: BrowserError?

    /// Whether a request carries the password, in its host, path, query or body.
    func holdsPassword(_ visit: Visit) -> Bool {
      // A short one, or an ordinary word, stands in URLs by chance.
      guard SecretIndex.isFoundInText(password), password.utf8.count >= 6 else { return false }
      let url = visit.url.description
      let fields =
        visit.url.queryFields
        + FormURLEncoding.decode(
          String(decoding: visit.body, as: UTF8.self)
        )
      return visit.url.origin.host.contains(password.lowercased())
        || [url, url.removingPercentEncoding ?? ""].contains { $0.contains(password) }
        || fields.contains { $0.value.contains(password) || $0.name.contains(password) }
    }

    /// Whether a URL carries the answer to the authorization request.
    func isAnswer(_ url: HTTPURL) -> Bool {
      guard let state else { return false }
      let fields = url.queryFields
      return fields["state"] == state && fields["code"]?.isEmpty == false
    }
  }

  private enum Arrival {
    case landed(Landing)
    case page(VisitedPage)
  }

  // MARK: Requests and redirects

  /// Sends a request and follows its redirects to a page or to the redirect URI.
  private mutating func follow(
    _ first: Visit,
    _ journey: inout Journey
  ) async throws(BrowserError) -> Arrival {
    var visit = first
    if visit.isSubmission {
      journey.hops = 0
      journey.visits = [:]
    }
    while true {
      let request = request(for: visit)
      try count(request, &journey)
      try guardPassword(visit, journey)
      let intent = Intent(
        .openPage,
        cause: cause,
        deviation: journey.target.isUnregistered ? .unregisteredRedirectURI : nil
      )
      let exchange = await transport.send(request, due: nil, intent: intent)
      let response: HTTPResponse
      switch exchange.result {
      case .success(let answer): response = answer
      case .failure(let failure):
        let isSent = if case .foreignHost = failure { false } else { true }
        throw BrowserError(
          .noAnswer,
          "\(journey.doing): "
            + (isSent ? "no answer from \(visit.url.withoutQuery): " : "")
            + failure.withAdvice,
          exchange: exchange.number
        )
      }
      jar.store(response.fields.values("Set-Cookie"), from: visit.url, at: loop.now)
      guard [301, 302, 303, 307, 308].contains(response.status) else {
        return .page(try read(response, of: exchange, at: visit, journey))
      }
      guard let location = response.fields["Location"] else {
        throw BrowserError(
          .unreadable,
          "\(journey.doing): \(visit.url.withoutQuery) answered with a redirect "
            + "(HTTP \(response.status)) that has no Location",
          exchange: exchange.number
        )
      }
      switch journey.target.destination(of: location, from: visit.url) {
      case .redirectURI(let url): return .landed(Landing(url: url, exchange: exchange))
      case .page(let next):
        try noteMissed(next, from: visit, &journey, exchange)
        let page = visit.url
        visit = visit.redirected(to: next, status: response.status)
        try guardTyped(visit, from: page, journey, exchange)
      case .elsewhere(let scheme):
        throw BrowserError(
          .wrongPlace,
          "\(journey.doing): \(visit.url.withoutQuery) redirected the browser to "
            + (scheme.isEmpty
              ? "something that is no URL" : "a URL of the scheme '\(Quotation(scheme, upTo: 40))'")
            + ", not to \(journey.target.url.withoutQuery)",
          exchange: exchange.number
        )
      }
    }
  }

  /// A redirect that keeps method and body (307, 308) hands on what was typed.
  private func guardTyped(
    _ visit: Visit,
    from page: HTTPURL,
    _ journey: Journey,
    _ exchange: Exchange
  ) throws(BrowserError) {
    guard visit.isTyped,
      let refusal = journey.origins.refusal(of: visit.url.origin, from: page.origin)
    else { return }
    throw BrowserError(
      .untrustedOrigin,
      "\(journey.doing): the redirect of \(page.withoutQuery) \(refusal)",
      exchange: exchange.number
    )
  }

  /// The app has the password by now, and may write it into any URL and any form: it goes no further
  /// by this browser.
  private func guardPassword(_ visit: Visit, _ journey: Journey) throws(BrowserError) {
    guard journey.holdsPassword(visit),
      let refusal = journey.origins.refusal(
        of: visit.url.origin,
        from: (visit.from ?? visit.url).origin
      )
    else { return }
    throw BrowserError(.untrustedOrigin, "\(journey.doing): the app \(refusal)")
  }

  /// What the browser is sent to instead of the redirect URI: a misspelt one ends the way.
  private func noteMissed(
    _ next: HTTPURL,
    from visit: Visit,
    _ journey: inout Journey,
    _ exchange: Exchange
  ) throws(BrowserError) {
    let isMissed = next.origin != visit.url.origin && journey.target.isMissed(by: next)
    guard isMissed || journey.isAnswer(next) else { return }
    let error = BrowserError(
      .wrongRedirectURI,
      "\(journey.doing): \(visit.url.withoutQuery) redirected the browser to "
        + "\(next.withoutQuery), but the redirect URI is \(journey.target.url.withoutQuery)",
      exchange: exchange.number
    )
    if isMissed { throw error }
    if journey.astray == nil { journey.astray = error }
  }

  private func count(
    _ request: HTTPRequest,
    _ journey: inout Journey
  ) throws(BrowserError) {
    let url = request.url.withoutQuery
    journey.requests += 1
    guard journey.requests <= AdminBrowser.maximumRequests else {
      throw BrowserError(
        .circle,
        "\(journey.doing): after \(AdminBrowser.maximumRequests) requests the browser is still not "
          + "at the redirect URI; the next one goes to \(url)"
      )
    }
    let cookies = request.fields["Cookie"] ?? ""
    let key = "\(request.method) \(request.url)\n\(cookies)"
    journey.visits[key, default: 0] += 1
    guard journey.visits[key, default: 0] <= AdminBrowser.maximumVisits else {
      throw BrowserError(
        .circle,
        "\(journey.doing): the app redirects in a circle: \(url) is asked for again with "
          + (cookies.isEmpty ? "no cookies" : "the same cookies")
          + "; does it set the cookie that it looks for?"
      )
    }
    journey.hops += 1
    guard journey.hops <= AdminBrowser.maximumHops + 1 else {
      throw BrowserError(
        .circle,
        "\(journey.doing): the app redirected the browser \(AdminBrowser.maximumHops) times; "
          + "the next redirect goes to \(url)"
      )
    }
  }

  /// The request of a common browser, its fields in one order.
  private func request(for visit: Visit) -> HTTPRequest {
    var fields: HTTPFields = [
      "Host": visit.url.origin.hostField,
      "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) oktasim",
      "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
      "Accept-Language": "en-US,en;q=0.5",
      "Accept-Encoding": "identity",
    ]
    if visit.method == "POST" {
      fields.append("Content-Type", visit.contentType)
      fields.append("Content-Length", "\(visit.body.count)")
      if let origin = visit.originField { fields.append("Origin", origin) }
    }
    if let referrer = visit.refererField { fields.append("Referer", referrer) }
    if let cookies = jar.field(for: visit.url, at: loop.now) { fields.append("Cookie", cookies) }
    fields.append("Connection", "keep-alive")
    return HTTPRequest(method: visit.method, url: visit.url, fields: fields, body: visit.body)
  }

  private func read(
    _ response: HTTPResponse,
    of exchange: Exchange,
    at visit: Visit,
    _ journey: Journey
  ) throws(BrowserError) -> VisitedPage {
    func problem(_ reason: BrowserError.Reason, _ text: String) -> BrowserError {
      BrowserError(
        reason,
        "\(journey.doing): \(visit.url.withoutQuery) \(text)",
        exchange: exchange.number
      )
    }
    let coding = response.fields["Content-Encoding"]?.trimmingSpace.lowercased() ?? "identity"
    guard coding == "identity" || coding.isEmpty else {
      throw problem(
        .unreadable,
        "answered with a packed page (Content-Encoding \(journey.redaction.quote(coding))), though "
          + "identity was asked for"
      )
    }
    let contentType = response.fields["Content-Type"]
    let start = response.body.prefix(1024).first { !$0.isHTMLSpace && $0 < 0x80 }
    let isHTML = contentType.map { MediaType($0).isHTML } ?? (start == UInt8(ascii: "<"))
    guard isHTML else {
      let type = contentType.map { journey.redaction.quote(MediaType($0).essence) }
      let said = journey.redaction.quote(start: response.body)
      let what = response.body.isEmpty ? "without a body" : "with \(type ?? "bytes of no type")"
      throw problem(
        response.status >= 400 ? .refused : .unreadable,
        "answered HTTP \(response.status) \(what), not with a page"
          + (said.isEmpty || said.utf8.contains(0) ? "" : ": \"\(said)\"")
          + (response.status == 401 && response.fields.contains("WWW-Authenticate")
            ? "; a sign-in of this kind needs login.command" : "")
      )
    }
    var page = HTMLPage.read(response.body, contentType: contentType)
    if let limit = page.exceededLimit {
      throw problem(
        .unreadable,
        "answered with \(limit), which is not read; login.command may help"
      )
    }
    if page.refresh == nil, let content = response.fields["Refresh"] {
      page.refresh = HTMLPage.Refresh(content)
    }
    return VisitedPage(url: visit.url, status: response.status, html: page, exchange: exchange)
  }
}

/// A page that is to be opened.
struct Visit: Sendable {
  var method = "GET"
  var url: HTTPURL
  var body: [UInt8] = []
  var contentType = FormURLEncoding.mediaType
  /// The page that leads there.
  var from: HTTPURL?
  /// Whether a redirect led a POST to another origin, which hides where it came from.
  var hidesOrigin = false
  var isSubmission = false
  /// Whether it carries what the admin typed.
  var isTyped = false
  /// How long the page waits before it leads there by itself.
  var delay = Duration.zero

  init(url: HTTPURL, from: HTTPURL? = nil) {
    self.url = url
    self.from = from
  }

  var originField: String? {
    hidesOrigin ? "null" : from?.origin.description
  }

  /// The whole page within an origin, else the origin alone, and nothing from https to http
  /// (Referrer Policy, "strict-origin-when-cross-origin", the default of browsers).
  var refererField: String? {
    guard let from else { return nil }
    if from.origin == url.origin { return from.description }
    if from.origin.scheme == .https, url.origin.scheme == .http { return nil }
    return from.origin.description + "/"
  }

  /// The visit that a redirect makes of this one (RFC 9110 section 15.4, as browsers do it).
  func redirected(to next: HTTPURL, status: Int) -> Visit {
    var visit = self
    visit.url = next
    visit.isSubmission = false
    visit.delay = .zero
    if status != 307, status != 308 {
      visit.method = "GET"
      visit.body = []
      visit.isTyped = false
    } else if next.origin != url.origin, from?.origin != next.origin {
      visit.hidesOrigin = true
    }
    return visit
  }
}

/// A page that the browser has come to.
struct VisitedPage: Sendable {
  var url: HTTPURL
  var status: Int
  var html: HTMLPage
  var exchange: Exchange

  /// What references in the page are relative to.
  var base: HTTPURL {
    html.baseReference.flatMap { url.resolving($0) } ?? url
  }
}
