import HTTP
import JSON
import Profiles
import Okta
import SCIM
import TestSupport
import Testing
import World

@testable import Simulation

/// What an app tells of itself, and what it keeps of people's roles and entitlements.
@Suite struct EntitlementJudgeTests {
  // MARK: What Okta discovers

  private func answer(
    _ type: Intent.ResourceType,
    _ body: String,
    status: Int = 200,
    named name: String? = nil
  ) -> Exchange {
    var exchange = Exchange.scim("GET", "/\(name ?? type.endpoint)", .scim(body, status: status))
    exchange.intent.act = .page
    exchange.intent.resource = type
    exchange.intent.subject = nil
    exchange.intent.resourceTypeName = name
    return exchange
  }

  private static func list(_ resources: String...) -> String {
    #"{"totalResults":\#(resources.count),"Resources":[\#(resources.joined(separator: ","))]}"#
  }

  private func discovered(
    _ exchanges: Exchange...,
    entitlements: Bool = true,
    userSchema: Bool = false,
    fields: [String: String] = [:]
  ) -> [Observation] {
    var names = EntitlementFields()
    for (key, name) in fields {
      let isKey = names.set(key, to: name)
      #expect(isKey)
    }
    var dress = DiscoveryDress(
      hasEntitlements: entitlements,
      importsUserSchema: userSchema,
      fields: names
    )
    var observations = Observations()
    for (index, exchange) in exchanges.enumerated() {
      var exchange = exchange
      exchange.number = index + 1
      dress.take(Reading(exchange, life: nil, leeway: .standard), &observations)
    }
    return observations.all
  }

  private static let role =
    #"{"id":"R","name":"Role","endpoint":"/Roles","schema":"\#(SCIMSchema.oktaRole)"}"#
  private static let enterprise = SCIMSchema.enterpriseUser
  private static func userType(_ extensions: String) -> String {
    #"{"name":"User","endpoint":"/Users","schema":"\#(SCIMSchema.user)","schemaExtensions":\#(extensions)}"#
  }

  @Test(
    arguments: [
      (list(role), nil),
      (list(userType("[]"), role), nil),
      (list(userType(#"[{"schema":"\#(enterprise)","required":false}]"#), role), nil),
      (list(userType("[]")), "names 1 resource types, and none of roles or entitlements"),
      (list(role.replacing(#""id":"R","#, with: "")), "resource type 'Role' has no id"),
      (
        list(role.replacing(#""name":"Role","endpoint":"/Roles","#, with: "")),
        "resource type '' has no name, no endpoint"
      ),
      (
        list(role.replacing("/Roles", with: "https://a.test/Roles")),
        "has an endpoint that is no path below the base URL: 'https://a.test/Roles'"
      ),
      (list(role, #"{"name":"X","endpoint":"/X"}"#), "resource type 'X' has no schema"),
      (
        list(userType(#"["\#(enterprise)"]"#), role),
        "has schemaExtensions that are no list of objects with a schema"
      ),
      (
        list(userType("{}"), role), "has schemaExtensions that are no list of objects with a schema"
      ),
    ] as [(String, String?)]
  )
  func `a resource type has what Okta reads of it`(body: String, words: String?) {
    let found = discovered(answer(.resourceType, body)).map { Quotation.cut(in: $0.message) }
    #expect(found.count == (words == nil ? 0 : 1), "\(found)")
    if let words { #expect(found.first?.contains(words) == true, "\(found)") }
  }

  @Test func `an app that only has its schemas imported needs no roles`() {
    let found = discovered(
      answer(.resourceType, Self.list(Self.userType("[]"))),
      entitlements: false,
      userSchema: true
    )
    #expect(found.map(\.message) == [])
  }

  private static func schema(_ id: String, _ attributes: String) -> String {
    #"{"id":"\#(id)","attributes":\#(attributes)}"#
  }

  @Test(
    arguments: [
      (list(schema(SCIMSchema.user, #"[{"name":"userName","type":"string"}]"#)), false, nil),
      (list(schema("urn:x", "[]")), false, nil),
      (list(schema("urn:x", "[]")), true, "discovery.user-schema-missing"),
      (list(schema(SCIMSchema.user, #"[{"name":"a","type":"dateTime"}]"#)), true, nil),
      (
        list(schema(SCIMSchema.user, #"[{"name":"a","type":"text"}]"#)), true, "discovery.attribute"
      ),
      (list(schema(SCIMSchema.user, #"[{"name":"a"}]"#)), true, "discovery.attribute"),
      (list(schema(SCIMSchema.user, #"[{"type":"string"}]"#)), true, "discovery.attribute"),
      (list(schema(SCIMSchema.user, "{}")), true, "discovery.attribute"),
    ] as [(String, Bool, String?)]
  )
  func `a schema has what Okta reads of it`(body: String, importsIt: Bool, id: String?) {
    let found = discovered(answer(.schema, body), userSchema: importsIt)
    #expect(found.map(\.kind.id) == (id.map { [$0] } ?? []))
  }

  @Test(
    arguments: [
      ("urn:acme:1.0:User", "urn:acme:1.0:User", []),
      ("urn:acme:1.0:User", "urn:ACME:1.0:user", []),
      (enterprise, "urn:x", []),
      ("urn:acme:1.0:User", "urn:x", ["discovery.extension-missing"]),
    ] as [(String, String, [String])]
  )
  func `an extension that Okta does not know is defined`(
    named: String,
    defined: String,
    ids: [String]
  ) {
    let found = discovered(
      answer(.resourceType, Self.list(Self.userType(#"[{"schema":"\#(named)"}]"#), Self.role)),
      answer(.schema, Self.list(Self.schema(defined, "[]")))
    )
    #expect(found.map(\.kind.id) == ids)
    #expect(found.allSatisfy { $0.exchanges == [2, 1] })
  }

  @Test(
    arguments: [
      (Intent.ResourceType.role, #"{"id":"1","displayName":"A"}"#, nil),
      (.role, #"{"id":"1","displayName":"A","description":null}"#, nil),
      (.role, #"{"displayName":"A"}"#, "discovery.id"),
      (.role, #"{"id":"","displayName":"A"}"#, "discovery.id"),
      (.role, #"{"id":7,"displayName":"A"}"#, "discovery.id"),
      (.role, #"{"id":"1"}"#, "discovery.display-name"),
      (.role, #"{"id":"1","displayName":""}"#, "discovery.display-name"),
      (.role, #"{"id":"1","displayName":"A","description":["x"]}"#, "discovery.description"),
      (.entitlement, #"{"id":"1","displayName":"A","type":"License"}"#, nil),
      (.entitlement, #"{"id":"1","displayName":"A"}"#, "discovery.type"),
      (.entitlement, #"{"id":"1","displayName":"A","type":"license"}"#, "discovery.type"),
    ] as [(Intent.ResourceType, String, String?)]
  )
  func `a role and an entitlement have what Okta reads of them`(
    type: Intent.ResourceType,
    resource: String,
    id: String?
  ) {
    let found = discovered(answer(type, Self.list(resource), named: "License"))
    #expect(found.map(\.kind.id) == (id.map { [$0] } ?? []))
  }

  @Test(arguments: [
    (#"{"key":"1","title":"A","about":"B"}"#, []),
    (#"{"id":"1","displayName":"A"}"#, ["discovery.id", "discovery.display-name"]),
    (#"{"key":"1","title":"A","about":["x"]}"#, ["discovery.description"]),
  ])
  func `fields have the names that the vendor gave them`(resource: String, ids: [String]) {
    let fields = ["Role.id": "key", "Role.displayName": "title", "Role.description": "about"]
    let found = discovered(answer(.role, Self.list(resource), named: "Role"), fields: fields)
    #expect(found.map(\.kind.id) == ids)
  }

  /// Okta, guide to entitlements: at most 1000 characters.
  @Test(arguments: [(1000, 0), (1001, 1)])
  func `a description has a limit`(length: Int, count: Int) {
    let text = String(repeating: "é", count: length)
    let body = Self.list(#"{"id":"1","displayName":"A","description":"\#(text)"}"#)
    #expect(discovered(answer(.role, body, named: "Role")).count == count)
  }

  @Test(arguments: [(404, 1), (400, 1), (500, 1), (401, 0), (429, 0), (503, 0)])
  func `an endpoint that is named answers`(status: Int, count: Int) {
    let error = #"{"status":"\#(status)","detail":"no"}"#
    let found = discovered(answer(.role, error, status: status, named: "Role"))
    #expect(found.count == count)
    #expect(
      found.allSatisfy {
        $0.kind == .discoveryRefused && Quotation.cut(in: $0.message).contains("'Role'")
      }
    )
  }

  // MARK: What people have

  private func user(
    _ method: String,
    sent: String = "",
    shown: String?,
    status: Int = 200
  ) -> Exchange {
    func body(_ text: String) -> String {
      #"{"id":"7","userName":"ada@x"\#(text.isEmpty ? "" : ",")\#(text)}"#
    }
    return Exchange.scim(
      method,
      method == "POST" ? "/Users" : "/Users/7",
      shown.map { .scim(body($0), status: status) } ?? .scimError(status, "no"),
      sent: method == "GET" ? "" : body(sent)
    )
  }

  private func observed(_ exchanges: [Exchange]) -> [Observation] {
    var model = EntitlementModel()
    var observations = Observations()
    for (index, exchange) in exchanges.enumerated() {
      var exchange = exchange
      exchange.number = index + 1
      model.take(Reading(exchange, life: nil, leeway: .standard), &observations)
    }
    model.finish(&observations)
    return observations.all
  }

  private static let one = #""roles":[{"value":"r1","display":"Editor"}]"#
  private static let two = #""roles":[{"value":"r2"},{"value":"r1"}]"#
  private static let noRoles = #""roles":[]"#
  private static let pro = #""entitlements":[{"value":"l1","display":"Pro","type":"License"}]"#

  @Test(
    arguments: [
      // Kept, in any order, with the app's own beside it.
      ([("POST", one, one), ("GET", "", one)], nil),
      ([("POST", one, ""), ("GET", "", one)], nil),
      ([("POST", "", ""), ("PUT", two, two), ("GET", "", two)], nil),
      ([("POST", one, one), ("PUT", noRoles, ""), ("GET", "", "")], nil),
      ([("POST", one, one), ("PUT", noRoles, noRoles), ("GET", "", noRoles)], nil),
      // What a PUT leaves out may be kept or not.
      ([("POST", one, one), ("PUT", "", one), ("GET", "", one)], nil),
      ([("POST", one, one), ("PUT", "", ""), ("GET", "", "")], nil),
      // What the app gave by itself is the app's.
      ([("POST", "", one), ("GET", "", "")], nil),
      ([("POST", "", one), ("PUT", one, one), ("GET", "", noRoles)], nil),
      // Acknowledged, and not so.
      (
        [("POST", one, one), ("GET", "", noRoles)],
        "the app acknowledged the role 'Editor' of ada in exchange 1, and in exchange 2 ada does not have it"
      ),
      (
        [("POST", one, one), ("PUT", noRoles, noRoles), ("GET", "", one)],
        "the app acknowledged that ada has no longer the role 'Editor' in exchange 2, and in exchange 3 ada has it"
      ),
      (
        [("POST", one, one), ("PUT", noRoles, one)],
        "the app acknowledged that ada has no longer the role 'Editor' in exchange 2, and its own answer has it"
      ),
      (
        [("POST", one + "," + pro, one + "," + pro), ("GET", "", one)],
        "the app acknowledged the entitlement 'Pro' of ada in exchange 1, and in exchange 2 ada does not have it"
      ),
      (
        [("POST", one, one), ("PUT", two, two), ("GET", "", one)],
        "the app acknowledged the role r2 of ada in exchange 2, and in exchange 3 ada does not have it"
      ),
      (
        [("POST", one, ""), ("GET", "", "")],
        "the app acknowledges roles of ada and a read of the user never shows any"
      ),
    ] as [([(String, String, String)], String?)]
  )
  func `what was acknowledged is held against what is shown`(
    exchanges: [(String, String, String)],
    message: String?
  ) {
    let found = observed(
      exchanges.map { user($0.0, sent: $0.1, shown: $0.2, status: $0.0 == "POST" ? 201 : 200) }
    )
    #expect(found.map { Quotation.cut(in: $0.message) } == (message.map { [$0] } ?? []))
  }

  @Test func `a refused write that was done is told`() {
    let found = observed([
      user("POST", shown: "", status: 201), user("PUT", sent: Self.one, shown: nil, status: 400),
      user("GET", shown: Self.one),
    ])
    #expect(found.map(\.kind) == [.refusedYetDone])
    #expect(found.first?.exchanges == [2, 3])
  }

  @Test func `a lost answer leaves both possible`() {
    for shown in [Self.one, Self.noRoles] {
      let found = observed([
        user("POST", shown: Self.noRoles, status: 201),
        user("PUT", sent: Self.one, shown: nil, status: 500), user("GET", shown: shown),
      ])
      #expect(found.map(\.message) == [])
    }
  }
}
