/// People come to a pushed group or leave it, in one change.
package struct GroupChange: DescribedEvent {
  package static let form: EventForm = ["change group", .group, .membershipChange]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { Clauses.the(clauses.group) }
  package var capability: Capability? { .pushGroups }
  package var writes: EventEffect { .members }
  package var change: MembershipChange { Clauses.the(clauses.membership) }
}
