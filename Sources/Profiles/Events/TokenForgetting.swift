/// The access token is dropped, so that a refresh is due.
package struct TokenForgetting: DescribedEvent {
  package static let form: EventForm = ["forget access token"]

  package init(_ clauses: Clauses = Clauses()) {}

  package var needsGrant: Bool { true }
}

extension LifecycleEvent {
  package static let forgetAccessToken = LifecycleEvent(TokenForgetting())
}
