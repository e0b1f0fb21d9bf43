/// The push of a group is suspended.
package struct GroupPushDeactivation: DescribedEvent {
  package static let form: EventForm = ["deactivate push", .group]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { clauses.the(\.group) }
  package var capability: Capability? { .pushGroups }
}
