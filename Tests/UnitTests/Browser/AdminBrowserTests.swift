import Browser
import HTTP
import Loop
import Synchronization
import Testing
import World

@Suite struct AdminBrowserTests {
  // MARK: Whole ways

  /// Django with django-oauth-toolkit: protection cookie, login, consent by the button's name.
  private static let django: @Sendable (HTTPRequest) -> HTTPResponse? = { request in
    let cookies = request.fields["Cookie"] ?? ""
    switch (request.method, request.url.path) {
    case ("GET", "/o/authorize/") where cookies.contains("sessionid="):
      return .page(Pages.djangoConsent)
    case ("GET", "/o/authorize/"):
      return .redirect("/accounts/login/?next=/o/authorize/%3Fclient_id%3Dokta")
    case ("GET", "/accounts/login/"):
      return .page(Pages.djangoLogin, setCookie: "csrftoken=csrf-cookie; Path=/; SameSite=Lax")
    case ("POST", "/accounts/login/"):
      guard cookies.contains("csrftoken=csrf-cookie"),
        request.fields["Referer"]?.hasPrefix("https://app.test/accounts/login/") == true,
        request.fields["Origin"] == "https://app.test",
        request.form["csrfmiddlewaretoken"] == "tok-1"
      else { return .page("<h1>Forbidden</h1>", status: 403) }
      guard request.form["username"] == "admin@acme.test",
        request.form["password"] == "s3cret&pass word"
      else { return .page(Pages.djangoLoginFailed) }
      return .redirect(
        request.form["next"] ?? "/",
        setCookie: "sessionid=abcdefgh1234; Path=/; HttpOnly; Secure"
      )
    case ("POST", "/o/authorize/"):
      let answer = request.form["allow"] == nil ? "error=access_denied" : "code=c-1"
      return .redirect(Visitor.redirectURI + "?\(answer)&state=st-1")
    default: return .page("<h1>Not Found</h1>", status: 404)
    }
  }

  private static let djangoStart = "https://app.test/o/authorize/?client_id=okta&state=st-1"

  @Test func `Django's login and consent lead to the redirect URI`() async throws {
    let visitor = Visitor(AdminBrowserTests.django)
    #expect(try await visitor.authorize(AdminBrowserTests.djangoStart) == Visitor.landed)
    #expect(
      visitor.app.trail == [
        "GET /o/authorize/", "GET /accounts/login/", "POST /accounts/login/", "GET /o/authorize/",
        "POST /o/authorize/",
      ]
    )
    #expect(visitor.aliases.alias(of: "s3cret&pass word") != nil)
    #expect(visitor.aliases.alias(of: "abcdefgh1234") != nil)
  }

  @Test func `a refusing admin presses the button that refuses`() async throws {
    let visitor = Visitor(AdminBrowserTests.django)
    #expect(
      try await visitor.authorize(AdminBrowserTests.djangoStart, decision: .refuse)
        == Visitor.redirectURI + "?error=access_denied&state=st-1"
    )
  }

  @Test func `the fields of a request stand in a browser's order`() async throws {
    let visitor = Visitor(AdminBrowserTests.django)
    _ = try await visitor.authorize(AdminBrowserTests.djangoStart)
    let posted = try #require(visitor.app.received.last)
    #expect(
      posted.fields.map(\.name) == [
        "Host", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Content-Type",
        "Content-Length", "Origin", "Referer", "Cookie", "Connection",
      ]
    )
    #expect(posted.fields["Content-Length"] == "\(posted.body.count)")
    #expect(posted.fields["Cookie"] == "csrftoken=csrf-cookie; sessionid=abcdefgh1234")
    let first = try #require(visitor.app.received.first)
    #expect(
      first.fields.map(\.name) == [
        "Host", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Connection",
      ]
    )
  }

  @Test(arguments: [
    (AdminBrowser.Decision.consent, "code=c0de-of-session&accept=Yes"),
    (.refuse, "code=c0de-of-session&cancel=No"),
  ])
  func `Keycloak's pages lead on`(decision: AdminBrowser.Decision, posted: String) async throws {
    let visitor = Visitor { request in
      switch request.url.path {
      case "/authorize": .page(Pages.keycloakLogin)
      case "/realms/acme/login-actions/authenticate":
        .redirect("/realms/acme/consent?execution=X", status: 303)
      case "/realms/acme/consent": .page(Pages.keycloakConsent)
      default: .redirect(Visitor.landed)
      }
    }
    #expect(try await visitor.authorize(decision: decision) == Visitor.landed)
    let requests = visitor.app.received
    #expect(requests[1].url.target.hasSuffix("?session_code=a&tab_id=b"))
    #expect(
      String(decoding: requests[1].body, as: UTF8.self)
        == "username=admin%40acme.test&password=s3cret%26pass+word&credentialId=&login=Sign+In"
    )
    #expect(requests.last.map { String(decoding: $0.body, as: UTF8.self) } == posted)
  }

  @Test func `IdentityServer's ticked scopes and values of buttons are sent`() async throws {
    let visitor = Visitor { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .redirect("/Account/Login?ReturnUrl=x")
      case ("GET", "/Account/Login"): .page(Pages.identityServerLogin)
      case ("POST", "/Account/Login"): .redirect("/consent?x=1")
      case ("GET", "/consent"): .page(Pages.identityServerConsent)
      default: .redirect(Visitor.landed)
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    let bodies = visitor.app.received.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(
      bodies[2] == "Input.ReturnUrl=%2Fconnect%2Fauthorize&Input.Username=admin%40acme.test"
        + "&Input.Password=s3cret%26pass+word&Input.Button=login&__RequestVerificationToken=tok"
        + "&Input.RememberLogin=false"
    )
    #expect(
      bodies.last == "Input.ScopesConsented=openid&Input.ScopesConsented=scim&Input.Description="
        + "&Input.Button=yes"
    )
  }

  @Test(arguments: [
    (
      Pages.hydraConsent,
      "challenge=ch-1&_csrf=x&grant_scope=openid&grant_scope=scim&submit=Allow+access"
    ),
    (Pages.springConsent, "client_id=okta&state=s&scope=scim.write&scope=scim.read"),
  ])
  func `scopes that nobody has ticked are ticked`(page: String, posted: String) async throws {
    let visitor = Visitor { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page(Pages.springLogin)
      case ("POST", "/login"): .page(page)
      default: .redirect(Visitor.landed)
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    #expect(visitor.app.received.last.map { String(decoding: $0.body, as: UTF8.self) } == posted)
  }

  @Test func `a login in two steps gives the user name first`() async throws {
    let visitor = Visitor { request in
      switch request.url.path {
      case "/authorize": .page(Pages.identifierStep)
      case "/login/identifier": .page(Pages.passwordStep)
      default: .redirect(Visitor.landed)
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    let bodies = visitor.app.received.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(bodies[1] == "state=hK-1&identifier=admin%40acme.test&action=default")
    #expect(
      bodies[2] == "state=hK-1&identifier=admin%40acme.test&password=s3cret%26pass+word"
    )
  }

  @Test func `hints fill fields and choose buttons`() async throws {
    var visitor = Visitor { request in
      switch (request.method, request.url.path) {
      case ("GET", _):
        .page(
          """
          <form method=post action=/in><input name=tenant><input name=nutzer><input type=password
          name=kw><button name=b value=1>Los</button><button name=b value=2>Los!</button></form>
          """
        )
      case (_, "/in"):
        .page(
          """
          <form method=post action=/yes><button id=first>Allow</button></form>
          <form method=post action=/done><button id=second>Erteilen</button></form>
          """
        )
      default: .redirect(Visitor.landed)
      }
    }
    visitor.login.fields = ["tenant": "acme-corp", "nutzer": "ada"]
    visitor.login.button = "los!"
    visitor.login.consentButton = "SECOND"
    #expect(try await visitor.authorize() == Visitor.landed)
    #expect(visitor.app.trail == ["GET /authorize", "POST /in", "POST /done"])
    #expect(visitor.app.received[1].form["tenant"] == "acme-corp")
    #expect(visitor.app.received[1].form["nutzer"] == "ada")
    #expect(visitor.app.received[1].form["b"] == "2")
  }

  @Test(arguments: [
    (302, "GET /next"), (301, "GET /next"), (303, "GET /next"), (307, "POST /next"),
    (308, "POST /next"),
  ])
  func `a redirect keeps the method where it must`(status: Int, second: String) async throws {
    let visitor = Visitor { request in
      switch request.url.path {
      case "/authorize": .page(Pages.djangoLogin)
      case "/accounts/login/": .redirect("../../next", status: status)
      default: .redirect(Visitor.landed + "#_=_")
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed + "#_=_")
    #expect(visitor.app.trail.last == second)
    #expect((visitor.app.received.last?.body.isEmpty == false) == second.hasPrefix("POST"))
  }

  @Test func `an app without login and consent redirects at once`() async throws {
    let visitor = Visitor { _ in .redirect(Visitor.redirectURI + "?error=invalid_scope") }
    #expect(try await visitor.authorize() == Visitor.redirectURI + "?error=invalid_scope")
  }

  @Test(arguments: [
    "<meta http-equiv=refresh content='2; url=\(Visitor.landed)'>",
    "<body onload='document.forms[0].submit()'><form action='\(Visitor.redirectURI)'>"
      + "<input type=hidden name=code value=c-1><input type=hidden name=state value=st-1></form>",
    "<form action=/go method=post><input type=hidden name=x value=y><button>Weiter</button></form>",
    "<base href=/deep/><form action=../go method=post><button>Los</button></form>",
    "<form method=post action=/go><p>Grant?<label><input type=radio name=d value=1>Deny</label>"
      + "<label><input type=radio name=d value=2>Allow</label><button>Send</button></form>",
    "<form action=/logout method=post><button>Log out</button></form>"
      + "<form action=/go method=post><button name=ok>同意する</button></form>",
    "<form action=/x method=post><button formaction=/go>Allow</button></form>",
    // The app speaks of its client.
    "<form action=/go method=post><button>Continue to Okta</button></form>"
      + "<form action=/no method=post><button>Cancel</button></form>",
    "<form action=/go method=post><button>Connect Okta</button><button>Cancel</button></form>",
    "<form action=/go method=post><button>Create connection</button><button>Cancel</button></form>",
    // Nobody can press what is not shown.
    "<div hidden><div></div><form action=/no><p>Sign out?<button>Yes</button></form></div>"
      + "<form action=/go method=post><button>Allow</button></form>",
    "<dialog><form action=/no><button>Yes, sign out</button></form></dialog>"
      + "<form action=/go method=post><button>Allow</button></form>",
    // Unless a script would have to show it.
    "<div style='display: none'><form action=/go method=post><button>Allow</button></form></div>",
  ])
  func `many kinds of pages lead to the redirect URI`(page: String) async throws {
    let visitor = Visitor { request in
      switch request.url.path {
      case "/authorize": .page(page)
      case "/go":
        request.form["d"] == "1" ? .page("refused", status: 400) : .redirect(Visitor.landed)
      default: .page("lost", status: 404)
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed)
  }

  @Test func `cookies last from one authorization to the next`() async throws {
    let app = ScriptedApp(AdminBrowserTests.django)
    let visitor = Visitor(AdminBrowserTests.django)
    let loop = try EventLoop.start(clock: .virtual)
    defer { loop.stop() }
    let start = try #require(HTTPURL(AdminBrowserTests.djangoStart))
    let journey = Task(executorPreference: loop) { [login = visitor.login] in
      var browser = AdminBrowser(
        transport: app,
        loop: loop,
        budget: WaitBudget(nil),
        aliases: SecretAliases(),
        cause: Cause(),
        startedAtUnixSeconds: 0
      )
      for _ in 0..<2 {
        _ = try await browser.authorize(
          start,
          redirectURI: Visitor.redirectURI,
          login: login,
          decision: .consent
        )
      }
    }
    try await journey.value
    #expect(app.trail.count == 7)
  }

  // MARK: What goes wrong

  @Test func `a wrong password quotes the page and no secret`() async {
    var visitor = Visitor(AdminBrowserTests.django)
    visitor.login.password = Secret("wrong-secret", alias: "password#1")
    let problem = await visitor.problem(AdminBrowserTests.djangoStart)
    #expect(problem.reason == .wrongLogin)
    #expect(
      problem.text == """
        after sending the user name and password: the page https://app.test/accounts/login/ \
        ("Sign in") asks again after the user name and password had been sent and says "Please \
        enter a correct username and password."; are login.username and login.password right? If \
        the form was filled wrongly, login.fields and login.button help; its form is POST \
        /accounts/login/ with the fields csrfmiddlewaretoken (hidden), username (text), password \
        (password), next (hidden) and the button "Log in"
        """
    )
  }

  @Test func `a page that needs JavaScript names the way round it`() async {
    let problem = await Visitor { _ in .page(Pages.scriptOnly) }.problem()
    #expect(problem.reason == .needsJavaScript)
    #expect(
      problem.text == """
        opening the authorization URL: the page https://app.test/authorize ("Acme") needs \
        JavaScript (it has scripts and no form to send) and says "You need to enable JavaScript \
        to run this app."; login.command can sign in with a real browser
        """
    )
  }

  @Test func `a circle of redirects is told as such`() async {
    let visitor = Visitor { request in
      .redirect(request.url.path == "/a" ? "/b" : "/a", setCookie: "s=1; Path=/")
    }
    let problem = await visitor.problem()
    #expect(problem.reason == .circle)
    #expect(
      problem.text == """
        opening the authorization URL: the app redirects in a circle: https://app.test/a is asked \
        for again with the same cookies; does it set the cookie that it looks for?
        """
    )
  }

  @Test func `redirects without end come to an end`() async {
    let visitor = Visitor { request in
      .redirect("/\((Int(request.url.path.dropFirst()) ?? 0) + 1)")
    }
    let problem = await visitor.problem()
    #expect(problem.reason == .circle)
    // The authorization URL and 20 redirects of it.
    #expect(visitor.app.trail.count == 21)
    #expect(problem.text.contains("redirected the browser 20 times"))
  }

  @Test func `a page without a form says so`() async {
    let visitor = Visitor { _ in .page("<title>Home</title><h1>Welcome, Ada</h1>") }
    let problem = await visitor.problem()
    #expect(problem.reason == .noWayOn)
    #expect(
      problem.text == """
        opening the authorization URL: the page https://app.test/authorize ("Home") has no login \
        form and no button that consents and says "Welcome, Ada"; it has no form; login.fields, \
        login.button and login.consent.button say what to fill and press, login.command signs in \
        with a program of yours
        """
    )
  }

  @Test func `an error page is quoted with secrets hidden`() async {
    let visitor = Visitor { request in
      request.method == "GET"
        ? .page(Pages.djangoLogin, setCookie: "sid=super-session; Path=/")
        : .page(
          "<title>ValueError</title><h1>boom s3cret&amp;pass word super-session</h1>",
          status: 500
        )
    }
    let problem = await visitor.problem()
    #expect(problem.reason == .refused)
    #expect(
      problem.text == """
        after sending the user name and password: the page https://app.test/accounts/login/ \
        ("ValueError") was answered with HTTP 500 and says "boom password#1 cookie#1"
        """
    )
  }

  @Test func `an answer that is no page is quoted`() async {
    let visitor = Visitor { _ in
      HTTPResponse(
        status: 400,
        fields: ["Content-Type": "application/json"],
        body: Array(#"{"error":"invalid_client"}"#.utf8)
      )
    }
    let problem = await visitor.problem()
    #expect(problem.reason == .refused)
    #expect(
      problem.text == """
        opening the authorization URL: https://app.test/authorize answered HTTP 400 with \
        application/json, not with a page: "{"error":"invalid_client"}"
        """
    )
  }

  @Test func `no answer names the page`() async {
    let problem = await Visitor { _ in nil }.problem()
    #expect(problem.reason == .noAnswer)
    #expect(
      problem.text == """
        opening the authorization URL: no answer from https://app.test/authorize: the app closed \
        the connection without an answer; its log should tell why
        """
    )
  }

  @Test(arguments: [
    (
      "<form method=post action='\(Visitor.redirectURI)'><input type=hidden name=code value=SECRETCODE>"
        + "<button>Continue</button></form>",
      BrowserError.Reason.wrongPlace, "response_mode=form_post"
    ),
    (
      "<form method=post enctype=text/plain action=/x><button>Allow</button></form>",
      .unreadable, "text/plain"
    ),
    (
      "<form method=post action=/x><input type=password><button>Log in</button></form>",
      .needsJavaScript, "password field has no name"
    ),
    (
      "<form method=post action=/x><input type=password name=new><input type=password name=again>"
        + "<button>Save</button></form>",
      .noWayOn, "more than one password"
    ),
    (
      "<form method=post action=/x><input name=email><button>Create account</button>"
        + "<button>Cancel</button></form>",
      .noWayOn, "login.button"
    ),
    (
      "<form method=post action=/x><button>Red</button><button>Blue</button></form>",
      .noWayOn, "the buttons \"Red\", \"Blue\""
    ),
    (String(repeating: "x", count: (2 << 20) + 1), .unreadable, "more than 2097152 bytes"),
  ])
  func `a page that leads nowhere says why`(
    page: String,
    reason: BrowserError.Reason,
    words: String
  ) async {
    let problem = await Visitor { _ in .page(page) }.problem()
    #expect(problem.reason == reason)
    #expect(problem.text.contains(words), "\(problem.text)")
    #expect(!problem.text.contains("SECRETCODE"))
  }

  @Test(arguments: [
    (
      "http://system-admin.okta.com/admin/app/cpc/example/oauth/callback?code=c",
      "but the redirect URI is", BrowserError.Reason.wrongRedirectURI
    ),
    ("https://system-admin.okta.com/other?code=c", "but the redirect URI is", .wrongRedirectURI),
    ("okta-verify://callback?code=c", "a URL of the scheme 'okta-verify'", .wrongPlace),
  ])
  func `the redirect URI is not missed silently`(
    location: String,
    words: String,
    reason: BrowserError.Reason
  ) async {
    let visitor = Visitor { _ in .redirect(location) }
    let problem = await visitor.problem()
    #expect(problem.reason == reason)
    #expect(problem.text.contains(words), "\(problem.text)")
    #expect(!problem.text.contains("code=c"))
    #expect(visitor.app.trail == ["GET /authorize"])
  }

  /// The answer in full, at another place: it is what is wrong, whatever is found there.
  @Test(arguments: ["https://other.app.test/?code=c&state=st-1", "/home?state=st-1&code=c"])
  func `an answer that goes astray is the cause of what comes of it`(location: String) async {
    let answers: [HTTPResponse?] = [
      .page("<h1>Welcome</h1>"), .page("<h1>Not found</h1>", status: 404), .redirect("/authorize"),
      .redirect(location), nil,
    ]
    for answer in answers {
      let visitor = Visitor { $0.url.path == "/authorize" ? .redirect(location) : answer }
      let problem = await visitor.problem()
      #expect(problem.reason == .wrongRedirectURI)
      #expect(problem.text.contains("but the redirect URI is"), "\(problem.text)")
      #expect(!problem.text.contains("code=c"))
    }
  }

  @Test(arguments: ["https://other.app.test/done", "/done"])
  func `an app may hand its answer on to the redirect URI`(place: String) async throws {
    let visitor = Visitor {
      $0.url.path == "/done"
        ? .redirect(Visitor.landed) : .redirect(place + "?code=c-1&state=st-1")
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    #expect(visitor.app.trail == ["GET /authorize", "GET /done"])
  }

  /// An action with a character that may not stand in a URL keeps the escapes that it has.
  @Test(arguments: ["/go?next=%2Foauth%3Fa&t=a|b", "/go?next=%2Foauth%3Fa&t=\u{FC}"])
  func `a reference is mended where it is broken, and only there`(action: String) async throws {
    let visitor = Visitor { request in
      request.url.path == "/go"
        ? .redirect(Visitor.landed)
        : .page("<form method=post action='\(action)'><button>Allow</button></form>")
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    let query = visitor.app.received.last?.url.query ?? ""
    #expect(query.hasPrefix("next=%2Foauth%3Fa&t="), "\(query)")
    #expect(!query.contains("|") && query.allSatisfy(\.isASCII))
  }

  @Test func `a page that asks for a moment is given it`() async throws {
    let app = Mutex(0)
    let visitor = Visitor { _ in
      let times = app.withLock { times in
        times += 1
        return times
      }
      return times < 6
        ? .page("<meta http-equiv=refresh content=1>One moment") : .redirect(Visitor.landed)
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    #expect(visitor.app.trail.count == 6)
  }

  /// Spaces fall together: what was cut far behind comes to stand where it is shown.
  @Test(arguments: [1012, 16_372, (1 << 20) - 8], ["text/plain", "text/html"])
  func `what is cut shows no part of the password`(spaces: Int, type: String) async {
    let lead = type == "text/html" ? "<title>" : ""
    let visitor = Visitor { _ in
      var answer = HTTPResponse.page(
        lead + String(repeating: " ", count: spaces) + "s3cret&pass word and more",
        status: 500
      )
      answer.fields.set("Content-Type", type)
      return answer
    }
    let problem = await visitor.problem()
    #expect(!problem.text.contains("s3cre"), "\(problem.text)")
  }

  @Test func `moments that a page asks for count against the scenario's budget`() async {
    var visitor = Visitor { _ in .page("<meta http-equiv=refresh content=10>One moment") }
    visitor.budget = .seconds(25)
    let problem = await visitor.problem()
    #expect(problem.reason == .overBudget)
    #expect(
      problem.text
        == "opening the authorization URL: the page https://app.test/authorize leads on after 10 s, "
        + "and the scenario's waits would come to 30 s with that, more than --budget allows"
    )
    #expect(visitor.app.trail.count == 3)
  }

  @Test func `a consent in two steps at one place is answered twice`() async throws {
    let visitor = Visitor { request in
      if request.form["step"] == "2" { return .redirect(Visitor.landed) }
      let step = request.form["step"] == nil ? "1" : "2"
      return .page(
        "<p>Step \(step)</p><form method=post><input type=hidden name=step value=\(step)>"
          + "<button>Next</button></form>"
      )
    }
    #expect(try await visitor.authorize() == Visitor.landed)
  }

  @Test func `a user name may be asked for with a 401`() async throws {
    let visitor = Visitor { request in
      if request.form["password"] != nil { return .redirect(Visitor.landed) }
      return request.form["username"] == nil
        ? .page("<form method=post><input name=username><button>Next</button></form>", status: 401)
        : .page(
          "<form method=post action=/p><input type=password name=password><button>Go</button></form>"
        )
    }
    #expect(try await visitor.authorize() == Visitor.landed)
  }

  @Test func `consent that comes back is pressed once`() async {
    let visitor = Visitor { _ in .page(Pages.djangoConsent) }
    let problem = await visitor.problem()
    #expect(problem.reason == .noWayOn)
    #expect(problem.text.contains("came back after \"Authorize\" was pressed on it"))
    #expect(visitor.app.trail.count == 2)
  }
}
