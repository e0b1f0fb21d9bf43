import Browser
import HTTP
import Testing
import World

/// Logins that are more, or less, than a user name and a password.
@Suite struct LoginKindsTests {
  private static let password = """
    <form method=post action=/login><input name=user><input type=password name=pw>
    <button>Log in</button></form>
    """

  private static func code(_ field: String) -> String {
    "<form method=post action=/code><input type=hidden name=csrf value=c-1>\(field)<button>Verify</button></form>"
  }

  /// Asks for a password, then for a code, then goes back.
  private static func app(_ codePage: String) -> @Sendable (HTTPRequest) -> HTTPResponse? {
    { request in
      switch (request.method, request.url.path) {
      case ("GET", "/authorize"): .page(password)
      case ("POST", "/login"): .page(codePage)
      case ("POST", "/code"): .redirect(Visitor.landed)
      default: .page("nothing here", status: 404)
      }
    }
  }

  @Test(arguments: [
    "<input name=otp>", "<input name=otp_token type=text>", "<input type=number name=token-totp>",
    "<input name=x autocomplete=one-time-code>", "<input type=tel name=verification_code>",
    "<label for=a>Authenticator code</label><input id=a name=x>",
    "<input type=password name=passcode>",
  ])
  func `a second factor gets the code of the moment`(field: String) async throws {
    var visitor = Visitor(Self.app(Self.code(field)))
    visitor.login.oneTimeCode = OneTimeCode(base32: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")
    #expect(try await visitor.authorize() == Visitor.landed)
    let sent = try #require(visitor.app.received.last?.form)
    // The virtual clock starts at 1,700,000,000 seconds since 1970.
    let code = OneTimeCode(base32: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?.code(at: 1_700_000_000)
    #expect(sent.map(\.value) == ["c-1", code])
    #expect(visitor.aliases.alias(of: code ?? "") != nil)
  }

  @Test func `without a secret for it the field and the ways round are named`() async {
    let visitor = Visitor(Self.app(Self.code("<input name=otp_token>")))
    let (reason, text) = await visitor.problem()
    #expect(reason == .noWayOn)
    #expect(text.contains("asks for a second factor, in its field 'otp_token'; login.totp"))
  }

  @Test func `a value that the profile gives stands before a code`() async throws {
    var visitor = Visitor(Self.app(Self.code("<input name=otp>")))
    visitor.login.oneTimeCode = OneTimeCode(base32: "GEZDGNBV")
    visitor.login.fields = ["otp": "000000"]
    #expect(try await visitor.authorize() == Visitor.landed)
    #expect(visitor.app.received.last?.form.map(\.value) == ["c-1", "000000"])
  }

  @Test func `a code that is not taken is told as such`() async {
    var visitor = Visitor { request in
      request.url.path == "/authorize" ? .page(Self.password) : .page(Self.code("<input name=otp>"))
    }
    visitor.login.oneTimeCode = OneTimeCode(base32: "GEZDGNBV")
    let (reason, text) = await visitor.problem()
    #expect(reason == .wrongLogin)
    #expect(text.contains("login.totp and this machine's clock"))
  }

  @Test func `a login by fields alone needs neither name nor password`() async throws {
    var visitor = Visitor { request in
      request.method == "GET"
        ? .page("<form method=post action=/in><input name=key><button>Enter</button></form>")
        : .redirect(Visitor.landed)
    }
    visitor.login = BrowserLogin(
      username: "",
      password: Secret("", alias: "password#1"),
      fields: ["key": "k-1"]
    )
    #expect(try await visitor.authorize() == Visitor.landed)
    #expect(visitor.app.received.last?.form == [FormField("key", "k-1")])
  }

  @Test func `a password that is asked for and not there is named`() async {
    var visitor = Visitor(Self.app(""))
    visitor.login = BrowserLogin(username: "ada", password: Secret("", alias: "password#1"))
    let (reason, text) = await visitor.problem()
    #expect(reason == .noWayOn)
    #expect(text.contains("the profile's login has none") && text.contains("login.password"))
  }

  @Test func `a form in parts is sent in parts`() async throws {
    let visitor = Visitor { request in
      request.method == "GET"
        ? .page(
          Self.password.replacing("method=post", with: "method=post enctype=multipart/form-data")
        )
        : .redirect(Visitor.landed)
    }
    #expect(try await visitor.authorize() == Visitor.landed)
    let sent = try #require(visitor.app.received.last)
    let type = try #require(sent.fields["Content-Type"])
    #expect(type.hasPrefix("multipart/form-data; boundary="))
    #expect(
      MultipartForm.decode(sent.body, contentType: type)
        == [FormField("user", "admin@acme.test"), FormField("pw", "s3cret&pass word")]
    )
  }
}
