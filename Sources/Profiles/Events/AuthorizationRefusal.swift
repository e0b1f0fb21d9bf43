/// "Authenticate with …" where the admin says no at the question for consent.
package struct AuthorizationRefusal: DescribedEvent {
  package static let form: EventForm = ["authorize and refuse"]

  package init(_ clauses: Clauses) {}

  package var needsGrant: Bool { true }
}
