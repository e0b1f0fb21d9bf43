import HTTP
import Loop
import OAuth
import Synchronization
import TestSupport
import World

/// An authorization server that hands out a1 and r1, then a2 and r2 and so on, each after 10 ms.
final class TokenServer: Sendable {
  private let loop: EventLoop
  private let expiresIn: String
  private let seen = Mutex<[TokenRequest]>([])
  /// What it answers instead of tokens, by the number of the request, from 1.
  private let script: [Int: Result<HTTPResponse, TransportFailure>]
  /// How long an answer takes where it is not 10 ms.
  private let delays: [Int: Duration]

  init(
    loop: EventLoop,
    expiresIn: String = "60",
    script: [Int: Result<HTTPResponse, TransportFailure>] = [:],
    delays: [Int: Duration] = [:]
  ) {
    self.loop = loop
    self.expiresIn = expiresIn
    self.script = script
    self.delays = delays
  }

  var requests: [TokenRequest] { seen.withLock { $0 } }

  /// The refresh tokens that were spent.
  var spent: [String] {
    requests.compactMap { request in
      if case .refreshToken(let token, _, _) = request.grant { token.exposed() } else { nil }
    }
  }

  func send(_ request: TokenRequest, _ intent: Intent) async -> Exchange {
    let sent = loop.now
    let number = seen.withLock { seen in
      seen.append(request)
      return seen.count
    }
    var result = script[number] ?? .success(tokens(number))
    do {
      try await loop.sleep(for: delays[number] ?? .milliseconds(10))
    } catch {
      result = .failure(.cancelled)
    }
    return Exchange(
      request: HTTPRequest(method: "POST", url: TokenServer.endpoint, body: []),
      result: result,
      due: sent,
      sent: sent,
      received: loop.now,
      intent: intent,
      document: (try? result.get()).map { JSONBody($0.body) } ?? .empty,
      number: number
    )
  }

  private func tokens(_ number: Int) -> HTTPResponse {
    .tokens(access: "a\(number)", refresh: "r\(number)", expiresIn: expiresIn)
  }

  static let endpoint = HTTPURL(
    origin: Origin(scheme: .https, host: "app.test", port: 443),
    target: "/token"
  )
}

extension HTTPResponse {
  /// A token response as RFC 6749 section 5.1 has it.
  ///
  /// - Parameters:
  ///   - refresh: nil for none.
  ///   - expiresIn: JSON; nil for none.
  static func tokens(
    access: String,
    refresh: String?,
    expiresIn: String? = "60"
  ) -> HTTPResponse {
    var members = [#""access_token":"\#(access)""#, #""token_type":"Bearer""#]
    if let expiresIn { members.append(#""expires_in":\#(expiresIn)"#) }
    if let refresh { members.append(#""refresh_token":"\#(refresh)""#) }
    return .json(
      "{" + members.joined(separator: ",") + "}",
      fields: ["Cache-Control": "no-store"]
    )
  }

  static func refusal(_ error: String, status: Int = 400) -> HTTPResponse {
    .json(#"{"error":"\#(error)"}"#, status: status)
  }
}

extension ClientAuthentication {
  static func make(_ method: Method = .post, id: String = "okta", secret: String = "s3cret")
    -> ClientAuthentication
  {
    ClientAuthentication(
      clientID: id,
      clientSecret: Secret(secret, alias: "client_secret#1"),
      method: method
    )
  }
}

extension RefreshPolicy {
  static func make(_ change: (inout RefreshPolicy) -> Void = { _ in }) -> RefreshPolicy {
    var policy = RefreshPolicy()
    change(&policy)
    return policy
  }
}

extension TokenSession {
  static func make(
    loop: EventLoop,
    server: TokenServer,
    policy: RefreshPolicy = RefreshPolicy(),
    renewal: Renewal = .refreshToken(),
    clock: (any RunClock)? = nil
  ) -> TokenSession {
    TokenSession(
      policy: policy,
      renewal: renewal,
      client: .make(),
      clock: clock ?? loop,
      aliases: SecretAliases(),
      loop: loop,
      send: server.send
    )
  }

  /// Exchanges a code, so that there is a grant.
  func begin() async throws {
    try await begin(
      .authorizationCode(
        Secret("c1", alias: "code#1"),
        redirectURI: "https://okta.test/callback",
        codeVerifier: nil
      ),
      for: Cause()
    )
  }

  /// The value of the token to present now.
  func present() async throws -> String {
    try await token(for: Cause()).value.exposed()
  }

  /// The value of the token after a token request now.
  func refreshed() async throws -> String {
    try await refresh(for: Cause()).value.exposed()
  }

  /// The value of the token after a 401 to the one at hand; nil where the policy leaves it.
  func rejected(_ token: AccessToken) async throws -> String? {
    try await replace(token, for: Cause())?.value.exposed()
  }

  /// Each token that there was: `a1 rejected 1.01`, times in seconds.
  var lives: [String] {
    history.map { record in
      let ending = record.ending?.rawValue ?? "alive"
      let end = record.endedAt.map { " \($0.seconds)" } ?? ""
      return "\(record.token.value.exposed()) \(ending)\(end)"
    }
  }
}
