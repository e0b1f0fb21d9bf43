import HTTP
import JSON
import Loop
import SampleApp
import TestSupport
import Testing

extension SampleAppTests {
  @Suite struct FaultTests {
    /// Shows whether an app is wrong in the way of the fault.
    typealias Probe = @Sendable (AppVisitor) async throws -> Bool

    @Test(arguments: Fault.functional)
    func `each fault shows, and only where it is asked for`(fault: Fault) async throws {
      let probe = try #require(Self.probe(fault), "\(fault.rawValue) has no probe")
      for faults in [[], [fault]] as [Set<Fault>] {
        let shows = try await onLoop { loop in
          var settings = SampleAppSettings(
            accessTokenLifetime: .seconds(2),
            faults: faults,
            users: Self.isOfManyUsers(fault) ? 103 : 2
          )
          settings.groups = 5
          return try await probe(AppVisitor(settings, loop: loop))
        }
        #expect(shows == !faults.isEmpty, "\(fault.rawValue), faults: \(faults)")
      }
    }

    @Test func `each fault says what it is`() {
      for fault in Fault.allCases {
        #expect(!fault.row.summary.isEmpty && !fault.row.breaks.isEmpty)
        #expect(fault.rawValue.allSatisfy { $0 == "-" || $0.isNumber || $0.isLowercase })
      }
    }

    @Test func `two faults at one seam both act`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(faults: [.stateMissing, .codeEmpty]),
          loop: loop
        )
        let parameters = await visitor.redirect()
        #expect(parameters["code"] == "")
        #expect(parameters["state"] == nil)
      }
    }

    private static func probe(_ fault: Fault) -> Probe? {
      let themes: [@Sendable (Fault) -> Probe?] = [
        firstProbe, tokenProbe, trialProbe, codeProbe, revocationProbe, hookProbe, lookUpProbe,
        pageProbe, createProbe, representationProbe, limitProbe, writeProbe, activeProbe,
        entitlementProbe, groupProbe, oldSpecProbe,
      ]
      return themes.lazy.compactMap { $0(fault) }.first
    }

    private static let anotherHost =
      "https://ct1-bootstrap.clouditude.com/admin/app/cpc/sample_app_1/oauth/callback"
    private static let anotherPath = AppVisitor.redirectURI + "/another"

    private static func firstProbe(_ fault: Fault) -> Probe? {
      switch fault {
      case .stateAltered:
        { visitor in
          let state = await visitor.redirect()["state"]
          return state != nil && state != "s t+ate/1"
        }
      case .stateMissing: { await $0.redirect()["state"] == nil }
      case .codeEmpty: { await $0.code() == "" }
      case .redirectURIAnyHost:
        { visitor in
          #expect(await visitor.redirect([("redirect_uri", anotherPath)]).isEmpty)
          return await visitor.code([("redirect_uri", anotherHost)]) != ""
        }
      case .redirectErrorSentAnywhere:
        { visitor in
          let answer = await visitor.authorize([("redirect_uri", anotherHost)])
          return answer.fields["Location"]?.hasPrefix(anotherHost + "?error=") == true
        }
      case .tokenResponseExpiresInString: tokenResponse { $0.json["expires_in"] == "2" }
      case .expiresInMissing: tokenResponse { $0.json["expires_in"] == nil }
      case .tokenTypeMissing: tokenResponse { $0.json["token_type"] == nil }
      case .tokenResponseCacheable: tokenResponse { $0.fields["Cache-Control"] == nil }
      case .noRefreshToken: tokenResponse { $0.json["refresh_token"] == nil }
      case .refreshDiesWithAccessToken:
        { visitor in
          let tokens = await visitor.tokens()
          try await visitor.loop.sleep(for: .milliseconds(1_999))
          let next = await visitor.refresh(tokens.refresh).tokens
          #expect(next.refresh != nil)
          try await visitor.loop.sleep(for: .seconds(2))
          return await visitor.refresh(next.refresh).error == "invalid_grant"
        }
      case .rotationOldTokenReturned:
        { visitor in
          let tokens = await visitor.tokens()
          let next = await visitor.refresh(tokens.refresh).tokens
          #expect(await visitor.status(next.access) == 200)
          let isRefused = await visitor.refresh(next.refresh).error == "invalid_grant"
          return next.refresh == tokens.refresh && isRefused
        }
      case .secondRefreshRefused:
        { visitor in
          let tokens = await visitor.tokens()
          let next = await visitor.refresh(tokens.refresh)
          #expect(next.status == 200)
          return await visitor.refresh(next.tokens.refresh).error == "invalid_grant"
        }
      case .noTokenServed:
        { visitor in await visitor.scim("GET", "/Users", token: nil).status == 200 }
      case .unknownTokenServed: { visitor in await visitor.status("nobody gave this") == 200 }
      case .expiredTokenAccepted: expired { $0.status == 200 }
      case .expiredToken403: expired { $0.status == 403 }
      case .expiredToken500: expired { $0.status == 500 }
      case .expiredTokenRedirect:
        expired { $0.status == 302 && $0.fields["Location"]?.hasSuffix("/oauth/login") == true }
      case .writeRoutesAcceptExpired:
        { visitor in
          let token = try await expiredToken(visitor)
          #expect(await visitor.status(token) == 401)
          return await create(visitor, token).status == 201
        }
      case .writeRoutes403:
        { visitor in
          let token = try await expiredToken(visitor)
          #expect(await visitor.status(token) == 401)
          return await create(visitor, token).status == 403
        }
      case .refusedWriteApplied:
        { visitor in
          let token = try await expiredToken(visitor)
          guard await create(visitor, token).status == 401 else { return false }
          // The second one meets the first.
          let fresh = await visitor.tokens().access
          return await create(visitor, fresh).status == 409
        }
      case .earlyDeath:
        { visitor in
          let token = await visitor.tokens().access
          try await visitor.loop.sleep(for: .milliseconds(999))
          #expect(await visitor.status(token) == 200)
          try await visitor.loop.sleep(for: .milliseconds(1))
          return await visitor.status(token) == 401
        }
      case .challengeMissing: expired { $0.fields["WWW-Authenticate"] == nil }
      case .challengeBasic: expired { $0.fields["WWW-Authenticate"]?.hasPrefix("Basic") == true }
      case .errorBodyHTML: expired { $0.status == 401 && $0.mediaType?.isHTML == true }
      case .errorStatusNumber: expired { $0.json["status"] == 401 }
      case .errorWithoutSchemas: expired { $0.json["schemas"] == nil }
      case .errorShowsSQL:
        linked { app in
          _ = await create(app.visitor, app.token)
          let again = await create(app.visitor, app.token)
          return again.json["detail"] == "UNIQUE constraint failed: directory.name"
        }
      case .errorShowsTrace:
        linked { app in
          let detail = await app.get("/Users/nobody").json["detail"]?.string
          return detail?.hasPrefix("Traceback (most recent call last):") == true
        }
      case .lookUpIgnoresFilter:
        linked { app in
          let filter = "/Users?filter=userName%20eq%20%22nobody%40example.com%22"
          return await app.get(filter).json["totalResults"] == 2
        }
      case .listTotalAsString: linked { await $0.get("/Users").json["totalResults"] == "2" }
      case .create200: linked { await create($0.visitor, $0.token).status == 200 }
      case .createWithoutID: linked { await create($0.visitor, $0.token).json["id"] == nil }
      case .createDuplicate500:
        linked { app in
          _ = await create(app.visitor, app.token)
          return await create(app.visitor, app.token).status == 500
        }
      case .putLosesAttribute:
        linked { app in
          let user = await firstUser(app)
          let answer = await app.put("/Users/\(user.id)", user.json.compactText)
          #expect(answer.status == 200)
          let later = await app.get("/Users/\(user.id)").json
          return answer.json["displayName"] == nil && later["displayName"] == nil
        }
      case .putEchoEmpty:
        linked { app in
          let user = await firstUser(app)
          let answer = await app.put("/Users/\(user.id)", user.json.compactText)
          #expect(answer.status == 200)
          return answer.body.isEmpty
        }
      case .deactivateIgnored:
        linked { app in
          var user = await firstUser(app)
          _ = await app.patch(
            "/Users/\(user.id)",
            "{\"op\":\"replace\",\"value\":{\"active\":false}}"
          )
          let afterPatch = await app.get("/Users/\(user.id)").json["active"]
          user.json.setActive(false)
          let afterPut = await app.put("/Users/\(user.id)", user.json.compactText).json["active"]
          #expect(afterPatch == afterPut)
          return afterPut == true
        }
      case .patchPathlessRefused:
        linked { app in
          let user = await firstUser(app)
          let named = "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}"
          #expect(await app.patch("/Users/\(user.id)", named).status == 200)
          let pathless = "{\"op\":\"replace\",\"value\":{\"active\":false}}"
          return await app.patch("/Users/\(user.id)", pathless).status == 400
        }
      case .patch501:
        linked { app in
          let user = await firstUser(app)
          let named = "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}"
          return await app.patch("/Users/\(user.id)", named).status == 501
        }
      default: nil
      }
    }

    // MARK: Parts of probes

    static func tokenResponse(
      _ isWrong: @escaping @Sendable (AppAnswer) -> Bool
    ) -> Probe {
      { visitor in
        let answer = await visitor.exchange(await visitor.code())
        #expect(answer.status == 200)
        return isWrong(answer)
      }
    }

    static func expired(_ isWrong: @escaping @Sendable (AppAnswer) -> Bool) -> Probe {
      { visitor in
        let token = try await expiredToken(visitor)
        return isWrong(await visitor.scim("GET", "/Users?startIndex=1&count=2", token: token))
      }
    }

    static func linked(
      _ isWrong: @escaping @Sendable (LinkedVisitor) async throws -> Bool
    ) -> Probe {
      { visitor in
        let token = await visitor.tokens().access
        return try await isWrong(LinkedVisitor(visitor: visitor, token: token))
      }
    }

    static func expiredToken(_ visitor: AppVisitor) async throws -> String {
      let token = await visitor.tokens().access
      try await visitor.loop.sleep(for: .seconds(2))
      return token
    }

    static func create(_ visitor: AppVisitor, _ token: String) async -> AppAnswer {
      await visitor.scim(
        "POST",
        "/Users",
        token: token,
        body: SampleAppTests.SCIMEndpointTests.user("new@example.com")
      )
    }

    static func firstUser(_ app: LinkedVisitor) async -> (id: String, json: JSONValue) {
      let user = await app.get("/Users?startIndex=1&count=1").json["Resources"]?.array?.first
      return (user?["id"]?.string ?? "", user ?? .null)
    }
  }
}

extension JSONValue {
  fileprivate mutating func setActive(_ isActive: Bool) {
    guard var object else { return }
    object["active"] = .boolean(isActive)
    self = .object(object)
  }
}
