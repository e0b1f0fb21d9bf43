import HTTP
import JSON

/// What the app may hold for one of the scenario's people.
struct UserState: Sendable {
  enum Existence: Sendable {
    /// Nothing was heard of the user yet.
    case unknown
    /// A create was refused, and none acknowledged.
    case absent
    /// By the exchange that acknowledged or showed it.
    case present(by: Int)
    /// The answer that would tell was lost.
    case unclear

    var isPresent: Bool { if case .present = self { true } else { false } }
    var isAbsent: Bool { if case .absent = self { true } else { false } }
    var isUnclear: Bool { if case .unclear = self { true } else { false } }
  }

  /// A look-up that found nobody.
  struct Miss: Sendable {
    var exchange: Int
    var event: Int?
  }

  struct RefusedCreate: Sendable {
    var exchange: Int
    var status: Int
    var externalID: JSONValue?
    /// Whether a look-up before had found nobody.
    var wasMissed: Bool
  }

  /// When the user was last seen, and with which token.
  struct Sight: Sendable {
    var exchange: Int
    var token: String?
  }

  let name: String
  var id: String?
  var existence = Existence.unknown
  var createdBy: Int?
  /// The org that made the user.
  var org: String?
  var madeAt: Duration?
  /// Whether a look-up has found the user while it was active.
  var wasFoundActive = false
  /// As what it was told that the user is not there any more.
  var goneAs: FindingKind?
  /// Okta's id of the person, as the last create carried it.
  var externalID: JSONValue?
  /// The keys in the order of first sight: nothing depends on hashing.
  private(set) var keysInOrder: [AttributeKey] = []
  /// By the places of the keys.
  private var states: [AttributeState] = []
  private var places: [AttributeKey: Int] = [:]
  /// The last answer that showed the user whole.
  private var shown: JSONObject?
  /// The last write that was acknowledged.
  private(set) var lastWrite: AttributeState.Write?
  private(set) var deactivatedBy: Int?
  /// What the app was last told of `active`, and acknowledged.
  private(set) var lastTold: Bool?
  /// The app's own `meta.lastModified`, and when it was shown.
  var lastModified: (text: String, shownAt: Duration)?
  var lastSeen: Sight?
  var miss: Miss?
  var refusedCreate: RefusedCreate?
  /// The first exchange that showed the user whole.
  var represented: Int?
  /// The first GET of the user that was answered with the whole of it, and the last one.
  private(set) var reads: ClosedRange<Int>?
  /// Whether any answer had `active`, and `meta`.
  private(set) var hasShownActive = false
  private(set) var hasShownMeta = false

  init(name: String) {
    self.name = name
  }

  mutating func note(_ resource: JSONObject, by reading: Reading) {
    represented = represented ?? reading.number
    if reading.intent.act == .read, !reading.isDead {
      let first = reads?.lowerBound ?? reading.number
      reads = min(first, reading.number)...max(first, reading.number)
    }
    if resource[ignoringCase: "active"] != nil { hasShownActive = true }
    if resource[ignoringCase: "meta"]?.object?.members.isEmpty == false { hasShownMeta = true }
  }

  subscript(key: AttributeKey) -> AttributeState? { places[key].map { states[$0] } }

  mutating func set(_ key: AttributeKey, _ state: AttributeState) {
    if let place = places[key] {
      states[place] = state
    } else {
      places[key] = states.count
      states.append(state)
      keysInOrder.append(key)
    }
  }

  /// The state at a key's place, which has none until it is given back: so it is not copied.
  mutating func take(at place: Int) -> AttributeState {
    var state = UserState.taken
    swap(&state, &states[place])
    return state
  }

  mutating func giveBack(_ state: AttributeState, at place: Int) { states[place] = state }

  private static let taken = AttributeState(AttributeState.Version(value: nil, exchange: 0))

  /// The names, in lower case, of what an answer shows otherwise than the last one that showed the user
  /// whole; nil where there was none.
  func changes(in resource: JSONObject) -> Set<String>? {
    guard let shown, shown.members.count == resource.members.count else { return nil }
    var changes: Set<String> = []
    for (old, new) in zip(shown.members, resource.members) {
      // An app that shows its members in another order each time is read the long way.
      guard old.key == new.key else { return nil }
      if old.value != new.value { changes.insert(new.key.lowercased()) }
    }
    return changes
  }

  mutating func noteShown(_ resource: JSONObject) { shown = resource }

  /// The state of a key that was not met before.
  func fresh(_ reading: Reading) -> AttributeState {
    var state = AttributeState(AttributeState.Version(value: nil, exchange: reading.number))
    if represented != nil { state.knowAbsent() }
    return state
  }

  /// Whether the user is active; nil where that is not sure.
  var isActive: Bool? {
    guard let state = self[.active], state.possible.count == 1 else { return nil }
    return state.possible[0].value?.boolean
  }

  /// Whether the app shows the user as active, or shows neither and was never told otherwise since.
  var isTakenForActive: Bool {
    guard let state = self[.active], !state.possible.isEmpty else { return false }
    return state.possible.allSatisfy { $0.value?.boolean ?? (lastTold != false) }
  }

  /// A write of these attributes was acknowledged.
  mutating func acknowledge(_ sent: JSONObject, _ reading: Reading, told active: Bool?) {
    lastWrite = AttributeState.Write(exchange: reading.number, act: reading.intent.act)
    if let active { lastTold = active }
    if active == false { deactivatedBy = reading.number }
    let named = change(sent, reading) { state, value, _ in
      if !state.isEcho(value) { state.isOurs = true }
      state.acknowledge(value, reading)
    }
    doubtWhatIsLeftOut(but: named, reading)
  }

  mutating func doubt(_ sent: JSONObject, _ reading: Reading) {
    let named = change(sent, reading) { state, value, key in state.doubt(value, reading, key) }
    doubtWhatIsLeftOut(but: named, reading)
  }

  /// RFC 7644 section 3.5.1: what a PUT leaves out may be cleared or kept.
  private mutating func doubtWhatIsLeftOut(but named: Set<Int>, _ reading: Reading) {
    guard reading.intent.act == .replace else { return }
    for place in states.indices where !named.contains(place) {
      states[place].doubt(nil, reading, keysInOrder[place])
    }
  }

  mutating func refuse(_ sent: JSONObject, _ reading: Reading) {
    change(sent, reading) { state, value, key in state.refuse(value, reading, key) }
  }

  /// A second create was taken for this user: each value may be the old one, the new one or, but for the
  /// name that both carried, none.
  mutating func overwrite(_ sent: JSONObject, _ reading: Reading) {
    doubt(sent, reading)
    for place in states.indices where keysInOrder[place] != .userName {
      states[place].doubt(nil, reading, keysInOrder[place])
    }
  }

  /// - Returns: The places of the attributes that it names.
  @discardableResult
  private mutating func change(
    _ sent: JSONObject,
    _ reading: Reading,
    _ change: (inout AttributeState, JSONValue?, AttributeKey) -> Void
  ) -> Set<Int> {
    var named: Set<Int> = []
    // A write mostly has the order of the one before.
    var next = 0
    for (key, value) in ResourceValues.entries(of: sent) {
      let isNext = keysInOrder.indices.contains(next) && keysInOrder[next] == key
      guard let place = isNext ? next : places[key] else {
        var state = fresh(reading)
        change(&state, value, key)
        named.insert(states.count)
        set(key, state)
        continue
      }
      change(&states[place], value, key)
      named.insert(place)
      next = place + 1
    }
    return named
  }
}

extension AttributeKey {
  static let userName = AttributeKey(
    path: ["username"],
    element: nil,
    part: nil,
    description: "userName"
  )
  static let active = AttributeKey(path: ["active"], element: nil, part: nil, description: "active")
}

extension AttributeState {
  /// Whether a write only puts back what the app had shown.
  func isEcho(_ value: JSONValue?) -> Bool {
    guard isShown, let shown, let value else { return false }
    return shown.isEquivalent(to: value)
  }
}
