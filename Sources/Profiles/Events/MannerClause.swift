import JSON

/// What is wrong with a token request, besides the token that it carries.
package enum RefreshManner: Sendable, Equatable {
  /// One character of the refresh token is changed.
  case altered
  /// Sent by the profile's second client.
  case anotherClients
  case wrongSecret
  case noAuthentication
  /// With a `scope` of its own.
  case scope(String)
  /// With the `scope` that was granted.
  case sameScope
  /// With the `scope` that was granted but for one name; as granted where that is all.
  case lessScope
}

extension RefreshManner: CustomStringConvertible {
  package var description: String {
    switch self {
    case .altered: "altered"
    case .anotherClients: "another client's"
    case .wrongSecret: "wrong secret"
    case .noAuthentication: "no authentication"
    case .sameScope: "same scope"
    case .lessScope: "less scope"
    case .scope(let scope): "scope \(Word.written(scope))"
    }
  }

  fileprivate static let withoutValue: [RefreshManner] = [
    .altered, .anotherClients, .wrongSecret, .noAuthentication, .sameScope, .lessScope,
  ]
}

extension Clause {
  /// `altered`, `another client's`, `scope "a b"` and the like; may be left out.
  static let manner = Clause(
    noun: "what is wrong with it",
    example: nil,
    keys: ["manner", "scope"],
    read: { reader, clauses throws(SourceError) in
      guard let first = reader.take() else { return }
      if first.is("scope") {
        guard let scope = reader.take() else {
          throw reader.source.mistake(
            "'scope' needs a value",
            at: first.span,
            help: "write 'scope \"users.read\"', or 'scope \"\"' for an empty one"
          )
        }
        clauses.manner = .scope(scope.text)
        return
      }
      for manner in RefreshManner.withoutValue {
        let words = manner.description.split(separator: " ").map(String.init)
        guard first.is(words[0]) else { continue }
        for word in words.dropFirst() {
          guard reader.next?.is(word) == true else {
            throw reader.source.mistake(
              "'\(first.text)' needs '\(word)'",
              at: first.span,
              help: "write '\(manner)'"
            )
          }
          _ = reader.take()
        }
        clauses.manner = manner
        return
      }
      let known = RefreshManner.withoutValue.map(\.description) + ["scope \"users.read\""]
      throw reader.source.mistake(
        "'\(first.text)' is not a way to ask",
        at: first.span,
        help: "write \(Suggestion.list(known.map { "'\($0)'" }))"
      )
    },
    text: { $0.manner?.description ?? "" },
    members: { clauses in
      switch clauses.manner {
      case nil: []
      case .scope(let scope): [JSONObject.Member(key: "scope", value: .string(scope))]
      case let manner?:
        [JSONObject.Member(key: "manner", value: .string(manner.description))]
      }
    },
    words: { line throws(SourceError) in
      if line.object["scope"] != nil {
        let scope = try line.string("scope")
        return [
          Word(text: "scope", span: line.place("scope")),
          Word(text: scope, isQuoted: true, span: line.place("scope")),
        ]
      }
      return try line.word("manner").flatMap { word in
        word.text.split(separator: " ").map { Word(text: String($0), span: word.span) }
      }
    }
  )
}
