import Foundation
import HTTP
import SampleApp
import Testing

extension SampleAppTests.FaultTests {
  /// The probes of the token endpoint, of grants and of access tokens.
  static func tokenProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .tokenEndpointRedirects:
      { visitor in
        let form = exchangeForm(await visitor.code())
        let answer = await visitor.post("/oauth/token", form)
        guard answer.status == 301, let target = answer.fields["Location"] else { return false }
        return await visitor.post(target, form).tokens.refresh != nil
      }
    case .tokenEndpointNeedsAgent:
      { visitor in
        let form = FormURLEncoding.encode(
          exchangeForm(await visitor.code()).map { FormField($0.0, $0.1) }
        )
        let refused = await visitor.send("POST", "/oauth/token", body: form)
        let taken = await visitor.send(
          "POST",
          "/oauth/token",
          fields: ["User-Agent": "Okta SCIM Client 1.0.0"],
          body: form
        )
        guard refused.status == 403 else { return false }
        return refused.mediaType?.isHTML == true && taken.status == 200
      }
    case .tokenEndpointBasicOnly:
      { visitor in
        let metadata = await visitor.send("GET", "/.well-known/oauth-authorization-server").json
        #expect(
          metadata["token_endpoint_auth_methods_supported"]
            == ["client_secret_basic", "client_secret_post"]
        )
        let form = exchangeForm(await visitor.code())
        let byHeader = await visitor.post(
          "/oauth/token",
          form.filter { !$0.0.hasPrefix("client_") },
          authorization: "Basic " + Data("okta:sample-client-secret".utf8).base64EncodedString()
        )
        #expect(byHeader.status == 200)
        return await visitor.exchange(await visitor.code()).error == "invalid_client"
      }
    case .refreshNeedsScope:
      { visitor in
        let token = await visitor.tokens().refresh
        let isRefused = await visitor.refresh(token).error == "invalid_scope"
        #expect(await visitor.refresh(token, [("scope", "scim")]).status == 200)
        return isRefused
      }
    case .lateRefresh500:
      { visitor in
        let tokens = await visitor.tokens()
        try await visitor.loop.sleep(for: .milliseconds(1_999))
        let next = await visitor.refresh(tokens.refresh)
        #expect(next.status == 200)
        try await visitor.loop.sleep(for: .seconds(2))
        return await visitor.refresh(next.tokens.refresh).status == 500
      }
    case .firstRefresh403HTML:
      { visitor in
        let token = await visitor.tokens().refresh
        let first = await visitor.refresh(token)
        #expect(await visitor.refresh(token).status == 200)
        return first.status == 403 && first.mediaType?.isHTML == true
      }
    case .firstRefresh503EndsGrant:
      { visitor in
        let tokens = await visitor.tokens()
        guard await visitor.refresh(tokens.refresh).status == 503 else { return false }
        #expect(await visitor.status(tokens.access) == 401)
        return await visitor.refresh(tokens.refresh).error == "invalid_grant"
      }
    case .grantEndsAfterThreeLifetimes:
      { visitor in
        var tokens = await visitor.tokens()
        for milliseconds in [3_000, 2_999] {
          try await visitor.loop.sleep(for: .milliseconds(milliseconds))
          let answer = await visitor.refresh(tokens.refresh)
          #expect(answer.status == 200)
          tokens = answer.tokens
        }
        #expect(await visitor.status(tokens.access) == 200)
        try await visitor.loop.sleep(for: .milliseconds(1))
        let isDead = await visitor.status(tokens.access) == 401
        #expect(await (visitor.refresh(tokens.refresh).error == "invalid_grant") == isDead)
        return isDead
      }
    case .newGrantEndsOld:
      { visitor in
        let old = await visitor.tokens()
        let new = await visitor.tokens()
        #expect(await visitor.status(new.access) == 200)
        guard await visitor.status(old.access) == 401 else { return false }
        return await visitor.refresh(old.refresh).error == "invalid_grant"
      }
    case .refreshEndsOtherGrants:
      { visitor in
        let other = await visitor.tokens()
        let own = await visitor.tokens()
        #expect(await visitor.status(other.access) == 200)
        let next = await visitor.refresh(own.refresh).tokens
        #expect(await visitor.status(next.access) == 200)
        return await visitor.status(other.access) == 401
      }
    case .adminIsAUser:
      { visitor in
        let tokens = await visitor.tokens()
        let app = LinkedVisitor(visitor: visitor, token: tokens.access)
        let found = await app.find("admin@example.com").first
        guard let id = found?["id"]?.string else { return false }
        #expect(await app.setActive(false, id).status == 200)
        guard await visitor.status(tokens.access) == 401 else { return false }
        return await visitor.refresh(tokens.refresh).error == "invalid_grant"
      }
    case .rotationWithheld:
      { visitor in
        let answer = await visitor.refresh(await visitor.tokens().refresh)
        #expect(await visitor.status(answer.tokens.access) == 200)
        return answer.tokens.refresh == nil
      }
    case .refreshRepeatsAccessToken:
      { visitor in
        let first = await visitor.tokens()
        try await visitor.loop.sleep(for: .seconds(2))
        let next = await visitor.refresh(first.refresh).tokens
        let isDead = await visitor.status(next.access) == 401
        return next.access == first.access && isDead
      }
    case .refreshError401:
      { visitor in
        #expect(await visitor.refresh(await visitor.tokens().refresh).status == 200)
        let answer = await visitor.refresh("made-up")
        #expect(answer.error == "invalid_grant")
        return answer.status == 401
      }
    case .refreshErrorWithoutCode:
      { visitor in
        #expect(await visitor.refresh(await visitor.tokens().refresh).status == 200)
        let answer = await visitor.refresh("made-up")
        return answer.status == 400 && answer.error == nil && answer.json["code"] == 400
      }
    case .refreshedTokenDead:
      { visitor in
        let tokens = await visitor.tokens()
        #expect(await visitor.status(tokens.access) == 200)
        let next = await visitor.refresh(tokens.refresh).tokens
        return await visitor.status(next.access) == 401
      }
    case .refreshNarrowsScope:
      { visitor in
        let tokens = await visitor.tokens()
        let next = await visitor.refresh(tokens.refresh).tokens
        #expect(await visitor.status(next.access) == 200)
        let answer = await create(visitor, next.access)
        guard answer.status == 403 else { return false }
        return answer.fields["WWW-Authenticate"]?.contains("insufficient_scope") == true
      }
    case .expiredToken404: expired { $0.status == 404 }
    case .expiredToken200Prose: expired { $0.status == 200 && $0.mediaType?.isHTML == true }
    case .challengeWithoutError: expired { $0.fields["WWW-Authenticate"] == "Bearer" }
    case .refusedPatchApplied:
      { visitor in
        let app = LinkedVisitor(visitor: visitor, token: await visitor.tokens().access)
        let user = await firstUser(app)
        try await visitor.loop.sleep(for: .seconds(2))
        #expect(await app.setActive(false, user.id).status == 401)
        #expect(await create(visitor, app.token).status == 401)
        let fresh = LinkedVisitor(visitor: visitor, token: await visitor.tokens().access)
        #expect(await fresh.find("new@example.com").isEmpty)
        return await fresh.get("/Users/\(user.id)").json["active"] == false
      }
    case .lostUserAfterRefresh:
      { visitor in
        let tokens = await visitor.tokens()
        let id = await create(visitor, tokens.access).json["id"]?.string ?? ""
        var app = LinkedVisitor(visitor: visitor, token: tokens.access)
        #expect(await app.get("/Users/\(id)").status == 200)
        app.token = await visitor.refresh(tokens.refresh).tokens.access
        let user = await firstUser(app)
        #expect(await app.get("/Users/\(user.id)").status == 200)
        return await app.get("/Users/\(id)").status == 404
      }
    default: nil
    }
  }

  private static func exchangeForm(_ code: String) -> [(String, String)] {
    [
      ("grant_type", "authorization_code"), ("code", code),
      ("redirect_uri", AppVisitor.redirectURI), ("client_id", "okta"),
      ("client_secret", "sample-client-secret"),
    ]
  }
}
