import JSON

extension Clause {
  /// `5 times at once`; may be left out.
  static let times = Clause(
    noun: "a number",
    example: nil,
    keys: ["times"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      let help = "write '5 times at once', 2 to \(Clause.mostTimes) of them"
      guard !word.isQuoted, let count = Int(word.text), (2...Clause.mostTimes).contains(count)
      else {
        throw reader.source.mistake("'\(word.text)' is not how many", at: word.span, help: help)
      }
      for expected in ["times", "at", "once"] {
        guard reader.next?.is(expected) == true else {
          throw reader.source.mistake(
            "'\(reader.before)' needs '\(expected)'",
            at: word.span,
            help: help
          )
        }
        _ = reader.take()
      }
      clauses.times = count
    },
    text: { $0.times.map { "\($0) times at once" } ?? "" },
    members: { clauses in
      clauses.times.map { [JSONObject.Member(key: "times", value: .number(JSONNumber($0)))] } ?? []
    },
    words: { line throws(SourceError) in
      guard let count = try line.count("times") else { return [] }
      return ["\(count)", "times", "at", "once"].map { Word(text: $0, span: line.span) }
    }
  )

  /// More at once show nothing else.
  static let mostTimes = 50
}
