import Foundation
import JSON
import Profiles
import Testing
import World

/// What is shipped below `Profiles/` is without a mistake.
@Suite struct ShippedProfileTests {
  private static let profiles: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { url.deleteLastPathComponent() }
    return url.appendingPathComponent("Profiles").path
  }()

  private static func files(_ folder: String) -> [String] {
    ScenarioFiles.paths(in: profiles + "/" + folder) ?? []
  }

  private static func sampleApp() throws -> IntegrationProfile {
    try ProfileReader.read(
      path: profiles + "/sample-app/",
      environment: Environment([:]),
      variables: .refuse
    )
  }

  @Test func `the sample app's profile is read`() throws {
    let profile = try Self.sampleApp()
    #expect(profile.name == "sample-app")
    #expect(profile.family == .aiw)
    #expect(profile.embeddedSampleApp == EmbeddedSampleApp())
    #expect(
      profile.scim.capabilities == [
        .createUsers, .updateUsers, .deactivateUsers, .syncPassword, .pushGroups, .importUsers,
        .importGroups,
      ]
    )
    #expect(profile.folder.hasSuffix("Profiles/sample-app"))
  }

  @Test(arguments: files("every-app") + files("sample-app"))
  func `a shipped scenario is read, fits the sample app and survives as a plan`(
    path: String
  ) throws {
    let scenario = try ScenarioReader.read(path: path)
    var profile = try Self.sampleApp()
    try ScenarioChecks.check(scenario, against: profile)
    // What it does not say of itself, since few apps are so.
    profile.scim.entitlements = true
    profile.scim.importsUserSchema = true
    #expect(Needs.unmetNeed(of: scenario, in: profile) == nil)
    #expect(scenario.name == ScenarioFiles.name(ofPath: path))
    let plan = Plan(scenario: scenario)
    #expect(try Plan(jsonLines: SourceText(file: "-", text: plan.jsonLines)) == plan)
  }

  @Test(arguments: files("every-app"))
  func `a scenario for every app names no exchange`(path: String) throws {
    let scenario = try ScenarioReader.read(path: path)
    #expect(!scenario.covers.isEmpty)
    for expectation in scenario.events.flatMap(\.expectations) {
      if case .exchange = expectation.kind { Issue.record("\(expectation.text)") }
    }
  }

  @Test func `the folders hold the scenarios that are documented`() {
    #expect(
      Self.files("every-app").map(ScenarioFiles.name(ofPath:)) == [
        "access-token-revoked", "admin-deactivated", "admin-signs-out", "code-bound",
        "code-five-at-once", "code-kept-a-while", "code-kept-too-long", "code-of-another-client",
        "code-used-twice", "consent-refused", "contact-details", "cut-refresh",
        "early-and-late-refresh", "empty-values", "entitlements-discovered", "entitlements-given",
        "expiry-on-a-write", "forgotten-token", "grant-revoked", "group-created-again",
        "group-linked-by-name", "group-mapping-off", "group-member-inactive", "group-member-lost",
        "group-members-at-once", "group-push", "group-renamed-before-members", "group-token-expiry",
        "groups-across-tokens", "held-create", "idle-ten-lifetimes", "import-groups",
        "import-pages",
        "import-users", "integration-removed", "lifecycle", "lists-across-tokens",
        "looked-up-again",
        "lost-create", "lost-refresh", "many-at-once", "no-token", "okta-crud",
        "okta-entitlements-crud", "okta-entitlements-spec", "okta-spec", "old-secret",
        "password-push", "provisioned-later", "refresh-by-another-client", "refresh-five-at-once",
        "refresh-used-twice", "refused-refreshes", "rejected-before-expiry", "repeated-create",
        "restart-between-requests", "restart-during-refresh", "retry-tasks", "reuse-in-another-org",
        "revoked-after-expiry", "roles-exchanged", "roles-given", "scope-on-refresh",
        "second-authorization", "secret-changed", "sign-in-policy-changed", "spent-token-later",
        "suspended-and-deleted", "test-credentials", "three-refreshes", "token-expiry", "two-orgs",
        "two-tenants", "unregistered-redirect", "used-to-the-end", "user-schema",
        "users-across-tokens", "workers-at-once", "written-beside-a-group",
      ]
    )
    #expect(ScenarioFiles.paths(in: Self.profiles + "/no-such-folder") == nil)
  }
}
