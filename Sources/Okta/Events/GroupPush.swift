import HTTP
import Profiles
import SCIM

extension GroupPush: OktaSteps {
  /// Looks up by name first; links to what is found, or creates.
  ///
  /// Pushed once more, the group has the members that the line names.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    let (members, text) = (members, clauses.description)
    if okta.directory.group(group) == nil {
      okta.directory.put(
        AppGroup(
          name: group,
          displayName: okta.people.groupName(group),
          description: text,
          members: members
        )
      )
    } else {
      okta.directory.changeGroup(group) { known in
        known.isPushed = true
        known.change(adding: members, removing: known.members.filter { !members.contains($0) })
        known.description = text ?? known.description
      }
    }
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
