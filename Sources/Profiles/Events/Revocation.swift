/// The revocation of the grant's present token (RFC 7009); Okta makes none.
package struct Revocation: DescribedEvent {
  package static let form: EventForm = ["revoke", .revokedToken]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var token: RevokedToken { Clauses.the(clauses.revokedToken) }
  package var needsGrant: Bool { true }
  package var isDeviation: Bool { true }
}
