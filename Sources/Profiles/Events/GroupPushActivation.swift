/// The push of a group goes on.
package struct GroupPushActivation: DescribedEvent {
  package static let form: EventForm = ["activate push", .group]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { Clauses.the(clauses.group) }
  package var capability: Capability? { .pushGroups }
  package var writes: EventEffect { .resource }
}
