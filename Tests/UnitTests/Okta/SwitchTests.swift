import HTTP
import Loop
import OAuth
import Okta
import Profiles
import TestSupport
import Testing
import World

/// What the switches about users change on the wire, each beside its default.
@Suite struct SwitchTests {
  private let lookUp =
    "GET /t1/scim/Users?filter=userName%20eq%20%22ada.n1%40example.com%22&startIndex=1&count=100"
  private let user = "/t1/scim/Users/u1"

  /// An app that has nobody at first, and then whom it was sent.
  private func side(
    _ loop: EventLoop,
    _ switches: [String: String],
    family: AppFamily = .oinPatch,
    capabilities: Set<Capability> = [.createUsers, .updateUsers, .deactivateUsers],
    createStatus: Int = 201,
    isLost: Bool = false,
    found: String? = nil
  ) -> OktaSide {
    let app = ScriptedTransport(loop: loop) { request, _ in
      if request.url.query?.hasPrefix("filter") == true {
        return .success(found.map { .list($0) } ?? .nobody)
      }
      let held = #"{"id":"u1","userName":"ada.n1@example.com","active":true}"#
      switch request.method {
      case "POST": return .success(.scim(held, status: createStatus))
      case "GET" where isLost:
        return .success(.scim(#"{"detail":"gone","status":"404"}"#, status: 404))
      default: return .success(.scim(held))
      }
    }
    return OktaSide(
      loop: loop,
      profile: .make(
        family: family,
        capabilities: capabilities,
        switches: switches.merging(["createPassword": "none"]) { value, _ in value }
      ),
      app: app
    )
  }

  /// litellm 27308: one app's log has a look-up before a deactivation.
  @Test(arguments: [LifecycleEvent.deactivate("ada"), .unassign("ada")], [true, false])
  func `a look-up may come before a deactivation`(
    event: LifecycleEvent,
    isOn: Bool
  ) async throws {
    try await onLoop { loop in
      let okta = side(loop, ["lookUpBeforeDeactivate": "\(isOn)"])
      #expect(await okta.perform(.assignAda, event) == "success")
      #expect(okta.lines(from: 3) == (isOn ? [lookUp] : []) + ["PATCH \(user)"])
    }
  }

  @Test(arguments: [("2xx", "success"), ("201", "HTTP 200 where Okta wants 201")])
  func `a create that is answered 200`(wanted: String, ending: String) async throws {
    try await onLoop { loop in
      let okta = side(loop, ["createStatus": wanted], createStatus: 200)
      #expect(await okta.perform(.assignAda).hasSuffix(ending))
    }
  }

  @Test(arguments: ["%2B", "+"])
  func `a plus in a user name`(plus: String) async throws {
    try await onLoop { loop in
      let okta = side(loop, ["filterPlus": plus])
      await okta.perform(
        .assign("ada", [AttributeChange(name: "login", value: "ada+x@example.com")])
      )
      #expect(okta.lines().first?.contains("%22ada\(plus)x%40example.com%22") == true)
    }
  }

  /// A capture with Import Groups off has no list of groups; Okta's 1.1 reference has one.
  @Test(arguments: [("with-import", false), ("always", true)])
  func `saving lists groups`(value: String, isListed: Bool) async throws {
    try await onLoop { loop in
      let okta = side(loop, ["saveListsGroups": value])
      await okta.perform(.saveConnection)
      #expect(okta.lines().contains("GET /t1/scim/Groups?startIndex=1&count=100") == isListed)
    }
  }

  /// Okta help: "Exclude username updates".
  @Test(arguments: [true, false])
  func `a changed user name`(isSent: Bool) async throws {
    try await onLoop { loop in
      let okta = side(loop, ["userNameUpdates": "\(isSent)"])
      await okta.perform(
        .assignAda,
        .update("ada", [AttributeChange(name: "login", value: "eve@example.com")])
      )
      let name = isSent ? "eve@example.com" : "ada.n1@example.com"
      #expect(okta.bodies().last?.contains(#""userName":"\#(name)""#) == true)
    }
  }

  /// One vendor reports a second user where somebody is renamed.
  @Test func `somebody renamed may be looked up by the new name`() async throws {
    try await onLoop { loop in
      let okta = side(loop, ["renamedUser": "look-up"])
      let renaming = LifecycleEvent.update(
        "ada",
        [AttributeChange(name: "login", value: "eve@example.com")]
      )
      #expect(await okta.perform(.assignAda, renaming) == "success")
      #expect(
        okta.lines(from: 3) == [
          lookUp.replacing("ada.n1", with: "eve"), "POST /t1/scim/Users",
        ]
      )
      let other = LifecycleEvent.update("ada", [AttributeChange(name: "title", value: "Countess")])
      let before = okta.lines().count
      #expect(
        await okta.perform(
          .update("ada", [AttributeChange(name: "login", value: "ada.n1@example.com")]),
          other
        ) == "success"
      )
      #expect(
        okta.lines(from: before + 1) == [
          "GET \(user)", "PUT \(user)", "GET \(user)", "PUT \(user)",
        ]
      )
    }
  }

  @Test(arguments: ["task", "create"])
  func `a user whom the app has lost`(value: String) async throws {
    try await onLoop { loop in
      let okta = side(loop, ["missingUser": value], isLost: true)
      let ending = await okta.perform(
        .assignAda,
        .update("ada", [AttributeChange(name: "title", value: "Countess")])
      )
      #expect((ending == "success") == (value == "create"))
      #expect(
        okta.lines(from: 3)
          == ["GET \(user)"] + (value == "create" ? ["POST /t1/scim/Users"] : [])
      )
    }
  }

  /// Okta devforum 27262: filter, GET, PUT, GET, PUT.
  @Test(arguments: [("twice", 2), ("once", 1)])
  func `an inactive user who is found is activated`(value: String, rounds: Int) async throws {
    try await onLoop { loop in
      let okta = side(
        loop,
        ["linkActivation": value],
        family: .aiw,
        found: #"{"id":"u1","userName":"ada.n1@example.com","active":false}"#
      )
      await okta.perform(.assignAda)
      let round = ["GET \(user)", "PUT \(user)"]
      #expect(okta.lines() == [lookUp] + Array(repeating: round, count: rounds).flatMap(\.self))
      #expect(okta.bodies().allSatisfy { $0.contains(#""active":true"#) })
    }
  }

  /// RFC 6749 section 6: scope may be asked for, redirect_uri is not foreseen.
  @Test(arguments: [
    ("none", []), ("scope", ["scope"]), ("redirect-uri", ["redirect_uri"]),
    ("both", ["scope", "redirect_uri"]),
  ])
  func `a refresh may repeat what was asked for`(value: String, fields: [String]) async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop) { request, number in
        if request.url.query?.hasPrefix("startIndex") == true { return .success(.nobody) }
        return .success(
          .json(
            #"{"access_token":"a\#(number)","token_type":"Bearer","expires_in":5,"refresh_token":"r1"}"#
          )
        )
      }
      let settings = AuthorizationCodeSettings(
        authorizationEndpoint: "https://app.test/authorize",
        tokenEndpoint: "https://app.test/token",
        redirectURI: "https://okta.test/callback",
        client: ClientSettings(id: "okta", secret: Secret("s", alias: "client_secret")),
        scopes: ["scim", "offline_access"],
        refresh: RefreshPolicy(),
        grants: .perScenario,
        login: .form(
          FormLogin(username: "admin", password: Secret("p", alias: "password#1"))
        )
      )
      let okta = OktaSide(
        loop: loop,
        profile: .make(
          authentication: .authorizationCode(settings),
          switches: ["refreshParameters": value]
        ),
        app: app
      )
      let session = try #require(okta.provisioner.session)
      try await session.begin(
        .authorizationCode(
          Secret("c1", alias: "code#1"),
          redirectURI: settings.redirectURI,
          codeVerifier: nil
        ),
        for: Cause()
      )
      try await loop.sleep(for: .seconds(6))
      #expect(await okta.perform(.testCredentials) == "success")
      let form = FormURLEncoding.decode(app.received[1].text)
      let names = form.map(\.name).filter { ["scope", "redirect_uri"].contains($0) }
      #expect(names == fields)
      #expect(
        form.first { $0.name == "scope" }?.value ?? "scim offline_access" == "scim offline_access"
      )
    }
  }
}
