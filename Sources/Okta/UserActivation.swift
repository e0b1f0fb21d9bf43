import HTTP
import JSON
import Profiles
import SCIM

extension Provisioner {
  /// The person's assignment ends; the app's user is told `active: false`.
  ///
  /// Deactivation drops the assignment with it (Okta, manual test plan C9293), so that nothing is
  /// left to send for a later `unassign`.
  func takeAccess(of name: String, _ cause: Cause) async throws(StepFailure) {
    guard directory[name]?.isAssigned ?? true else { return }
    directory.change(name) { $0.isAssigned = false }
    try await deactivate(name, cause)
  }

  /// Tells the app that somebody's access has ended.
  func deactivate(_ name: String, _ cause: Cause) async throws(StepFailure) {
    guard isOn(.deactivateUsers) else { return }
    // What a look-up that finds nobody would change was not reported: the known id is used.
    if profile.switches.isOn(.lookUpBeforeDeactivate), let user = directory[name]?.user {
      _ = try await lookUp(user, cause)
    }
    try await setActive(false, name, cause)
  }

  func setActive(
    _ isActive: Bool,
    _ name: String,
    _ cause: Cause
  ) async throws(StepFailure) {
    let (user, id) = try linked(name)
    let write = try await sendActive(isActive, user, id, cause)
    directory.change(name) { known in
      known.isActive = isActive
      if write.intent.act == .replace || write.document.object != nil {
        known.note(write)
      } else if var last = known.representation {
        // It says just that all is as asked (204).
        last.setActive(isActive)
        known.representation = last
      }
    }
  }

  func sendActive(
    _ isActive: Bool,
    _ user: OktaUser,
    _ id: String,
    _ cause: Cause
  ) async throws(StepFailure) -> Exchange {
    guard habits.activation == .patch else {
      // The server's own representation with nothing changed but `active` (captured PUT).
      var resource = try await retrieve(user, id, cause)
      resource.setActive(isActive)
      return try await replace(user, id, with: resource, cause)
    }
    return try await step(
      "Error while \(isActive ? "activating" : "deactivating") user "
        + (user["displayName"] ?? user.name),
      of: user,
      .modify(.user, id: id, activation(isActive, of: id)),
      cause
    )
  }

  /// The write that tells the app the status of a user whom Okta knows; nil where none is sent.
  func activation(of known: AppUser, _ isActive: Bool) -> SCIMRequest? {
    guard tellsActivity(isActive), let id = known.id, var resource = known.representation
    else { return nil }
    if habits.activation == .patch {
      return .modify(.user, id: id, activation(isActive, of: id))
    }
    resource.setActive(isActive)
    return .replace(.user, id: id, with: resource)
  }

  /// A replace without a path (Okta, SCIM 2.0 reference); one lab's summary has path `active`.
  private func activation(_ isActive: Bool, of id: String) -> JSONValue {
    let path = profile.switches[.deactivatePath]
    return version.activation(isActive, of: id, path: path == "none" ? nil : path)
  }
}

extension JSONObject {
  /// Sets `active` in the app's own spelling of it.
  mutating func setActive(_ isActive: Bool) {
    self[ignoringCase: "active"] = .boolean(isActive)
  }
}
