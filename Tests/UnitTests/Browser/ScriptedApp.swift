import Browser
import HTTP
import Loop
import Recordings
import Synchronization
import World

/// An app whose answers a closure gives, and the requests that it got.
final class ScriptedApp: Transport {
  private let requests = Mutex<[HTTPRequest]>([])
  private let answer: @Sendable (HTTPRequest) -> HTTPResponse?

  /// - Parameter answer: Nil for a connection that is closed without an answer.
  init(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse?) {
    self.answer = answer
  }

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let number = requests.withLock { requests in
      requests.append(request)
      return requests.count
    }
    let result: Result<HTTPResponse, TransportFailure> =
      answer(request).map { .success($0) } ?? .failure(.closedBeforeAnswer)
    return Exchange(
      request: request,
      result: result,
      due: .zero,
      sent: .zero,
      received: .zero,
      intent: intent,
      number: number
    )
  }

  var received: [HTTPRequest] { requests.withLock { $0 } }
  /// `GET /login`, one a request.
  var trail: [String] { received.map { "\($0.method) \($0.url.path)" } }
}

extension HTTPRequest {
  var form: [FormField] { FormURLEncoding.decode(String(decoding: body, as: UTF8.self)) }
}

extension HTTPResponse {
  static func page(_ html: String, status: Int = 200, setCookie: String...) -> HTTPResponse {
    var fields: HTTPFields = ["Content-Type": "text/html; charset=utf-8"]
    for cookie in setCookie { fields.append("Set-Cookie", cookie) }
    return HTTPResponse(status: status, fields: fields, body: Array(html.utf8))
  }

  static func redirect(_ location: String, status: Int = 302, setCookie: String...) -> HTTPResponse
  {
    var fields: HTTPFields = ["Location": location]
    for cookie in setCookie { fields.append("Set-Cookie", cookie) }
    return HTTPResponse(status: status, fields: fields)
  }
}

/// The admin's browser in front of a scripted app.
struct Visitor {
  static let redirectURI = "https://system-admin.okta.com/admin/app/cpc/example/oauth/callback"
  static let landed = redirectURI + "?code=c-1&state=st-1"

  var app: ScriptedApp
  var aliases = SecretAliases()
  var budget: Duration?
  var login = BrowserLogin(
    username: "admin@acme.test",
    password: Secret("s3cret&pass word", alias: "password#1")
  )

  init(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse?) {
    app = ScriptedApp(answer)
  }

  func authorize(
    _ start: String = "https://app.test/authorize?client_id=okta&state=st-1",
    redirectURI: String = Visitor.redirectURI,
    decision: AdminBrowser.Decision = .consent
  ) async throws -> String {
    let loop = try EventLoop.start(clock: .virtual)
    defer { loop.stop() }
    guard let url = HTTPURL(start) else { return "no URL" }
    let browser = AdminBrowser(
      transport: app,
      loop: loop,
      budget: WaitBudget(budget),
      aliases: aliases,
      cause: Cause(event: 0),
      startedAtUnixSeconds: 1_700_000_000
    )
    // On the loop, as the simulator runs it.
    let journey = Task(executorPreference: loop) { [login] in
      var browser = browser
      return try await browser.authorize(
        url,
        redirectURI: redirectURI,
        login: login,
        decision: decision
      ).url
    }
    return try await journey.value
  }

  /// What the browser says when it cannot get there.
  func problem(
    _ start: String = "https://app.test/authorize?client_id=okta&state=st-1",
    decision: AdminBrowser.Decision = .consent
  ) async -> (reason: BrowserError.Reason?, text: String) {
    do {
      return (nil, "landed at \(try await authorize(start, decision: decision))")
    } catch let error as BrowserError {
      // As a report shows it.
      let redacted = Recordings.Redaction(aliases: aliases).redact(error.description)
      return (error.reason, Quotation.cut(in: redacted))
    } catch {
      return (nil, "\(error)")
    }
  }
}
