import HTTP
import JSON
import OAuth
import SelfCheck
import Simulation
import TestSupport
import Testing

/// An app that does not let Okta in is not judged: nothing is known of how it treats tokens.
@Suite(.serialized) struct NoGrantTests {
  // As django-oauth-toolkit refuses a request without PKCE (RFC 6749 section 4.1.2.1).
  @Test func `a refused authorization request skips the scenario and says why`() async throws {
    let results = try await results { request in
      guard request.url.path == "/oauth/authorize",
        let redirectURI = request.url.queryFields["redirect_uri"],
        let state = request.url.queryFields["state"]
      else { return nil }
      return HTTPResponse(
        status: 302,
        fields: [
          "Location": "\(redirectURI)?error=invalid_request"
            + "&error_description=Code+challenge+required.&state=\(state)"
        ]
      )
    }

    for result in results {
      #expect(result.findings.map(\.inOneLine) == [])
      #expect(result.verdict == .notJudged)
      #expect(result.reason?.contains("invalid_request (Code challenge required.)") == true)
    }
  }

  // RFC 6749 section 5.2.
  @Test func `a client that is not known skips the scenario and says why`() async throws {
    let results = try await results { request in
      guard request.url.path == "/oauth/token" else { return nil }
      return NoGrantTests.invalidClient
    }

    for result in results {
      #expect(result.findings.map(\.inOneLine) == [])
      #expect(result.verdict == .notJudged)
      #expect(result.reason?.contains("invalid_client, with client_secret_basic too") == true)
    }
  }

  @Test func `a client with a key that is not known has no other way to try`() async throws {
    let results = try await results(with: .privateKeyJWT) { request in
      guard request.url.path == "/oauth/token" else { return nil }
      return NoGrantTests.invalidClient
    }

    for result in results {
      #expect(result.findings.map(\.inOneLine) == [])
      #expect(result.verdict == .notJudged)
      #expect(result.reason?.contains("its secret or key") == true, "\(result.reason ?? "")")
      let others = result.record.exchanges.filter { exchange in
        exchange.intent.deviation == .otherClientAuthentication
      }
      #expect(others.map(\.number) == [])
    }
  }

  // RFC 6749 section 2.3.1 and RFC 8414 section 2: it is the metadata that promise a method.
  @Test(arguments: [ClientAuthentication.Method.post, .basic], Metadata.allCases)
  func `an app that takes one method alone is told so, and failed for a broken promise`(
    taken: ClientAuthentication.Method,
    metadata: Metadata
  ) async throws {
    let results = try await results(with: try #require(taken.other)) { request in
      if request.url.path.hasPrefix("/.well-known/") { return metadata.answer(to: request, taken) }
      guard request.url.path == "/oauth/token",
        request.fields.contains("Authorization") != (taken == .basic)
      else { return nil }
      return NoGrantTests.invalidClient
    }

    // RFC 8414 section 2: client_secret_basic is what metadata without the member say.
    let isPromised = metadata == .both || metadata == .withoutMethods && taken == .post
    // A code that is kept too long is over before the other method is tried.
    for result in results where result.record.scenario.name != "code-kept-too-long" {
      try #require(result.findings.map(\.id) == ["F-32.other-method-accepted"])
      #expect(result.findings[0].verdict == (isPromised ? .failed : .warning))
      #expect(result.verdict == (isPromised ? .failed : .notJudged))
      #expect(result.findings[0].message.contains("took it with \(taken.rawValue)"))
      #expect(
        isPromised
          || result.reason?.contains("with \(taken.rawValue) it takes the same client") == true
      )
      #expect(result.record.tokens.isEmpty)
    }
  }

  // Okta would send its next request to another place.
  @Test(arguments: ["..", ".", "a\u{7}b"])
  func `an id that no path can name is the app's fault, and nothing is sent to it`(
    id: String
  ) async throws {
    let results = try await results { request in
      guard request.method == "POST", request.url.path.hasSuffix("/Users") else { return nil }
      var user = request.document?.object ?? [:]
      user["id"] = .string(id)
      return HTTPResponse(
        status: 201,
        fields: ["Content-Type": "application/scim+json"],
        body: JSONValue.object(user).compactBytes
      )
    }

    for result in results where !result.record.exchanges.allSatisfy({ $0.intent.act != .create }) {
      let finding = result.findings.first { $0.id == "SCIM.resource-id" }
      #expect(finding?.message.contains("which no path can name") == true)
      #expect(result.verdict == .failed)
      #expect(!result.record.exchanges.contains { $0.intent.id == id })
    }
  }

  private static var invalidClient: HTTPResponse {
    HTTPResponse(
      status: 401,
      fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
      body: Array(#"{"error": "invalid_client"}"#.utf8)
    )
  }

  private func results(
    with method: ClientAuthentication.Method = .post,
    _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse?
  ) async throws -> [ScenarioResult] {
    var run = SampleAppRun(
      try Shipped.everyApp(),
      settings: ["authentication.clientAuthentication=\(method.rawValue)"] + SoundApp.discovered
    )
    run.front = { Front(app: $0, answer: answer) }
    let results = try await run.perform()
    #expect(results.count >= 9)
    return results
  }
}

/// What an app's metadata say of the client's authentication (RFC 8414 section 2).
enum Metadata: CaseIterable {
  case none
  case ofAnotherEndpoint
  case withoutMethods
  case onlyTheOneTaken
  case both

  func answer(to request: HTTPRequest, _ taken: ClientAuthentication.Method) -> HTTPResponse {
    var document: JSONObject = [
      "issuer": .string("\(request.url.origin)"),
      "token_endpoint": .string("\(request.url.origin)/oauth/token"),
    ]
    let methods = "token_endpoint_auth_methods_supported"
    switch self {
    case .none: return HTTPResponse(status: 404)
    case .ofAnotherEndpoint:
      document["token_endpoint"] = .string("\(request.url.origin)/other/token")
      document[methods] = ["client_secret_basic", "client_secret_post"]
    case .withoutMethods: break
    case .onlyTheOneTaken: document[methods] = [.string(taken.rawValue)]
    case .both: document[methods] = ["client_secret_basic", "client_secret_post"]
    }
    return HTTPResponse(
      status: 200,
      fields: ["Content-Type": "application/json"],
      body: JSONValue.object(document).compactBytes
    )
  }
}

/// Answers some requests in the app's place.
private struct Front: RequestHandler {
  let app: any RequestHandler
  let answer: @Sendable (HTTPRequest) -> HTTPResponse?

  func respond(to request: HTTPRequest) async -> HTTPResponse {
    if let response = answer(request) { return response }
    return await app.respond(to: request)
  }
}
