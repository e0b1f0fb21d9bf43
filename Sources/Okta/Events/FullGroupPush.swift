import HTTP
import Profiles
import SCIM

extension FullGroupPush: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.pushGroups), okta.directory.group(group)?.isPushed ?? false else {
      return
    }
    try await okta.pushGroup(group, cause)
  }

  func leftOut(by okta: Provisioner) -> [String] { okta.leftOut(of: group) }

  var job: ProvisioningJob? { ProvisioningJob(kind: .groupPush, subject: group) }

  /// Assumed: all members are pushed, and the name with them.
  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.pushAgain(group, cause)
  }
}
