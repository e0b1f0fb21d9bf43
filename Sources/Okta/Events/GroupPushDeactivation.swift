import HTTP
import Profiles
import SCIM

extension GroupPushDeactivation: OktaSteps {
  /// Sends nothing (Okta, manual test plan C9319).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    okta.directory.changeGroup(group) { $0.isPushed = false }
  }
}
