import HTTP
import Profiles
import SCIM

extension Deactivation: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.takeAccess(of: person, cause)
  }

  var job: ProvisioningJob? { ProvisioningJob(kind: .deactivation, subject: person) }

  /// The assignment has ended; what is left to do is to tell the app.
  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.deactivate(person, cause)
  }

  func comingWrite(of known: AppUser, from okta: Provisioner) -> SCIMRequest? {
    okta.activation(of: known, false)
  }
}
