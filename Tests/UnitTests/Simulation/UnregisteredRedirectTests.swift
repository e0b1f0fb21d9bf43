import HTTP
import Okta
import Profiles
import SampleApp
import Testing
import World

@testable import Simulation

/// Okta, SCIM test plan (v2), C21902; RFC 6749 section 3.1.2.4, section 4.1.2.1.
@Suite struct UnregisteredRedirectTests {
  private static let text = """
    authorize
    authorize with unregistered redirect URI
    test credentials
    """
  private static let unregistered =
    "https://ct1-bootstrap.clouditude.com/admin/app/cpc/sample_app_1/oauth/callback"
  private static let registered =
    "https://system-admin.okta.com/admin/app/cpc/sample_app_1/oauth/callback"

  /// An app's answer in the place of the sample app's, which goes on where there is none.
  struct Way: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Whether the sample app takes the redirect URI, so that the admin signs in and consents.
    var signsIn = false
    var answer: @Sendable (HTTPRequest) -> HTTPResponse?

    init(
      _ testDescription: String,
      signsIn: Bool = false,
      answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil }
    ) {
      self.testDescription = testDescription
      self.signsIn = signsIn
      self.answer = answer
    }

    /// The answer at one place.
    static func at(_ path: String, _ answer: HTTPResponse)
      -> @Sendable (HTTPRequest)
      -> HTTPResponse?
    {
      { $0.url.path == path ? answer : nil }
    }

    /// The answer to the consent, with the state that the app has.
    static func sending(
      _ answer: @escaping @Sendable (_ state: String) -> HTTPResponse
    ) -> @Sendable (HTTPRequest) -> HTTPResponse? {
      { $0.url.path == "/oauth/authorize" ? answer($0.url.queryFields["state"] ?? "") : nil }
    }
  }

  private static let refusals: [Way] = [
    Way("a page with 400"),
    Way(
      "a page with 400 after sign-in and consent",
      signsIn: true,
      answer: Way.at("/oauth/consent", .page("<h1>invalid redirect_uri</h1>", status: 400))
    ),
    Way(
      "a page without a form after the sign-in",
      signsIn: true,
      answer: Way.at("/oauth/login", .page("<h1>invalid redirect_uri</h1>"))
    ),
    Way("a redirect to the app's own page for errors") {
      switch $0.url.path {
      case "/oauth/authorize": .redirect("/error?reason=redirect_uri")
      case "/error": .page("<h1>Something went wrong</h1><a href='/'>Home</a>")
      default: nil
      }
    },
    Way(
      "a page without a form",
      answer: Way.at("/oauth/authorize", .page("<p>invalid redirect_uri</p>"))
    ),
    Way(
      "text",
      answer: Way.at(
        "/oauth/authorize",
        HTTPResponse(
          status: 200,
          fields: ["Content-Type": "text/plain"],
          body: Array("invalid redirect_uri".utf8)
        )
      )
    ),
    Way(
      "JSON with 422",
      answer: Way.at("/oauth/authorize", .scim(#"{"error": "invalid_request"}"#, status: 422))
    ),
    Way(
      "an error at the redirect URI that is registered",
      answer: Way.sending { .redirect("\(registered)?error=invalid_request&state=\($0)") }
    ),
    Way(
      "a page that leaves it to the person to go there",
      answer: Way.sending {
        .page(
          "<h1>invalid redirect_uri</h1>"
            + "<a href='\(unregistered)?error=invalid_request&amp;state=\($0)'>Continue</a>"
        )
      }
    ),
  ]

  @Test(arguments: refusals)
  func `an app that tells the person is right`(way: Way) async throws {
    let result = try await run(way)

    #expect(result.findings.map(\.message) == [])
    #expect(result.verdict == .passed)
    try expectNothingElse(result)
  }

  private static let sendings: [(way: Way, id: String, words: String)] = [
    (
      Way("a code", signsIn: true), "F-54.unregistered-redirect",
      "the app sent the browser with a code to \(unregistered), which is not registered"
    ),
    (
      Way(
        "a code behind the mark of a fragment",
        answer: Way.sending { .redirect("\(unregistered)#state=\($0)&code=c-1") }
      ),
      "F-54.unregistered-redirect", "with a code to"
    ),
    (
      Way(
        "a code in a form that sends itself",
        answer: Way.sending {
          .page(
            "<body onload='document.forms[0].submit()'><form method='post' "
              + "action='\(unregistered)'><input type='hidden' name='code' value='c-1'>"
              + "<input type='hidden' name='state' value='\($0)'></form></body>"
          )
        }
      ),
      "F-54.unregistered-redirect", "with a code to"
    ),
    (
      Way(
        "an error",
        answer: Way.sending { .redirect("\(unregistered)?error=invalid_request&state=\($0)") }
      ),
      "F-54.error-to-unregistered", "with the error 'invalid_request' to"
    ),
    (
      Way("nothing", answer: Way.sending { _ in .redirect(unregistered) }),
      "F-54.error-to-unregistered", "without a code to"
    ),
    (
      Way(
        "an error by a page that goes on by itself",
        answer: Way.sending {
          .page(
            "<meta http-equiv='refresh' content='3; url=\(unregistered)?error=x&amp;state=\($0)'>"
          )
        }
      ),
      "F-54.error-to-unregistered", "with the error 'x' to"
    ),
    (
      Way(
        "a code to the redirect URI that is registered",
        answer: Way.sending { .redirect("\(registered)?code=c-1&state=\($0)") }
      ),
      "F-54.redirect-uri", "to the redirect URI that is registered, though the request named"
    ),
    (
      Way(
        "a code to another place of that host",
        answer: Way.sending { .redirect("\(unregistered)/more?code=c-1&state=\($0)") }
      ),
      "F-54.redirect-uri", "redirected the browser to \(unregistered)/more"
    ),
  ]

  @Test(arguments: sendings)
  func `an app that sends the browser away is told so, and nothing goes there`(
    way: Way,
    id: String,
    words: String
  ) async throws {
    let result = try await run(way)

    let finding = try #require(result.findings.first)
    #expect(result.findings.map(\.id) == [id])
    #expect(finding.verdict == .failed)
    #expect(finding.party == .authorizationServer)
    #expect(finding.failureModes == ["F-54"])
    #expect(finding.message.contains(words), "\(finding.message)")
    #expect(!finding.message.contains("c-1"))
    try expectNothingElse(result)
  }

  private static let unclear: [(way: Way, words: String)] = [
    (
      Way(
        "an outage",
        answer: Way.at("/oauth/authorize", .page("<h1>Server Error</h1>", status: 500))
      ),
      "with a redirect URI that is not registered, opening the authorization URL"
    ),
    (
      Way(
        "a limit",
        answer: Way.at("/oauth/authorize", .page("<h1>Too Many Requests</h1>", status: 429))
      ),
      "HTTP 429"
    ),
    (
      Way(
        "a page that only a script fills",
        answer: Way.at(
          "/oauth/authorize",
          .page(
            "<div id='app'></div><noscript>needs JavaScript</noscript><script src='a.js'></script>"
          )
        )
      ),
      "needs JavaScript"
    ),
  ]

  @Test(arguments: unclear)
  func `what says nothing about the redirect URI is not judged`(
    way: Way,
    words: String
  ) async throws {
    let result = try await run(way)

    #expect(result.findings.map(\.message) == [])
    #expect(result.verdict == .notJudged)
    #expect(result.reason?.contains(words) == true, "\(result.reason ?? "")")
  }

  // MARK: What is asked for

  // Okta, SCIM test plan (v2), C21902.
  @Test(arguments: [
    (
      "https://system-admin.okta-emea.com/admin/app/cpc/acme_chat_1/oauth/callback",
      "https://ct1-bootstrap.clouditude.com/admin/app/cpc/acme_chat_1/oauth/callback"
    ),
    (
      "http://system-admin.okta1.com:1802/admin/app/cpc/acme/oauth/callback",
      "https://ct1-bootstrap.clouditude.com/admin/app/cpc/acme/oauth/callback"
    ),
    (
      "https://acme.test/back?tenant=1",
      "https://ct1-bootstrap.clouditude.com/back?tenant=1"
    ),
  ])
  func `the callback is that of another host`(registered: String, asked: String) async throws {
    var run = SimulatedRun()
    run.app.redirectURIs = [registered]
    let result = try await run.perform(Self.text)

    let pages = result.record.exchanges.filter { $0.intent.event == 1 }
    #expect(pages.map { $0.request.url.queryFields["redirect_uri"] } == [asked])
    #expect(pages.map(\.intent.deviation) == [.unregisteredRedirectURI])
    #expect(result.verdict == .passed)
  }

  @Test func `where that host is the profile's own, nothing can be asked`() async throws {
    var run = SimulatedRun()
    run.app.redirectURIs = [Self.unregistered]
    let result = try await run.perform(Self.text)

    #expect(result.verdict == .skipped)
    #expect(result.reason?.contains("on the very host") == true)
  }

  @Test func `who does not sign in by a form, is asked nothing`() throws {
    let scenario = try Scenario.make(Self.text)
    var profile = IntegrationProfile.sampleApp(SampleAppSettings())
    #expect(Needs.unmetNeed(of: scenario, in: profile) == nil)

    guard case .authorizationCode(var settings) = profile.authentication else { return }
    settings.login = .command(["./login.sh"])
    profile.authentication = .authorizationCode(settings)
    #expect(Needs.unmetNeed(of: scenario, in: profile)?.hasPrefix("login.command could") == true)
    #expect(Needs.unmetNeed(of: scenario, in: .make())?.hasPrefix("nobody signs in") == true)
  }

  // MARK: A run

  private func run(_ way: Way) async throws -> ScenarioResult {
    var run = SimulatedRun()
    run.app.faults = way.signsIn ? [.redirectURIAnyHost] : []
    run.wrap = { transport, _ in Answering(transport: transport, answer: way.answer) }
    return try await run.perform(Self.text)
  }

  /// The browser stays at the app, no code is exchanged, and the grant is good still.
  private func expectNothingElse(_ result: ScenarioResult) throws {
    let record = result.record
    let hosts = Set(record.exchanges.map(\.request.url.origin))
    #expect(hosts == [try #require(HTTPURL(record.profile.scim.baseURL)).origin])
    #expect(record.exchanges.count { $0.intent.act == .exchangeCode } == 1)
    #expect(record.outcomes.count == 3)
    #expect(record.outcomes.last?.isSuccess == true)
    #expect(record.exchanges.allSatisfy { $0.intent.act != .refresh })
  }
}

/// Answers the browser in the app's place where the redirect URI is not registered.
private struct Answering: Transport {
  let transport: any Transport
  let answer: @Sendable (HTTPRequest) -> HTTPResponse?

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    if intent.deviation == .unregisteredRedirectURI, let answer = answer(request) {
      exchange.result = .success(answer)
    }
    return exchange
  }
}
