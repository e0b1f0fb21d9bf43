import HTTP
import Profiles
import SCIM

extension GroupPushActivation: OktaSteps {
  /// The membership is pushed at once (Okta, manual test plan C9320).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    okta.directory.changeGroup(group) { $0.isPushed = true }
    guard okta.isOn(.pushGroups) else { return }
    try await okta.pushGroup(group, cause)
  }

  func leftOut(by okta: Provisioner) -> [String] { okta.leftOut(of: group) }

  var job: ProvisioningJob? { ProvisioningJob(kind: .groupPush, subject: group) }

  /// Assumed: all members are pushed, and the name with them.
  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.pushAgain(group, cause)
  }
}
