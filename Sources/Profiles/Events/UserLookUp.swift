/// A person whom the app has is looked up, as Okta does before it creates or links.
///
/// Okta's CRUD test asks so whether the app shows whom Okta has just made.
package struct UserLookUp: DescribedEvent {
  package static let form: EventForm = ["look up", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var isDeviation: Bool { true }
}
