/// An altered token is presented next.
package struct TokenSpoiling: DescribedEvent {
  package static let form: EventForm = ["spoil access token"]

  package init(_ clauses: Clauses = Clauses()) {}

  package var needsGrant: Bool { true }
  package var isDeviation: Bool { true }
}

extension LifecycleEvent {
  package static let spoilAccessToken = LifecycleEvent(TokenSpoiling())
}
