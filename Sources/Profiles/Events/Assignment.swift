/// A person is assigned to the app.
package struct Assignment: DescribedEvent {
  package static let form: EventForm = [
    "assign", .person, .beforeProvisioning, .attributesAndEntitlements,
  ]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var changes: [AttributeChange] { clauses.changes }
  package var entitlements: [EntitlementChange] { clauses.entitlements }
  /// Whether provisioning was switched on only after it.
  package var isBeforeProvisioning: Bool { clauses.isBeforeProvisioning }
  package var capability: Capability? { .createUsers }
  package var writes: EventEffect { isBeforeProvisioning ? .nothing : .resource }
  package var introducesPerson: Bool { true }
}

extension LifecycleEvent {
  package static func assign(_ person: String, _ changes: [AttributeChange]) -> LifecycleEvent {
    LifecycleEvent(Assignment(Clauses(person: person, changes: changes)))
  }
}
