import HTTP
import JSON
import Profiles
import SCIM

/// Group push: what its events have in common.
extension Provisioner {
  /// Links the group, or makes it, and has the app know who belongs to it.
  ///
  /// Okta, SCIM 2.0 reference, Groups: a look-up by name comes before the first push.
  func pushGroup(_ name: String, _ cause: Cause) async throws(StepFailure) {
    guard let group = directory.group(name) else { return }
    if group.id != nil { return try await pushMembers(of: name, cause) }
    if let id = try await lookUp(group, cause) {
      guard profile.switches.isOn(.groupLinking) else {
        throw StepFailure(
          group: group.displayName,
          step: GroupStep.create,
          reason: .unusable("a group of that name exists, and the app does not link groups")
        )
      }
      directory.changeGroup(name) { $0.id = id }
      try await pushMembers(of: name, cause)
    } else {
      try await create(group, cause)
    }
  }

  /// What a retry of a failed push does: the group with its name and all its members.
  func pushAgain(_ name: String, _ cause: Cause) async throws(StepFailure) {
    guard isOn(.pushGroups), let group = directory.group(name), group.isPushed else { return }
    if group.id != nil, habits.groups == .patch { try await rename(group, cause) }
    try await pushGroup(name, cause)
  }

  /// All members in place of those that the app has: "Push Now", a push that goes on, a link.
  func pushMembers(of name: String, _ cause: Cause) async throws(StepFailure) {
    guard let group = directory.group(name), let id = group.id else { return }
    try await verify(group, cause)
    let members = provisionedMembers(of: group)
    switch habits.groups {
    case .put: try await put(group, id, members, cause)
    case .patch:
      let limit = profile.switches.count(.membersPerPatch)
      let form = SCIMVersion.FullPushForm(rawValue: profile.switches[.groupFullPush]) ?? .path
      try await patch(
        group,
        version.replacement(
          of: id,
          named: group.displayName,
          members: members.prefix(limit).map(\.member),
          form
        ),
        cause
      )
      // Assumed: more than fit into one request follow as additions.
      try await change(group, adding: Array(members.dropFirst(limit)), removing: [], cause)
    }
    tell(name, members)
  }

  /// One change of who belongs to the group, sent as such or as the whole group.
  ///
  /// Those who are not at the app, or inactive there, are left out (Okta help, group push).
  func pushChange(
    of name: String,
    adding added: [String],
    removing removed: [String],
    _ cause: Cause
  ) async throws(StepFailure) {
    guard let group = directory.group(name), group.isPushed else { return }
    let id = try idAtApp(of: group)
    let members = provisionedMembers(of: group)
    guard habits.groups == .patch else {
      try await put(group, id, members, cause)
      return tell(name, members)
    }
    let coming = members.filter { added.contains($0.person) }
    let going = known(removed.filter(group.told.contains))
    guard !coming.isEmpty || !going.isEmpty else { return }
    try await verify(group, cause)
    try await renameAlong(group, cause)
    try await change(group, adding: coming, removing: going, cause)
    directory.changeGroup(name) { group in
      group.told.subtract(removed)
      group.told.formUnion(coming.map(\.person))
    }
  }

  /// A push that has failed waits for an admin, and no change goes out meanwhile (fleet, issue 52600: it
  /// is not tried again).
  private func idAtApp(of group: AppGroup) throws(StepFailure) -> String {
    guard let id = group.id else {
      throw StepFailure(
        group: group.displayName,
        step: GroupStep.update,
        reason: .unusable("the group has not been pushed")
      )
    }
    return id
  }

  /// Has the app know the group's name.
  func pushName(of name: String, _ cause: Cause) async throws(StepFailure) {
    guard let group = directory.group(name), group.isPushed else { return }
    let id = try idAtApp(of: group)
    switch habits.groups {
    case .patch:
      try await verify(group, cause)
      try await rename(group, cause)
    case .put:
      let members = provisionedMembers(of: group)
      try await put(group, id, members, cause)
      tell(name, members)
    }
  }

  /// Whoever was left out while inactive is pushed again after the reactivation (Okta help, group
  /// push).
  func pushMemberships(of person: String, _ cause: Cause) async throws(StepFailure) {
    guard isOn(.pushGroups) else { return }
    for group in directory.allGroups
    where group.isPushed && group.id != nil && group.members.contains(person)
      && !group.told.contains(person)
    {
      try await pushChange(of: group.name, adding: [person], removing: [], cause)
    }
  }

  func delete(_ group: AppGroup, _ cause: Cause) async throws(StepFailure) {
    guard let id = group.id else { return }
    _ = try await step(GroupStep.delete, of: group, .delete(.group, id: id), cause)
  }

  /// The app's id of the group as it lists it, or nil where it has none.
  func lookUp(_ group: AppGroup, _ cause: Cause) async throws(StepFailure) -> String? {
    let exchange = try await step(
      GroupStep.verify,
      of: group,
      .find(
        .group,
        where: "displayName",
        equals: group.displayName,
        space: profile.switches[.filterSpace],
        plus: profile.switches[.filterPlus],
        count: 100
      ),
      accepting: [404],
      cause
    )
    guard exchange.status != 404 else { return nil }
    func unusable(_ problem: String) -> StepFailure {
      StepFailure(
        group: group.displayName,
        step: GroupStep.verify,
        exchange: exchange.number,
        reason: .unusable(problem)
      )
    }
    let list: ListResponse
    do throws(ResourceError) {
      list = try ListResponse.read(exchange.document, version)
    } catch {
      throw unusable("\(error)")
    }
    if list.resources.isEmpty { return nil }
    let match = list.resources.lazy.compactMap(\.object).first { resource in
      resource[ignoringCase: "displayName"]?.string?.lowercased() == group.displayName.lowercased()
    }
    // A simulator must not overwrite somebody else's group.
    guard let match else {
      throw unusable("the app listed groups, but none called \(group.displayName)")
    }
    guard let id = match.resourceID else {
      throw unusable("the group that the app listed has no id")
    }
    return id
  }

  // MARK: Requests

  /// The steps of a group push, as a task names them.
  private enum GroupStep {
    static let verify = "Error while verifying if group exists"
    static let create = "Error while creating group"
    static let update = "Error while updating group"
    static let delete = "Error while deleting group"
  }

  /// A person and what a group says of them.
  struct ProvisionedMember: Sendable {
    var person: String
    var member: GroupMember
  }

  /// Whoever belongs to the group, is at the app and active there.
  private func provisionedMembers(of group: AppGroup) -> [ProvisionedMember] {
    var members: [ProvisionedMember] = []
    for name in group.members {
      guard let user = directory[name], user.isAssigned, user.isActive else { continue }
      if let member = member(user) { members.append(member) }
    }
    return members
  }

  /// Members of a group that is pushed who cannot be pushed with it.
  func leftOut(of name: String) -> [String] {
    guard isOn(.pushGroups), let group = directory.group(name), group.isPushed else {
      return []
    }
    let pushed = Set(provisionedMembers(of: group).map(\.person))
    return group.members.filter { !pushed.contains($0) }
  }

  private func known(_ names: [String]) -> [ProvisionedMember] {
    var members: [ProvisionedMember] = []
    for name in names {
      if let member = directory[name].flatMap(member) { members.append(member) }
    }
    return members
  }

  private func member(_ user: AppUser) -> ProvisionedMember? {
    user.id.map { id in
      ProvisionedMember(
        person: user.user.name,
        member: GroupMember(id: id, display: mapper.value(of: "userName", for: user.user))
      )
    }
  }

  private func tell(_ name: String, _ members: [ProvisionedMember]) {
    directory.changeGroup(name) { $0.told = Set(members.map(\.person)) }
  }

  /// Makes the group.
  ///
  /// Where the family has PATCH: empty (Okta, SCIM 2.0 reference), then the name once more, then the
  /// members. Else with all members, read, and put with the same ones (lab capture, 2026-10).
  private func create(_ group: AppGroup, _ cause: Cause) async throws(StepFailure) {
    let members = provisionedMembers(of: group)
    let isInline = habits.groups == .put || profile.switches[.groupCreateMembers] == "inline"
    directory.changeGroup(group.name) { $0.mayExist = true }
    let exchange: Exchange
    do throws(StepFailure) {
      exchange = try await step(
        GroupStep.create,
        of: group,
        .create(.group, version.newGroup(resource(of: group, isInline ? members : []))),
        cause
      )
    } catch {
      if error.isOfNobody { directory.changeGroup(group.name) { $0.mayExist = false } }
      throw error
    }
    guard let id = exchange.document.object?.resourceID else {
      throw StepFailure(
        group: group.displayName,
        step: GroupStep.create,
        exchange: exchange.number,
        reason: .unusable("Create new group returned empty group.")
      )
    }
    directory.changeGroup(group.name) { known in
      known.id = id
      known.wasCreated = true
      known.mayExist = false
    }
    guard habits.groups == .patch else {
      try await put(group, id, members, cause)
      return tell(group.name, members)
    }
    guard let made = directory.group(group.name) else { return }
    try await renameAlong(made, cause)
    if !isInline { try await change(made, adding: members, removing: [], cause) }
    tell(group.name, members)
  }

  /// Creates a group that the app has, as it was created first; whatever the app answers is for the
  /// judge, and changes nothing of what Okta knows of the group.
  func createGroupAgain(_ name: String, _ cause: Cause) async throws {
    guard let group = directory.group(name) else { return }
    _ = try idAtApp(of: group)
    let members = habits.groups == .put ? provisionedMembers(of: group) : []
    let create = SCIMRequest.create(.group, version.newGroup(resource(of: group, members)))
    try await probe(create, about: group.name, .repeatedCreate, cause) {
      StepFailure(group: group.displayName, step: GroupStep.create, exchange: $0, reason: $1)
    } note: { exchange in
      leaveTrace(of: exchange, beside: group)
    }
  }

  /// A second group that the app has, or may have, made: for clean-up alone.
  ///
  /// Without its id it is looked for by its name, which nobody else's group has where this run made the
  /// first.
  private func leaveTrace(of exchange: Exchange, beside known: AppGroup) {
    let mayBeMade = exchange.response.map { $0.isSuccess || $0.status >= 500 } ?? true
    let other = exchange.document.object?.resourceID
    guard mayBeMade, other != known.id, other != nil || known.wasCreated else { return }
    var second = AppGroup(
      name: "\(known.name), a second time",
      displayName: known.displayName,
      description: nil,
      members: []
    )
    second.isPushed = false
    second.lastID = other
    second.wasCreated = other != nil
    second.mayExist = other == nil
    directory.put(second)
  }

  /// Reads the group, and puts it with all its members.
  ///
  /// The body has just these keys (scimgateway, issue 95).
  private func put(
    _ group: AppGroup,
    _ id: String,
    _ members: [ProvisionedMember],
    _ cause: Cause
  ) async throws(StepFailure) {
    for _ in 0..<profile.switches.count(.groupPutReads) {
      _ = try await step(GroupStep.verify, of: group, .retrieve(.group, id: id), cause)
    }
    var body = resource(of: group, members)
    body.members.insert(JSONObject.Member(key: "id", value: .string(id)), at: 1)
    _ = try await step(GroupStep.update, of: group, .replace(.group, id: id, with: body), cause)
  }

  private func resource(of group: AppGroup, _ members: [ProvisionedMember]) -> JSONObject {
    let isNamed = habits.groups == .patch || profile.switches[.groupPutDisplay] == "userName"
    var resource: JSONObject = [
      "schemas": [.string(version.groupSchema)],
      "displayName": .string(group.displayName),
      "members": .array(
        members.map { member in
          isNamed ? member.member.json : GroupMember(id: member.member.id, display: nil).json
        }
      ),
    ]
    version.describe(
      &resource,
      as: group.description,
      always: profile.switches[.groupDescription] == "custom-schema"
    )
    return resource
  }

  /// Reads the group before a change, where an app with PATCH is asked so (Okta, SCIM 2.0 reference: an
  /// existence check).
  private func verify(_ group: AppGroup, _ cause: Cause) async throws(StepFailure) {
    guard habits.groups == .patch, let id = group.id,
      profile.switches[.groupExistenceCheck] == "before-change"
    else { return }
    _ = try await step(GroupStep.verify, of: group, .retrieve(.group, id: id), cause)
  }

  /// Okta, SCIM 2.0 reference: the name is sent each time the membership changes.
  private func renameAlong(_ group: AppGroup, _ cause: Cause) async throws(StepFailure) {
    guard profile.switches.isOn(.groupRenameWithMembers), profile.switches.isOn(.renameAppGroups)
    else { return }
    try await rename(group, cause)
  }

  private func rename(_ group: AppGroup, _ cause: Cause) async throws(StepFailure) {
    guard let id = group.id else { return }
    try await patch(group, version.rename(of: id, to: group.displayName), cause)
  }

  /// Removals and additions, at most so many in a request (Okta, form for the submission of an app:
  /// 100).
  private func change(
    _ group: AppGroup,
    adding added: [ProvisionedMember],
    removing removed: [ProvisionedMember],
    _ cause: Cause
  ) async throws(StepFailure) {
    let limit = profile.switches.count(.membersPerPatch)
    let removals = removed.map { (member: $0.member, isRemoval: true) }
    let changes = removals + added.map { (member: $0.member, isRemoval: false) }
    let batches = stride(from: 0, to: changes.count, by: limit).map { start in
      let batch = changes[start..<min(start + limit, changes.count)]
      return version.membershipChange(
        adding: batch.filter { !$0.isRemoval }.map(\.member),
        removing: batch.filter(\.isRemoval).map(\.member)
      )
    }
    guard profile.switches[.memberBatches] == "at-once" else {
      for batch in batches { try await patch(group, batch, cause) }
      return
    }
    let endings = await withTaskGroup(of: Result<Void, StepFailure>.self) { tasks in
      for batch in batches {
        tasks.addTask {
          do throws(StepFailure) {
            return .success(try await self.patch(group, batch, cause))
          } catch {
            return .failure(error)
          }
        }
      }
      return await tasks.reduce(into: []) { $0.append($1) }
    }
    for ending in endings { try ending.get() }
  }

  /// Okta, SCIM 2.0 reference: 200 with the group, or 204.
  private func patch(
    _ group: AppGroup,
    _ document: JSONValue,
    _ cause: Cause
  ) async throws(StepFailure) {
    guard let id = group.id else { return }
    _ = try await step(GroupStep.update, of: group, .modify(.group, id: id, document), cause)
  }
}
