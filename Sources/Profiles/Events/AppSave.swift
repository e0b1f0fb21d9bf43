/// Save on the "To App" page.
package struct AppSave: DescribedEvent {
  package static let form: EventForm = ["save to app"]

  package init(_ clauses: Clauses = Clauses()) {}
}

extension LifecycleEvent {
  package static let saveToApp = LifecycleEvent(AppSave())
}
