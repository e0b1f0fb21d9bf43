import HTTP
import Profiles
import SCIM

extension UserDeletion: OktaSteps {
  /// Only a deactivated user can be deleted, and the app hears of the deactivation alone, never of
  /// the deletion (Okta, SCIM concept page).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.takeAccess(of: person, cause)
  }

  func comingWrite(of known: AppUser, from okta: Provisioner) -> SCIMRequest? {
    known.isAssigned ? okta.activation(of: known, false) : known.putBack
  }
}
