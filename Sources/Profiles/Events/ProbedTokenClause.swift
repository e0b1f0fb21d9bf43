import JSON

/// What is shown to the app.
package enum ProbedToken: Sendable, Equatable, CustomStringConvertible {
  /// One of those that the app has given, from 1.
  case given(Int)
  /// The present one with one character changed.
  case altered
  case none

  package var description: String {
    switch self {
    case .given(let number): "access token #\(number)"
    case .altered: "altered token"
    case .none: "no token"
    }
  }
}

extension Clause {
  /// `access token #1`, `altered token`, `no token`.
  static let probedToken = Clause(
    noun: "a token",
    example: "access token #1",
    keys: ["token"],
    read: { reader, clauses throws(SourceError) in
      guard let first = reader.take() else { return }
      let source = reader.source
      let help = "write 'probe access token #1', 'probe altered token' or 'probe no token'"
      guard ["access", "altered", "no"].contains(where: first.is) else {
        throw source.mistake("'\(first.text)' is no token", at: first.span, help: help)
      }
      guard reader.next?.is("token") == true else {
        throw source.mistake("'\(reader.before)' needs 'token'", at: first.span, help: help)
      }
      _ = reader.take()
      switch first.text {
      case "altered": clauses.probedToken = .altered
      case "no": clauses.probedToken = ProbedToken.none
      default:
        guard let word = reader.take() else {
          throw source.mistake("'\(reader.before)' needs a number", at: first.span, help: help)
        }
        clauses.probedToken = .given(try TokenNumber.read(word, source: source))
      }
    },
    text: { $0.probedToken?.description ?? "" },
    members: { clauses in
      clauses.probedToken.map {
        [JSONObject.Member(key: "token", value: .string($0.description))]
      } ?? []
    },
    words: { line throws(SourceError) in
      try line.word("token").flatMap { word in
        word.text.split(separator: " ").map { Word(text: String($0), span: word.span) }
      }
    }
  )
}

/// The number of a token: `#1` is the first that the app has given.
enum TokenNumber {
  static func read(_ word: Word, source: SourceText) throws(SourceError) -> Int {
    guard !word.isQuoted, word.text.hasPrefix("#"), let number = Int(word.text.dropFirst()),
      (1...999).contains(number)
    else {
      throw source.mistake(
        "'\(word.text)' is not the number of a token",
        at: word.span,
        help: "write '#1' for the first that the app has given"
      )
    }
    return number
  }
}
