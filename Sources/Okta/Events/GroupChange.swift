import HTTP
import Profiles
import SCIM

extension GroupChange: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    let change = change
    okta.directory.changeGroup(group) { known in
      known.change(adding: change.added, removing: change.removed)
    }
    guard okta.isOn(.pushGroups) else { return }
    try await okta.pushChange(
      of: group,
      adding: change.added,
      removing: change.removed,
      cause
    )
  }

  func leftOut(by okta: Provisioner) -> [String] {
    okta.leftOut(of: group).filter(change.added.contains)
  }

  var job: ProvisioningJob? { ProvisioningJob(kind: .groupPush, subject: group) }

  /// Assumed: all members are pushed, and the name with them.
  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.pushAgain(group, cause)
  }
}
