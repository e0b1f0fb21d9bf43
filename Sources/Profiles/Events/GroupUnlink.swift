/// The push of a group ends.
package struct GroupUnlink: DescribedEvent {
  package static let form: EventForm = ["unlink group", .group, .unlinkManner]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { clauses.the(\.group) }
  package var capability: Capability? { .pushGroups }
  package var writes: EventEffect { .resource }
  package var manner: UnlinkManner { clauses.the(\.unlinkManner) }
}
