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

  var job: ProvisioningJob? { ProvisioningJob(kind: .deactivation, subject: person) }

  /// The assignment has ended; what is left to do is to tell the app.
  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.deactivateUsers) else { return }
    try await okta.setActive(false, person, cause)
  }
}
