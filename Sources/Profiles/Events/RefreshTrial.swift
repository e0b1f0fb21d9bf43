/// A token request that no careful client makes: with an old refresh token, or made otherwise than the
/// app may take it.
package struct RefreshTrial: DescribedEvent {
  package static let form: EventForm = ["refresh with refresh token", .refreshToken, .manner]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  /// Which of the refresh tokens that the app has given.
  package var token: NamedRefreshToken { Clauses.the(clauses.refreshToken) }
  /// What else is wrong with it.
  package var manner: RefreshManner? { clauses.manner }
  package var needsGrant: Bool { true }
  package var isDeviation: Bool { true }
}
