import Browser
import HTTP
import Testing

/// What the admin types goes to the authorization endpoint's origin, however the app's pages lead.
@Suite struct TrustedOriginsTests {
  private static let home = "https://app.test"

  private static func login(action: String = "", base: String = "", button: String = "") -> String {
    """
    \(base)<form method="post"\(action.isEmpty ? "" : " action='\(action)'")>
    <input name="username"><input type="password" name="password">
    <button\(button)>Sign in</button></form>
    """
  }

  /// A way on which the password would leave: the pages by path, what is asked for first, and where
  /// the password would go.
  private struct Way: Sendable, CustomTestStringConvertible {
    var name: String
    var start = "\(home)/authorize?state=st-1"
    var answers: [String: HTTPResponse]
    var page = home
    var target: String
    var testDescription: String { name }
  }

  private static let ways: [Way] = [
    Way(
      name: "action",
      answers: ["GET /authorize": .page(login(action: "https://evil.test/take"))],
      target: "https://evil.test"
    ),
    Way(
      name: "action without encryption",
      answers: ["GET /authorize": .page(login(action: "http://app.test/login"))],
      target: "http://app.test"
    ),
    Way(
      name: "another port",
      answers: ["GET /authorize": .page(login(action: "https://app.test:8443/login"))],
      target: "https://app.test:8443"
    ),
    Way(
      name: "formaction",
      answers: [
        "GET /authorize": .page(login(button: " formaction='https://evil.test/take'"))
      ],
      target: "https://evil.test"
    ),
    Way(
      name: "base",
      answers: [
        "GET /authorize": .page(login(action: "login", base: "<base href='http://app.test/'>"))
      ],
      target: "http://app.test"
    ),
    Way(
      name: "307",
      answers: [
        "GET /authorize": .page(login(action: "/login")),
        "POST /login": .redirect("https://evil.test/take", status: 307),
      ],
      target: "https://evil.test"
    ),
    Way(
      name: "308 without encryption",
      answers: [
        "GET /authorize": .page(login(action: "/login")),
        "POST /login": .redirect("http://app.test/login", status: 308),
      ],
      target: "http://app.test"
    ),
    Way(
      name: "a page elsewhere",
      answers: [
        "GET /authorize": .redirect("https://evil.test/login"),
        "GET /login": .page(login()),
      ],
      page: "https://evil.test",
      target: "https://evil.test"
    ),
    Way(
      name: "a form that is sent with GET",
      answers: [
        "GET /authorize": .page(
          login(action: "https://evil.test/take").replacing("method=\"post\"", with: "")
        )
      ],
      target: "https://evil.test"
    ),
    Way(
      name: "the password in the next page",
      answers: [
        "GET /authorize": .page(login(action: "/login")),
        "POST /login": .page(
          """
          <form method="post" action="https://evil.test/take">
          <input type="hidden" name="p" value="s3cret&amp;pass word"><button>Continue</button></form>
          """
        ),
      ],
      target: "https://evil.test"
    ),
    Way(
      name: "the password in a redirect",
      answers: [
        "GET /authorize": .page(login(action: "/login")),
        "POST /login": .redirect("http://app.test/p?pw=s3cret%26pass%20word"),
      ],
      target: "http://app.test"
    ),
    Way(
      name: "the password in a path",
      answers: [
        "GET /authorize": .page(login(action: "/login")),
        "POST /login": .redirect("https://evil.test/s3cret%26pass%20word/x"),
      ],
      target: "https://evil.test"
    ),
    Way(
      name: "the user name first",
      answers: [
        "GET /authorize": .page(
          """
          <form method="post" action="https://evil.test/take">
          <input name="username"><button>Next</button></form>
          """
        )
      ],
      target: "https://evil.test"
    ),
  ]

  private static func visitor(_ way: Way) -> Visitor {
    Visitor { request in
      let isThere = request.url.origin.description == way.target && hasTyped(request)
      return (isThere ? nil : way.answers["\(request.method) \(request.url.path)"])
        ?? .redirect(Visitor.redirectURI + "?code=c-1&state=st-1")
    }
  }

  @Test(arguments: TrustedOriginsTests.ways)
  private func `what is typed does not go elsewhere`(way: Way) async {
    let visitor = TrustedOriginsTests.visitor(way)
    let problem = await visitor.problem(way.start)
    #expect(problem.reason == .untrustedOrigin)
    #expect(problem.text.contains("from \(way.page) to \(way.target),"), "\(problem.text)")
    #expect(problem.text.contains("add \"\(way.target)\" to login.origins"))
    #expect(
      !visitor.app.received.contains { request in
        request.url.origin.description == way.target && TrustedOriginsTests.hasTyped(request)
      }
    )
  }

  private static func hasTyped(_ request: HTTPRequest) -> Bool {
    (request.form + request.url.queryFields).contains {
      $0.value == "s3cret&pass word" || $0.value == "admin@acme.test"
    }
  }

  @Test(arguments: TrustedOriginsTests.ways)
  private func `an origin of the profile's gets it`(way: Way) async throws {
    var visitor = TrustedOriginsTests.visitor(way)
    visitor.login.origins = [try #require(HTTPURL(way.target)?.origin)]
    #expect(try await visitor.authorize(way.start) == Visitor.landed)
  }

  @Test func `consent may be sent to another origin, and a 302 may lead there`() async throws {
    let visitor = Visitor { request in
      switch "\(request.method) \(request.url.origin) \(request.url.path)" {
      case "GET https://app.test /authorize": .page(TrustedOriginsTests.login(action: "/login"))
      case "POST https://app.test /login": .redirect("https://consent.test/ask")
      case "GET https://consent.test /ask":
        .page("<form method='post' action='http://other.test/yes'><button>Allow</button></form>")
      default: .redirect(Visitor.redirectURI + "?code=c-1&state=st-1")
      }
    }
    #expect(try await visitor.authorize() == Visitor.landed)
  }
}
