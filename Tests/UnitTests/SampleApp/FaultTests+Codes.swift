import HTTP
import SampleApp
import Testing

extension SampleAppTests.FaultTests {
  private static let otherClient = [
    ("client_id", "okta-2"), ("client_secret", "sample-second-secret"),
  ]
  private static let challenge: [(String, String?)] = [
    ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    ("code_challenge_method", "S256"),
  ]

  /// Codes, and authorizations that are refused.
  static func codeProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .codeLivesOn:
      { visitor in
        let code = await visitor.code()
        #expect(await visitor.exchange(code).status == 200)
        try await visitor.loop.sleep(for: .seconds(1))
        return await visitor.exchange(code).status == 200
      }
    case .codeReuseLeavesTokens:
      { visitor in
        let code = await visitor.code()
        let tokens = await visitor.exchange(code).tokens
        #expect(await visitor.exchange(code).error == "invalid_grant")
        return await visitor.status(tokens.access) == 200
      }
    case .codeReuse500:
      { visitor in
        let code = await visitor.code()
        _ = await visitor.exchange(code)
        return await visitor.exchange(code).status == 500
      }
    case .codeRaceGrants:
      { visitor in
        let code = await visitor.code()
        _ = await visitor.exchange(code)
        let isGranted = await visitor.exchange(code).status == 200
        try await visitor.loop.sleep(for: .seconds(1))
        #expect(await visitor.exchange(code).error == "invalid_grant")
        return isGranted
      }
    case .codeNeverEnds:
      { visitor in
        let code = await visitor.code()
        try await visitor.loop.sleep(for: .seconds(3600))
        return await visitor.exchange(code).status == 200
      }
    case .codeEndsAtOnce:
      { visitor in
        let code = await visitor.code()
        try await visitor.loop.sleep(for: .seconds(3))
        return await visitor.exchange(code).error == "invalid_grant"
      }
    case .codeAnyRedirect: wrongExchange([("redirect_uri", "https://example.com/another")])
    case .codeAnyVerifier: wrongExchange([("code_verifier", "another")], challenge)
    case .codeWithoutVerifier: wrongExchange([], challenge)
    case .codeAnyClient: wrongExchange(otherClient)
    case .refusalGrants: refusal { $0["code"] != nil }
    case .refusalShowsPage: refusal { $0.isEmpty }
    case .refusalLosesState: refusal { $0["error"] == "access_denied" && $0["state"] == nil }
    case .refusalWithoutError:
      refusal { $0["state"] != nil && $0["error"] == nil && $0["code"] == nil }
    case .refusalServerError: refusal { $0["error"] == "server_error" }
    default: nil
    }
  }

  private static func wrongExchange(
    _ changes: [(String, String)],
    _ authorization: [(String, String?)] = []
  ) -> Probe {
    { visitor in
      let answer = await visitor.exchange(await visitor.code(authorization), changes)
      if answer.status != 200 { #expect(answer.error == "invalid_grant") }
      return answer.status == 200
    }
  }

  private static func refusal(_ isWrong: @escaping @Sendable ([FormField]) -> Bool) -> Probe {
    { visitor in isWrong(await visitor.redirect(decision: "deny")) }
  }

  /// Revocations, and the scope of refreshes.
  static func revocationProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .revocationRefused:
      { visitor in
        let tokens = await visitor.tokens()
        #expect(await visitor.revoke(tokens.access).status == 200)
        return await visitor.revoke(tokens.refresh).error == "unsupported_token_type"
      }
    case .revocationIgnored:
      { visitor in
        let tokens = await visitor.tokens()
        #expect(await visitor.revoke(tokens.refresh).status == 200)
        return await visitor.refresh(tokens.refresh).status == 200
      }
    case .revocationLateIgnored:
      { visitor in
        let early = await visitor.tokens()
        _ = await visitor.revoke(early.refresh)
        #expect(await visitor.refresh(early.refresh).error == "invalid_grant")
        let late = await visitor.tokens()
        try await visitor.loop.sleep(for: .seconds(3))
        #expect(await visitor.revoke(late.refresh).status == 200)
        return await visitor.refresh(late.refresh).status == 200
      }
    case .revocationLeavesWindow:
      { visitor in
        let first = await visitor.tokens()
        let next = await visitor.refresh(first.refresh).tokens
        _ = await visitor.revoke(next.refresh)
        #expect(await visitor.refresh(next.refresh).error == "invalid_grant")
        return await visitor.refresh(first.refresh).status == 200
      }
    case .revocationEndsAll:
      { visitor in
        let one = await visitor.tokens()
        let two = await visitor.tokens()
        _ = await visitor.revoke(two.refresh)
        return await visitor.status(one.access) == 401
      }
    case .revokedAccessServed:
      { visitor in
        let tokens = await visitor.tokens()
        #expect(await visitor.revoke(tokens.access).status == 200)
        return await visitor.status(tokens.access) == 200
      }
    case .scopeWidened:
      { visitor in
        let tokens = await visitor.tokens()
        let answer = await visitor.refresh(tokens.refresh, [("scope", "scim more")])
        return answer.json["scope"]?.string?.contains("more") == true
      }
    case .scopeRefused:
      { visitor in
        let tokens = await visitor.tokens()
        return await visitor.refresh(tokens.refresh, [("scope", "scim")]).error == "invalid_scope"
      }
    case .scopeShrinks:
      { visitor in
        let tokens = await visitor.tokens()
        let less = await visitor.refresh(tokens.refresh, [("scope", "scim")]).tokens
        let next = await visitor.refresh(less.refresh)
        return next.json["scope"]?.string == "scim"
      }
    case .refusedScopeSpendsToken:
      { visitor in
        let tokens = await visitor.tokens()
        let refused = await visitor.refresh(tokens.refresh, [("scope", "more")])
        #expect(refused.error == "invalid_scope")
        return await visitor.refresh(tokens.refresh).error == "invalid_grant"
      }
    default: nil
    }
  }

  /// Changes from outside, and other tenants.
  static func hookProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .refreshEndsAccessToken:
      { visitor in
        let tokens = await visitor.tokens()
        #expect(await visitor.status(tokens.access) == 200)
        #expect(await visitor.refresh(tokens.refresh).status == 200)
        return await visitor.status(tokens.access) == 401
      }
    case .refreshTokenNotASCII:
      { visitor in
        let token = await visitor.tokens().refresh ?? ""
        #expect(await visitor.refresh(token).status == 200)
        return token.hasSuffix("é")
      }
    case .expiresInZero:
      { visitor in await visitor.exchange(await visitor.code()).json["expires_in"] == 0 }
    case .createAnsweredLate:
      { visitor in
        let tokens = await visitor.tokens()
        let begun = visitor.loop.now
        let body = #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada"}"#
        let answer = await visitor.scim("POST", "/Users", token: tokens.access, body: body)
        #expect(answer.status == 201)
        return visitor.loop.now - begun >= .seconds(60)
      }
    case .reuseEndsAllGrants:
      { visitor in
        let one = await visitor.tokens()
        let two = await visitor.tokens()
        _ = await visitor.refresh(one.refresh)
        try await visitor.loop.sleep(for: .seconds(60))
        #expect(await visitor.refresh(one.refresh).error == "invalid_grant")
        return await visitor.refresh(two.refresh).error == "invalid_grant"
      }
    case .tenantsShareUsers:
      { visitor in
        let other = await visitor.exchange(
          await visitor.redirect(
            username: "admin@second.example",
            password: "sample-second-password"
          )["code"] ?? ""
        ).tokens
        let page = await visitor.scim("GET", "/Users", token: other.access)
        return page.json["totalResults"] == 2
      }
    case .restartEndsGrants: refreshed(after: "restart-app") { $0 == 400 }
    case .restartEndsAccessTokens: served(after: "restart-app") { $0 == 401 }
    case .sessionEndEndsGrants: refreshed(after: "end-admin-session") { $0 == 400 }
    case .sessionEndEndsAccessTokens: served(after: "end-admin-session") { $0 == 401 }
    case .signInPolicyEndsGrants: refreshed(after: "change-sign-in-policy") { $0 == 400 }
    case .adminLeavesGrantLives: refreshed(after: "deactivate-admin") { $0 == 200 }
    case .removedGrantLives: refreshed(after: "revoke-grant") { $0 == 200 }
    case .oldSecretServed: refreshed(after: "rotate-client-secret") { $0 == 200 }
    case .secretChangeEndsGrants:
      { visitor in
        let tokens = await visitor.tokens()
        #expect(await visitor.hook("rotate-client-secret").status == 204)
        #expect(await visitor.refresh(tokens.refresh).error == "invalid_client")
        #expect(await visitor.hook("rotate-client-secret").status == 204)
        return await visitor.refresh(tokens.refresh).error == "invalid_grant"
      }
    default: nil
    }
  }

  private static func refreshed(
    after hook: String,
    _ isWrong: @escaping @Sendable (Int) -> Bool
  ) -> Probe {
    { visitor in
      let tokens = await visitor.tokens()
      #expect(await visitor.hook(hook).status == 204)
      return isWrong(await visitor.refresh(tokens.refresh).status)
    }
  }

  private static func served(
    after hook: String,
    _ isWrong: @escaping @Sendable (Int) -> Bool
  ) -> Probe {
    { visitor in
      let tokens = await visitor.tokens()
      #expect(await visitor.hook(hook).status == 204)
      #expect(await visitor.refresh(tokens.refresh).status == 200)
      return isWrong(await visitor.status(tokens.access))
    }
  }
}
