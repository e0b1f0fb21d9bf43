/// A code exchange as no careful client makes it.
package struct CodeExchange: DescribedEvent {
  package static let form: EventForm = ["exchange code", .codeManner]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var manner: CodeManner { Clauses.the(clauses.codeManner) }
  package var needsGrant: Bool { true }
  /// `again` spends the code of the grant that is there.
  package var makesGrant: Bool { manner != .again }
  package var isDeviation: Bool { true }
}
