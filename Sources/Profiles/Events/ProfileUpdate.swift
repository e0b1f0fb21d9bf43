/// A person's Okta profile is changed.
package struct ProfileUpdate: DescribedEvent {
  package static let form: EventForm = ["update", .person, .attributesAndEntitlements]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var changes: [AttributeChange] { clauses.changes }
  package var entitlements: [EntitlementChange] { clauses.entitlements }
  package var capability: Capability? { .updateUsers }
  package var writes: EventEffect { .profile }
}

extension LifecycleEvent {
  package static func update(_ person: String, _ changes: [AttributeChange]) -> LifecycleEvent {
    LifecycleEvent(ProfileUpdate(Clauses(person: person, changes: changes)))
  }
}
