/// The push of a group is suspended.
package struct GroupPushDeactivation: DescribedEvent {
  package static let form: EventForm = ["deactivate push", .group]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { Clauses.the(clauses.group) }
  package var capability: Capability? { .pushGroups }
}
