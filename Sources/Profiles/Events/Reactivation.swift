/// The Okta user is activated again, and assigned as before.
package struct Reactivation: DescribedEvent {
  package static let form: EventForm = ["reactivate", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var capability: Capability? { .deactivateUsers }
  package var writes: EventEffect { .activity }
}

extension LifecycleEvent {
  package static func reactivate(_ person: String) -> LifecycleEvent {
    LifecycleEvent(Reactivation(Clauses(person: person)))
  }
}
