import JSON

extension Clause {
  /// One of the refresh tokens that the app has given, by its number: `#1`.
  static let refreshToken = Clause(
    noun: "the number of a refresh token",
    example: "#1",
    keys: ["refreshToken"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      guard !word.isQuoted, word.text.hasPrefix("#"), let number = Int(word.text.dropFirst()),
        (1...999).contains(number)
      else {
        throw reader.source.mistake(
          "'\(word.text)' is not the number of a token",
          at: word.span,
          help: "write '#1' for the first that the app has given"
        )
      }
      clauses.refreshToken = number
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
