/// A coming request is written, and its connection closed before an answer is read.
package struct AnswerCut: DescribedEvent {
  package static let form: EventForm = ["cut answer of next", .request]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var request: AwaitedRequest { Clauses.the(clauses.request) }
  package var isDeviation: Bool { true }
}
