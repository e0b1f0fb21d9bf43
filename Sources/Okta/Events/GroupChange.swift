import HTTP
import Profiles
import SCIM

extension GroupChange: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    let change = change
    await okta.directory.changeGroup(group) { known in
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
}
