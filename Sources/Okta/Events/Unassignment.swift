import HTTP
import Profiles
import SCIM

extension Unassignment: OktaSteps {
  /// On the wire the same as deactivation, never a DELETE (Okta, SCIM 2.0 reference).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.takeAccess(of: person, cause)
  }

  func comingWrite(of known: AppUser, from okta: Provisioner) -> SCIMRequest? {
    okta.activation(of: known, false)
  }
}
