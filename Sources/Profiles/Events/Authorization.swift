/// "Authenticate with …": authorization request, login, consent, code exchange.
package struct Authorization: DescribedEvent {
  package static let form: EventForm = ["authorize"]

  package init(_ clauses: Clauses = Clauses()) {}

  package var makesGrant: Bool { true }
}

extension LifecycleEvent {
  package static let authorize = LifecycleEvent(Authorization())
}
