import HTTP
import JSON
import Loop
import Profiles
import SCIM
import TestSupport
import Testing
import World

@testable import Okta

/// What Okta discovers of an entitlement app, and what it then writes of people; against okta-behaviour
/// section 8.
@Suite struct EntitlementTests {
  private static let types = HTTPResponse.list(
    #"{"id":"User","name":"User","endpoint":"/Users","schema":"\#(SCIMSchema.user)"}"#,
    #"{"id":"R","name":"Role","endpoint":"Roles","schema":"\#(SCIMSchema.oktaRole)"}"#,
    #"{"id":"L","name":"License","endpoint":"/plans/Licenses","schema":"\#(SCIMSchema.oktaEntitlement)"}"#
  )
  private static let roles = HTTPResponse.list(
    #"{"id":"r1","displayName":"Admin"}"#,
    #"{"id":"r2","displayName":"Editor"}"#
  )
  private static let licenses = HTTPResponse.list(
    #"{"id":"l1","displayName":"Pro","type":"License"}"#,
    #"{"displayName":"no id"}"#
  )

  private static func profile(
    entitlements: Bool = true,
    importsUserSchema: Bool = false,
    switches: [String: String] = [:],
    mappings: [AttributeMapping] = AttributeMapping.defaults
  ) -> IntegrationProfile {
    var profile = IntegrationProfile.make(
      mappings: mappings,
      switches: switches.merging(["createPassword": "none"]) { given, _ in given }
    )
    profile.scim.entitlements = entitlements
    profile.scim.importsUserSchema = importsUserSchema
    return profile
  }

  /// With the connection saved.
  private func discovered(
    _ loop: EventLoop,
    _ profile: IntegrationProfile = Self.profile(),
    then answers: [HTTPResponse]
  ) async -> OktaSide {
    let first = [HTTPResponse.nobody, Self.types, .nobody, Self.roles, Self.licenses]
    let okta = OktaSide(loop: loop, profile: profile, answers: first + answers)
    #expect(await okta.perform(.saveConnection) == "success")
    return okta
  }

  private func event(
    _ text: String
  ) throws -> LifecycleEvent {
    let scenario = try ScenarioReader.read(
      SourceText(file: "t.scenario", text: "Scenario: t\nassign ada\n" + text),
      name: "t"
    )
    return scenario.events[1].event
  }

  // MARK: Discovery

  @Test(arguments: [
    ("import", "?startIndex=1&count=100"),
    ("test", "?count=100&startIndex=1"),
    ("none", ""),
  ])
  func `resource types, schemas and each endpoint are read, in this order`(
    paging: String,
    query: String
  ) async throws {
    try await onLoop { loop in
      let profile = Self.profile(switches: ["entitlementPaging": paging])
      let okta = await discovered(loop, profile, then: [])
      #expect(
        okta.lines() == [
          "GET /t1/scim/Users?startIndex=1&count=2", "GET /t1/scim/ResourceTypes",
          "GET /t1/scim/Schemas", "GET /t1/scim/Roles\(query)",
          "GET /t1/scim/plans/Licenses\(query)",
        ]
      )
      let catalogue = try #require(okta.provisioner.directory.catalogue)
      #expect(catalogue.all.map(\.id) == ["r1", "r2", "l1"])
      #expect(catalogue.all.map(\.type) == [nil, nil, "License"])
      #expect(okta.log[4]?.intent.resource == .role)
      #expect(okta.log[5]?.intent.resourceTypeName == "License")
    }
  }

  @Test func `fields are read by the names that the vendor gave them`() async throws {
    try await onLoop { loop in
      var profile = Self.profile()
      let renamed = [
        "Role.id": "roleId", "Role.displayName": "title", "License.displayName": "label",
      ]
      for (key, name) in renamed {
        let isKey = profile.scim.entitlementFields.set(key, to: name)
        #expect(isKey)
      }
      let okta = OktaSide(
        loop: loop,
        profile: profile,
        answers: [
          .nobody, Self.types, .nobody,
          .list(
            #"{"roleId":"r1","title":"Admin"}"#,
            #"{"id":"r2","displayName":"Editor"}"#
          ), .list(#"{"id":"l1","displayName":"no","label":"Pro"}"#),
        ]
      )
      #expect(await okta.perform(.saveConnection) == "success")
      let catalogue = try #require(okta.provisioner.directory.catalogue)
      #expect(catalogue.all.map(\.id) == ["r1", "l1"])
      #expect(catalogue.all.map(\.displayName) == ["Admin", "Pro"])
    }
  }

  @Test func `an endpoint is read to its end, page by page`() async throws {
    try await onLoop { loop in
      func page(_ id: String) -> HTTPResponse {
        .scim(#"{"totalResults":2,"Resources":[{"id":"\#(id)","displayName":"\#(id)"}]}"#)
      }
      let okta = OktaSide(
        loop: loop,
        profile: Self.profile(),
        answers: [.nobody, Self.types, .nobody, page("a"), page("b"), Self.licenses]
      )
      #expect(await okta.perform(.saveConnection) == "success")
      #expect(
        okta.lines(from: 4).prefix(2) == [
          "GET /t1/scim/Roles?startIndex=1&count=100", "GET /t1/scim/Roles?startIndex=2&count=100",
        ]
      )
    }
  }

  @Test func `an import of the user schema reads no endpoint`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: Self.profile(entitlements: false, importsUserSchema: true),
        answers: [.nobody, Self.types, .nobody]
      )
      #expect(await okta.perform(.saveConnection) == "success")
      #expect(okta.lines(from: 2) == ["GET /t1/scim/ResourceTypes", "GET /t1/scim/Schemas"])
    }
  }

  @Test func `another app is asked for nothing of itself`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: Self.profile(entitlements: false),
        answers: [.nobody]
      )
      #expect(await okta.perform(.saveConnection) == "success")
      #expect(okta.lines().count == 1)
    }
  }

  @Test(
    arguments: [
      (
        [.nobody, .scimError(404, "no")],
        "Error while discovering entitlements: Not Found. Errors reported by remote server: no"
      ),
      (
        [.nobody, .scim("[]")],
        "Error while discovering entitlements: the body is an array, not a JSON object"
      ),
      (
        [.nobody, types, .nobody, .scimError(500, "x")],
        "Error while discovering entitlements: Internal Server Error. Errors reported by remote server: x"
      ),
    ] as [([HTTPResponse], String)]
  )
  func `what cannot be read fails the event`(answers: [HTTPResponse], message: String) async throws
  {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, profile: Self.profile(), answers: answers)
      #expect(await okta.perform(.saveConnection) == message)
      #expect(okta.provisioner.directory.catalogue == nil)
    }
  }

  /// The credential stays with the app.
  @Test(arguments: [
    "https://elsewhere.test/Roles", "//elsewhere.test/Roles", "/../Roles", "/Roles?all", "/a b", "",
    "/Roles#1", "/", "/%2e%2e/Roles", "/Ro\nles",
  ])
  func `an endpoint that is no path below the base URL is not asked`(endpoint: String) {
    #expect(DiscoveredType.path(endpoint) == nil)
  }

  @Test func `a resource type of users lists nothing to give`() throws {
    #expect(
      DiscoveredType([
        "name": "Users", "endpoint": "/Users", "schema": .string(SCIMSchema.user),
      ]) == nil
    )
    let upper = SCIMSchema.oktaRole.uppercased()
    #expect(
      DiscoveredType(["name": "R", "endpoint": "/R", "schema": .string(upper)])?.kind == .role
    )
  }

  // MARK: What is given

  private static let created = HTTPResponse.scim(
    #"{"id":"7","userName":"ada.n1@example.com","active":true}"#,
    status: 201
  )

  @Test func `a create carries what the person has been given`() async throws {
    try await onLoop { loop in
      let okta = await discovered(loop, then: [.nobody, Self.created])
      let event = LifecycleEvent(
        Assignment(try self.event("update ada  role Editor  role #1  entitlement Pro").clauses)
      )
      #expect(await okta.perform(event) == "success")
      let body = okta.bodies(from: 7).joined()
      #expect(
        body.contains(
          #""roles":[{"value":"r2","display":"Editor"},{"value":"r1","display":"Admin"}],"#
            + #""entitlements":[{"value":"l1","display":"Pro","type":"License"}],"externalId":"#
        ),
        "\(body)"
      )
    }
  }

  @Test func `a create of somebody without any carries none`() async throws {
    try await onLoop { loop in
      let okta = await discovered(loop, then: [.nobody, Self.created])
      #expect(await okta.perform(.assignAda) == "success")
      let body = okta.bodies(from: 7).joined()
      #expect(!body.contains("roles") && !body.contains("entitlements"))
    }
  }

  @Test(arguments: [("empty", #""roles":[],"#), ("omit", "")])
  func `a PUT carries all that the person has, and says that there are none`(
    cleared: String,
    words: String
  ) async throws {
    try await onLoop { loop in
      let user = HTTPResponse.scim(
        #"{"id":"7","userName":"ada.n1@example.com","roles":[{"value":"x"}],"active":true}"#
      )
      let okta = await discovered(
        loop,
        Self.profile(switches: ["clearedEntitlements": cleared]),
        then: [.nobody, Self.created, user, user, user, user, user, user]
      )
      await okta.perform(.assignAda)
      // What the app has of its own stays until an admin speaks of it.
      #expect(await okta.perform(.updateAda("lastName", "King")) == "success")
      for line in ["update ada  role Admin", "update ada  role none"] {
        let update = try event(line)
        #expect(await okta.perform(update) == "success")
      }
      let bodies = okta.bodies(from: 8)
      #expect(bodies[0].contains(#""roles":[{"value":"x"}]"#))
      #expect(bodies[1].contains(#""roles":[{"value":"r1","display":"Admin"}],"active""#))
      #expect(bodies[2].contains(#""userName":"ada.n1@example.com",\#(words)"active":true"#))
    }
  }

  @Test func `the elements of a mapping stay beside what is given`() async throws {
    try await onLoop { loop in
      let mapping = AttributeMapping(from: "badge", to: #"roles[type eq "badge"].value"#)
      let okta = await discovered(
        loop,
        Self.profile(mappings: AttributeMapping.defaults + [mapping]),
        then: [.nobody, Self.created]
      )
      let event = LifecycleEvent(
        Assignment(try self.event("update ada  badge 9  role Admin").clauses)
      )
      #expect(await okta.perform(event) == "success")
      #expect(
        okta.bodies(from: 7).joined().contains(
          #""roles":[{"value":"r1","display":"Admin"},{"primary":true,"value":"9","type":"badge"}]"#
        )
      )
    }
  }

  @Test(arguments: [
    ("update ada  role Boss", "the app lists no role Boss, but Admin, Editor"),
    ("update ada  role #3", "the app lists no role #3, but Admin, Editor"),
    ("update ada  entitlement \"no id\"", "the app lists no entitlement \"no id\", but Pro"),
  ])
  func `an admin cannot give what was not discovered`(line: String, reason: String) async throws {
    try await onLoop { loop in
      let okta = await discovered(loop, then: [.nobody, Self.created])
      await okta.perform(.assignAda)
      let update = try event(line)
      #expect(await okta.perform(update) == reason)
      #expect(okta.lines().count == 7)
    }
  }

  @Test func `nothing is given before anything was discovered`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, profile: Self.profile(), answers: [])
      let event = LifecycleEvent(Assignment(try self.event("update ada  role A").clauses))
      #expect(
        await okta.perform(event)
          == "no roles and entitlements were discovered: 'save connection' comes first"
      )
    }
  }

  // MARK: Okta's test

  @Test func `Okta's test asks for the first of each endpoint`() async throws {
    try await onLoop { loop in
      let okta = await discovered(loop, then: [Self.roles, Self.licenses])
      var clauses = Clauses()
      clauses.specRequest = .listEntitlements
      #expect(await okta.perform(LifecycleEvent(SpecProbe(clauses))) == "success")
      #expect(
        okta.lines(from: 6) == [
          "GET /t1/scim/Roles?count=1&startIndex=1",
          "GET /t1/scim/plans/Licenses?count=1&startIndex=1",
        ]
      )
      #expect(okta.log[6]?.intent.deviation == .entitlementTest)
      #expect(okta.log[6]?.intent.occasion == .probe)
      #expect(okta.app.received[5].fields["User-Agent"] == "OKTA SCIM Integration")
    }
  }
}

extension LifecycleEvent {
  fileprivate var clauses: Clauses { described.clauses }
}
