import JSON

/// One of the refresh tokens that the app has given.
package enum NamedRefreshToken: Sendable, Equatable, CustomStringConvertible {
  /// By its number, from 1.
  case number(Int)
  /// The one that the next refresh would spend.
  case last

  package var description: String {
    switch self {
    case .number(let number): "#\(number)"
    case .last: "last"
    }
  }
}

extension Clause {
  /// `#1`, `last`.
  static let refreshToken = Clause(
    noun: "the number of a refresh token",
    example: "#1",
    keys: ["refreshToken"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      clauses.refreshToken =
        word.is("last") ? .last : .number(try TokenNumber.read(word, source: reader.source))
    },
    text: { $0.refreshToken?.description ?? "" },
    members: { clauses in
      clauses.refreshToken.map {
        [JSONObject.Member(key: "refreshToken", value: .string($0.description))]
      } ?? []
    },
    words: { line throws(SourceError) in try line.word("refreshToken") }
  )
}
