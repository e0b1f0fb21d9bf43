/// One harmless GET with an access token of the scenario's choice, or without one.
package struct AccessProbe: DescribedEvent {
  package static let form: EventForm = ["probe", .probedToken]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var token: ProbedToken { Clauses.the(clauses.probedToken) }
  package var needsGrant: Bool { true }
  package var isDeviation: Bool { true }
}
