import HTTP
import Profiles
import SCIM

extension RepeatedGroupCreate: OktaSteps {
  /// One POST of a group that the app has, which Okta would look up first.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.pushGroups) else { return }
    try await okta.createGroupAgain(group, cause)
  }
}
