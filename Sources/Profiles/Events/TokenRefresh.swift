/// A token request now, or several at once with one refresh token.
package struct TokenRefresh: DescribedEvent {
  package static let form: EventForm = ["refresh", .times]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  /// How many requests go out together; nil for one, as Okta would send it.
  package var times: Int? { clauses.times }
  package var needsGrant: Bool { true }
  package var isDeviation: Bool { times != nil }
}
