/// The Okta user is deleted.
package struct UserDeletion: DescribedEvent {
  package static let form: EventForm = ["delete", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var capability: Capability? { .deactivateUsers }
  package var takesAccess: Bool { true }
  package var writes: EventEffect { .activity }
}
