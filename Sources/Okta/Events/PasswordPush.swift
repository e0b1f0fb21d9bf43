import HTTP
import Profiles
import SCIM

extension PasswordPush: OktaSteps {
  /// Okta, SCIM 2.0 reference: a PATCH where the app has it, else inside a PUT.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.syncPassword), okta.profile.switches[.passwordChange] == "change",
      okta.directory[person]?.isAssigned ?? true
    else { return }
    try await okta.pushPassword(of: person, cause)
  }

  var job: ProvisioningJob? { ProvisioningJob(kind: .passwordPush, subject: person) }
}
