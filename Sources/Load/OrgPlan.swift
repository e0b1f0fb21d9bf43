import Profiles
import World

/// What happens in one org: who is there, and which event comes next.
///
/// It follows from the seed, the org and the ordinal alone, so that a shard plays the same events.
package struct OrgPlan: Sendable {
  private var chance: SeededRandom
  private var active: [String] = []
  private var inactive: [String] = []
  private var people = 0
  private var members: [String] = []
  private(set) var hasGroup = false
  private var ordinal = 0
  private let prefix: String

  package static let group = "team"

  /// - Parameter prefix: Of people's names, where an org has several plans.
  package init(seed: UInt64, org: String, prefix: String = "p") {
    self.prefix = prefix
    chance = SeededRandom(seed: seed).stream(named: "events of \(org)")
  }

  /// Some of those who are there, those who came last.
  package func somebody(_ count: Int) -> [String] { active.suffix(count) }

  /// Somebody who comes before the load begins.
  package mutating func newcomer() -> LifecycleEvent { assign() }

  /// The event of a kind that comes next, about whom, and its true kind: with nobody there somebody
  /// comes first.
  package mutating func next(
    _ kind: EventMix.Kind
  ) -> (kind: EventMix.Kind, event: LifecycleEvent, subject: String?) {
    ordinal += 1
    switch kind {
    case .assign: break
    case .update:
      guard let person = draw(active) else { break }
      let change = AttributeChange(name: "title", value: "Engineer \(ordinal)")
      return (kind, .update(person, [change]), person)
    case .deactivate:
      guard let person = take(from: \.active) else { break }
      inactive.append(person)
      return (kind, .deactivate(person), person)
    case .reactivate:
      guard let person = take(from: \.inactive) else { break }
      active.append(person)
      return (kind, .reactivate(person), person)
    case .password:
      guard let person = draw(active) else { break }
      return (kind, LifecycleEvent(PasswordPush(Clauses(person: person))), person)
    case .group:
      guard let event = changeGroup() else { break }
      return (kind, event, "group \(OrgPlan.group)")
    case .importUsers:
      return (kind, LifecycleEvent(UserImport(Clauses())), nil)
    case .retry: return (kind, .retryTasks, "tasks")
    }
    let event = assign()
    return (.assign, event, event.person)
  }

  private mutating func assign() -> LifecycleEvent {
    people += 1
    let person = "\(prefix)\(people)"
    active.append(person)
    return .assign(person, [])
  }

  private mutating func changeGroup() -> LifecycleEvent? {
    guard let person = draw(active) else { return nil }
    var clauses = Clauses()
    clauses.group = OrgPlan.group
    guard hasGroup else {
      hasGroup = true
      members = [person]
      clauses.members = members
      return LifecycleEvent(GroupPush(clauses))
    }
    if let place = members.firstIndex(of: person) {
      members.remove(at: place)
      clauses.membership = MembershipChange(removed: [person])
    } else {
      members.append(person)
      clauses.membership = MembershipChange(added: [person])
    }
    return LifecycleEvent(GroupChange(clauses))
  }

  private mutating func draw(_ people: [String]) -> String? {
    people.randomElement(using: &chance)
  }

  private mutating func take(from people: WritableKeyPath<OrgPlan, [String]>) -> String? {
    guard !self[keyPath: people].isEmpty else { return nil }
    let place = Int.random(in: self[keyPath: people].indices, using: &chance)
    let last = self[keyPath: people].count - 1
    self[keyPath: people].swapAt(place, last)
    return self[keyPath: people].removeLast()
  }
}
