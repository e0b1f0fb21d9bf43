import Browser
import HTTP
import Loop
import Testing
import World

/// Pages that stand between the authorization URL, the sign-in, and the question for consent.
@Suite struct PagesBetweenTests {
  private static let login = """
    <form method="post" action="/session"><input name="login"><input type="password" name="password">
    <button>Log in</button></form>
    """

  /// - Parameter entry: What the authorization endpoint shows to whom nobody knows.
  private static func app(_ entry: String) -> @Sendable (HTTPRequest) -> HTTPResponse? {
    { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page(entry)
      case ("GET", "/login"): .page(login)
      case ("POST", "/session"): .redirect(Visitor.landed)
      default: .page("<h1>Not Found</h1>", status: 404)
      }
    }
  }

  @Test(arguments: [
    "<h1>Acme</h1><p><a href='/login'>Log in</a> or <a href='/register'>Sign up</a></p>",
    "<nav><a href='/'>Home</a> <a href=login>Sign in</a></nav><form><input name=q><button>Go</button></form>",
    "<a href='/google'>Sign in with Google</a><a href='/login'>Sign in with a password</a>",
    "<a href='/login' aria-label='Anmelden'><img src=x></a>",
    "<form action='/login'><button>Sign in</button></form><form action=/new><button>Sign up</button></form>",
    "<form action='/login'><button>Sign in</button><button name=guest>Go on as a guest</button></form>",
    "<a hidden href='/secret'>Sign in</a><a href='/login'>Sign in</a>",
    "<a href='#top'>Log in</a><a href='javascript:open()'>Log in</a><a href='/login'>Log in</a>",
  ])
  func `a link or a button leads to the sign-in`(entry: String) async throws {
    let visitor = Visitor(Self.app(entry))
    #expect(try await visitor.authorize() == Visitor.landed)
    #expect(visitor.app.trail == ["GET /authorize", "GET /login", "POST /session"])
  }

  @Test(arguments: [
    "<a href='/google'>Sign in with Google</a>", "<a href='/register'>Sign up</a>",
    "<a href='/login'>Read more</a>", "<a href='/authorize'>Log in</a>",
  ])
  func `what leads elsewhere, or back, is no way in`(entry: String) async {
    let visitor = Visitor(Self.app(entry))
    let problem = await visitor.problem()
    #expect(problem.reason == .noWayOn || problem.reason == .circle)
    #expect(visitor.app.received.count <= 3)
  }

  @Test func `a link leads on after the sign-in`() async throws {
    let visitor = Visitor { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page(Self.login)
      case ("POST", "/session"):
        .page("<h1>Welcome</h1><a href='/help'>Help</a><a href='/done'>Continue</a>")
      case ("GET", "/done"): .redirect(Visitor.landed)
      default: nil
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed)
  }

  @Test(arguments: [(AdminBrowser.Decision.consent, "GET /allow"), (.refuse, "GET /deny")])
  func `a question with links is answered by a link`(
    decision: AdminBrowser.Decision,
    answer: String
  ) async throws {
    let visitor = Visitor { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page(Self.login)
      case ("POST", "/session"): .page("<a href=/allow>Allow</a> <a href=/deny>Deny</a>")
      case ("GET", "/allow"): .redirect(Visitor.landed)
      case ("GET", "/deny"): .redirect(Visitor.redirectURI + "?error=access_denied&state=st-1")
      default: nil
      }
    }
    _ = try await visitor.authorize(decision: decision)
    #expect(visitor.app.trail.last == answer)
  }

  @Test func `who says no follows no link that says yes`() async {
    let visitor = Visitor { request in
      request.method == "GET" ? .page(Self.login) : .page("<a href=/allow>Allow</a>")
    }
    #expect(await visitor.problem(decision: .refuse).reason == .noWayOn)
  }

  /// The company's own sign-in, then the app's, with the same fields; at one place or at two.
  @Test(arguments: ["/session", "/second"])
  func `two steps may have the same fields`(second: String) async throws {
    let visitor = Visitor { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page("<title>Acme network</title>" + Self.login)
      case ("POST", "/session") where request.url.queryFields["step"] == nil:
        .page(
          "<title>Acme tickets</title>"
            + Self.login.replacing("/session", with: "\(second)?step=2")
        )
      case ("POST", second): .redirect(Visitor.landed)
      default: nil
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    #expect(
      visitor.app.received.filter { $0.method == "POST" }.map { $0.form["password"] }.count == 2
    )
  }

  /// The form comes back at another place, under another title, with what is wrong.
  @Test(arguments: [
    "<title>Sign in failed</title><p class=error>Wrong password</p>",
    "<p>Bad</p>",
  ])
  func `a refused password is sent once`(above: String) async {
    let visitor = Visitor { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page(Self.login)
      case ("POST", "/session"): .page(above + Self.login)
      default: nil
      }
    }
    #expect(await visitor.problem().reason == .wrongLogin)
    #expect(visitor.app.received.count { $0.method == "POST" } == 1)
  }

  @Test func `consent that is remembered is not asked for`() async throws {
    let visitor = Visitor { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page(Self.login)
      // Who has consented before is sent on at once.
      case ("POST", "/session"): .redirect(Visitor.landed)
      default: nil
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    // There is nothing to refuse then.
    #expect(try await visitor.authorize(decision: .refuse) == Visitor.landed)
  }

  // MARK: Signing out

  private static let asksToSignOut = """
    <h1>Sign out?</h1><form method=post action="/logout"><input type=hidden name=csrf value=x>
    <button>Sign out</button></form>
    """

  @Test(arguments: [
    ("<a href='/logout'>Log out</a>", ["GET /logout", "POST /logout"]),
    (asksToSignOut, ["POST /logout"]),
    ("<a href='/leave' title='Abmelden'></a>", ["GET /leave"]),
  ])
  func `the admin signs out as a page offered it`(offer: String, trail: [String]) async throws {
    let app = ScriptedApp { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page(Self.login)
      case ("POST", "/session"):
        .page(offer + "<form method=post action=/consent><button>Allow</button></form>")
      case ("POST", "/consent"): .redirect(Visitor.landed)
      case ("GET", "/logout"): .page(Self.asksToSignOut)
      case ("POST", "/logout"), ("GET", "/leave"): .redirect("/")
      case ("GET", "/"): .page("<h1>Goodbye</h1>")
      default: nil
      }
    }
    let (landing, isOut) = try await authorizeAndSignOut(app)
    #expect(landing == Visitor.landed)
    #expect(isOut)
    #expect(app.trail.dropFirst(3) == (trail + ["GET /"])[...])
  }

  @Test(arguments: [204, 200])
  func `an app needs no page to sign out`(status: Int) async throws {
    let (_, isOut) = try await authorizeAndSignOut(
      Self.appWithWayOut(HTTPResponse(status: status))
    )
    #expect(isOut)
  }

  @Test func `an app that fails at it says so`() async throws {
    await #expect {
      _ = try await authorizeAndSignOut(Self.appWithWayOut(.page("<h1>Oops</h1>", status: 500)))
    } throws: { error in
      Quotation.cut(in: "\(error)").contains(
        "signing out: the page https://app.test/logout was answered with HTTP 500"
      )
    }
  }

  private static func appWithWayOut(_ answer: HTTPResponse) -> ScriptedApp {
    ScriptedApp { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page("<a href=/logout>Log out</a>" + Self.login)
      case ("POST", "/session"): .redirect(Visitor.landed)
      default: answer
      }
    }
  }

  @Test func `where no page offers it there is no signing out`() async throws {
    let app = ScriptedApp(Self.app(Self.login))
    #expect(try await authorizeAndSignOut(app) == (Visitor.landed, false))
  }

  private func authorizeAndSignOut(_ app: ScriptedApp) async throws -> (String, Bool) {
    let loop = try EventLoop.start(clock: .virtual)
    defer { loop.stop() }
    let visitor = Visitor { _ in nil }
    let start = try #require(HTTPURL("https://app.test/authorize?client_id=okta&state=st-1"))
    return try await Task(executorPreference: loop) {
      var browser = AdminBrowser(
        transport: app,
        loop: loop,
        budget: WaitBudget(nil),
        aliases: visitor.aliases,
        cause: Cause(event: 0),
        startedAtUnixSeconds: 1_700_000_000
      )
      let landing = try await browser.authorize(
        start,
        redirectURI: Visitor.redirectURI,
        login: visitor.login,
        decision: .consent
      )
      return (landing.url, try await browser.signOut(for: Cause(event: 1)))
    }.value
  }
}
