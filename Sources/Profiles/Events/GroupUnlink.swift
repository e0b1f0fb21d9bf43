/// The push of a group ends.
package struct GroupUnlink: DescribedEvent {
  package static let form: EventForm = ["unlink group", .group, .unlinkManner]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { Clauses.the(clauses.group) }
  package var capability: Capability? { .pushGroups }
  package var writes: EventEffect { .resource }
  package var manner: UnlinkManner { Clauses.the(clauses.unlinkManner) }
}
