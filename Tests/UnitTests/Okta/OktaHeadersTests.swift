import HTTP
import Loop
import Okta
import Profiles
import TestSupport
import Testing
import World

/// The fields of the requests, against okta-behaviour section 3.
@Suite struct OktaHeadersTests {
  @Test func `a read has Okta's fields in Okta's order, and no Content-Type`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.nobody])
      await okta.perform(.testCredentials)
      #expect(
        okta.app.received[0].head == [
          "Accept: application/scim+json",
          "Accept-Charset: utf-8",
          "User-Agent: Okta SCIM Client 1.0.0",
          "Authorization: Bearer pasted-token-1",
          "Host: app.test",
          "Connection: Keep-Alive",
          "Accept-Encoding: gzip,deflate",
        ]
      )
    }
  }

  @Test func `a write has Content-Type and Content-Length where Okta has them`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.nobody, .scim(#"{"id":"1"}"#, status: 201)])
      await okta.perform(.assignAda)
      let request = okta.app.received[1]
      #expect(
        request.head == [
          "Accept: application/scim+json",
          "Accept-Charset: utf-8",
          "Content-Type: application/scim+json; charset=utf-8",
          "User-Agent: Okta SCIM Client 1.0.0",
          "Authorization: Bearer pasted-token-1",
          "Content-Length: \(request.body.count)",
          "Host: app.test",
          "Connection: Keep-Alive",
          "Accept-Encoding: gzip,deflate",
        ]
      )
    }
  }

  @Test(arguments: [
    (Authentication.header(Secret("raw value", alias: "credentials#1")), "raw value"),
    (.bearer(Secret("t1", alias: "access_token#1")), "Bearer t1"),
    // printf 'okta:p:w' | base64
    (.basic(username: "okta", password: Secret("p:w", alias: "password#1")), "Basic b2t0YTpwOnc="),
  ])
  func `each mode has its own Authorization`(mode: Authentication, field: String) async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, profile: .make(authentication: mode), answers: [.nobody])
      await okta.perform(.testCredentials)
      #expect(okta.app.received[0].fields["Authorization"] == field)
    }
  }
}

@Suite struct ConnectionTestTests {
  private let users = "GET /t1/scim/Users?startIndex=1&count=2"
  private let groups = "GET /t1/scim/Groups?startIndex=1&count=100"

  typealias Row = (event: LifecycleEvent, capabilities: Set<Capability>, isPair: Bool)

  /// A capture of a real org; Okta, SCIM 1.1 reference.
  @Test(
    arguments: [
      (.testCredentials, [.importGroups], false), (.saveToApp, [.importGroups], false),
      (.saveConnection, [.importGroups], true), (.saveConnection, [], false),
    ] as [Row]
  )
  func `a test is one GET, and a save one for groups where they are imported`(
    row: Row
  ) async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(capabilities: row.capabilities),
        answers: [.nobody, .nobody]
      )
      #expect(await okta.perform(row.event) == "success")
      #expect(okta.lines() == (row.isPair ? [users, groups] : [users]))
    }
  }

  @Test(arguments: [
    (
      HTTPResponse.scimError(401, "bad token"),
      "Error authenticating: Unauthorized. Errors reported by remote server: bad token"
    ),
    (.scimError(500, ""), "Error authenticating: Internal Server Error"),
    (HTTPResponse(status: 503), "Error authenticating: Service Unavailable"),
    // Okta, support article of that name; a list with nobody in it passes, as above.
    (HTTPResponse(status: 200, body: []), "Error authenticating: No results for users returned"),
    (.scim("null"), "Error authenticating: No results for users returned"),
    (.scim("[]"), "Error authenticating: No results for users returned"),
    (.scim("<html>"), "Error authenticating: No results for users returned"),
    (HTTPResponse(status: 418), "Error authenticating: HTTP 418"),
  ])
  func `what goes wrong is told in Okta's words`(
    answer: HTTPResponse,
    message: String
  ) async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [answer])
      #expect(await okta.perform(.testCredentials) == message)
      #expect(okta.lines() == [users])
    }
  }

  /// Okta, support article "SCIM connector configuration error: connect timed out".
  @Test func `a connection that does not come about is told in Okta's words`() async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop) { request, _ in
        .failure(.connectTimedOut(request.url.origin, after: .seconds(5)))
      }
      let okta = OktaSide(loop: loop, profile: .make(), app: app)
      #expect(
        await okta.perform(.testCredentials)
          == "Error authenticating: Connect to app.test:443 [app.test/app.test] failed: "
          + "Connect timed out"
      )
    }
  }
}
