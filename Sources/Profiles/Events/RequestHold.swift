/// A coming request is kept back, as by a slow network, until the access token that it carries is dead.
package struct RequestHold: DescribedEvent {
  package static let form: EventForm = ["hold next", .request, "until access token expires"]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var request: AwaitedRequest { Clauses.the(clauses.request) }
  package var needsGrant: Bool { true }
  package var isDeviation: Bool { true }
}
