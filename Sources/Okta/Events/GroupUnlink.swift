import HTTP
import Profiles
import SCIM

extension GroupUnlink: OktaSteps {
  /// `leave` sends nothing (Okta, manual test plan C9321), `delete` a DELETE (Okta, SCIM 2.0
  /// reference).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let known = okta.directory.group(group) else { return }
    okta.directory.changeGroup(group) { known in
      known.isPushed = false
      known.lastID = known.id
      known.id = nil
      known.told = []
    }
    guard okta.isOn(.pushGroups), manner == .delete else { return }
    try await okta.delete(known, cause)
    okta.directory.changeGroup(group) { $0.wasCreated = false }
  }

  var job: ProvisioningJob? {
    manner == .delete ? ProvisioningJob(kind: .groupDeletion, subject: group) : nil
  }

  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    guard var known = okta.directory.group(group) else { return }
    known.id = known.knownID
    try await okta.delete(known, cause)
    okta.directory.changeGroup(group) { $0.wasCreated = false }
  }
}
