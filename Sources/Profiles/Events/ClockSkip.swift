/// This org's clock jumps, the app's does not.
package struct ClockSkip: DescribedEvent {
  package static let form: EventForm = ["skip", .duration]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var duration: Duration { Clauses.the(clauses.duration) }
}

extension LifecycleEvent {
  package static func skip(_ duration: Duration) -> LifecycleEvent {
    var clauses = Clauses()
    clauses.duration = duration
    return LifecycleEvent(ClockSkip(clauses))
  }
}
