import JSON

/// How a code is exchanged otherwise than Okta does it.
package enum CodeManner: Sendable, Equatable {
  /// The code of the last authorization, once more.
  case again
  /// A new code, by several requests together.
  case atOnce(Int)
  /// A new code, kept for so long before it is exchanged.
  case after(Duration)
  /// A new code, first with another `redirect_uri`, then as it should be.
  case anotherRedirectURI
  /// A new code, first with another `code_verifier`, then as it should be.
  case anotherVerifier
  /// A new code, first without `code_verifier`, then as it should be.
  case noVerifier
  /// A new code, first by the profile's second client, then as it should be.
  case anotherClients
}

extension CodeManner: CustomStringConvertible {
  package var description: String {
    switch self {
    case .again: "again"
    case .atOnce(let times): "\(times) times at once"
    case .after(let duration): "after \(DurationText.format(duration))"
    case .anotherRedirectURI: "another redirect URI"
    case .anotherVerifier: "another verifier"
    case .noVerifier: "no verifier"
    case .anotherClients: "another client's"
    }
  }

  fileprivate static let plain: [CodeManner] = [
    .again, .anotherRedirectURI, .anotherVerifier, .noVerifier, .anotherClients,
  ]
  fileprivate static let examples =
    plain.map(\.description) + ["10 times at once", "after 5s"]
}

extension Clause {
  /// `again`, `10 times at once`, `after 5s`, `another redirect URI` and the like.
  static let codeManner = Clause(
    noun: "a way to exchange it",
    example: "again",
    keys: ["code"],
    read: { reader, clauses throws(SourceError) in
      guard let first = reader.next else { return }
      let source = reader.source
      let help = "write \(Suggestion.list(CodeManner.examples.map { "'exchange code \($0)'" }))"
      if first.is("after") {
        _ = reader.take()
        guard let word = reader.take() else {
          throw source.mistake("'\(reader.before)' needs a duration", at: first.span, help: help)
        }
        guard !word.isQuoted, let duration = DurationText.parse(word.text), duration > .zero else {
          throw source.mistake("'\(word.text)' is not a duration", at: word.span, help: help)
        }
        clauses.codeManner = .after(duration)
        return
      }
      let rest = reader.rest.map { $0.isQuoted ? "\"" : $0.text }
      for manner in CodeManner.plain {
        let words = manner.description.split(separator: " ").map(String.init)
        guard rest.starts(with: words) else { continue }
        for _ in words { _ = reader.take() }
        clauses.codeManner = manner
        return
      }
      guard !first.isQuoted, Int(first.text) != nil else {
        throw source.mistake(
          "'\(rest.joined(separator: " "))' is not a way to exchange a code",
          at: first.span,
          help: help
        )
      }
      var counted = Clauses()
      try Clause.times.read(&reader, &counted)
      clauses.codeManner = counted.times.map { .atOnce($0) }
    },
    text: { $0.codeManner?.description ?? "" },
    members: { clauses in
      clauses.codeManner.map {
        [JSONObject.Member(key: "code", value: .string($0.description))]
      } ?? []
    },
    words: { line throws(SourceError) in
      try line.word("code").flatMap { word in
        word.text.split(separator: " ").map { Word(text: String($0), span: word.span) }
      }
    }
  )
}
