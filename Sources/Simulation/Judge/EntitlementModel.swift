import HTTP
import JSON
import Profiles
import SCIM
import World

/// What the app may hold of each person's roles and entitlements, and every answer held against it.
///
/// Both are sets of ids: a write says who has which, and each is followed by itself, as the members of a
/// group are.
struct EntitlementModel: Sendable {
  private struct Person: Sendable {
    var id: String?
    var isPresent = false
    var states: [Key: AttributeState] = [:]
    /// In the order of first sight: nothing depends on hashing.
    var keys: [Key] = []
    /// Of which the app has shown any.
    var shown: Set<Entitlement.Kind> = []

    mutating func set(_ key: Key, _ state: AttributeState) {
      if states.updateValue(state, forKey: key) == nil { keys.append(key) }
    }
  }

  private struct Key: Hashable {
    var kind: Entitlement.Kind
    var id: String

    /// An id is compared letter for letter.
    var attribute: AttributeKey { .member(id) }
  }

  private var people: [String: Person] = [:]
  private var holders: [String: String] = [:]
  /// What each is called, for a message.
  private var names: [Key: String] = [:]
  /// What was acknowledged and no representation of the user has shown.
  private var hidden: [(person: String, kind: Entitlement.Kind, exchanges: [Int])] = []

  /// Nobody has more of one kind.
  private static let most = 4096

  mutating func take(_ reading: Reading, _ observations: inout Observations) {
    guard reading.intent.resource == .user, let named = reading.intent.subject,
      reading.intent.deviation != .staleID, reading.intent.deviation?.isRepeatedCreate != true
    else { return }
    let subject = reading.intent.id.flatMap { holders[$0] } ?? named
    var person = people[subject] ?? Person()
    switch reading.intent.act {
    case .create, .replace:
      write(reading, &person)
      if let resource = reading.resource {
        show(resource, reading, subject, &person, &observations)
      }
    case .read, .patch:
      if let resource = reading.resource {
        show(resource, reading, subject, &person, &observations)
      }
    default: return
    }
    if let id = reading.intent.id ?? reading.resource?[ignoringCase: "id"]?.string {
      person.id = id
      holders[id] = subject
    }
    people[subject] = person
  }

  // MARK: Writes

  private mutating func write(_ reading: Reading, _ person: inout Person) {
    guard let sent = reading.sent else { return }
    let reception = Reception(reading)
    for kind in Entitlement.Kind.allCases {
      let given = sent[ignoringCase: kind.attribute]
      var ids: Set<String> = []
      for element in (given?.array ?? []).prefix(EntitlementModel.most) {
        guard let element = element.object,
          let id = element[ignoringCase: "value"]?.textForComparison
        else { continue }
        let key = Key(kind: kind, id: id)
        ids.insert(id)
        names[key] = element[ignoringCase: "display"]?.string ?? names[key]
        take(.string(id), key, reception, reading, &person)
      }
      for key in person.keys where key.kind == kind && !ids.contains(key.id) {
        if given == nil {
          // RFC 7644 section 3.5.1: what a PUT leaves out may be cleared or kept.
          if reception != .refused { take(nil, key, .unclear, reading, &person) }
        } else {
          take(nil, key, reception, reading, &person)
        }
      }
    }
    if reception == .acknowledged { person.isPresent = true }
  }

  private func take(
    _ value: JSONValue?,
    _ key: Key,
    _ reception: Reception,
    _ reading: Reading,
    _ person: inout Person
  ) {
    var state = person.states[key] ?? fresh(reading, person)
    // What only puts back what the app has shown is the app's own still.
    let wasOurs = state.isOurs
    let isEcho = state.isEcho(value)
    state.take(value, key.attribute, reception, reading)
    if isEcho, reception == .acknowledged { state.isOurs = wasOurs }
    person.set(key, state)
  }

  /// Of one that nobody spoke of before: not there, where that can be known.
  private func fresh(_ reading: Reading, _ person: Person) -> AttributeState {
    var state = AttributeState(AttributeState.Version(value: nil, exchange: reading.number))
    if person.isPresent || reading.intent.act == .create { state.knowAbsent() }
    return state
  }

  // MARK: Reads

  private mutating func show(
    _ resource: JSONObject,
    _ reading: Reading,
    _ subject: String,
    _ person: inout Person,
    _ observations: inout Observations
  ) {
    for kind in Entitlement.Kind.allCases {
      let value = resource[ignoringCase: kind.attribute] ?? .null
      // RFC 7643 section 2.5: no attribute is as good as an empty one, in an app that shows it at all.
      let isSaid = !value.isNull || person.shown.contains(kind)
      guard isSaid || reading.intent.act == .read else { continue }
      let found = (value.array ?? []).prefix(EntitlementModel.most).compactMap { element in
        element.object?[ignoringCase: "value"]?.textForComparison
      }
      let ids = Set(found)
      if !ids.isEmpty { person.shown.insert(kind) }
      if !isSaid {
        if let exchange = acknowledged(kind, person) {
          hidden.append((subject, kind, [exchange, reading.number]))
        }
        continue
      }
      for id in found where person.states[Key(kind: kind, id: id)] == nil {
        person.set(Key(kind: kind, id: id), fresh(reading, person))
      }
      for key in person.keys where key.kind == kind {
        guard var state = person.states[key] else { continue }
        let shown: JSONValue? = ids.contains(key.id) ? .some(.string(key.id)) : .none
        if let expected = state.contradicted(key.attribute, shown, reading) {
          observations.add(contradiction(key, state, expected, shown != nil, reading, subject))
          state.adopt(shown, reading, isSent: false)
        }
        person.set(key, state)
      }
    }
  }

  /// The exchange that acknowledged one of the kind that must be there now.
  private func acknowledged(_ kind: Entitlement.Kind, _ person: Person) -> Int? {
    for key in person.keys where key.kind == kind {
      guard let state = person.states[key], state.wasGiven, let write = state.lastWrite,
        state.possible.allSatisfy({ $0.value != nil })
      else { continue }
      return write.exchange
    }
    return nil
  }

  private func contradiction(
    _ key: Key,
    _ state: AttributeState,
    _ expected: AttributeState.Version,
    _ isShown: Bool,
    _ reading: Reading,
    _ subject: String
  ) -> Observation {
    let name = names[key].map { "'\(Quotation($0, upTo: 80))'" } ?? "\(Quotation(key.id, upTo: 80))"
    let what = "the \(key.kind.rawValue) \(name)"
    let shows =
      "in exchange \(reading.number) \(subject) " + (isShown ? "has it" : "does not have it")
    if let refused = state.refused.last(where: { ($0.version.value != nil) == isShown }) {
      return Observation(
        refused.status == 401 ? .refusedWriteApplied : .refusedYetDone,
        "the app answered a write of \(what) with \(refused.status) and did it all the same: \(shows)",
        [refused.version.exchange, reading.number],
        about: subject
      )
    }
    let write = state.lastWrite?.exchange ?? expected.exchange
    let isOwnAnswer = write == reading.number
    let acknowledged =
      expected.value == nil ? "that \(subject) has no longer \(what)" : "\(what) of \(subject)"
    let answers = "its own answer " + (isShown ? "has it" : "does not have it")
    var observation = Observation(
      .entitlementNotDone,
      "the app acknowledged \(acknowledged) in exchange \(write), and "
        + (isOwnAnswer ? answers : shows),
      isOwnAnswer ? [write] : [write, reading.number],
      about: subject
    )
    observation.attribute = key.kind.attribute
    return observation
  }

  mutating func finish(_ observations: inout Observations) {
    let unseen = hidden.filter { people[$0.person]?.shown.contains($0.kind) != true }
    guard let first = unseen.first else { return }
    var kinds: [String] = []
    for item in unseen where !kinds.contains(item.kind.attribute) {
      kinds.append(item.kind.attribute)
    }
    var observation = Observation(
      .entitlementsNeverShown,
      "the app acknowledges \(kinds.joined(separator: " and ")) of \(first.person) and a read of the user "
        + "never shows any",
      first.exchanges
    )
    observation.subjects = Set(unseen.map(\.person))
    observations.add(observation)
  }
}
