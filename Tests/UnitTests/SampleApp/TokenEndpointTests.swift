import Foundation
import HTTP
import JSON
import Loop
import SampleApp
import TestSupport
import Testing

extension SampleAppTests {
  @Suite struct TokenEndpointTests {
    @Test func `a code gives tokens by RFC 6749 section 5-1`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(accessTokenLifetime: .seconds(2)),
          loop: loop
        )
        let answer = await visitor.exchange(await visitor.code())

        #expect(answer.status == 200)
        #expect(answer.fields["Cache-Control"] == "no-store")
        #expect(answer.fields["Pragma"] == "no-cache")
        #expect(
          answer.json.object?.keys
            == ["access_token", "token_type", "expires_in", "refresh_token", "scope"]
        )
        #expect(answer.json["token_type"] == "Bearer")
        #expect(answer.json["expires_in"] == 2)
        #expect(answer.json["scope"] == "scim offline_access")
        #expect(await visitor.status(answer.tokens.access) == 200)
      }
    }

    @Test func `the same seed gives the same tokens`() async throws {
      func tokens(seed: UInt64) async throws -> AppVisitor.Tokens {
        try await onLoop { loop in
          await AppVisitor(SampleAppSettings(seed: seed), loop: loop).tokens()
        }
      }
      let first = try await tokens(seed: 7)
      #expect(try await tokens(seed: 7) == first)
      #expect(try await tokens(seed: 8) != first)
    }

    @Test func `a JWT-like token has three parts and its lifetime in it`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(accessTokenLifetime: .seconds(60), tokenFormat: .jwtLike),
          loop: loop
        )
        let token = await visitor.tokens().access
        let parts = token.split(separator: ".")
        #expect(parts.count == 3)
        #expect((600...800).contains(token.count))
        var payload = String(parts[1]).replacingOccurrences(of: "-", with: "+")
          .replacingOccurrences(of: "_", with: "/")
        while payload.count % 4 != 0 { payload += "=" }
        let claims = try JSONReader.read(Array(try #require(Data(base64Encoded: payload))))
        // 2026-01-01T00:00:00Z, and 60 s more.
        #expect(claims["iat"] == 1_767_225_600)
        #expect(claims["exp"] == 1_767_225_660)
        #expect(await visitor.status(token) == 200)
      }
    }

    // MARK: The code

    @Test func `a code used twice takes back what it gave`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let code = await visitor.code()
        let tokens = await visitor.exchange(code).tokens

        #expect(await visitor.exchange(code).error == "invalid_grant")

        #expect(await visitor.status(tokens.access) == 401)
        #expect(await visitor.refresh(tokens.refresh).error == "invalid_grant")
      }
    }

    @Test(arguments: [(59, 200), (60, 400), (61, 400)])
    func `a code lives for 60 s`(second: Int, status: Int) async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let code = await visitor.code()
        try await loop.sleep(for: .seconds(second))
        #expect(await visitor.exchange(code).status == status)
      }
    }

    @Test func `a refused exchange does not spend the code`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let code = await visitor.code()
        let other = [("redirect_uri", "http://system-admin.okta1.com:1802/elsewhere")]
        #expect(await visitor.exchange(code, other).error == "invalid_grant")
        #expect(await visitor.exchange(code, [("client_secret", "no")]).error == "invalid_client")
        #expect(await visitor.exchange(code, [("code_verifier", "x")]).error == "invalid_grant")
        #expect(await visitor.exchange(code).status == 200)
      }
    }

    // The example of RFC 7636 appendix B.
    @Test func `a code with a challenge needs its verifier`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let code = await visitor.code([
          ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
          ("code_challenge_method", "S256"),
        ])
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        #expect(await visitor.exchange(code).error == "invalid_grant")
        let wrong = [("code_verifier", verifier + "x")]
        #expect(await visitor.exchange(code, wrong).error == "invalid_grant")
        #expect(await visitor.exchange(code, [("code_verifier", verifier)]).status == 200)
      }
    }

    // MARK: The client

    // The secret form-encoded first, by RFC 6749 section 2.3.1.
    @Test(arguments: [
      ("okta:s%2Be+c%3A", 200), ("okta:s+e c:", 401), ("okta:wrong", 401), ("stranger:x", 401),
    ])
    func `Basic credentials are form-decoded`(credentials: String, status: Int) async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(SampleAppSettings(clientSecret: "s+e c:"), loop: loop)
        let answer = await visitor.post(
          "/oauth/token",
          [("grant_type", "client_credentials")],
          authorization: "Basic " + Data(credentials.utf8).base64EncodedString()
        )
        #expect(answer.status == status)
        #expect((answer.fields["WWW-Authenticate"] == "Basic realm=\"sample\"") == (status == 401))
        #expect(answer.error == (status == 401 ? "invalid_client" : nil))
      }
    }

    @Test func `two ways of authentication at once are too many`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let answer = await visitor.post(
          "/oauth/token",
          [("grant_type", "client_credentials"), ("client_secret", "sample-client-secret")],
          authorization: "Basic " + Data("okta:sample-client-secret".utf8).base64EncodedString()
        )
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_request")
      }
    }

    @Test func `client credentials give no refresh token`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let answer = await visitor.post(
          "/oauth/token?scope=a%20b",
          [
            ("grant_type", "client_credentials"), ("client_id", "okta"),
            ("client_secret", "sample-client-secret"),
          ]
        )
        #expect(answer.json["refresh_token"] == nil)
        #expect(answer.json["scope"] == "a b")
        #expect(await visitor.status(answer.tokens.access) == 200)
      }
    }

    @Test(arguments: [
      ("grant_type", "", "invalid_request"), ("grant_type", "password", "unsupported_grant_type"),
      ("code", "", "invalid_request"), ("code", "made-up", "invalid_grant"),
    ])
    func `a token request is refused by name`(
      name: String,
      value: String,
      error: String
    ) async throws {
      try await onLoop { loop in
        let answer = await AppVisitor(loop: loop).exchange("made-up", [(name, value)])
        #expect(answer.status == 400)
        #expect(answer.error == error)
        #expect(answer.fields["Cache-Control"] == "no-store")
      }
    }

    // MARK: Refresh

    @Test func `rotation gives a new refresh token each time`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let first = await visitor.tokens()
        let second = await visitor.refresh(first.refresh).tokens
        let third = await visitor.refresh(second.refresh).tokens
        #expect(Set([first.refresh, second.refresh, third.refresh]).count == 3)
        // An access token lives to its own end, whatever the refreshes.
        for tokens in [first, second, third] {
          #expect(await visitor.status(tokens.access) == 200)
        }
      }
    }

    @Test func `a fixed refresh token is repeated, an omitted one is not`() async throws {
      try await onLoop { loop in
        for rotation in [SampleAppSettings.Rotation.fixed, .omit] {
          let visitor = AppVisitor(SampleAppSettings(rotation: rotation), loop: loop)
          let first = await visitor.tokens()
          for _ in 0..<3 {
            let next = await visitor.refresh(first.refresh)
            #expect(next.status == 200)
            #expect(next.tokens.refresh == (rotation == .fixed ? first.refresh : nil))
            #expect(next.tokens.access != first.access)
          }
        }
      }
    }

    @Test(arguments: [(29, true), (30, false), (31, false)])
    func `the old refresh token works for 30 s, and gives the same successor`(
      second: Int,
      works: Bool
    ) async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(SampleAppSettings(graceWindow: .seconds(30)), loop: loop)
        let first = await visitor.tokens()
        let second2 = await visitor.refresh(first.refresh).tokens
        try await loop.sleep(for: .seconds(second))

        let again = await visitor.refresh(first.refresh)

        #expect(again.status == (works ? 200 : 400))
        if works {
          #expect(again.tokens.refresh == second2.refresh)
          #expect(again.tokens.access != second2.access)
          #expect(again.json["expires_in"] == 3600)
        } else {
          #expect(again.error == "invalid_grant")
        }
        // Reuse after the window takes the whole grant with it.
        #expect(await visitor.status(second2.access) == (works ? 200 : 401))
        #expect(await visitor.refresh(second2.refresh).status == (works ? 200 : 400))
      }
    }

    @Test func `reuse in one grant leaves another grant alone`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(SampleAppSettings(graceWindow: .zero), loop: loop)
        let stolen = await visitor.tokens()
        let other = await visitor.tokens()
        _ = await visitor.refresh(stolen.refresh)
        // Two at once are a client's.
        #expect(await visitor.refresh(stolen.refresh).error == "invalid_grant")
        #expect(await visitor.status(stolen.access) == 200)
        try await loop.sleep(for: .seconds(1))
        #expect(await visitor.refresh(stolen.refresh).error == "invalid_grant")
        #expect(await visitor.status(stolen.access) == 401)
        #expect(await visitor.status(other.access) == 200)
        #expect(await visitor.refresh(other.refresh).status == 200)
      }
    }

    @Test func `retire-on-use keeps the old refresh token until a successor is used`() async throws
    {
      try await onLoop { loop in
        for usesAccessToken in [true, false] {
          let visitor = AppVisitor(SampleAppSettings(rotation: .retireOnUse), loop: loop)
          let first = await visitor.tokens()
          let lost = await visitor.refresh(first.refresh).tokens
          try await loop.sleep(for: .seconds(300))
          let second = await visitor.refresh(first.refresh).tokens
          #expect(second.refresh == lost.refresh)

          if usesAccessToken {
            #expect(await visitor.status(second.access) == 200)
          } else {
            #expect(await visitor.refresh(second.refresh).status == 200)
          }

          #expect(await visitor.refresh(first.refresh).error == "invalid_grant")
          // At once it is taken for a second request, not for theft.
          #expect(await visitor.status(second.access) == 200)
          try await loop.sleep(for: .seconds(30))
          #expect(await visitor.refresh(first.refresh).error == "invalid_grant")
          #expect(await visitor.status(second.access) == 401)
        }
      }
    }

    // RFC 6749 section 6, and no refusal spends the token.
    @Test func `a refused refresh spends nothing`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(SampleAppSettings(graceWindow: .zero), loop: loop)
        let token = await visitor.tokens().refresh
        let refused = [
          ([("scope", "scim admin")], "invalid_scope"),
          ([("client_secret", "no")], "invalid_client"),
          ([("client_id", "stranger")], "invalid_client"), ([("scope", "\\")], "invalid_scope"),
        ]
        for (changes, error) in refused {
          #expect(await visitor.refresh(token, changes).error == error)
        }
        let narrowed = await visitor.refresh(token, [("scope", "scim")])
        #expect(narrowed.json["scope"] == "scim")
        let whole = await visitor.refresh(narrowed.tokens.refresh)
        #expect(whole.json["scope"] == "scim offline_access")
      }
    }

    @Test(arguments: [(9, 200), (10, 400), (11, 400)])
    func `a refresh token dies after its idle limit`(second: Int, status: Int) async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(refreshTokenIdleLimit: .seconds(10)),
          loop: loop
        )
        var tokens = await visitor.tokens()
        try await loop.sleep(for: .seconds(9))
        tokens = await visitor.refresh(tokens.refresh).tokens
        try await loop.sleep(for: .seconds(second))
        #expect(await visitor.refresh(tokens.refresh).status == status)
      }
    }

    @Test(arguments: [(19, 200), (20, 400), (21, 400)])
    func `the lifetime of refresh tokens counts from the consent`(
      second: Int,
      status: Int
    ) async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(refreshTokenLifetime: .seconds(20)),
          loop: loop
        )
        let start = loop.now
        var tokens = await visitor.tokens()
        try await loop.sleep(for: .seconds(10))
        tokens = await visitor.refresh(tokens.refresh).tokens
        try await loop.sleep(until: start + .seconds(second))
        #expect(await visitor.refresh(tokens.refresh).status == status)
      }
    }

    @Test func `ten lifetimes later the refresh token still works`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(accessTokenLifetime: .seconds(2)),
          loop: loop
        )
        let tokens = await visitor.tokens()
        try await loop.sleep(for: .seconds(20))
        #expect(await visitor.refresh(tokens.refresh).status == 200)
      }
    }

    // Over the sweep of dead tokens, which comes every 4096 tokens.
    @Test func `a link lives through five thousand refreshes`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(accessTokenLifetime: .seconds(60), graceWindow: .zero),
          loop: loop
        )
        var tokens = await visitor.tokens()
        for _ in 0..<5_000 {
          try await loop.sleep(for: .seconds(60))
          tokens = await visitor.refresh(tokens.refresh).tokens
        }
        #expect(await visitor.status(tokens.access) == 200)
      }
    }

    // MARK: Metadata

    // RFC 8414 sections 2 and 3.
    @Test func `the metadata say where the endpoints are and what they take`() async throws {
      try await onLoop { loop in
        let answer = await AppVisitor(SampleAppSettings(baseURL: "http://127.0.0.1:9"), loop: loop)
          .send("GET", "/.well-known/oauth-authorization-server")
        #expect(answer.status == 200)
        #expect(answer.fields["Content-Type"] == "application/json")
        #expect(
          answer.json == [
            "issuer": "http://127.0.0.1:9",
            "authorization_endpoint": "http://127.0.0.1:9/oauth/authorize",
            "token_endpoint": "http://127.0.0.1:9/oauth/token",
            "revocation_endpoint": "http://127.0.0.1:9/oauth/revoke",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
          ]
        )
      }
    }

    // MARK: Revocation

    @Test func `revoking a refresh token ends its grant, an access token only itself`() async throws
    {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        func revoke(_ token: String?) async -> Int {
          await visitor.post(
            "/oauth/revoke",
            [
              ("token", token ?? ""), ("client_id", "okta"),
              ("client_secret", "sample-client-secret"),
            ]
          ).status
        }
        let first = await visitor.tokens()
        #expect(await revoke(first.access) == 200)
        #expect(await visitor.status(first.access) == 401)
        let second = await visitor.refresh(first.refresh).tokens
        #expect(await visitor.status(second.access) == 200)

        #expect(await revoke(second.refresh) == 200)
        #expect(await visitor.status(second.access) == 401)
        // Also within the grace window.
        #expect(await visitor.refresh(first.refresh).error == "invalid_grant")
        // RFC 7009 section 2.2.
        #expect(await revoke("made-up") == 200)
      }
    }
  }
}
