import JSON

/// Reads the words of one event.
struct EventReader {
  /// Phrases of events that have no clauses.
  private static let plain: [(words: [String], event: LifecycleEvent)] = [
    (["authorize"], .authorize),
    (["re-authenticate"], .reauthenticate),
    (["test", "credentials"], .testCredentials),
    (["save", "connection"], .saveConnection),
    (["save", "to", "app"], .saveToApp),
    (["spoil", "access", "token"], .spoilAccessToken),
    (["forget", "access", "token"], .forgetAccessToken),
  ]

  private static let ofPerson = ["assign", "update", "unassign", "deactivate", "reactivate"]

  /// What the format has and later work brings.
  private static let notYet = [
    "suspend", "unsuspend", "delete", "push password", "provision", "force sync", "push group",
    "change group", "rename group", "push now", "deactivate push", "activate push",
    "unlink group", "import users", "import groups", "import", "retry tasks", "refresh", "probe",
    "lose answer", "cut answer", "hold", "exchange code", "authorize and refuse",
    "revoke access token", "revoke refresh token", "hook", "org",
  ]

  static let names = plain.map { $0.words.joined(separator: " ") } + ofPerson + ["skip"]

  let words: [Word]
  let source: SourceText

  /// The event, and the word that names its person.
  static func read(
    _ words: [Word],
    source: SourceText
  ) throws(SourceError) -> (event: LifecycleEvent, person: Word?) {
    let reader = EventReader(words: words, source: source)
    return try reader.read()
  }

  private func read() throws(SourceError) -> (event: LifecycleEvent, person: Word?) {
    guard let first = words.first else { preconditionFailure("an event without a word") }
    let texts = words.map { $0.isQuoted ? "\"" : $0.text }
    for phrase in Self.notYet {
      let parts = phrase.split(separator: " ").map(String.init)
      // `deactivate push` alone is about a person of that name.
      let isPerson = parts == ["deactivate", "push"] && words.count == 2
      guard texts.starts(with: parts), !isPerson else { continue }
      throw source.mistake("'\(phrase)' is not supported yet", at: span(words.prefix(parts.count)))
    }
    for (phrase, event) in Self.plain where texts.starts(with: phrase) {
      try end(after: phrase.count)
      return (event, nil)
    }
    if first.is("skip") { return (try skip(), nil) }
    guard !first.isQuoted, Self.ofPerson.contains(first.text) else { throw unknownEvent(first) }
    return try eventOfPerson(first)
  }

  private func eventOfPerson(
    _ first: Word
  ) throws(SourceError) -> (event: LifecycleEvent, person: Word?) {
    guard words.count > 1 else {
      throw source.mistake(
        "'\(first.text)' needs a person",
        at: first.span,
        help: "write '\(first.text) ada'"
      )
    }
    let person = words[1]
    try PersonName.check(person, source: source)
    let event: LifecycleEvent
    switch first.text {
    case "assign": event = .assign(person.text, try changes())
    case "update": event = .update(person.text, try changes())
    case "unassign": event = .unassign(person.text)
    case "deactivate": event = .deactivate(person.text)
    default: event = .reactivate(person.text)
    }
    if first.text != "assign", first.text != "update" { try end(after: 2) }
    return (event, person)
  }

  private func changes() throws(SourceError) -> [AttributeChange] {
    var changes: [AttributeChange] = []
    var seen: Set<String> = []
    var index = 2
    while index < words.count {
      let name = words[index]
      if name.is("before"), index + 1 < words.count, words[index + 1].is("provisioning") {
        throw source.mistake(
          "'before provisioning' is not supported yet",
          at: span(words[index...(index + 1)])
        )
      }
      if name.is("role") || name.is("entitlement") {
        throw source.mistake("'\(name.text)' is not supported yet", at: name.span)
      }
      try check(attribute: name)
      guard seen.insert(name.text).inserted else {
        throw source.mistake("'\(name.text)' stands here twice", at: name.span)
      }
      guard index + 1 < words.count else {
        throw source.mistake(
          "'\(name.text)' has no value",
          at: name.span,
          help: "write a value behind it, or none to clear it"
        )
      }
      let value = words[index + 1]
      if name.text == "login", value.is("none") {
        throw source.mistake("a login cannot be cleared", at: value.span)
      }
      let change = AttributeChange(name: name.text, value: value.is("none") ? nil : value.text)
      changes.append(change)
      index += 2
    }
    return changes
  }

  private func check(attribute name: Word) throws(SourceError) {
    let isName =
      !name.isQuoted && name.text.first?.isLetter == true
      && name.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
    guard isName else {
      throw source.mistake(
        "'\(name.text)' is not the name of an attribute",
        at: name.span,
        help: "after the person stand names and values in turn; quote a value with spaces"
      )
    }
  }

  private func skip() throws(SourceError) -> LifecycleEvent {
    guard words.count > 1 else {
      throw source.mistake("'skip' needs a duration", at: words[0].span, help: "write 'skip 3600s'")
    }
    try end(after: 2)
    guard let duration = DurationText.parse(words[1].text), duration > .zero else {
      throw source.mistake(
        "'\(words[1].text)' is not a duration",
        at: words[1].span,
        help: DurationText.help
      )
    }
    return .skip(duration)
  }

  private func end(after count: Int) throws(SourceError) {
    guard words.count > count else { return }
    let before = words[..<count].map(\.text).joined(separator: " ")
    throw source.mistake(
      "'\(words[count].text)' has no place after '\(before)'",
      at: words[count].span,
      help: "nothing follows there"
    )
  }

  private func unknownEvent(_ first: Word) -> SourceError {
    let phrases = Self.plain.map(\.words).filter { $0.count > 1 }
    // A right beginning, such as `test credental`, is judged as a whole.
    for count in [3, 2] where words.count >= count {
      let written = words.prefix(count).map(\.text).joined(separator: " ")
      let candidates = phrases.filter { $0.count == count }.map { $0.joined(separator: " ") }
      if let meant = Suggestion.nearest(to: written, among: candidates) {
        return source.mistake(
          "'\(written)' is not an event",
          at: span(words.prefix(count)),
          help: "did you mean '\(meant)'?"
        )
      }
    }
    let begun = Self.names.filter { $0.hasPrefix(first.text + " ") }
    let help =
      begun.isEmpty
      ? Suggestion.help(
        for: first.text,
        among: Self.names + ["expect", "at", "after"],
        otherwise: "events are \(Suggestion.list(Self.names))"
      ) : "write \(Suggestion.list(begun.map { "'\($0)'" }))"
    return source.mistake("'\(first.text)' is not an event", at: first.span, help: help)
  }

  private func span(_ words: ArraySlice<Word>) -> Span {
    guard let first = words.first, let last = words.last else {
      preconditionFailure("a span of no words")
    }
    // In a plan all words stand in one string.
    let end = max(last.span.column + last.span.length, first.span.column + first.span.length)
    return Span(
      line: first.span.line,
      column: first.span.column,
      length: end - first.span.column
    )
  }
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
