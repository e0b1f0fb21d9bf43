/// A group that exists is created again, without a look-up before.
package struct RepeatedGroupCreate: DescribedEvent {
  package static let form: EventForm = ["create group", .group, "again"]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var group: String { Clauses.the(clauses.group) }
  package var capability: Capability? { .pushGroups }
  package var isDeviation: Bool { true }
}
