/// A person is assigned to the app.
package struct Assignment: DescribedEvent {
  package static let form: EventForm = ["assign", .person, .attributes]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { clauses.the(\.person) }
  package var changes: [AttributeChange] { clauses.changes }
  package var capability: Capability? { .createUsers }
  package var writes: EventEffect { .user }
  package var introducesPerson: Bool { true }
}

extension LifecycleEvent {
  package static func assign(_ person: String, _ changes: [AttributeChange]) -> LifecycleEvent {
    LifecycleEvent(Assignment(Clauses(person: person, changes: changes)))
  }
}
