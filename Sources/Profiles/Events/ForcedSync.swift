/// "Force Sync": the profiles of all who are assigned are sent.
package struct ForcedSync: DescribedEvent {
  package static let form: EventForm = ["force sync"]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var capability: Capability? { .updateUsers }
}
