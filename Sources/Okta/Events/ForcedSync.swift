import HTTP
import Profiles
import SCIM

extension ForcedSync: OktaSteps {
  /// Sends nothing for those who were assigned before provisioning was on (lab capture, 2026-10).
  ///
  /// Assumed: each of the others gets a profile push.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.updateUsers) else { return }
    for user in okta.directory.all where user.isAssigned && user.id != nil {
      try await okta.push(user.user.name, activating: false, cause)
    }
  }
}
