import HTTP
import JSON
import Profiles
import SCIM
import World

extension Provisioner {
  /// Creates the user.
  ///
  /// Okta, SCIM 2.0 reference, Create Users: the answer is 201 with a body that has an id; an empty
  /// body fails the event ("Create new user returned empty user").
  func create(_ name: String, _ cause: Cause) async throws(StepFailure) {
    guard let user = directory[name]?.user else { return }
    let stepName = "Error while creating user \(user["displayName"] ?? user.name)"
    directory.change(name) { $0.mayExist = true }
    let exchange: Exchange
    do throws(StepFailure) {
      exchange = try await step(
        stepName,
        of: user,
        createRequest(for: user),
        cause
      )
    } catch {
      // One that the app had before is not of this run; any other that was refused may be there.
      if error.isOfNobody { directory.change(name) { $0.mayExist = false } }
      throw error
    }
    if profile.switches[.createStatus] == "201", let status = exchange.status, status != 201 {
      throw StepFailure(
        person: user,
        step: stepName,
        exchange: exchange.number,
        reason: .unusable("HTTP \(status) where Okta wants 201")
      )
    }
    let body = exchange.response?.body ?? []
    let resource = body.isEmpty ? [:] : try readUser(exchange, of: user, step: stepName)
    guard let id = resource.resourceID else {
      throw StepFailure(
        person: user,
        step: stepName,
        exchange: exchange.number,
        reason: .unusable("Create new user returned empty user.")
      )
    }
    directory.change(name) { known in
      known.id = id
      known.isActive = true
      known.wasCreated = true
      known.mayExist = false
      known.note(exchange)
    }
  }

  func createRequest(for user: OktaUser) -> SCIMRequest {
    let isSent = profile.switches[.createPassword] == "random"
    return .create(
      .user,
      mapper.newResource(
        for: user,
        password: isSent ? newPassword(for: user) : nil,
        groups: memberships(of: user.name) ?? []
      )
    )
  }

  /// What a user's own `groups` say where they carry memberships; nil where they do not (ory/polis,
  /// issue 3136: an AIW app was sent some).
  private func memberships(of name: String) -> [JSONValue]? {
    guard profile.switches[.userGroups] == "memberships" else { return nil }
    return directory.allGroups.compactMap { group in
      guard group.isPushed, group.members.contains(name), let id = group.id else { return nil }
      return ["value": .string(id), "display": .string(group.displayName)]
    }
  }

  /// Okta sends a password on create even where none is synchronised: a random one by the org's
  /// policy, such as eight letters and digits (Okta, support article on passwords in custom SCIM
  /// integrations).
  ///
  /// It has a capital letter, a small one and a digit, as Okta's default policy asks.
  ///
  /// - Parameter occasion: Tells it from the others of the user.
  private func newPassword(for user: OktaUser, _ occasion: String = "") -> Secret {
    var random = random.stream(named: "password \(user.name)\(occasion)")
    var password = random.alphanumerics(8)
    while !(password.contains(where: \.isNumber) && password.contains(where: \.isUppercase)
      && password.contains(where: \.isLowercase))
    {
      password = random.alphanumerics(8)
    }
    return aliases.secret(password, kind: .password, isOurs: true)
  }

  /// - Parameter activating: Whether `active` is set as well; a profile push does not carry the
  ///   status (Okta, SCIM concept page).
  func push(
    _ name: String,
    activating: Bool,
    _ cause: Cause
  ) async throws(StepFailure) {
    let (user, id) = try linked(name)
    if habits.activation == .patch, profile.switches[.profileUpdate] == "patch" {
      return try await patchProfile(user, id, cause)
    }
    let current: JSONObject
    do throws(StepFailure) {
      current = try await retrieve(user, id, cause)
    } catch {
      guard error.isAnswer(404), profile.switches[.missingUser] == "create",
        isOn(.createUsers)
      else { throw error }
      return try await create(name, cause)
    }
    let resource = pushed(user, over: current, activating)
    let isActive = resource[ignoringCase: "active"] != false
    let write = try await replace(user, id, with: resource, cause)
    directory.change(name) { known in
      known.isActive = isActive
      known.note(write)
    }
  }

  /// What a push makes of the app's user.
  @inline(never)
  private func pushed(
    _ user: OktaUser,
    over current: JSONObject,
    _ activating: Bool
  ) -> JSONObject {
    let cleared = directory.read(user.name) { $0.cleared } ?? []
    var resource = mapper.overlay(user, clearing: cleared, on: current)
    if activating { resource.setActive(true) }
    if let groups = memberships(of: user.name) {
      resource[ignoringCase: "groups"] = .array(groups)
    }
    return resource
  }

  /// Gives the app's user the mapped attributes, without a read before.
  private func patchProfile(
    _ user: OktaUser,
    _ id: String,
    _ cause: Cause
  ) async throws(StepFailure) {
    let cleared = directory[user.name]?.cleared ?? []
    let values = mapper.changes(user, clearing: cleared)
    let exchange = try await step(
      "Error while updating user \(user["displayName"] ?? user.name)",
      of: user,
      .modify(.user, id: id, version.profileChange(values, of: id)),
      cause
    )
    guard let returned = try? ResourceError.object(in: exchange.document) else { return }
    directory.change(user.name) { $0.representation = returned }
  }

  /// Gives the app's user a password of the org's: one made up.
  func pushPassword(of name: String, _ cause: Cause) async throws(StepFailure) {
    let (user, id) = try linked(name)
    let password = newPassword(for: user, "pushed \(cause.event.map(String.init) ?? "")")
    guard habits.password == .patch else {
      var resource = try await retrieve(user, id, cause)
      resource[ignoringCase: "password"] = .string(password.exposed())
      let write = try await replace(user, id, with: resource, cause)
      return directory.change(name) { $0.note(write) }
    }
    let isActive = directory[name]?.isActive ?? true
    _ = try await step(
      "Error while pushing the password of user \(user["displayName"] ?? user.name)",
      of: user,
      .modify(
        .user,
        id: id,
        version.passwordChange(
          password.exposed(),
          of: id,
          isActive: profile.switches[.passwordPatch] == "active-and-password" ? isActive : nil
        )
      ),
      cause
    )
  }

  /// The person and the id of the app's user.
  func linked(_ name: String) throws(StepFailure) -> (user: OktaUser, id: String) {
    guard let appUser = directory[name] else {
      throw StepFailure(person: nil, step: "Error while pushing \(name)", reason: .notProvisioned)
    }
    guard let id = appUser.id else {
      throw StepFailure(
        person: appUser.user,
        step: "Error while pushing profile",
        reason: .notProvisioned
      )
    }
    return (appUser.user, id)
  }

  // Each in a frame of its own, which is gone when it has ended (see `AuthorizedSender`).
  @inline(never)
  func retrieve(
    _ user: OktaUser,
    _ id: String,
    _ cause: Cause
  ) async throws(StepFailure) -> JSONObject {
    let exchange = try await step(user.lookUpStep, of: user, .retrieve(.user, id: id), cause)
    return try readUser(exchange, of: user, step: user.lookUpStep)
  }

  @inline(never)
  func replace(
    _ user: OktaUser,
    _ id: String,
    with resource: JSONObject,
    _ cause: Cause
  ) async throws(StepFailure) -> Exchange {
    try await step(
      "Error while updating user \(user["displayName"] ?? user.name)",
      of: user,
      .replace(.user, id: id, with: resource),
      cause
    )
  }

  private func readUser(
    _ exchange: Exchange,
    of user: OktaUser,
    step: @autoclosure () -> String
  ) throws(StepFailure) -> JSONObject {
    do throws(ResourceError) {
      return try ResourceError.object(in: exchange.document)
    } catch {
      throw StepFailure(
        person: user,
        step: step(),
        exchange: exchange.number,
        reason: .unusable("\(error)")
      )
    }
  }
}
