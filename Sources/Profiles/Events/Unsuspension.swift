/// The Okta user is suspended no more.
package struct Unsuspension: DescribedEvent {
  package static let form: EventForm = ["unsuspend", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
}
