import JSON

extension Clause {
  /// A group by the name that the scenario gives it: `team`, `"Sales team"`.
  static let group = Clause(
    noun: "a group",
    example: "team",
    keys: ["group"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      try GroupName.check(word, source: reader.source)
      reader.group = word
      clauses.group = word.text
    },
    text: { $0.group.map(Word.written) ?? "" },
    members: { clauses in
      clauses.group.map { [JSONObject.Member(key: "group", value: .string($0))] } ?? []
    },
    words: { line throws(SourceError) in try line.word("group") }
  )

  /// `to crew`: what the group is called from now on.
  static let newName = Clause(
    noun: "a new name",
    example: "to crew",
    keys: ["to"],
    read: { reader, clauses throws(SourceError) in
      guard let to = reader.take() else { return }
      guard to.is("to"), let word = reader.take() else {
        throw reader.source.mistake(
          to.is("to")
            ? "'to' needs a name" : "'\(to.text)' has no place after '\(reader.group?.text ?? "")'",
          at: to.span,
          help: "write 'rename group team to crew'"
        )
      }
      try GroupName.check(word, source: reader.source)
      reader.newGroupName = word
      clauses.newName = word.text
    },
    text: { clauses in clauses.newName.map { "to \(Word.written($0))" } ?? "" },
    members: { clauses in
      clauses.newName.map { [JSONObject.Member(key: "to", value: .string($0))] } ?? []
    },
    words: { line throws(SourceError) in
      try line.word("to").flatMap { [Word(text: "to", span: $0.span), $0] }
    }
  )

  /// `leave` or `delete`: what becomes of the app's group.
  static let unlinkManner = Clause(
    noun: "'leave' or 'delete'",
    example: "leave",
    keys: ["unlink"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      guard !word.isQuoted, let manner = UnlinkManner(rawValue: word.text) else {
        throw reader.source.mistake(
          "'\(word.text)' is neither 'leave' nor 'delete'",
          at: word.span,
          help: Suggestion.help(
            for: word.text,
            among: UnlinkManner.allCases.map(\.rawValue),
            otherwise: "leave keeps the app's group, delete has it deleted"
          )
        )
      }
      clauses.unlinkManner = manner
    },
    text: { $0.unlinkManner?.rawValue ?? "" },
    members: { clauses in
      clauses.unlinkManner.map {
        [JSONObject.Member(key: "unlink", value: .string($0.rawValue))]
      } ?? []
    },
    words: { line throws(SourceError) in try line.word("unlink") }
  )
}

/// What becomes of the app's group when the admin ends the push.
package enum UnlinkManner: String, Sendable, CaseIterable {
  case leave, delete
}

/// The names that a scenario gives to groups.
enum GroupName {
  private static let mostCharacters = 100

  static func check(_ word: Word, source: SourceText) throws(SourceError) {
    let isName =
      word.text.contains { $0.isLetter || $0.isNumber } && word.text.count <= mostCharacters
      && word.text.first?.isWhitespace == false && word.text.last?.isWhitespace == false
      && !word.text.unicodeScalars.contains { $0.value < 0x20 || "{}".unicodeScalars.contains($0) }
    guard isName, !PersonName.reserved.contains(word.text) else {
      throw source.mistake(
        "'\(word.text)' cannot name a group",
        at: word.span,
        help: "write a word, or a name in quotes, of at most \(mostCharacters) characters"
      )
    }
  }
}
