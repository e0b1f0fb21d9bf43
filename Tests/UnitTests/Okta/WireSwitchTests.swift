import HTTP
import JSON
import Profiles
import SelfCheck
import Simulation
import TestSupport
import Testing

/// What a switch changes of the last event's requests, beside its default.
@Suite struct WireSwitchTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var setting: String
    var family = "oin-patch"
    var before = "assign ada"
    var event: String
    /// With the default; what is the same each time is written `{ada}`, `{team}`, `{ns}`.
    var usually: [String]
    var then: [String]

    var testDescription: String { setting }
  }

  static let cases = [
    Case(
      setting: "okta.profileUpdate=patch",
      event: "update ada  lastName King  title none",
      usually: ["GET /Users/{ada}", "PUT /Users/{ada}"],
      then: ["PATCH /Users/{ada}"]
    ),
    Case(
      setting: "okta.groupExistenceCheck=before-change",
      before: "push group team",
      event: "rename group team to crew",
      usually: ["PATCH /Groups/{team}"],
      then: ["GET /Groups/{team}", "PATCH /Groups/{team}"]
    ),
    Case(
      setting: "okta.groupExistenceCheck=before-change",
      before: "assign ada\npush group team",
      event: "change group team  add ada",
      usually: ["PATCH /Groups/{team}", "PATCH /Groups/{team}"],
      then: ["GET /Groups/{team}", "PATCH /Groups/{team}", "PATCH /Groups/{team}"]
    ),
    Case(
      setting: "okta.renameAppGroups=false",
      before: "push group team",
      event: "rename group team to crew",
      usually: ["PATCH /Groups/{team}"],
      then: []
    ),
    Case(
      setting: "okta.renameAppGroups=false",
      before: "assign ada\npush group team",
      event: "change group team  add ada",
      usually: ["PATCH /Groups/{team}", "PATCH /Groups/{team}"],
      then: ["PATCH /Groups/{team}"]
    ),
    Case(
      setting: "okta.renameAppGroups=false",
      family: "aiw",
      before: "push group team",
      event: "rename group team to crew",
      usually: ["GET /Groups/{team}", "PUT /Groups/{team}"],
      then: []
    ),
    Case(
      setting: "okta.passwordChange=keep-existing",
      event: "push password ada",
      usually: ["PATCH /Users/{ada}"],
      then: []
    ),
  ]

  @Test(arguments: cases.indices)
  func `a switch changes what is sent`(index: Int) async throws {
    let item = Self.cases[index]
    #expect(try await requests(item, []).map(\.line) == item.usually)
    #expect(try await requests(item, [item.setting]).map(\.line) == item.then)
  }

  /// One that is linked, and whose name is taken at the app by an earlier push.
  @Test func `a name that exists is an error where the app links no groups`() async throws {
    let scenario = """
      Scenario: again
      authorize
      push group team
      unlink group team  leave
      push group team

      """
    let linked = try await perform(scenario, ["family=oin-patch"])
    #expect(linked.record.outcomes.last?.isSuccess == true)
    let refused = try await perform(scenario, ["family=oin-patch", "okta.groupLinking=false"])
    guard case .task(let task) = refused.record.outcomes.last?.ending else {
      Issue.record("\(String(describing: refused.record.outcomes.last))")
      return
    }
    #expect(task.message.hasSuffix("a group of that name exists, and the app does not link groups"))
    #expect(task.logEvent == .groupPush)
  }

  @Test func `a PATCH of a profile has the mapped attributes without a path`() async throws {
    let item = Self.cases[0]
    let body = try #require(try await requests(item, [item.setting]).first?.body)
    let operation = body["Operations"]?.array?.first
    #expect(operation?["op"] == "replace")
    #expect(operation?["path"] == nil)
    #expect(operation?["value"]?["name"]?["familyName"] == "King")
    #expect(operation?["value"]?["title"] == .null)
    #expect(operation?["value"]?["schemas"] == nil)
  }

  /// ory/polis 3136: an AIW app was sent memberships.
  @Test(arguments: [("empty", 0), ("memberships", 1)])
  func `groups of a user`(value: String, count: Int) async throws {
    let item = Case(
      setting: "okta.userGroups=\(value)",
      family: "aiw",
      before: "assign ada\nassign bob  before provisioning\npush group team  members ada bob",
      event: "provision bob",
      usually: [],
      then: []
    )
    let groups = try await requests(item, [item.setting]).last?.body?["groups"]?.array
    #expect(groups?.count == count)
    #expect(groups?.first.map { $0.object?.keys } == (count == 0 ? nil : ["value", "display"]))
  }

  @Test(arguments: [("object", true), ("string", false)])
  func `the form of a manager`(value: String, isObject: Bool) async throws {
    let item = Case(
      setting: "okta.managerForm=\(value)",
      event: "assign bob  managerId 12  manager Grace",
      usually: [],
      then: []
    )
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    let manager = try await requests(item, [item.setting]).last?.body?[enterprise]?["manager"]
    #expect(manager == (isObject ? ["value": "12", "displayName": "Grace"] : "12"))
  }

  @Test(arguments: [("none", false), ("custom-schema", true)])
  func `a group's description in SCIM 2`(value: String, isSent: Bool) async throws {
    let item = Case(
      setting: "okta.groupDescription=\(value)",
      event: "push group team  description \"The team\"",
      usually: [],
      then: []
    )
    let create = try await requests(item, [item.setting]).first { $0.line.hasPrefix("POST") }
    let described = create?.body?["urn:okta:custom:group:1.0"]
    #expect(described == (isSent ? ["description": "The team"] : nil))
  }

  @Test func `batches of members may overlap`() async throws {
    let people = ["ada", "bob", "carl"]
    let item = Case(
      setting: "okta.memberBatches=at-once",
      before: people.map { "assign \($0)" }.joined(separator: "\n") + "\npush group team",
      event: "change group team  add ada bob carl",
      usually: [],
      then: []
    )
    let sent = try await requests(item, [item.setting, "okta.membersPerPatch=1"])
    // The name, and then one for each.
    #expect(sent.map(\.line) == Array(repeating: "PATCH /Groups/{team}", count: 4))
    #expect(Set(sent.dropFirst().map(\.sent)).count == 1)
  }

  /// Okta's five callback hosts.
  @Test(arguments: [
    ("as-given", "https://system-admin.okta.com"), ("production", "https://system-admin.okta.com"),
    ("emea", "https://system-admin.okta-emea.com"),
    ("preview", "https://system-admin.oktapreview.com"),
    ("trex", "https://system-admin.trexcloud.com"),
    ("okta1", "http://system-admin.okta1.com:1802"),
  ])
  func `the callback of a cell`(value: String, host: String) async throws {
    let result = try await perform(
      "Scenario: link\nauthorize\ntest credentials\n",
      ["family=aiw", "okta.redirectHost=\(value)"]
    )
    #expect(result.record.outcomes.allSatisfy { $0.isSuccess })
    let callback = host + "/admin/app/cpc/sample_app_1/oauth/callback"
    let first = try #require(result.record.exchanges.first?.request.url.query)
    let exchange = try #require(
      result.record.exchanges.first { $0.intent.act == .exchangeCode }?.request.text
    )
    for form in [first, exchange] {
      #expect(
        FormURLEncoding.decode(form).first { $0.name == "redirect_uri" }?.value == callback
      )
    }
  }

  @Test(arguments: [true, false])
  func `redirect_uri in the code exchange`(isSent: Bool) async throws {
    let result = try await perform(
      "Scenario: link\nauthorize\n",
      ["family=aiw", "okta.exchangeRedirectURI=\(isSent)"]
    )
    let exchange = result.record.exchanges.first { $0.intent.act == .exchangeCode }
    #expect(exchange?.request.text.contains("redirect_uri=") == isSent)
    // RFC 6749 section 4.1.3: the sample app wants it, since the authorization request had one.
    #expect(exchange?.status == (isSent ? 200 : 400))
  }

  // MARK: What was sent

  private struct Sent {
    var line: String
    var body: JSONValue?
    var sent: Duration
  }

  private func perform(
    _ scenario: String,
    _ settings: [String]
  ) async throws -> ScenarioResult {
    let read = try ScenarioReader.read(
      SourceText(file: "switch.scenario", text: scenario),
      name: "switch"
    )
    return try #require(try await SampleAppRun([read], settings: settings).perform().first)
  }

  /// Of the last event.
  private func requests(_ item: Case, _ settings: [String]) async throws -> [Sent] {
    let scenario = "Scenario: switch\nauthorize\n\(item.before)\n\(item.event)\n"
    let result = try await perform(scenario, ["family=\(item.family)"] + settings)
    let record = result.record
    let last = record.outcomes.indices.last
    return record.exchanges.filter {
      $0.intent.event == last && $0.intent.occasion == .okta
        && $0.intent.party == .serviceProvider
    }.map { exchange in
      var line = exchange.request.line.replacing("/scim/v2", with: "")
      for (name, id) in record.ids.sorted(by: { $0.key > $1.key }) {
        line = line.replacing(id, with: "{\(name)}")
      }
      return Sent(line: line, body: exchange.request.document, sent: exchange.sent)
    }
  }
}
