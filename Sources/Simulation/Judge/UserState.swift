import Foundation
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

  fileprivate struct Shown {
    /// The answer's: what is the same need not be compared attribute by attribute.
    var body: [UInt8]
    /// At hand from a read to the write that may come next: of many people a tree each would be most of
    /// what is kept, and to free it, long after it was made, most of what a write costs.
    var resource: JSONObject?
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
  private var shape: AttributeShape
  /// By the places of the keys.
  private var states: [AttributeState] = []
  /// The last answer that showed the user whole; nil where a write has made that unsure.
  private var shown: Shown?
  /// The attributes that are to be looked at even where they are as `shown`.
  private var open = AttributeNames()
  /// Answers and writes that changed nothing of what they had as `shown`, and that not every state has
  /// taken yet; those alone that later ones do not stand for, and so at most four.
  ///
  /// Of a load most are such, and to carry each over to all states would be most of what a judge costs.
  private var echoes: [AttributeState.Echo] = []
  /// By the places of the keys: how many echoes a state has taken.
  private var echoesTaken: [UInt8] = []
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

  init(name: String, _ shape: AttributeShape) {
    self.name = name
    self.shape = shape
  }

  /// In the order of first sight.
  var keysInOrder: [AttributeKey] { shape.keys }

  mutating func note(_ resource: JSONObject, by reading: Reading) {
    represented = represented ?? reading.number
    noteRead(by: reading)
    if resource[ignoringCase: "active"] != nil { hasShownActive = true }
    if resource[ignoringCase: "meta"]?.object?.members.isEmpty == false { hasShownMeta = true }
  }

  private mutating func noteRead(by reading: Reading) {
    guard reading.intent.act == .read, !reading.isDead else { return }
    let first = reads?.lowerBound ?? reading.number
    reads = min(first, reading.number)...max(first, reading.number)
  }

  subscript(key: AttributeKey) -> AttributeState? {
    shape.place(of: key).map { place in
      var state = states[place]
      state.take(echoes[Int(echoesTaken[place])...])
      return state
    }
  }

  func knows(_ key: AttributeKey) -> Bool { shape.place(of: key) != nil }

  mutating func set(_ key: AttributeKey, _ state: AttributeState) {
    open.insert(key.name)
    if let place = shape.place(of: key) {
      states[place] = state
      echoesTaken[place] = UInt8(echoes.count)
    } else {
      shape = shape.adding(key)
      // An attribute that comes up later is a rare one; twice the room would be most of what an update
      // leaves behind.
      if states.count >= 8, states.count == states.capacity {
        states.reserveCapacity(states.count + 2)
      }
      states.append(state)
      echoesTaken.append(UInt8(echoes.count))
    }
  }

  /// The state at a key's place, which has none until it is given back: so it is not copied.
  mutating func take(at place: Int) -> AttributeState {
    catchUp(place)
    var state = UserState.taken
    swap(&state, &states[place])
    return state
  }

  mutating func giveBack(_ state: AttributeState, at place: Int) { states[place] = state }

  private static let taken = AttributeState(AttributeState.Version(value: nil, exchange: 0))

  // MARK: What stays as it was

  private mutating func catchUp(_ place: Int) {
    if echoesTaken[place] == echoes.count { return }
    states[place].take(echoes[Int(echoesTaken[place])...])
    echoesTaken[place] = UInt8(echoes.count)
  }

  /// Has an echo stand for all states but those of these attributes.
  ///
  /// - Returns: The places of the others.
  private mutating func echo(_ echo: AttributeState.Echo, but names: AttributeNames) -> [Int] {
    let isOfLast = echoes.last.map { $0.isWrite && $0.exchange == echo.exchange } ?? false
    let places = names.isEmpty ? [] : shape.places(of: names)
    for place in places { catchUp(place) }
    if isOfLast {
      // The answer to the write that is the last echo. What took that as its own is open until an answer
      // was held against it, and so among the places.
      echoes[echoes.count - 1].isShown = true
    } else {
      echoes.append(echo)
    }
    for place in places { echoesTaken[place] = UInt8(echoes.count) }
    dropEchoesOfOld()
    return places
  }

  /// Of a value that stays, the last two writes tell by which it is there and since when, and the last
  /// answer that it was shown.
  private mutating func dropEchoesOfOld() {
    var writes = 0
    var isShown = false
    for index in echoes.indices.reversed() {
      let echo = echoes[index]
      if !(echo.isWrite && writes < 2 || echo.isShown && !isShown) {
        echoes.remove(at: index)
        for place in echoesTaken.indices where echoesTaken[place] > index {
          echoesTaken[place] -= 1
        }
      }
      if echo.isWrite { writes += 1 }
      if echo.isShown { isShown = true }
    }
  }

  /// Whether an answer shows the user just as the last one did, byte by byte; nothing is open then, and
  /// it is taken.
  mutating func takesAsShown(_ reading: Reading) -> Bool {
    guard open.isEmpty, reading.intent.id == id, let resource = reading.resource, let shown,
      let body = reading.exchange.response?.body, shown.body.isSame(as: body)
    else { return false }
    _ = echo(.shown(by: reading), but: AttributeNames())
    // A write of what was just read shares its values, and is compared to them at no cost.
    self.shown?.resource = resource
    noteRead(by: reading)
    return true
  }

  /// The names of what a resource has otherwise than the last answer that showed the user whole, and of
  /// what is open; nil where there was none, or all is in another order.
  private mutating func touched(by resource: JSONObject, _ reading: Reading) -> AttributeNames? {
    guard let last = shown else { return nil }
    let known = last.resource ?? reading.visible(JSONBody(last.body).object) ?? [:]
    shown?.resource = known
    let before = known.members
    var touched = open
    func touch(_ member: JSONObject.Member) {
      let name = member.key.lowercased()
      if !ResourceValues.isIgnored(name) { touched.insert(name) }
    }
    var next = 0
    let members = resource.members
    for index in members.indices {
      if next < before.count, before[next].key == members[index].key {
        if before[next].value != members[index].value { touch(members[index]) }
        next += 1
      } else if let place = before.firstIndex(where: { $0.key == members[index].key }) {
        guard place > next else { return nil }
        for missing in before[next..<place] { touch(missing) }
        if before[place].value != members[index].value { touch(members[index]) }
        next = place + 1
      } else {
        touch(members[index])
      }
    }
    for missing in before[next...] { touch(missing) }
    return touched
  }

  /// An answer that shows the user whole.
  struct Showing {
    /// What is to be held against it.
    let places: [Int]
    /// What of it may be new.
    let news: [ResourceValues.Entry]
    fileprivate let shown: Shown
    /// What is looked at; nil for all.
    fileprivate let names: AttributeNames?
  }

  /// A part of the user was shown, and states may not be as the whole was shown last.
  mutating func noteShownPart() { shown = nil }

  /// Begins to hold an answer against the states.
  mutating func begin(_ resource: JSONObject, by reading: Reading) -> Showing {
    let names = touched(by: resource, reading)
    return Showing(
      places: names.map { echo(.shown(by: reading), but: $0) } ?? Array(states.indices),
      news: ResourceValues.entries(of: names.map(resource.only) ?? resource),
      shown: Shown(
        body: reading.exchange.response?.body ?? [],
        resource: reading.intent.act == .read ? resource : nil
      ),
      names: names
    )
  }

  /// All of an answer has been held against the states.
  ///
  /// An attribute is open unless each of its values is just what its state has, for sure.
  mutating func end(_ showing: Showing) {
    shown = showing.shown
    if showing.names?.isEmpty == true { return }
    var held = FewByKey<String, Int>()
    for place in showing.names.map(shape.places) ?? Array(states.indices) {
      held[shape.keys[place].name, default: 0] += 1
    }
    for (key, value) in showing.news {
      let isHeld = shape.place(of: key).map { states[$0].isSettled(at: value) } ?? false
      if isHeld { held[key.name, default: 0] -= 1 } else { held[key.name] = Int.max / 2 }
    }
    open = AttributeNames()
    for name in held.keys where held[name] != 0 { open.insert(name) }
  }

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
    let names = reading.intent.act == .replace ? touched(by: sent, reading) : nil
    let places = names.map { echo(.acknowledged(by: reading), but: $0) } ?? Array(states.indices)
    let written = names.map(sent.only) ?? sent
    let named = change(written, reading) { state, value, _ in
      if !state.isEcho(value) { state.isOurs = true }
      state.acknowledge(value, reading)
    }
    doubtWhatIsLeftOut(of: places, but: named, reading)
    if let names { open = names } else { shown = nil }
  }

  mutating func doubt(_ sent: JSONObject, _ reading: Reading) {
    shown = nil
    let named = change(sent, reading) { state, value, key in state.doubt(value, reading, key) }
    doubtWhatIsLeftOut(of: Array(states.indices), but: named, reading)
  }

  /// RFC 7644 section 3.5.1: what a PUT leaves out may be cleared or kept.
  private mutating func doubtWhatIsLeftOut(
    of places: [Int],
    but named: [Int],
    _ reading: Reading
  ) {
    guard reading.intent.act == .replace else { return }
    for place in places where !named.contains(place) {
      catchUp(place)
      states[place].doubt(nil, reading, shape.keys[place])
    }
  }

  mutating func refuse(_ sent: JSONObject, _ reading: Reading) {
    shown = nil
    change(sent, reading) { state, value, key in state.refuse(value, reading, key) }
  }

  /// A second create was taken for this user: each value may be the old one, the new one or, but for the
  /// name that both carried, none.
  mutating func overwrite(_ sent: JSONObject, _ reading: Reading) {
    doubt(sent, reading)
    for place in states.indices where shape.keys[place] != .userName {
      catchUp(place)
      states[place].doubt(nil, reading, shape.keys[place])
    }
  }

  /// - Returns: The places of the attributes that it names.
  @discardableResult
  private mutating func change(
    _ sent: JSONObject,
    _ reading: Reading,
    _ change: (inout AttributeState, JSONValue?, AttributeKey) -> Void
  ) -> [Int] {
    var named: [Int] = []
    // A write mostly has the order of the one before.
    var next = 0
    for (key, value) in ResourceValues.entries(of: sent) {
      let isNext = next < states.count && shape.keys[next] == key
      guard let place = isNext ? next : shape.place(of: key) else {
        var state = fresh(reading)
        change(&state, value, key)
        named.append(states.count)
        set(key, state)
        continue
      }
      catchUp(place)
      change(&states[place], value, key)
      named.append(place)
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

extension [UInt8] {
  /// Compared as a whole: `==` goes byte by byte, which was a third of what a read cost (measured).
  fileprivate func isSame(as other: [UInt8]) -> Bool {
    withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        guard left.count == right.count, let first = left.baseAddress,
          let second = right.baseAddress
        else { return left.count == right.count }
        return memcmp(first, second, left.count) == 0
      }
    }
  }
}
