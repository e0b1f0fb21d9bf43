/// The Okta user is suspended.
package struct Suspension: DescribedEvent {
  package static let form: EventForm = ["suspend", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
}
