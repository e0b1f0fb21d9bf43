/// One request of Okta's own SPEC test, which its provisioning would not make so.
package struct SpecProbe: DescribedEvent {
  package static let form: EventForm = ["spec", .specRequest]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var request: SpecRequest { Clauses.the(clauses.specRequest) }
  package var isDeviation: Bool { true }
}
