import JSON

extension Clause {
  /// A name of your choice: `ada`.
  static let person = Clause(
    noun: "a person",
    example: "ada",
    keys: ["person"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      try PersonName.check(word, source: reader.source)
      reader.person = word
      clauses.person = word.text
    },
    text: { $0.person ?? "" },
    members: { clauses in
      clauses.person.map { [JSONObject.Member(key: "person", value: .string($0))] } ?? []
    },
    words: { line throws(SourceError) in try line.word("person") }
  )
}

/// The names that a scenario gives to people.
enum PersonName {
  static let reserved = ["token", "authorize", "revoke"]

  static func check(_ word: Word, source: SourceText) throws(SourceError) {
    let name = word.text
    guard !reserved.contains(name) else {
      throw source.mistake(
        "'\(name)' is reserved and cannot name a person",
        at: word.span,
        help: "{\(name)} stands for an endpoint"
      )
    }
    let isName =
      !word.isQuoted && name.first?.isLetter == true
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    guard isName, name.count <= 40 else {
      throw source.mistake(
        "'\(name)' cannot name a person",
        at: word.span,
        help: "write a letter, then letters, digits and '-', at most 40 in all"
      )
    }
  }
}
