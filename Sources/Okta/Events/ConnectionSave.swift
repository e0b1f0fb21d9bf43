import HTTP
import Profiles
import SCIM

extension ConnectionSave: OktaSteps {
  /// The GET of the connection test, and one for groups where they are imported.
  ///
  /// Okta, SCIM 1.1 reference; that the second depends on Import Groups is inferred from a capture
  /// without it.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.testCredentials(cause)
    guard okta.isOn(.importGroups) else { return }
    try await okta.listForTest(.list(.group, startIndex: 1, count: 100), cause)
  }
}
