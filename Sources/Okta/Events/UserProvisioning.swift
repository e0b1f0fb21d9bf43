import HTTP
import Profiles
import SCIM

extension UserProvisioning: OktaSteps {
  /// As an assignment: look-up, then link or create (lab capture, 2026-10).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let known = okta.directory[person], known.isAssigned else { return }
    guard okta.isOn(.createUsers) else { return try await okta.matchOnly(known.user, cause) }
    try await okta.provision(known.user, cause)
  }

  var job: ProvisioningJob? { ProvisioningJob(kind: .assignment, subject: person) }
}
