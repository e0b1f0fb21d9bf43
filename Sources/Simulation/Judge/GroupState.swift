import HTTP
import JSON

/// What the app may hold for one of the scenario's groups: its name, and each member by itself.
struct GroupState: Sendable {
  let name: String
  var existence = UserState.Existence.unknown
  var displayName: AttributeState?
  private var members: [String: AttributeState] = [:]
  /// The ids of members in the order of first sight: nothing depends on hashing.
  private(set) var memberIDs: [String] = []
  /// Whether an answer has shown who its members are.
  var hasShownMembers = false
  /// The last answer that has.
  var membersShownBy: Int?
  /// The last write of members that was acknowledged.
  private(set) var lastMemberWrite: Int?
  /// Of whom no write has spoken: no member, by the last write that named all who are.
  private var unnamed: AttributeState.Version?
  /// The exchange in which the app acknowledged that the group is deleted.
  var deletedBy: Int?
  /// The app's id of it, and the exchange that made it.
  var id: String?
  var createdBy: Int?
  /// The last acknowledged write that spoke of its name and of no member.
  private(set) var lastRename: Int?
  /// The last acknowledged write that named a user whom the app does not have.
  var lastStaleWrite: Int?
  /// A look-up that found nothing, in the event of the create.
  var miss: UserState.Miss?

  init(name: String) {
    self.name = name
  }

  /// The exchange that acknowledged somebody who must be a member now.
  var acknowledgedMember: Int? {
    for id in memberIDs {
      guard let state = members[id], state.wasGiven, let write = state.lastWrite,
        state.possible.allSatisfy({ $0.value != nil })
      else { continue }
      return write.exchange
    }
    return nil
  }

  subscript(member id: String) -> AttributeState? { members[id] }

  mutating func set(member id: String, _ state: AttributeState) {
    if members.updateValue(state, forKey: id) == nil { memberIDs.append(id) }
  }

  /// Takes what became of a write.
  mutating func take(_ change: GroupWrite, _ reception: Reception, _ reading: Reading) {
    if let name = change.displayName {
      var state = displayName ?? AttributeState(.init(value: nil, exchange: reading.number))
      state.take(.string(name), .displayName, reception, reading)
      displayName = state
    }
    for (id, isMember) in change.named {
      take(id, isMember ? .some(.string(id)) : .none, reception, reading)
    }
    if change.isWhole {
      let named = Set(change.named.map(\.id))
      for id in memberIDs where !named.contains(id) { take(id, nil, reception, reading) }
      if reception == .acknowledged || reception == .unclear {
        unnamed = AttributeState.Version(
          value: nil,
          exchange: reading.number,
          heardAt: CompactInstant(reading.exchange.received)
        )
      }
    }
    if reception == .acknowledged, change.speaksOfMembers {
      lastMemberWrite = reading.number
    } else if reception == .acknowledged, change.displayName != nil {
      lastRename = reading.number
    }
  }

  private mutating func take(
    _ id: String,
    _ value: JSONValue?,
    _ reception: Reception,
    _ reading: Reading
  ) {
    var state = members[id] ?? fresh(reading)
    state.take(value, .member(id), reception, reading)
    set(member: id, state)
  }

  /// Of somebody whom nobody spoke of before: not a member, where that can be known.
  private func fresh(_ reading: Reading) -> AttributeState {
    let unnamed = unnamed ?? AttributeState.Version(value: nil, exchange: reading.number)
    var state = AttributeState(unnamed)
    if hasShownMembers || existence.isPresent { state.knowAbsent() }
    return state
  }
}

/// What a write says of a group, in whatever form it says it.
struct GroupWrite: Sendable {
  var displayName: String?
  /// Whether each of these is to be a member.
  var named: [(id: String, isMember: Bool)] = []
  /// Whether nobody else is to be one.
  var isWhole = false
  /// Whether it speaks of members at all.
  var speaksOfMembers: Bool { isWhole || !named.isEmpty }
  /// In words: `rename`, `filtered removal of a member`.
  var step = "write"

  /// - Parameter sent: The body; nil for none.
  init(_ act: Intent.Act, _ sent: JSONObject?) {
    if act == .delete { step = "deletion" }
    guard let sent else { return }
    if let operations = sent["Operations"]?.array {
      for operation in operations { take(operation) }
      return
    }
    displayName = sent["displayName"]?.string
    let members = (sent["members"]?.array ?? []).compactMap(\.object)
    named = members.compactMap { member in
      member["value"]?.string.map { ($0, member["operation"] != "delete") }
    }
    // SCIM 1.1: `meta.attributes` names what is emptied first.
    let emptied = sent["meta"]?["attributes"]?.array ?? []
    isWhole = act != .patch || emptied.contains("members")
    step =
      switch act {
      case .create: "create"
      case .replace: "PUT"
      default: displayName == nil ? "change of members" : "rename"
      }
  }

  /// Whether the group has this value once it is done.
  func says(_ value: JSONValue?, of key: AttributeKey) -> Bool {
    if key == .displayName {
      return displayName?.canonical == value?.string?.canonical && displayName != nil
    }
    if let told = named.last(where: { key == .member($0.id) }) {
      return told.isMember == (value != nil)
    }
    return isWhole && value == nil
  }

  private mutating func take(_ operation: JSONValue) {
    let value = operation["value"]
    guard let path = operation["path"]?.string else {
      displayName = value?["displayName"]?.string ?? displayName
      step = "rename without a path"
      if let members = value?["members"]?.array {
        replace(members)
        step = "replacement of all members without a path"
      }
      return
    }
    let ids = GroupWrite.ids(value?.array ?? [])
    switch operation["op"] {
    case "replace":
      replace(value?.array ?? [])
      step = "replacement of all members"
    case "remove":
      // `members[value eq "id"]`
      let quoted = path.drop { $0 != "\"" }.prefix { $0 != "]" }
      if let id = (try? JSONReader.read(String(quoted)))?.string { named.append((id, false)) }
      step = "removal of a member by a filter"
    default:
      named += ids.map { ($0, true) }
      if step == "write" { step = "addition of members" }
    }
  }

  private mutating func replace(_ members: [JSONValue]) {
    isWhole = true
    named += GroupWrite.ids(members).map { ($0, true) }
  }

  private static func ids(_ members: [JSONValue]) -> [String] {
    members.compactMap { $0["value"]?.string }
  }
}

extension AttributeKey {
  static let displayName = AttributeKey(
    path: ["displayname"],
    element: nil,
    part: nil,
    description: "displayName"
  )

  /// An id is compared letter for letter.
  static func member(_ id: String) -> AttributeKey {
    AttributeKey(path: ["members"], element: id, part: "value", description: "members")
  }
}
