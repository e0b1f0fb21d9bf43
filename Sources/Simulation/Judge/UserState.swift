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
  private var attributes: [AttributeKey: AttributeState] = [:]
  /// The keys in the order of first sight: nothing depends on hashing.
  private(set) var keysInOrder: [AttributeKey] = []
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

  subscript(key: AttributeKey) -> AttributeState? { attributes[key] }

  mutating func set(_ key: AttributeKey, _ state: AttributeState) {
    if attributes.updateValue(state, forKey: key) == nil { keysInOrder.append(key) }
  }

  /// The state of a key that was not met before.
  func fresh(_ reading: Reading) -> AttributeState {
    var state = AttributeState(AttributeState.Version(value: nil, exchange: reading.number))
    if represented != nil { state.knowAbsent() }
    return state
  }

  /// Whether the user is active; nil where that is not sure.
  var isActive: Bool? {
    guard let state = attributes[.active], state.possible.count == 1 else { return nil }
    return state.possible[0].value?.boolean
  }

  /// Whether the app shows the user as active, or shows neither and was never told otherwise since.
  var isTakenForActive: Bool {
    guard let state = attributes[.active], !state.possible.isEmpty else { return false }
    return state.possible.allSatisfy { $0.value?.boolean ?? (lastTold != false) }
  }

  /// A write of these attributes was acknowledged.
  mutating func acknowledge(_ sent: JSONObject, _ reading: Reading, told active: Bool?) {
    lastWrite = AttributeState.Write(exchange: reading.number, act: reading.intent.act)
    if let active { lastTold = active }
    if active == false { deactivatedBy = reading.number }
    change(sent, reading) { state, value, _ in
      if !state.isEcho(value) { state.isOurs = true }
      state.acknowledge(value, reading)
    }
    doubtWhatIsLeftOut(of: sent, reading)
  }

  mutating func doubt(_ sent: JSONObject, _ reading: Reading) {
    change(sent, reading) { state, value, key in state.doubt(value, reading, key) }
    doubtWhatIsLeftOut(of: sent, reading)
  }

  /// RFC 7644 section 3.5.1: what a PUT leaves out may be cleared or kept.
  private mutating func doubtWhatIsLeftOut(of sent: JSONObject, _ reading: Reading) {
    guard reading.intent.act == .replace else { return }
    let named = Set(ResourceValues.entries(of: sent).map(\.key))
    for key in keysInOrder where !named.contains(key) { attributes[key]?.doubt(nil, reading, key) }
  }

  mutating func refuse(_ sent: JSONObject, _ reading: Reading) {
    change(sent, reading) { state, value, key in state.refuse(value, reading, key) }
  }

  /// A second create was taken for this user: each value may be the old one, the new one or, but for the
  /// name that both carried, none.
  mutating func overwrite(_ sent: JSONObject, _ reading: Reading) {
    doubt(sent, reading)
    for key in keysInOrder where key != .userName { attributes[key]?.doubt(nil, reading, key) }
  }

  private mutating func change(
    _ sent: JSONObject,
    _ reading: Reading,
    _ change: (inout AttributeState, JSONValue?, AttributeKey) -> Void
  ) {
    for (key, value) in ResourceValues.entries(of: sent) {
      var state = attributes[key] ?? fresh(reading)
      change(&state, value, key)
      set(key, state)
    }
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
