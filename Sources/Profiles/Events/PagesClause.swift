import JSON

extension Clause {
  /// `in 3 pages`; may be left out.
  ///
  /// Okta asks for 100 a page: an app with fewer has one page, which shows nothing of paging.
  static let pages = Clause(
    noun: "a number of pages",
    example: nil,
    keys: ["pages"],
    read: { reader, clauses throws(SourceError) in
      guard let first = reader.next else { return }
      let help = "write 'in 3 pages', 2 to \(Clause.mostPages) of them"
      guard first.is("in") else {
        let more = reader.before == "import" ? ["users", "groups"] : []
        throw reader.source.mistake(
          "'\(first.text)' has no place after '\(reader.before)'",
          at: first.span,
          help: Suggestion.help(for: first.text, among: more + ["in"], otherwise: help)
        )
      }
      _ = reader.take()
      guard let word = reader.take() else {
        throw reader.source.mistake("'\(reader.before)' needs a number", at: first.span, help: help)
      }
      guard !word.isQuoted, let count = Int(word.text), (2...Clause.mostPages).contains(count)
      else {
        throw reader.source.mistake("'\(word.text)' is not how many", at: word.span, help: help)
      }
      guard reader.next?.is("pages") == true else {
        throw reader.source.mistake("'\(reader.before)' needs 'pages'", at: word.span, help: help)
      }
      _ = reader.take()
      clauses.pages = count
    },
    text: { $0.pages.map { "in \($0) pages" } ?? "" },
    members: { clauses in
      clauses.pages.map { [JSONObject.Member(key: "pages", value: .number(JSONNumber($0)))] } ?? []
    },
    words: { line throws(SourceError) in
      guard let count = try line.count("pages") else { return [] }
      return ["in", "\(count)", "pages"].map { Word(text: $0, span: line.span) }
    }
  )

  /// More show nothing else.
  static let mostPages = 20
}
