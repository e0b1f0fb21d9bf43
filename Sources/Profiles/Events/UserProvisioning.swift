/// "Provision User": for somebody who was assigned before provisioning was on.
package struct UserProvisioning: DescribedEvent {
  package static let form: EventForm = ["provision", .person]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var person: String { Clauses.the(clauses.person) }
  package var capability: Capability? { .createUsers }
  package var writes: EventEffect { .resource }
}
