import HTTP
import Profiles
import SCIM

extension Assignment: OktaSteps {
  /// Looks up first; links to what is found, or creates.
  ///
  /// Okta, SCIM 2.0 reference, Create Users: looks up by userName before it creates; nothing found
  /// may be said by an empty list or by 404.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    let given = try okta.entitlements(entitlements)
    var appUser: AppUser
    if var known = okta.directory[person] {
      known.apply(changes)
      appUser = known
    } else {
      appUser = AppUser(user: okta.people.make(person, changes: changes))
    }
    appUser.user.give(given)
    appUser.isAssigned = true
    okta.directory.put(appUser)
    if isBeforeProvisioning { return }
    try await retry(by: okta, cause)
  }

  var job: ProvisioningJob? { ProvisioningJob(kind: .assignment, subject: person) }

  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    guard let appUser = okta.directory[person] else { return }
    guard okta.isOn(.createUsers) else { return try await okta.matchOnly(appUser.user, cause) }
    // Assigned again: an AIW app was seen to be asked by userName as at first (Okta devforum 27262);
    // whether an OIN app is, is unknown.
    if appUser.id != nil, okta.profile.switches[.reassignLookUp] == "false" {
      return try await pushAgain(by: okta, cause)
    }
    try await okta.provision(appUser.user, cause)
  }

  /// For a user whose id at the app is known: profile and status, without a look-up.
  private func pushAgain(by okta: Provisioner, _ cause: Cause) async throws(StepFailure) {
    let isActive = okta.directory[person]?.isActive ?? false
    if okta.isOn(.updateUsers) { try await okta.push(person, activating: false, cause) }
    if !isActive, okta.tellsActivity(true) {
      try await okta.setActive(true, person, cause)
      try await okta.pushMemberships(of: person, cause)
    }
  }

  func coming(from okta: Provisioner) -> [SCIMRequest] {
    let known = okta.directory[person]
    if let known, let id = known.id {
      return [.retrieve(.user, id: id)] + [known.putBack].compactMap(\.self)
    }
    guard okta.isOn(.createUsers), !isBeforeProvisioning else { return [.connectionTest] }
    var user = okta.people.make(person, changes: changes)
    // What the app does not list the event itself will say.
    user.give((try? okta.entitlements(entitlements)) ?? [])
    return [okta.lookUpRequest(for: user), okta.createRequest(for: user)]
  }
}
