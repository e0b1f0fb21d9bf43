/// Save on the integration page.
package struct ConnectionSave: DescribedEvent {
  package static let form: EventForm = ["save connection"]

  package init(_ clauses: Clauses = Clauses()) {}
}

extension LifecycleEvent {
  package static let saveConnection = LifecycleEvent(ConnectionSave())
}
