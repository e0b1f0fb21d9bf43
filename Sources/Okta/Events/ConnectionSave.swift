import HTTP
import Profiles
import SCIM

extension ConnectionSave: OktaSteps {
  /// The GET of the connection test, and one for groups (Okta, SCIM 1.1 reference).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.testCredentials(cause)
    guard okta.isOn(.importGroups) || okta.profile.switches[.saveListsGroups] == "always" else {
      return
    }
    try await okta.listForTest(.list(.group, startIndex: 1, count: 100), cause)
  }
}
