/// How a scenario writes an event: words, and clauses between and behind them.
///
/// `["create", .person, "again", .attributes]` is `create ada again  login ADA@example.com`.
package struct EventForm: Sendable, ExpressibleByArrayLiteral {
  package enum Piece: Sendable, ExpressibleByStringLiteral {
    /// One or more words, as they stand.
    case words([String])
    case clause(Clause)

    package init(stringLiteral text: String) {
      self = .words(text.split(separator: " ").map(String.init))
    }

    package static let person = Piece.clause(.person)
    package static let attributes = Piece.clause(.attributes)
    package static let attributesAndEntitlements = Piece.clause(.attributesAndEntitlements)
    package static let duration = Piece.clause(.duration)
    package static let request = Piece.clause(.request)
    package static let times = Piece.clause(.times)
    package static let refreshToken = Piece.clause(.refreshToken)
    package static let manner = Piece.clause(.manner)
    package static let probedToken = Piece.clause(.probedToken)
    package static let codeManner = Piece.clause(.codeManner)
    package static let revokedToken = Piece.clause(.revokedToken)
    package static let hook = Piece.clause(.hook)
    package static let org = Piece.clause(.org)
    package static let beforeProvisioning = Piece.clause(.beforeProvisioning)
    package static let group = Piece.clause(.group)
    package static let groupContent = Piece.clause(.groupContent)
    package static let membershipChange = Piece.clause(.membershipChange)
    package static let newName = Piece.clause(.newName)
    package static let unlinkManner = Piece.clause(.unlinkManner)
    package static let pages = Piece.clause(.pages)
    package static let specRequest = Piece.clause(.specRequest)
  }

  /// The words with which a line begins; what has more of them stands before it in the table.
  let lead: [String]
  /// What stands behind the lead.
  let rest: [Piece]

  package init(arrayLiteral pieces: Piece...) {
    guard case .words(let lead) = pieces.first else {
      preconditionFailure("an event's line begins with a word")
    }
    self.lead = lead
    rest = Array(pieces.dropFirst())
  }

  /// All its words: `assign`, `create again`.
  package var name: String {
    rest.reduce(into: lead) { words, piece in
      if case .words(let more) = piece { words += more }
    }.joined(separator: " ")
  }

  var clauses: [Clause] {
    rest.compactMap { if case .clause(let clause) = $0 { clause } else { nil } }
  }

  /// Whether a person is named right behind the lead.
  var startsWithPerson: Bool {
    if case .clause(let clause)? = rest.first { clause.keys == ["person"] } else { false }
  }

  /// A line without what may be left out: `assign ada`.
  var example: String { text { $0.example ?? "" } }

  /// The line that has these clauses.
  func text(_ clauses: Clauses) -> String { text { $0.text(clauses) } }

  private func text(_ write: (Clause) -> String) -> String {
    rest.reduce(into: lead.joined(separator: " ")) { line, piece in
      switch piece {
      case .words(let words): line += " " + words.joined(separator: " ")
      case .clause(let clause):
        let text = write(clause)
        if !text.isEmpty { line += clause.separator + text }
      }
    }
  }
}
