/// The Okta user has a new password.
package struct PasswordPush: DescribedEvent {
  package static let form: EventForm = ["push password", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var capability: Capability? { .syncPassword }
}
