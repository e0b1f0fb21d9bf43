import HTTP
import JSON
import SelfCheck
import Simulation
import TestSupport
import Testing

/// An app that does not let Okta in is not judged: nothing is known of how it treats tokens.
@Suite struct NoGrantTests {
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
      #expect(result.verdict == .skipped)
      #expect(result.reason?.contains("invalid_request (Code challenge required.)") == true)
    }
  }

  // RFC 6749 section 5.2.
  @Test func `a client that is not known skips the scenario and says why`() async throws {
    let results = try await results { request in
      guard request.url.path == "/oauth/token" else { return nil }
      return HTTPResponse(
        status: 401,
        fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
        body: Array(#"{"error": "invalid_client"}"#.utf8)
      )
    }

    for result in results {
      #expect(result.findings.map(\.inOneLine) == [])
      #expect(result.verdict == .skipped)
      #expect(result.reason?.contains("invalid_client") == true)
    }
  }

  private func results(
    _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse?
  ) async throws -> [ScenarioResult] {
    var run = SampleAppRun(try Shipped.everyApp())
    run.front = { Front(app: $0, answer: answer) }
    let results = try await run.perform()
    #expect(results.count >= 9)
    return results
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
