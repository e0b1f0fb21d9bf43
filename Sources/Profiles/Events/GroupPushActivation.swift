/// The push of a group goes on.
package struct GroupPushActivation: DescribedEvent {
  package static let form: EventForm = ["activate push", .group]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { clauses.the(\.group) }
  package var capability: Capability? { .pushGroups }
  package var writes: EventEffect { .resource }
}
