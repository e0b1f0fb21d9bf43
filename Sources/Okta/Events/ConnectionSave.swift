import HTTP
import Profiles
import SCIM

extension ConnectionSave: OktaSteps {
  /// The GET of the connection test, one for groups, and what Okta reads of an app with entitlements or
  /// an imported schema (Okta, SCIM 1.1 reference; guide to entitlements).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.testCredentials(cause)
    if okta.isOn(.importGroups) || okta.profile.switches[.saveListsGroups] == "always" {
      try await okta.listForTest(.list(.group, startIndex: 1, count: 100), cause)
    }
    try await okta.discover(cause)
  }

  func logEvent(of failure: StepFailure) -> SystemLogEvent? {
    failure.step == Provisioner.testStep ? .credentialsNotVerified : .schemaNotImported
  }
}
