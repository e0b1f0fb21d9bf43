import JSON

extension Clause {
  /// `members ada bob  description "Those who sell"`, or nothing: an empty group.
  static let groupContent = Clause(
    noun: "members",
    example: nil,
    separator: "  ",
    keys: ["members", "description"],
    read: { reader, clauses throws(SourceError) in
      while let key = reader.take() {
        if key.is("members"), clauses.members.isEmpty {
          clauses.members = try people(behind: key, until: ["description"], &reader)
        } else if key.is("description"), clauses.description == nil {
          guard let text = reader.take() else {
            throw reader.source.mistake(
              "'description' needs a text",
              at: key.span,
              help: "write 'description \"Those who sell\"'"
            )
          }
          clauses.description = text.text
        } else {
          throw reader.source.mistake(
            "'\(key.text)' has no place there",
            at: key.span,
            help: "write 'push group team  members ada bob  description \"Those who sell\"'"
          )
        }
      }
    },
    text: { clauses in
      let members =
        clauses.members.isEmpty ? [] : [(["members"] + clauses.members).joined(separator: " ")]
      let description = clauses.description.map { ["description " + Word.written($0)] } ?? []
      return (members + description).joined(separator: "  ")
    },
    members: { clauses in
      let members = JSONValue.array(clauses.members.map { .string($0) })
      return (clauses.members.isEmpty ? [] : [JSONObject.Member(key: "members", value: members)])
        + (clauses.description.map {
          [JSONObject.Member(key: "description", value: .string($0))]
        } ?? [])
    },
    words: { line throws(SourceError) in
      try people(line, "members")
        + line.word("description").flatMap { word in
          [
            Word(text: "description", span: word.span),
            Word(text: word.text, isQuoted: true, span: word.span),
          ]
        }
    }
  )

  /// `add ada bob  remove carl`: one change of who belongs to the group.
  static let membershipChange = Clause(
    noun: "'add' or 'remove' and people",
    example: "add ada",
    separator: "  ",
    keys: ["add", "remove"],
    read: { reader, clauses throws(SourceError) in
      var change = MembershipChange()
      while let key = reader.take() {
        if key.is("add"), change.added.isEmpty {
          change.added = try people(behind: key, until: ["remove"], &reader)
        } else if key.is("remove"), change.removed.isEmpty {
          change.removed = try people(behind: key, until: ["add"], &reader)
        } else {
          throw reader.source.mistake(
            "'\(key.text)' has no place there",
            at: key.span,
            help: "write 'change group team  add ada bob  remove carl'"
          )
        }
      }
      if let both = change.added.first(where: change.removed.contains) {
        throw reader.source.mistake(
          "'\(both)' is both added and removed",
          at: reader.words.last?.span ?? reader.words[0].span
        )
      }
      clauses.membership = change
    },
    text: { clauses in
      guard let change = clauses.membership else { return "" }
      return [("add", change.added), ("remove", change.removed)].filter { !$0.1.isEmpty }
        .map { ([$0.0] + $0.1).joined(separator: " ") }.joined(separator: "  ")
    },
    members: { clauses in
      guard let change = clauses.membership else { return [] }
      return [("add", change.added), ("remove", change.removed)].filter { !$0.1.isEmpty }
        .map { JSONObject.Member(key: $0.0, value: .array($0.1.map { .string($0) })) }
    },
    words: { line throws(SourceError) in try people(line, "add") + people(line, "remove") }
  )

  /// The people behind a word, each once, as far as the next of `keys`.
  private static func people(
    behind key: Word,
    until keys: [String],
    _ reader: inout WordReader
  ) throws(SourceError) -> [String] {
    var names: [String] = []
    while let word = reader.next, !keys.contains(where: word.is) {
      _ = reader.take()
      try PersonName.check(word, source: reader.source)
      guard !names.contains(word.text) else {
        throw reader.source.mistake("'\(word.text)' stands here twice", at: word.span)
      }
      names.append(word.text)
      reader.members.append(word)
    }
    guard !names.isEmpty else {
      throw reader.source.mistake(
        "'\(key.text)' names nobody",
        at: key.span,
        help: "write '\(key.text) ada'"
      )
    }
    return names
  }

  private static func people(_ line: PlanLine, _ key: String) throws(SourceError) -> [Word] {
    let names = try line.strings(key)
    guard let first = names.first else { return [] }
    return [Word(text: key, span: first.span)] + names.map { Word(text: $0.text, span: $0.span) }
  }
}

/// Who comes to a group and who goes.
package struct MembershipChange: Sendable, Equatable {
  package var added: [String] = []
  package var removed: [String] = []

  package init(added: [String] = [], removed: [String] = []) {
    self.added = added
    self.removed = removed
  }
}
