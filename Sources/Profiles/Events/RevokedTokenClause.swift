import JSON

/// Which of a grant's present tokens is revoked.
package enum RevokedToken: String, Sendable, CaseIterable {
  case access = "access token"
  case refresh = "refresh token"
}

extension Clause {
  /// `access token`, `refresh token`.
  static let revokedToken = Clause(
    noun: "a token",
    example: "refresh token",
    keys: ["token"],
    read: { reader, clauses throws(SourceError) in
      guard let first = reader.take() else { return }
      guard let kind = RevokedToken.allCases.first(where: { $0.rawValue == first.text + " token" }),
        !first.isQuoted, reader.take()?.is("token") == true
      else {
        throw reader.source.mistake(
          "'\(first.text)' is no token that can be revoked",
          at: first.span,
          help: "write 'revoke access token' or 'revoke refresh token'"
        )
      }
      clauses.revokedToken = kind
    },
    text: { $0.revokedToken?.rawValue ?? "" },
    members: { clauses in
      clauses.revokedToken.map {
        [JSONObject.Member(key: "token", value: .string($0.rawValue))]
      } ?? []
    },
    words: { line throws(SourceError) in
      try line.word("token").flatMap { word in
        word.text.split(separator: " ").map { Word(text: String($0), span: word.span) }
      }
    }
  )
}
