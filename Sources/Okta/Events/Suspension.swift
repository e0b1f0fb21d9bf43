import HTTP
import Profiles
import SCIM

extension Suspension: OktaSteps {
  /// Nothing is sent (Okta, manual test plan C9295).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
  }
}
