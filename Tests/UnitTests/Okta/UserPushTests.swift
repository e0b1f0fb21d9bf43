import HTTP
import JSON
import Loop
import Okta
import Profiles
import TestSupport
import Testing
import World

@Suite struct UserPushTests {
  private let start = "Automatic provisioning of user Ada Lovelace to app acme-chat failed: "

  /// What is put when the app has `held` and Ada's last name becomes King.
  private func put(
    _ held: String,
    _ change: (name: String, value: String?) = ("lastName", "King"),
    mappings: [AttributeMapping] = [AttributeMapping(from: "lastName", to: "name.familyName")],
    switches: [String: String] = [:]
  ) async throws -> String {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(mappings: mappings, switches: switches),
        answers: [.nobody, .scim(#"{"id":"u1"}"#, status: 201), .scim(held), .scim(held)]
      )
      #expect(await okta.perform(.assignAda, .updateAda(change.name, change.value)) == "success")
      #expect(okta.lines(from: 3) == ["GET /t1/scim/Users/u1", "PUT /t1/scim/Users/u1"])
      let id = await okta.oktaID("ada")
      return (okta.bodies(from: 3).first ?? "").replacing(id, with: "00u")
    }
  }

  /// Okta wants the updated user back; an answer without one is judged, not fatal.
  @Test(arguments: [
    (#"{"id":"u1","title":"Said"}"#, "Said"), ("", "Sent"), ("[]", "Sent"), ("<html>", "Sent"),
  ])
  func `what the app has after a PUT is what it answers, else what was put`(
    answer: String,
    title: String
  ) async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(mappings: [AttributeMapping(from: "title", to: "title")]),
        answers: [
          .nobody, .scim(#"{"id":"u1","title":"Made"}"#, status: 201), .scim(#"{"id":"u1"}"#),
          .scim(answer),
        ]
      )
      await okta.perform(.assignAda)
      #expect(okta.provisioner.directory["ada"]?.representation?["title"] == "Made")
      await okta.perform(.updateAda("title", "Sent"))
      let known = okta.provisioner.directory["ada"]
      #expect(known?.representation?["title"] == .string(title))
    }
  }

  /// A captured PUT of Okta's: all that the server returned, with the mapped attributes laid over.
  @Test func `an update echoes what the app returned, unknown keys and numbers as they were`()
    async throws
  {
    let held =
      #"{"id":"u1","meta":{"resourceType":"User","version":"W/\"9\""},"zzz":{"b":1.50,"a":null},"#
      + #""schemas":["urn:x"],"name":{"formatted":"A L","familyName":"Lovelace"},"active":false}"#
    #expect(
      try await put(held)
        == #"{"id":"u1","meta":{"resourceType":"User","version":"W/\"9\""},"zzz":{"b":1.50,"a":null},"#
        + #""schemas":["urn:x"],"name":{"formatted":"A L","familyName":"King"},"active":false,"#
        + #""externalId":"00u","groups":[]}"#
    )
  }

  @Test func `keys keep the app's spelling, and groups of its own stay`() async throws {
    let held =
      #"{"ID":"u1","Schemas":["urn:x"],"ExternalID":"old","Name":{"FamilyName":"L"},"Groups":[{"value":"g"}]}"#
    #expect(
      try await put(held)
        == #"{"ID":"u1","Schemas":["urn:x"],"ExternalID":"00u","Name":{"FamilyName":"King"},"#
        + #""Groups":[{"value":"g"}]}"#
    )
  }

  private let email = AttributeMapping(from: "email", to: #"emails[type eq "work"].value"#)
  private let schemas = #""schemas":["urn:x"],"#

  /// Okta, SCIM FAQs: `type` comes only where it is mapped, so an app may have dropped it.
  @Test(arguments: [
    (#"[{"value":"old"}]"#, #"[{"value":"new@x","type":"work","primary":true}]"#),
    (#"[{"value":"old","primary":true}]"#, #"[{"value":"new@x","primary":true,"type":"work"}]"#),
    (
      #"[{"value":"h","type":"home","primary":true}]"#,
      #"[{"value":"h","type":"home","primary":true},{"value":"new@x","type":"work"}]"#
    ),
    (
      #"[{"type":"Work","value":"old","x":1}]"#,
      #"[{"type":"Work","value":"new@x","x":1,"primary":true}]"#
    ),
    (
      #"[{"type":"home","value":"h"},{"type":"work","value":"old"}]"#,
      #"[{"type":"home","value":"h"},{"type":"work","value":"new@x","primary":true}]"#
    ),
    ("[]", #"[{"value":"new@x","type":"work","primary":true}]"#),
    ("null", #"[{"value":"new@x","type":"work","primary":true}]"#),
  ])
  func `an e-mail goes into the element that is meant, never beside it`(
    held: String,
    put: String
  ) async throws {
    #expect(
      try await self.put(
        #"{\#(schemas)"emails":\#(held)}"#,
        ("email", "new@x"),
        mappings: [email]
      ) == #"{\#(schemas)"emails":\#(put),"externalId":"00u","groups":[]}"#
    )
  }

  typealias Clearing = (form: String, path: String, held: String, put: String)

  @Test(
    arguments: [
      ("omit", "title", #""title":"Dr","z":1"#, #""z":1"#),
      ("empty", "title", #""title":"Dr","z":1"#, #""title":"","z":1"#),
      ("null", "title", #""title":"Dr","z":1"#, #""title":null,"z":1"#),
      // An element that lost its value is no address any more.
      (
        "omit", #"emails[type eq "work"].value"#,
        #""emails":[{"value":"x"},{"value":"h","type":"home"}]"#,
        #""emails":[{"value":"x"},{"value":"h","type":"home"}]"#
      ),
      (
        "omit", #"emails[type eq "work"].value"#,
        #""emails":[{"value":"x","type":"WORK"},{"value":"h","type":"home"}]"#,
        #""emails":[{"value":"h","type":"home"}]"#
      ),
      (
        "omit", #"emails[type eq "work"].value"#, #""emails":[{"value":"x","primary":true}]"#,
        #""emails":[]"#
      ),
      (
        "empty", #"emails[type eq "work"].value"#, #""emails":[{"value":"x"}]"#,
        #""emails":[{"value":""}]"#
      ),
      (
        "null", #"emails[type eq "work"].value"#, #""emails":[{"value":"x","type":"work"}]"#,
        #""emails":[{"value":null,"type":"work"}]"#
      ),
      (
        "omit", #"addresses[type eq "work"].locality"#,
        #""addresses":[{"locality":"L","region":"R","type":"work"}]"#,
        #""addresses":[{"region":"R","type":"work"}]"#
      ),
      (
        "omit", "urn:a:2.0:User:title", #""urn:a:2.0:User":{"title":"x","y":1}"#,
        #""urn:a:2.0:User":{"y":1}"#
      ),
    ] as [Clearing]
  )
  func `a cleared attribute goes as the switch has it`(clearing: Clearing) async throws {
    let schemas = #""schemas":["urn:a:2.0:User"],"#
    #expect(
      try await put(
        "{\(schemas)\(clearing.held)}",
        ("title", nil),
        mappings: [AttributeMapping(from: "title", to: clearing.path)],
        switches: ["clearedAttribute": clearing.form]
      ) == "{\(schemas)\(clearing.put),\"externalId\":\"00u\",\"groups\":[]}"
    )
  }

  @Test func `an address goes into the one without a type, and a second part into the same`()
    async throws
  {
    #expect(
      try await put(
        #"{\#(schemas)"addresses":[{"region":"R"}]}"#,
        ("city", "London"),
        mappings: [
          AttributeMapping(from: "city", to: #"addresses[type eq "work"].locality"#),
          AttributeMapping(from: "lastName", to: #"addresses[type eq "work"].formatted"#),
        ]
      )
        == #"{\#(schemas)"addresses":[{"region":"R","locality":"London","type":"work","#
        + #""formatted":"Lovelace","primary":true}],"externalId":"00u","groups":[]}"#
    )
  }

  @Test func `an extension that comes with the update names its schema`() async throws {
    #expect(
      try await put(
        #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}"#,
        mappings: [AttributeMapping(from: "lastName", to: "urn:a:2.0:User:last")]
      )
        == #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:a:2.0:User"],"#
        + #""externalId":"00u","urn:a:2.0:User":{"last":"King"},"groups":[]}"#
    )
  }

  @Test func `a value of another kind than text keeps its kind while it says the same`()
    async throws
  {
    let mappings = [AttributeMapping(from: "lastName", to: "number")]
    #expect(
      try await put(#"{\#(schemas)"number":42}"#, ("lastName", "42"), mappings: mappings)
        == #"{\#(schemas)"number":42,"externalId":"00u","groups":[]}"#
    )
    #expect(
      try await put(#"{\#(schemas)"number":42}"#, ("lastName", "43"), mappings: mappings)
        == #"{\#(schemas)"number":"43","externalId":"00u","groups":[]}"#
    )
  }

  @Test func `a user whom the app has lost is not made anew`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        answers: [.nobody, .scim(#"{"id":"u1"}"#, status: 201), .scimError(404, "gone")]
      )
      #expect(
        await okta.perform(.assignAda, .updateAda("title", "Dr"))
          == "Error while trying to push profile update for Ada Lovelace: Not Found. "
          + "Errors reported by remote server: gone"
      )
      #expect(okta.lines().count == 3)
    }
  }

  @Test func `a person who was never provisioned sends nothing and leaves a task`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.nobody, HTTPResponse(status: 500)])
      #expect(
        await okta.perform(.assignAda, .updateAda("title", "Dr"))
          == "Error while trying to push profile update for Ada Lovelace: "
          + "the user has not been provisioned"
      )
      #expect(okta.lines().count == 2)
    }
  }

  /// Okta, support article on multi-valued attributes; SCIM FAQs.
  @Test func `constants, booleans, numbers and typed elements go as they are mapped`() async throws
  {
    let profile = try ProfileReader.read(
      SourceText(
        file: "p.json",
        text: #"""
          { "family": "aiw", "scim": { "baseURL": "https://app.test/scim", "capabilities": ["createUsers"] },
            "authentication": { "mode": "bearer", "token": { "environment": "T" } },
            "attributeMappings": [
              { "value": "employee", "to": "userType" },
              { "value": "true", "to": "urn:acme:1.0:User:vip", "type": "boolean" },
              { "from": "badge", "to": "urn:acme:1.0:User:badge", "type": "number" },
              { "from": "role", "to": "roles.^[type=='Primary'].value" }
            ],
            "okta": { "createPassword": "none" } }
          """#
      ),
      environment: Environment(["T": "t"]),
      variables: .refuse
    )
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: profile,
        answers: [.nobody, .scim(#"{"id":"u1"}"#, status: 201)]
      )
      let changes = [("badge", "7"), ("role", "clerk")].map {
        AttributeChange(name: $0.0, value: $0.1)
      }
      #expect(await okta.perform(.assign("ada", changes)) == "success")
      let body = try #require(okta.bodies().first)
      #expect(body.contains(#""userType":"employee""#), "\(body)")
      #expect(body.contains(#""urn:acme:1.0:User":{"vip":true,"badge":7}"#), "\(body)")
      #expect(
        body.contains(#""roles":[{"primary":true,"value":"clerk","type":"Primary"}]"#),
        "\(body)"
      )
      #expect(body.contains(#""urn:acme:1.0:User"]"#), "\(body)")
    }
  }
}
