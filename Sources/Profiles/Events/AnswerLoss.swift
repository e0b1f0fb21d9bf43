/// The answer to a coming request is read whole and thrown away, so that the app surely acted.
package struct AnswerLoss: DescribedEvent {
  package static let form: EventForm = ["lose answer of next", .request]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var request: AwaitedRequest { Clauses.the(clauses.request) }
  package var isDeviation: Bool { true }
}

extension LifecycleEvent {
  package static func loseAnswer(ofNext request: AwaitedRequest) -> LifecycleEvent {
    var clauses = Clauses()
    clauses.request = request
    return LifecycleEvent(AnswerLoss(clauses))
  }
}
