import HTTP
import Profiles
import SCIM

extension Unsuspension: OktaSteps {
  /// Nothing is sent, as with the suspension (Okta, manual test plan C9300).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
  }
}
