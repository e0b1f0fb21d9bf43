import HTTP
import Profiles
import SCIM

extension Reactivation: OktaSteps {
  /// The same form as deactivation, for the same id (Okta, SCIM 2.0 reference).
  ///
  /// No look-up comes before (captured with a group-assigned user of an AIW app, 2026-10).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    okta.directory.change(person) { $0.isAssigned = true }
    guard okta.tellsActivity(true) else { return }
    try await okta.setActive(true, person, cause)
    try await okta.pushMemberships(of: person, cause)
  }

  var features: [ManagementFeature] { [.reactivateUsers] }

  var job: ProvisioningJob? { ProvisioningJob(kind: .reactivation, subject: person) }

  func comingWrite(of known: AppUser, from okta: Provisioner) -> SCIMRequest? {
    okta.activation(of: known, true)
  }
}
