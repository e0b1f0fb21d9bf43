/// A group is pushed to the app.
package struct GroupPush: DescribedEvent {
  package static let form: EventForm = ["push group", .group, .groupContent]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { Clauses.the(clauses.group) }
  package var capability: Capability? { .pushGroups }
  package var writes: EventEffect { .resource }
  package var members: [String] { clauses.members }
  package var introducesGroup: Bool { true }
}
