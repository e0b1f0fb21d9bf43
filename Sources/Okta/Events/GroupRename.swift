import HTTP
import Profiles
import SCIM

extension GroupRename: OktaSteps {
  /// Okta, SCIM 2.0 reference, Update a specific group name.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    let displayName = okta.people.groupName(newName)
    okta.directory.call(group, also: newName)
    // Okta, group push settings: "Rename app groups to match group name in Okta", switched off.
    guard okta.profile.switches.isOn(.renameAppGroups) else { return }
    okta.directory.changeGroup(group) { $0.displayName = displayName }
    guard okta.isOn(.pushGroups) else { return }
    try await okta.pushName(of: group, cause)
  }

  var job: ProvisioningJob? { ProvisioningJob(kind: .groupRename, subject: group) }

  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.pushGroups), okta.profile.switches.isOn(.renameAppGroups) else { return }
    try await okta.pushName(of: group, cause)
  }
}
