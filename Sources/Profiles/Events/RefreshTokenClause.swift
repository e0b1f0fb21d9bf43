import JSON

extension Clause {
  /// One of the refresh tokens that the app has given, by its number: `#1`.
  static let refreshToken = Clause(
    noun: "the number of a refresh token",
    example: "#1",
    keys: ["refreshToken"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      clauses.refreshToken = try TokenNumber.read(word, source: reader.source)
    },
    text: { $0.refreshToken.map { "#\($0)" } ?? "" },
    members: { clauses in
      clauses.refreshToken.map {
        [JSONObject.Member(key: "refreshToken", value: .number(JSONNumber($0)))]
      } ?? []
    },
    words: { line throws(SourceError) in
      try line.count("refreshToken").map { [Word(text: "#\($0)", span: line.span)] } ?? []
    }
  )
}
