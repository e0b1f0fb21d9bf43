import JSON

extension Clause {
  /// A length of time: `3600s`.
  static let duration = Clause(
    noun: "a duration",
    example: "3600s",
    keys: ["duration"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      // What follows is the nearer mistake.
      try reader.end(help: DurationText.help)
      guard let duration = DurationText.parse(word.text), duration > .zero else {
        throw reader.source.mistake(
          "'\(word.text)' is not a duration",
          at: word.span,
          help: DurationText.help
        )
      }
      clauses.duration = duration
    },
    text: { $0.duration.map(DurationText.format) ?? "" },
    members: { clauses in
      clauses.duration.map {
        [JSONObject.Member(key: "duration", value: .string(DurationText.format($0)))]
      } ?? []
    },
    words: { line throws(SourceError) in try line.word("duration") }
  )
}
