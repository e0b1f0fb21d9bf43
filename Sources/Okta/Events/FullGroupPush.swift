import HTTP
import Profiles
import SCIM

extension FullGroupPush: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.pushGroups), await okta.directory.group(group)?.isPushed ?? false else {
      return
    }
    try await okta.pushGroup(group, cause)
  }
}
