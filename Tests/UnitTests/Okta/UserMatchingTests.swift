import HTTP
import Loop
import Okta
import Profiles
import TestSupport
import Testing
import World

@Suite struct UserMatchingTests {
  private let lookUp =
    "GET /t1/scim/Users?filter=userName%20eq%20%22ada.n1%40example.com%22&startIndex=1&count=100"
  private let start = "Automatic provisioning of user Ada Lovelace to app acme-chat failed: "

  /// A user of the app's own, with keys that Okta does not know.
  private func found(active: Bool) -> String {
    #"{"id":"u/1","meta":{"version":"W/1"},"userName":"ADA.n1@example.com","x":[1.0],"active":\#(active)}"#
  }

  // MARK: Create

  /// Okta, SCIM 2.0 reference, Create Users: the keys in this order.
  @Test(arguments: [HTTPResponse.nobody, .scimError(404, "none"), HTTPResponse(status: 404)])
  func `a person whom the app does not know is created`(answer: HTTPResponse) async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [answer, .scim(#"{"id":"u1"}"#, status: 201)])

      #expect(await okta.perform(.assignAda) == "success")

      let id = await okta.oktaID("ada")
      #expect(id.hasPrefix("00u") && id.count == 20)
      #expect(okta.lines() == [lookUp, "POST /t1/scim/Users"])
      #expect(
        okta.bodies() == [
          #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"#
            + #""userName":"ada.n1@example.com","#
            + #""name":{"givenName":"Ada","familyName":"Lovelace"},"#
            + #""emails":[{"primary":true,"value":"ada.n1@example.com","type":"work"}],"#
            + #""displayName":"Ada Lovelace","locale":"en-US","#
            + #""externalId":"\#(id)","groups":[],"active":true}"#
        ]
      )
    }
  }

  @Test func `a create carries a password of eight characters before active`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(mappings: [AttributeMapping(from: "login", to: "userName")], switches: [:]),
        answers: [.nobody, .scim(#"{"id":"u1"}"#, status: 201)]
      )
      await okta.perform(.assignAda)
      let body = try #require(okta.bodies().first)
      let match = body.wholeMatch(
        of: /\{.*,"groups":\[\],"password":"([A-Za-z0-9]{8})","active":true\}/
      )
      let password = try #require(match?.1)
      #expect(okta.aliases.alias(of: String(password)) == "password#1")
      // Okta's default policy: a small letter, a capital and a digit.
      #expect(password.firstMatch(of: /[0-9]/) != nil)
      #expect(password.firstMatch(of: /[A-Z]/) != nil)
      #expect(password.firstMatch(of: /[a-z]/) != nil)
    }
  }

  @Test func `an extension with a value names its schema`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.nobody, .scim(#"{"id":"u1"}"#, status: 201)])
      await okta.perform(
        .assign(
          "ada",
          [
            AttributeChange(name: "department", value: "Engines"),
            AttributeChange(name: "managerId", value: "m1"),
            AttributeChange(name: "mobilePhone", value: "+1"),
            AttributeChange(name: "city", value: "London"),
            AttributeChange(name: "streetAddress", value: "12 St James's Square"),
          ]
        )
      )
      let body = try #require(okta.bodies().first)
      #expect(
        body.hasPrefix(
          #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","#
            + #""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName""#
        )
      )
      #expect(
        body.contains(
          #""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"#
            + #"{"department":"Engines","manager":{"value":"m1"}}"#
        )
      )
      // Okta, SCIM FAQs: primary true on the one that Okta uses.
      #expect(body.contains(#""phoneNumbers":[{"primary":true,"value":"+1","type":"mobile"}]"#))
      #expect(
        body.contains(
          #""addresses":[{"primary":true,"type":"work","streetAddress":"12 St James's Square","#
            + #""locality":"London"}]"#
        )
      )
    }
  }

  typealias Refusal = (answer: HTTPResponse, end: String)

  @Test(
    arguments: [
      (
        .scimError(409, "userName is taken"),
        "Conflict. Errors reported by remote server: userName is taken"
      ),
      (
        .scimError(400, "department is required"),
        "Bad Request. Errors reported by remote server: department is required"
      ),
      // Okta, SCIM 2.0 reference, Create Users.
      (HTTPResponse(status: 201), "Create new user returned empty user."),
      (.scim("{}", status: 201), "Create new user returned empty user."),
      (.scim(#"{"id":""}"#, status: 201), "Create new user returned empty user."),
    ] as [Refusal]
  )
  func `a create that brings no user stops the event`(refusal: Refusal) async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.nobody, refusal.answer])
      #expect(
        await okta.perform(.assignAda)
          == start + "Error while creating user Ada Lovelace: " + refusal.end
      )
      #expect(okta.lines().count == 2)
      #expect(okta.provisioner.directory["ada"]?.id == nil)
    }
  }

  @Test func `an answer that is no JSON is quoted as Okta quotes it`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        answers: [HTTPResponse(status: 502, body: Array("error".utf8))]
      )
      let message = await okta.perform(.assignAda)
      #expect(
        message.hasPrefix(
          start + "Error while verifying if user Ada Lovelace exists: Bad Gateway. "
            + "Errors reported by remote server: Invalid JSON: "
        )
      )
    }
  }

  @Test func `a numeric id is kept as text`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.nobody, .scim(#"{"id":42}"#, status: 201)])
      await okta.perform(.assignAda)
      #expect(okta.provisioner.directory["ada"]?.id == "42")
    }
  }

  // MARK: Link

  @Test func `a user that is found is linked: GET, then PUT of all that the app gave`()
    async throws
  {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        answers: [
          .list(#"{"id":"z","userName":"other"}"#, found(active: true)), .scim(found(active: true)),
          .scim(found(active: true)),
        ]
      )

      #expect(await okta.perform(.assignAda) == "success")

      #expect(okta.lines() == [lookUp, "GET /t1/scim/Users/u%2F1", "PUT /t1/scim/Users/u%2F1"])
      let id = await okta.oktaID("ada")
      #expect(
        okta.bodies() == [
          #"{"id":"u/1","meta":{"version":"W/1"},"userName":"ada.n1@example.com","x":[1.0],"#
            + #""active":true,"externalId":"\#(id)","#
            + #""displayName":"Ada Lovelace","locale":"en-US","#
            + #""emails":[{"value":"ada.n1@example.com","type":"work","primary":true}],"#
            + #""name":{"familyName":"Lovelace","givenName":"Ada"},"#
            + #""schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"groups":[]}"#
        ]
      )
    }
  }

  typealias Row = (
    family: AppFamily, capabilities: Set<Capability>, methods: [String], active: [Bool]
  )

  /// Okta devforum 27262: an AIW app gets two rounds of GET and PUT, both with active true.
  @Test(
    arguments: [
      (
        .aiw, [.createUsers, .updateUsers, .deactivateUsers], ["GET", "GET", "PUT", "GET", "PUT"],
        [true, true]
      ),
      (
        .oinPut, [.createUsers, .updateUsers, .deactivateUsers],
        ["GET", "GET", "PUT", "GET", "PUT"], [true, true]
      ),
      (
        .oinPatch, [.createUsers, .updateUsers, .deactivateUsers], ["GET", "GET", "PUT", "PATCH"],
        [false, true]
      ),
      // A profile push does not carry the status where activation is switched off.
      (.aiw, [.createUsers, .updateUsers], ["GET", "GET", "PUT"], [false]),
      (.aiw, [.createUsers, .deactivateUsers], ["GET", "GET", "PUT"], [true]),
      (.aiw, [.createUsers], ["GET"], []),
    ] as [Row]
  )
  func `an inactive user that is found is activated as its family does it`(row: Row) async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop) { request, _ in
        .success(
          request.method == "GET" && request.url.query != nil
            ? .list(found(active: false)) : .scim(found(active: false))
        )
      }
      let okta = OktaSide(
        loop: loop,
        profile: .make(family: row.family, capabilities: row.capabilities),
        app: app
      )
      #expect(await okta.perform(.assignAda) == "success")
      #expect(okta.app.received.map(\.method) == row.methods)
      #expect(okta.bodies().map { $0.contains(#""active":true"#) } == row.active)
    }
  }

  @Test func `a list of strangers stops the event before it overwrites one`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.list(#"{"id":"z","userName":"other"}"#)])
      #expect(
        await okta.perform(.assignAda)
          == start + "Error while verifying if user Ada Lovelace exists: "
          + "the app listed users, but none with userName ada.n1@example.com"
      )
      #expect(okta.lines() == [lookUp])
    }
  }

  @Test func `a user without an id cannot be linked`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.list(#"{"userName":"ada.n1@example.com"}"#)])
      #expect(
        await okta.perform(.assignAda)
          == start + "Error while linking user Ada Lovelace: the user that the app listed has no id"
      )
    }
  }

  // MARK: Names and switches

  @Test(arguments: [
    ("%20", #"a"b\c+d e@x"#, "userName%20eq%20%22a%5C%22b%5C%5Cc%2Bd%20e%40x%22"),
    ("+", "a b@x", "userName+eq+%22a+b%40x%22"),
  ])
  func `a login of odd characters is looked up as it is`(
    space: String,
    login: String,
    filter: String
  ) async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(switches: ["filterSpace": space, "createPassword": "none"]),
        answers: [.nobody, .scim(#"{"id":"u1"}"#, status: 201)]
      )
      await okta.perform(.assign("ada", [AttributeChange(name: "login", value: login)]))
      #expect(okta.lines()[0] == "GET /t1/scim/Users?filter=\(filter)&startIndex=1&count=100")
    }
  }

  @Test func `what is switched off sends nothing and succeeds`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, profile: .make(capabilities: []), answers: [])
      for event in [
        LifecycleEvent.assignAda, .updateAda("lastName", "King"), .deactivate("ada"),
        .reactivate("ada"), .unassign("ada"),
      ] {
        #expect(await okta.perform(event) == "success")
      }
      #expect(okta.lines() == [])
    }
  }
}
