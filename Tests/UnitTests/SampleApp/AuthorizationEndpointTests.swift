import HTTP
import Loop
import SampleApp
import TestSupport
import Testing

extension SampleAppTests {
  @Suite struct AuthorizationEndpointTests {
    @Test func `login and consent lead back with a code and the unchanged state`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)

        let login = await visitor.authorize()
        #expect(login.status == 200)
        #expect(login.mediaType?.isHTML == true)
        let cookie = try #require(login.fields["Set-Cookie"])
        #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"))

        let fields = await visitor.redirect()
        #expect(fields.map(\.name) == ["code", "state", "iss"])
        #expect(fields["state"] == "s t+ate/1")
        #expect(fields["iss"] == "http://127.0.0.1:8080")
        #expect(fields["code"]?.isEmpty == false)
      }
    }

    @Test func `a wrong password shows the page again`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let login = await visitor.authorize()

        let again = await visitor.post(
          "/oauth/login",
          login.hiddenFields + [("username", "admin@example.com"), ("password", "wrong")],
          cookie: login.cookie
        )

        #expect(again.status == 200)
        #expect(again.text.contains("role=\"alert\""))
        #expect(again.hiddenFields.map(\.0) == ["csrf", "request"])
      }
    }

    @Test func `a form without its cookie is refused`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let login = await visitor.authorize()
        let password = [("username", "admin@example.com"), ("password", "sample-admin-password")]

        let answer = await visitor.post("/oauth/login", login.hiddenFields + password)

        #expect(answer.status == 400)
      }
    }

    @Test func `a session that is not signed in cannot consent`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let login = await visitor.authorize()

        let answer = await visitor.post(
          "/oauth/consent",
          login.hiddenFields + [("decision", "allow")],
          cookie: login.cookie
        )

        #expect(answer.status == 400)
      }
    }

    @Test func `Deny leads back with access_denied`() async throws {
      try await onLoop { loop in
        let fields = await AppVisitor(loop: loop).redirect(decision: "deny")
        #expect(fields["error"] == "access_denied")
        #expect(fields["state"] == "s t+ate/1")
        #expect(fields["code"] == nil)
      }
    }

    @Test func `without consent the login leads straight back`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(SampleAppSettings(asksForConsent: false), loop: loop)
        let login = await visitor.authorize()
        let answer = await visitor.post(
          "/oauth/login",
          login.hiddenFields + [
            ("username", "admin@example.com"), ("password", "sample-admin-password"),
          ],
          cookie: login.cookie
        )
        #expect(answer.status == 302)
        #expect(answer.redirectFields["code"] != nil)
      }
    }

    /// Auth0, "Get Access Tokens": without the audience an opaque token that the API does not take.
    @Test(arguments: [("https://scim.test", true), ("https://other.test", false), (nil, false)])
    func `an app with an audience serves tokens that were asked for with it`(
      audience: String?,
      isServed: Bool
    ) async throws {
      try await onLoop { loop in
        var settings = SampleAppSettings(tokenFormat: .jwtLike)
        settings.audience = "https://scim.test"
        let visitor = AppVisitor(settings, loop: loop)
        let code = await visitor.redirect([("audience", audience)])["code"] ?? ""
        let tokens = await visitor.exchange(code).tokens
        #expect(tokens.access.contains(".") == isServed)
        let refreshed = await visitor.refresh(tokens.refresh ?? "").tokens
        for token in [tokens.access, refreshed.access] {
          let answer = await visitor.scim("GET", "/Users?startIndex=1&count=2", token: token)
          #expect(answer.status == (isServed ? 200 : 401))
        }
      }
    }

    /// OpenID Connect Core section 11.
    @Test(arguments: [("scim offline_access", true), ("scim", false), (nil, false)])
    func `an app that wants offline_access gives a refresh token for it alone`(
      scope: String?,
      isGiven: Bool
    ) async throws {
      try await onLoop { loop in
        var settings = SampleAppSettings()
        settings.givesOfflineAccessOnly = true
        let visitor = AppVisitor(settings, loop: loop)
        let code = await visitor.redirect([("scope", scope)])["code"] ?? ""
        #expect((await visitor.exchange(code).tokens.refresh != nil) == isGiven)
      }
    }

    // RFC 6749 section 4.1.2.1: no redirect where client or redirect URI are wrong.
    @Test(
      arguments: [
        ("client_id", nil), ("client_id", "stranger"), ("redirect_uri", nil),
        ("redirect_uri", "https://ct1-bootstrap.clouditude.com/admin/app/cpc/x/oauth/callback"),
      ] as [(String, String?)]
    )
    func `a wrong client or redirect URI gives a page`(name: String, value: String?) async throws {
      try await onLoop { loop in
        let answer = await AppVisitor(loop: loop).authorize([(name, value)])
        #expect(answer.status == 400)
        #expect(answer.fields["Location"] == nil)
      }
    }

    @Test(
      arguments: [
        ("response_type", nil, "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "a\"b", "invalid_scope"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "invalid_request"),
      ] as [(String, String?, String)]
    )
    func `another error goes back to the client`(
      name: String,
      value: String?,
      error: String
    ) async throws {
      try await onLoop { loop in
        let answer = await AppVisitor(loop: loop).authorize([(name, value)])
        #expect(answer.status == 302)
        #expect(answer.redirectFields["error"] == error)
        #expect(answer.redirectFields["state"] == "s t+ate/1")
      }
    }

    @Test func `what a request brings is escaped in pages`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let page = await visitor.send("GET", "/%3Cb%3E<script>")
        #expect(page.status == 404)
        #expect(!page.text.contains("<script>"))
      }
    }

    @Test func `the start page names the faults in force`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(SampleAppSettings(faults: [.expiredToken403]), loop: loop)
        let page = await visitor.send("GET", "/")
        #expect(page.text.contains("expired-token-403"))
        #expect(!page.text.contains("expired-token-500"))
      }
    }
  }
}
