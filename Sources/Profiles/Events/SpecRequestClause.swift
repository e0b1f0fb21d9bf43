import JSON

extension Clause {
  /// `list users`, `find with a bad token`.
  static let specRequest = Clause(
    noun: "a request of Okta's SPEC test",
    example: SpecRequest.listUsers.rawValue,
    keys: ["request"],
    read: { reader, clauses throws(SourceError) in
      guard let first = reader.take() else { return }
      var words = [first]
      while let word = reader.take() { words.append(word) }
      let text = words.map(\.text).joined(separator: " ")
      guard let request = SpecRequest(rawValue: text), !words.contains(where: \.isQuoted) else {
        let known = SpecRequest.allCases.map(\.rawValue)
        throw reader.source.mistake(
          "'\(text)' is no request of Okta's SPEC test",
          at: words[...].span,
          help: Suggestion.help(
            for: text,
            among: known,
            otherwise: "write \(Suggestion.list(known.map { "'spec \($0)'" }))"
          )
        )
      }
      clauses.specRequest = request
    },
    text: { $0.specRequest?.rawValue ?? "" },
    members: { clauses in
      clauses.specRequest.map {
        [JSONObject.Member(key: "request", value: .string($0.rawValue))]
      } ?? []
    },
    words: { line throws(SourceError) in
      try line.word("request").flatMap { word in
        word.text.split(separator: " ").map { Word(text: String($0), span: word.span) }
      }
    }
  )
}
