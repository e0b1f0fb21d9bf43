import HTTP
import Profiles
import SCIM

extension ProfileUpdate: OktaSteps {
  /// A changed profile: GET, overlay, PUT, in every family (Okta, SCIM 2.0 reference, Update Users).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    let changes = changes
    let given = try okta.entitlements(entitlements)
    okta.directory.change(person) { known in
      known.apply(changes)
      known.user.give(given)
    }
    try await retry(by: okta, cause)
  }

  var job: ProvisioningJob? { ProvisioningJob(kind: .profileUpdate, subject: person) }

  /// Okta, support articles: "Error while trying to push profile update for {user}: …".
  func opening(of failure: StepFailure, app: String) -> String {
    "Error while trying to push profile update for "
      + "\(failure.person?["displayName"] ?? failure.person?.name ?? person): "
  }

  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    // Okta pushes profiles of people who are assigned (Okta, SCIM concept page).
    guard okta.isOn(.updateUsers), okta.directory.read(person, { $0.isAssigned }) ?? true else {
      return
    }
    if okta.profile.switches[.renamedUser] == "look-up", let known = okta.directory[person],
      okta.hasNewName(known)
    {
      return try await okta.provision(known.user, cause)
    }
    try await okta.push(person, activating: false, cause)
  }

  func comingWrite(of known: AppUser, from okta: Provisioner) -> SCIMRequest? {
    guard okta.isOn(.updateUsers), let id = known.id, let representation = known.representation
    else { return known.putBack }
    var changed = known
    changed.apply(changes)
    return .replace(
      .user,
      id: id,
      with: okta.mapper.overlay(changed.user, clearing: changed.cleared, on: representation)
    )
  }
}
