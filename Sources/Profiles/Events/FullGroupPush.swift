/// "Push Now": all members of a pushed group are sent.
package struct FullGroupPush: DescribedEvent {
  package static let form: EventForm = ["push now", .group]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { Clauses.the(clauses.group) }
  package var capability: Capability? { .pushGroups }
  package var writes: EventEffect { .resource }
}
