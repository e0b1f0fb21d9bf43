/// The admin selects all tasks on the dashboard and has them tried again.
package struct TaskRetry: DescribedEvent {
  package static let form: EventForm = ["retry tasks"]

  package init(_ clauses: Clauses = Clauses()) {}
}

extension LifecycleEvent {
  package static let retryTasks = LifecycleEvent(TaskRetry())
}
