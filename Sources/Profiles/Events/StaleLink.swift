/// The app has lost a person whom Okta believes to be there, as after a restore from a backup: from here
/// on Okta has an id that the app never gave.
package struct StaleLink: DescribedEvent {
  package static let form: EventForm = ["misplace", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var isDeviation: Bool { true }
}
