import HTTP
import JSON
import SCIM
import World

/// What the app may hold for each group, and every answer held against it, as `DirectoryModel` does for
/// users.
struct GroupModel: Sendable {
  private var groups: [String: GroupState] = [:]
  /// The steps that the app has taken so far, of whatever group.
  private var taken: Set<String> = []
  /// Whether it took each step of a group when it last came, whoever was named.
  private var stands: [Step: Bool] = [:]
  /// Groups of which members were acknowledged, and whom a read did not show at all.
  private var hidden: [(group: String, exchanges: [Int])] = []

  private struct Step: Hashable {
    var group: String
    /// In words: `rename`.
    var name: String
  }

  private var suspensions = Suspensions()

  /// No group of an app is larger.
  private static let mostMembers = 100_000

  /// Takes what was asked of groups.
  ///
  /// - Parameter nameOf: The scenario's name of the user with that id.
  mutating func take(
    _ reading: Reading,
    nameOf: (String) -> String?,
    _ observations: inout Observations
  ) {
    guard let name = reading.intent.subject, reading.intent.act != .page else { return }
    var group = GroupState(name: name)
    // Not in the table meanwhile, so that its members are not copied.
    if let place = groups.index(forKey: name) { swap(&group, &groups.values[place]) }
    switch reading.intent.act {
    case .find: find(reading, &group, &observations)
    case .create, .replace, .patch: write(reading, nameOf, &group, &observations)
    case .delete: delete(reading, &group, &observations)
    case .read: read(reading, nameOf, &group, &observations)
    default: break
    }
    groups[name] = group
  }

  // MARK: Look-ups

  private func find(
    _ reading: Reading,
    _ group: inout GroupState,
    _ observations: inout Observations
  ) {
    group.miss = nil
    guard let filter = reading.intent.query?.filter, !reading.isDead || reading.isServed else {
      return
    }
    var list: [JSONObject] = []
    switch reading.list {
    case .success(let answer): list = answer.resources.compactMap(\.object)
    case .failure: return
    case nil: guard reading.status == 404 else { return }
    }
    let names = list.map { $0[ignoringCase: "displayName"]?.string ?? "" }
    let strangers = names.count { $0.canonical != filter.value.canonical }
    let words = "\(filter.attribute) eq \"\(filter.value)\""
    if strangers > 0 {
      observations.add(
        Observation(
          .groupFilterIgnored,
          "the app lists \(list.count) groups for \(words), \(strangers) of them with another name",
          [reading.number],
          about: group.name
        )
      )
    }
    if strangers == 0, case .success(let answer) = reading.list, let total = answer.totalResults,
      total > list.count
    {
      observations.add(
        Observation(
          .findsTooMany,
          "the app lists \(list.isEmpty ? "no group" : "\(list.count) of the groups") for \(words) and "
            + "says totalResults \(total)",
          [reading.number],
          about: group.name
        )
      )
    }
    guard strangers == list.count else {
      group.existence = .present(by: reading.number)
      let match = list.first { resource in
        resource[ignoringCase: "displayName"]?.string?.canonical == filter.value.canonical
      }
      group.id = match?.listID ?? group.id
      return
    }
    group.miss = UserState.Miss(exchange: reading.number, event: reading.intent.event)
    guard strangers == 0, case .present(let exchange) = group.existence,
      group.displayName?.possible.count == 1,
      group.displayName?.possible[0].value?.string?.canonical == filter.value.canonical
    else { return }
    observations.add(
      Observation(
        .groupLookUpMisses,
        "the app has the group \(group.name) (exchange \(exchange)) and finds none for \(words)",
        [reading.number, exchange],
        about: group.name
      )
    )
  }

  // MARK: Writes

  private mutating func write(
    _ reading: Reading,
    _ nameOf: (String) -> String?,
    _ group: inout GroupState,
    _ observations: inout Observations
  ) {
    var change = GroupWrite(reading.intent.act, reading.sent)
    let reception = Reception(reading)
    if reading.intent.deviation?.isRepeatedCreate == true {
      return again(reading, change, &group, &observations)
    }
    let isCreate = reading.intent.act == .create
    let miss = group.miss.flatMap { $0.event == reading.intent.event ? $0 : nil }
    if isCreate { group.miss = nil }
    if reading.intent.deviation == .staleID {
      stale(reading, change, group, &observations)
      // Nobody can be a member whom the app does not have. What is acknowledged holds for the others;
      // else the next read tells whether it took them.
      change.named.removeAll { nameOf($0.id) == nil }
      if reception == .acknowledged { group.lastStaleWrite = reading.number }
      return group.take(change, reception == .acknowledged ? reception : .unclear, reading)
    }
    if reading.status != nil, reading.isSound, !reading.isDead {
      stands[Step(group: group.name, name: change.step)] = reception == .acknowledged
    }
    if reception == .refused { refused(reading, change, miss, group, &observations) }
    if isCreate {
      switch reception {
      case .acknowledged:
        group.existence = .present(by: reading.number)
        group.id = reading.object?.listID
        group.createdBy = reading.number
      case .unclear where !group.existence.isPresent: group.existence = .unclear
      default: break
      }
    }
    group.take(change, reception, reading)
    if reception != .refused {
      suspensions.explain(by: reading, group.name) { change.says($1, of: $0) }
    }
    if reception == .acknowledged { taken.insert(change.step) }
    guard reception == .acknowledged, let resource = reading.resource else { return }
    show(resource, by: reading, nameOf, &group, &observations)
  }

  /// A create of a group that is there.
  ///
  /// RFC 7643 section 8.7.1 has no uniqueness for displayName: another group of the name is as right as a
  /// refusal with 409 (RFC 7644 section 3.3).
  private func again(
    _ reading: Reading,
    _ change: GroupWrite,
    _ group: inout GroupState,
    _ observations: inout Observations
  ) {
    guard let status = reading.status, !reading.isDead, reading.isSound else { return }
    if reading.isSuccess {
      guard let known = group.id, reading.object?.listID == known else { return }
      observations.add(
        Observation(
          .groupOverwritten,
          "the app answered a second create of the group \(group.name) with HTTP \(status) and the id "
            + "\(Quotation(known, upTo: 80)), which the group had before",
          [reading.number, group.createdBy].compactMap(\.self),
          // 201 says that a group was made; 200 may give back the one that is there.
          level: status == 201 ? .must : .should,
          about: group.name
        )
      )
      // Whether it has the members of the create now or those that it had, the next read tells.
      return group.take(change, .unclear, reading)
    }
    guard status >= 400 else { return }
    group.take(change, status >= 500 ? .unclear : .refused, reading)
    // A token that may do no more, or an app that has never made a group, says nothing of duplicates.
    if group.createdBy == nil || [401, 403, 404, 405, 409, 415, 429].contains(status) { return }
    observations.add(
      Observation(
        .groupDuplicateStatus,
        "the app answered the create of the group \(group.name), which exists, with HTTP \(status), not "
          + "409" + reading.saying,
        [reading.number],
        level: status >= 500 ? .must : .should,
        about: group.name
      )
    )
  }

  private func delete(
    _ reading: Reading,
    _ group: inout GroupState,
    _ observations: inout Observations
  ) {
    switch Reception(reading) {
    case .acknowledged:
      group.existence = .absent
      group.deletedBy = reading.number
    case .unclear: group.existence = .unclear
    case .refused where reading.status == 404: group.existence = .absent
    case .refused: refused(reading, GroupWrite(.delete, nil), nil, group, &observations)
    case .unsent: break
    }
  }

  /// A step that Okta's order has, and that the app will not take.
  private func refused(
    _ reading: Reading,
    _ change: GroupWrite,
    _ miss: UserState.Miss?,
    _ group: GroupState,
    _ observations: inout Observations
  ) {
    guard let status = reading.status, !reading.isDead, reading.isSound,
      ![401, 403, 429].contains(status)
    else { return }
    if status == 409, reading.intent.act == .replace,
      let known = group.displayName, known.possible.count == 1,
      known.possible[0].value?.string?.canonical == change.displayName?.canonical
    {
      return observations.add(
        Observation(
          .groupConflictsWithItself,
          "the app refused a PUT of the group \(group.name) with 409, though its name did not change"
            + reading.saying,
          [reading.number],
          about: group.name
        )
      )
    }
    if status == 409, let miss, group.existence.isPresent || group.existence.isUnclear {
      return observations.add(
        Observation(
          .groupLookUpMisses,
          "the app refuses the create of the group \(group.name) as a duplicate (409), and its "
            + "look-up before found none",
          [miss.exchange, reading.number],
          about: group.name
        )
      )
    }
    if let observation = unread(reading, status, group) { return observations.add(observation) }
    let echoed = ["id", "schemas", "meta"].filter { name in
      reading.sent?[name] != nil
        && reading.detail.split { !$0.isLetter }.contains { $0 == name }
    }
    if reading.intent.act == .replace, [400, 422].contains(status), !echoed.isEmpty {
      return observations.add(
        Observation(
          .echoRefused,
          "the app refused with HTTP \(status) a PUT of the group \(group.name) that carries "
            + echoed.joined(separator: ", ") + reading.saying,
          [reading.number],
          about: group.name
        )
      )
    }
    observations.add(
      Observation(
        .groupStepRefused,
        "the app refused with HTTP \(status) the \(change.step) of the group \(group.name)"
          + reading.saying,
        [reading.number],
        about: group.name
      )
    )
  }

  /// A body that the app has not read.
  private func unread(_ reading: Reading, _ status: Int, _ group: GroupState) -> Observation? {
    if status == 415 {
      return Observation(
        .mediaTypeRefused,
        "the app answered \(reading.request) with HTTP 415: it does not take \(reading.version.mediaType)"
          + reading.saying,
        [reading.number],
        about: group.name
      )
    }
    guard status == 400, reading.detail.contains("displayname"),
      ["required", "missing", "must"].contains(where: reading.detail.contains),
      reading.sent?["displayName"]?.string?.isEmpty == false
    else { return nil }
    return Observation(
      .bodyNotRead,
      "the app answered \(reading.request) with HTTP 400: it says that displayName is missing, which "
        + "was sent" + reading.saying,
      [reading.number],
      about: group.name
    )
  }

  /// One member whom the app has lost.
  private func stale(
    _ reading: Reading,
    _ change: GroupWrite,
    _ group: GroupState,
    _ observations: inout Observations
  ) {
    guard let status = reading.status, status >= 400, !reading.isDead, reading.isSound,
      ![401, 404, 429].contains(status),
      // What is refused whoever is named says nothing of the stranger.
      status >= 500 || taken.contains(change.step),
      stands[Step(group: group.name, name: change.step)] != false
    else { return }
    observations.add(
      Observation(
        .staleMember,
        "the app answered the \(change.step) of the group \(group.name), which names a user whom it "
          + "does not have, with HTTP \(status)" + reading.saying,
        [reading.number],
        level: status >= 500 || Internals.line(in: reading.words) != nil ? .must : .should,
        about: group.name
      )
    )
  }

  // MARK: Reads

  private mutating func read(
    _ reading: Reading,
    _ nameOf: (String) -> String?,
    _ group: inout GroupState,
    _ observations: inout Observations
  ) {
    func notDone(_ words: String, _ exchange: Int) {
      observations.add(
        Observation(
          .groupNotDone,
          "the app acknowledged \(words) in exchange \(exchange) and answered \(reading.request) "
            + "with HTTP \(reading.status ?? 0)",
          [exchange, reading.number],
          about: group.name
        )
      )
    }
    if reading.status == 404, !reading.isDead {
      if case .present(let exchange) = group.existence {
        notDone("the group \(group.name)", exchange)
        group.existence = .unclear
      }
      return
    }
    guard let resource = reading.resource else { return }
    if let deleted = group.deletedBy, group.existence.isAbsent, !reading.isDead {
      notDone("the deletion of the group \(group.name)", deleted)
      return
    }
    if !group.existence.isPresent { group.existence = .present(by: reading.number) }
    show(resource, by: reading, nameOf, &group, &observations)
    guard resource[ignoringCase: "members"] == nil, !group.hasShownMembers,
      let acknowledged = group.acknowledgedMember
    else { return }
    hidden.append((group.name, [acknowledged, reading.number]))
  }

  /// Holds a representation of the group against what may be there.
  private mutating func show(
    _ resource: JSONObject,
    by reading: Reading,
    _ nameOf: (String) -> String?,
    _ group: inout GroupState,
    _ observations: inout Observations
  ) {
    if var state = group.displayName, let shown = resource[ignoringCase: "displayName"] {
      if let expected = state.contradicted(.displayName, shown, reading) {
        suspensions.add(
          contradiction(
            state,
            reading,
            group,
            "the name '\(expected.value.map { "\(Quotation($0.textForComparison, upTo: 80))" } ?? "")'",
            "shows '\(Quotation(shown.textForComparison, upTo: 80))'",
            expected.exchange
          ),
          group.name,
          .displayName,
          shown,
          by: reading
        )
        state.adopt(shown, reading, isSent: false)
      }
      group.displayName = state
    }
    // An answer to a write may leave them out (Okta, SCIM 2.0 reference); so may an app that shows
    // them nowhere.
    let value = resource[ignoringCase: "members"] ?? .null
    guard !value.isNull || isWholeShown(reading, group) else { return }
    let found = (value.array ?? []).prefix(GroupModel.mostMembers).compactMap { member in
      member.object?[ignoringCase: "value"]?.textForComparison
    }
    let ids = Set(found)
    if !ids.isEmpty { group.hasShownMembers = true }
    if ids.count < found.count {
      observations.add(
        Observation(
          .memberTwice,
          "the app lists a member of the group \(group.name) more than once",
          [reading.number],
          about: group.name
        )
      )
    }
    for id in group.memberIDs {
      guard var state = group[member: id] else { continue }
      let shown: JSONValue? = ids.contains(id) ? .some(.string(id)) : .none
      if let expected = state.contradicted(.member(id), shown, reading) {
        let who = nameOf(id) ?? "\(Quotation(id, upTo: 80))"
        suspensions.add(
          contradiction(
            state,
            reading,
            group,
            expected.value == nil ? "that \(who) is no member" : "\(who) as a member",
            shown == nil ? "does not list \(who)" : "lists \(who)",
            expected.exchange
          ),
          group.name,
          .member(id),
          shown,
          by: reading
        )
        state.adopt(shown, reading, isSent: false)
      }
      group.set(member: id, state)
    }
    group.membersShownBy = reading.number
  }

  /// Whether an answer without members says that there are none.
  private func isWholeShown(_ reading: Reading, _ group: GroupState) -> Bool {
    group.hasShownMembers && reading.intent.act == .read
  }

  private func contradiction(
    _ state: AttributeState,
    _ reading: Reading,
    _ group: GroupState,
    _ acknowledged: String,
    _ shown: String,
    _ exchange: Int
  ) -> Observation {
    let isShown = { (value: JSONValue?) in !state.possible.contains { $0.value == value } }
    if let refused = state.refused.last(where: { isShown($0.version.value) }) {
      return Observation(
        refused.status == 401 ? .refusedWriteApplied : .groupRefusedYetDone,
        "the app answered a write of the group \(group.name) with \(refused.status) and did it all "
          + "the same: in exchange \(reading.number) it \(shown)",
        [refused.version.exchange, reading.number],
        about: group.name
      )
    }
    let write = state.lastWrite?.exchange ?? exchange
    let cause = cause(of: state, since: write, group, isMember: acknowledged.contains("member"))
    return Observation(
      cause?.kind ?? .groupNotDone,
      "the app acknowledged \(acknowledged) of the group \(group.name) in exchange \(write) and "
        + "\(shown) in exchange \(reading.number)" + (cause.map { ", \($0.words)" } ?? ""),
      [write, reading.number],
      about: group.name
    )
  }

  /// Which other write may have undone what was acknowledged; nil where it was never done, as far as is
  /// known.
  private func cause(
    of state: AttributeState,
    since write: Int,
    _ group: GroupState,
    isMember: Bool
  ) -> (kind: FindingKind, words: String)? {
    func came(_ later: Int?) -> Bool { later.map { $0 > write } ?? false }
    if isMember, group.lastStaleWrite.map({ $0 >= write }) ?? false,
      state.possible.last?.value != nil
    {
      return (.staleMember, "after a write that named a user whom it does not have")
    }
    // A PUT that carried it as it was before: it lived until then.
    let isUnchanged =
      state.lastWrite?.act == .replace
      && state.past.contains { past in
        past.replacedBy == write && past.version.value != nil
          && past.version.value == state.possible.last?.value
      }
    if isUnchanged { return (.groupChangeLoses, "though it had it before that PUT") }
    // What no answer has shown since may have been lost before the rename, or never been stored.
    let lastMemberWrite = group.lastMemberWrite ?? 0
    if isMember, came(group.lastRename), group.lastRename ?? 0 > lastMemberWrite,
      group.membersShownBy ?? 0 >= lastMemberWrite
    {
      return (.groupChangeLoses, "after a rename")
    }
    // Another write has come in between that spoke of others alone.
    if isMember, state.lastWrite?.act == .patch, came(group.lastMemberWrite) {
      return (.membersLost, "after another change of its members")
    }
    guard !isMember, came(group.lastMemberWrite), state.shown == state.possible.last?.value else {
      return nil
    }
    return (.groupChangeLoses, "after a change of its members alone")
  }

  mutating func finish(_ observations: inout Observations) {
    suspensions.tell(&observations)
    guard let first = hidden.first else { return }
    var observation = Observation(
      .membersNeverShown,
      "the app acknowledges members of the group \(first.group) and a read of it never shows any",
      first.exchanges
    )
    observation.subjects = Set(hidden.map(\.group))
    observations.add(observation)
  }
}
