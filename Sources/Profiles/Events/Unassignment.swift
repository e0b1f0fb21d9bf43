/// The assignment of a person is removed.
package struct Unassignment: DescribedEvent {
  package static let form: EventForm = ["unassign", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var capability: Capability? { .deactivateUsers }
  package var takesAccess: Bool { true }
  package var writes: EventEffect { .activity }
}

extension LifecycleEvent {
  package static func unassign(_ person: String) -> LifecycleEvent {
    LifecycleEvent(Unassignment(Clauses(person: person)))
  }
}
