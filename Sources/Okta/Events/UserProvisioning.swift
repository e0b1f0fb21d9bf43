import HTTP
import Profiles
import SCIM

extension UserProvisioning: OktaSteps {
  /// As an assignment: look-up, then link or create (lab capture, 2026-10).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.createUsers), let known = await okta.directory[person], known.isAssigned else {
      return
    }
    try await okta.provision(known.user, cause)
  }

  var job: ProvisioningJob? { ProvisioningJob(kind: .assignment, subject: person) }
}
