/// The Okta user is deactivated.
package struct Deactivation: DescribedEvent {
  package static let form: EventForm = ["deactivate", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var capability: Capability? { .deactivateUsers }
  package var takesAccess: Bool { true }
  package var writes: EventEffect { .activity }
}

extension LifecycleEvent {
  package static func deactivate(_ person: String) -> LifecycleEvent {
    LifecycleEvent(Deactivation(Clauses(person: person)))
  }
}
