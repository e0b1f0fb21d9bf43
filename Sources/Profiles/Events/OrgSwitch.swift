/// What follows happens in an org of this name, with its own grant and people; Okta sends nothing.
package struct OrgSwitch: DescribedEvent {
  package static let form: EventForm = ["org", .org]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var org: String { Clauses.the(clauses.org) }
  package var needsGrant: Bool { true }
  /// One customer's admin does not act in another's org.
  package var isDeviation: Bool { false }

  /// The org of what stands before the first.
  package static let first = "a"
}
