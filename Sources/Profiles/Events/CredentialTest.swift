/// "Test API Credentials".
package struct CredentialTest: DescribedEvent {
  package static let form: EventForm = ["test credentials"]

  package init(_ clauses: Clauses = Clauses()) {}
}

extension LifecycleEvent {
  package static let testCredentials = LifecycleEvent(CredentialTest())
}
