import JSON

extension Clause {
  /// A name of your choice: `b`.
  static let org = Clause(
    noun: "the name of an org",
    example: "b",
    keys: ["org"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      guard !word.isQuoted, HookName.isOne(word.text), word.text.count <= 20 else {
        throw reader.source.mistake(
          "'\(word.text)' is not the name of an org",
          at: word.span,
          help: "write letters, digits and '-', at most 20, such as 'b'; the first one is 'a'"
        )
      }
      clauses.org = word.text
    },
    text: { $0.org ?? "" },
    members: { clauses in
      clauses.org.map { [JSONObject.Member(key: "org", value: .string($0))] } ?? []
    },
    words: { line throws(SourceError) in try line.word("org") }
  )
}
