/// A pushed group gets another name.
package struct GroupRename: DescribedEvent {
  package static let form: EventForm = ["rename group", .group, .newName]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { Clauses.the(clauses.group) }
  package var capability: Capability? { .pushGroups }
  package var writes: EventEffect { .profile }
  package var newName: String { Clauses.the(clauses.newName) }
}
