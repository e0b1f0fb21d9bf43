/// A person who exists is created again, without a look-up before.
package struct RepeatedCreate: DescribedEvent {
  package static let form: EventForm = ["create", .person, "again", .attributes]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var changes: [AttributeChange] { clauses.changes }
  package var capability: Capability? { .createUsers }
  package var isDeviation: Bool { true }
}

extension LifecycleEvent {
  package static func createAgain(_ person: String, _ changes: [AttributeChange]) -> LifecycleEvent
  {
    LifecycleEvent(RepeatedCreate(Clauses(person: person, changes: changes)))
  }
}
