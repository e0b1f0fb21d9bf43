import HTTP
import JSON
import Profiles
import SCIM

extension Provisioner {
  /// Links to the user whom the app has, or creates one.
  func provision(_ user: OktaUser, _ cause: Cause) async throws(StepFailure) {
    if let (found, exchange) = try await lookUp(user, cause) {
      try await link(user.name, to: found, listedBy: exchange, cause)
    } else {
      try await create(user.name, cause)
    }
  }

  /// What comes of an assignment where creating users is switched off.
  ///
  /// Okta, text of a failed assignment (okta-behaviour 16.14), from which the look-up is inferred; a lab
  /// drill with another capability off saw nothing sent.
  func matchOnly(_ user: OktaUser, _ cause: Cause) async throws(StepFailure) {
    guard profile.switches[.assignWithoutCreate] == "look-up" else { return }
    guard let (found, exchange) = try await lookUp(user, cause) else {
      throw StepFailure(person: user, step: "", reason: .unusable("Matching user not found"))
    }
    try await link(user.name, to: found, listedBy: exchange, cause)
  }

  /// The user's resource as the app lists it, or nil where it has none.
  func lookUp(
    _ user: OktaUser,
    _ cause: Cause
  ) async throws(StepFailure) -> (resource: JSONObject, exchange: Int)? {
    let attribute = profile.scim.uniqueIdentifier
    let wanted = mapper.value(of: attribute, for: user)
    let stepName = user.lookUpStep
    let exchange = try await step(
      stepName,
      of: user,
      lookUpRequest(for: user),
      accepting: [404],
      cause
    )
    guard let response = exchange.response, response.status != 404 else { return nil }
    let list: ListResponse
    do throws(ResourceError) {
      list = try ListResponse.read(exchange.document, version)
    } catch {
      throw StepFailure(
        person: user,
        step: stepName,
        exchange: exchange.number,
        reason: .unusable("\(error)")
      )
    }
    if profile.switches[.stringNumbers] == "stop", let wrong = list.wrongNumber {
      throw StepFailure(
        person: user,
        step: stepName,
        exchange: exchange.number,
        reason: .wrongNumber(key: wrong.key, kind: wrong.kind)
      )
    }
    if list.resources.isEmpty { return nil }
    let match = list.resources.first { resource in
      guard let path = SCIMPath(attribute) else { return false }
      return resource[path]?.textForComparison.lowercased() == wanted.lowercased()
    }
    guard let match = match?.object else {
      // Okta might link to the first one; a simulator must not overwrite somebody else's account.
      throw StepFailure(
        person: user,
        step: stepName,
        exchange: exchange.number,
        reason: .unusable("the app listed users, but none with \(attribute) \(wanted)")
      )
    }
    return (match, exchange.number)
  }

  /// Whether the app was last seen to know the person by another name than Okta now has.
  func hasNewName(_ known: AppUser) -> Bool {
    let attribute = profile.scim.uniqueIdentifier
    guard let path = SCIMPath(attribute),
      let last = known.representation.flatMap({ JSONValue.object($0)[path] })
    else {
      return false
    }
    return last.textForComparison.lowercased()
      != mapper.value(of: attribute, for: known.user).lowercased()
  }

  /// Okta, SCIM 2.0 reference: filter, startIndex, count, in this order.
  func lookUpRequest(for user: OktaUser) -> SCIMRequest {
    .find(
      .user,
      where: profile.scim.uniqueIdentifier,
      equals: mapper.value(of: profile.scim.uniqueIdentifier, for: user),
      space: profile.switches[.filterSpace],
      plus: profile.switches[.filterPlus],
      count: 100
    )
  }

  /// Links to a user that the app already has: its id is kept, then the profile is pushed.
  ///
  /// Okta, SCIM 2.0 reference: GET and PUT follow. An inactive user is activated as well, in an app
  /// that is told by PUT at once, and once more.
  func link(
    _ name: String,
    to found: JSONObject,
    listedBy exchange: Int,
    _ cause: Cause
  ) async throws(StepFailure) {
    guard let user = directory[name]?.user else { return }
    guard let id = found.resourceID else {
      throw StepFailure(
        person: user,
        step: "Error while linking user \(user["displayName"] ?? user.name)",
        exchange: exchange,
        reason: .unusable("the user that the app listed has no id")
      )
    }
    // Where the list does not say it, as Okta last knew it.
    let known = directory[name]
    let wasActive =
      found[ignoringCase: "active"]?.boolean ?? (known?.id == id ? known?.isActive ?? true : true)
    let isOurs = found[ignoringCase: "externalId"] == .string(user.id)
    directory.change(name) { known in
      if known.id != id {
        known.wasFoundAsOurs = isOurs
        // The app had made the user, and its answer did not come.
        if known.mayExist, found[ignoringCase: "externalId"] == nil || isOurs {
          known.wasCreated = true
        }
        known.mayExist = false
      }
      known.id = id
      known.isActive = wasActive
      known.representation = found
    }
    let activates = !wasActive && tellsActivity(true)
    if isOn(.updateUsers) {
      try await push(name, activating: activates && habits.activation == .put, cause)
    }
    if activates {
      if habits.activation == .patch || !isOn(.updateUsers)
        || profile.switches[.linkActivation] == "twice"
      {
        try await setActive(true, name, cause)
      }
      try await pushMemberships(of: name, cause)
    }
  }
}

extension OktaUser {
  /// The step that asks whether the app has the person, as a task names it (Okta, support article
  /// "Forest Admin provisioning error").
  var lookUpStep: String { "Error while verifying if user \(self["displayName"] ?? name) exists" }
}

extension JSONObject {
  /// The id of a resource; nil where the app gave none that could be used.
  var resourceID: String? { resourceID(in: "id") }

  func resourceID(in field: String) -> String? {
    guard let given = self[ignoringCase: field], given != .null,
      case let id = given.textForComparison, id.isUsableID
    else { return nil }
    return id
  }
}
