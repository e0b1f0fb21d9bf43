/// "Authenticate with …" again, on a living link.
package struct Reauthentication: DescribedEvent {
  package static let form: EventForm = ["re-authenticate"]

  package init(_ clauses: Clauses = Clauses()) {}

  package var makesGrant: Bool { true }
}

extension LifecycleEvent {
  package static let reauthenticate = LifecycleEvent(Reauthentication())
}
