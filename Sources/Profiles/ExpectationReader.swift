import JSON

/// Reads what stands behind `expect`.
struct ExpectationReader {
  private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

  private static let names = [
    "success", "task", "tasks", "nothing sent", "refreshes", "rejected", "token", "user", "group",
    "access token",
  ]

  /// The words after `expect`.
  let words: ArraySlice<Word>
  /// The place of the whole line, for what is missing.
  let span: Span
  /// The people assigned so far.
  let people: GivenNames
  /// The groups pushed so far.
  let groups: GivenNames
  let source: SourceText

  func read() throws(SourceError) -> Expectation.Kind {
    guard let first = words.first else {
      throw source.mistake(
        "this expects nothing",
        at: span,
        help: "write a method and a path, or \(Suggestion.list(Self.names))"
      )
    }
    guard !first.isQuoted else { throw unknown(first) }
    switch first.text {
    case "success":
      try end(after: 1)
      return .success
    case "task":
      return .task(try taskText())
    case "tasks":
      return .tasks(try count(of: first))
    case "nothing":
      guard words.dropFirst().first?.is("sent") == true else { throw unknown(first) }
      try end(after: 2)
      return .nothingSent
    case "refreshes":
      return .refreshes(try count(of: first))
    case "rejected":
      return .rejected(try count(of: first))
    case "token":
      return .token(try values(after: 1, of: first))
    case "user":
      return try user(first)
    case "group":
      return try group(first)
    case "access":
      return try accessToken(first)
    case let method where Self.methods.contains(method):
      return .exchange(try exchange(method))
    default:
      throw unknown(first)
    }
  }

  private func unknown(_ first: Word) -> SourceError {
    let isMethod = first.text.allSatisfy { $0.isUppercase }
    if !first.isQuoted, Self.methods.contains(first.text.uppercased()) || isMethod {
      return source.mistake(
        "'\(first.text)' is not a method",
        at: first.span,
        help: Self.methods.contains(first.text.uppercased())
          ? "did you mean '\(first.text.uppercased())'?"
          : Suggestion.help(
            for: first.text,
            among: Self.methods,
            otherwise: "methods are \(Suggestion.list(Self.methods))"
          )
      )
    }
    return source.mistake(
      "'\(first.text)' is not an expectation",
      at: first.span,
      help: Suggestion.help(
        for: first.text,
        among: Self.names,
        otherwise: "write a method and a path, or \(Suggestion.list(Self.names))"
      )
    )
  }

  // MARK: The kinds

  private func taskText() throws(SourceError) -> String {
    guard let text = word(1) else {
      throw source.mistake(
        "'expect task' needs a text",
        at: span,
        help: "write 'expect task \"Unauthorized\"'"
      )
    }
    try end(after: 2)
    return text.text
  }

  private func count(of name: Word) throws(SourceError) -> Expectation.Count {
    let example = "write '\(name.text) 1', '\(name.text) at least 1' or '\(name.text) at most 1'"
    var place = 1
    var make = Expectation.Count.exactly
    if let at = word(1), at.is("at") {
      guard let bound = word(2), bound.is("least") || bound.is("most") else {
        throw source.mistake(
          "'at' is followed by neither 'least' nor 'most'",
          at: word(2)?.span ?? at.span,
          help: example
        )
      }
      make = bound.is("least") ? Expectation.Count.atLeast : Expectation.Count.atMost
      place = 3
    }
    guard let number = word(place) else {
      throw source.mistake("'\(name.text)' needs a number", at: span, help: example)
    }
    guard number.text.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(number.text),
      count <= 1_000_000
    else {
      throw source.mistake(
        "'\(number.text)' is not a number of times",
        at: number.span,
        help: example
      )
    }
    try end(after: place + 1)
    return make(count)
  }

  private func user(_ name: Word) throws(SourceError) -> Expectation.Kind {
    guard let person = word(1) else {
      throw source.mistake(
        "'expect user' needs a person",
        at: span,
        help: "write 'expect user ada  active true'"
      )
    }
    guard people.contains(person.text), !person.isQuoted else { throw unknownPerson(person) }
    return .user(person.text, try values(after: 2, of: name))
  }

  /// `team absent`, `team  displayName present  members ada bob`, `team  members none`.
  private func group(_ first: Word) throws(SourceError) -> Expectation.Kind {
    let help = "write 'expect group team  members ada bob', or 'members none', or 'absent'"
    guard let name = word(1) else {
      throw source.mistake("'expect group' needs a group", at: span, help: help)
    }
    guard groups.contains(name.text) else {
      throw ScenarioBuilder.unknown(
        .group,
        name.text,
        at: name.span,
        among: groups.all,
        source: source
      )
    }
    var pattern = GroupPattern()
    var rest = words.dropFirst(2)
    if rest.first?.is("absent") == true {
      try end(after: 3)
      pattern.isAbsent = true
      return .group(groups.first(nameOf: name.text), pattern)
    }
    let values = rest.prefix { !$0.is("members") }
    pattern.values = try self.values(values)
    rest = rest.dropFirst(values.count)
    if let key = rest.popFirst() {
      guard !rest.isEmpty else {
        throw source.mistake("'members' names nobody", at: key.span, help: help)
      }
      if rest.count == 1, rest.first?.is("none") == true {
        pattern.members = []
      } else {
        for member in rest {
          guard people.contains(member.text), !member.isQuoted else { throw unknownPerson(member) }
        }
        pattern.members = rest.map(\.text)
      }
    }
    if pattern.values.isEmpty, pattern.members == nil {
      throw source.mistake("this says nothing about the group", at: span, help: help)
    }
    return .group(groups.first(nameOf: name.text), pattern)
  }

  private func accessToken(_ first: Word) throws(SourceError) -> Expectation.Kind {
    let help = "write 'expect access token #1 refused' or 'expect access token #1 accepted'"
    guard word(1)?.is("token") == true, let number = word(2), let state = word(3) else {
      throw source.mistake("'expect access token' needs a number and a state", at: span, help: help)
    }
    let token = try TokenNumber.read(number, source: source)
    guard state.is("refused") || state.is("accepted") else {
      throw source.mistake("'\(state.text)' is no state of a token", at: state.span, help: help)
    }
    try end(after: 4)
    return .accessToken(token, isRefused: state.is("refused"))
  }

  private func unknownPerson(_ word: Word, name: String? = nil) -> SourceError {
    ScenarioBuilder.unknown(
      .person,
      name ?? word.text,
      at: word.span,
      among: people.all,
      source: source
    )
  }

  // MARK: Exchanges

  /// `METHOD path words -> status words`.
  private func exchange(_ method: String) throws(SourceError) -> ExchangePattern {
    guard let arrow = words.firstIndex(where: { $0.is("->") }) else {
      throw source.mistake(
        "this exchange has no status",
        at: span,
        help: "write '-> 200' behind it"
      )
    }
    let before = words[..<arrow]
    guard before.count > 1, let path = before.dropFirst().first else {
      throw source.mistake(
        "'\(method)' has no path",
        at: span,
        help: "write 'expect \(method) /Users -> 200'"
      )
    }
    try check(path: path)
    let after = words[(arrow + 1)...]
    guard let status = after.first else {
      throw source.mistake(
        "no status follows the arrow",
        at: words[arrow].span,
        help: "write '-> 200', '-> 2xx' or '-> 200|404'"
      )
    }
    return ExchangePattern(
      method: method,
      path: path.text,
      request: try values(before.dropFirst(2)),
      status: try self.status(status),
      response: try values(after.dropFirst())
    )
  }

  private func check(path: Word) throws(SourceError) {
    let text = path.text
    let starts = ["/", "http://", "https://"] + PersonName.reserved.map { "{\($0)}" }
    guard starts.contains(where: { text.hasPrefix($0) }) else {
      throw source.mistake(
        "'\(text)' is not a path",
        at: path.span,
        help: "write /Users, {token}, {authorize}, {revoke} or a whole URL"
      )
    }
    for name in try placeholders(of: path) where !PersonName.reserved.contains(name) {
      guard people.contains(name) || groups.contains(name) else {
        throw unknownPerson(path, name: name)
      }
    }
  }

  private func placeholders(of path: Word) throws(SourceError) -> [String] {
    var names: [String] = []
    var rest = Substring(path.text)
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else {
        throw source.mistake("a '{' is not closed", at: path.span, help: "write {ada}")
      }
      names.append(String(rest[rest.index(after: open)..<close]))
      rest = rest[rest.index(after: close)...]
    }
    return names
  }

  private func status(_ word: Word) throws(SourceError) -> StatusPattern {
    var alternatives: [ClosedRange<Int>] = []
    for part in word.text.split(separator: "|", omittingEmptySubsequences: false) {
      let digits = part.hasSuffix("xx") ? part.dropLast(2) + "00" : part
      guard part.count == 3, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
        let status = Int(digits), (100...599).contains(status)
      else {
        throw source.mistake(
          "'\(word.text)' is not a status",
          at: word.span,
          help: "write 200, 2xx or 200|404"
        )
      }
      alternatives.append(part.hasSuffix("xx") ? status...(status + 99) : status...status)
    }
    return StatusPattern(alternatives: alternatives)
  }

  // MARK: Names and values

  private func values(after count: Int, of name: Word) throws(SourceError) -> [ValuePattern] {
    let pairs = words.dropFirst(count)
    guard !pairs.isEmpty else {
      throw source.mistake(
        "'expect \(name.text)' says nothing about the \(name.text)",
        at: span,
        help: name.text == "token" ? "write 'expires_in present'" : "write 'active true'"
      )
    }
    return try values(pairs)
  }

  /// What no app can answer would be told as the app's fault.
  private func checkActive(_ value: Word) throws(SourceError) {
    let known = ["true", "false", "present", "absent", "none"]
    guard !known.contains(value.text) else { return }
    throw source.mistake(
      "'\(value.text)' is no value of active",
      at: value.span,
      help: Suggestion.help(for: value.text, among: known, otherwise: "write true or false")
    )
  }

  private func values(_ words: ArraySlice<Word>) throws(SourceError) -> [ValuePattern] {
    var patterns: [ValuePattern] = []
    var rest = words
    while let path = rest.popFirst() {
      guard !path.isQuoted, !["->", "|"].contains(path.text) else {
        throw source.mistake(
          "'\(path.text)' is not a name",
          at: path.span,
          help: "names and values stand by turns; statuses stand in one word: 200|404"
        )
      }
      guard let value = rest.popFirst() else {
        throw source.mistake(
          "'\(path.text)' has no value",
          at: path.span,
          help: "write a value, present or absent behind it"
        )
      }
      if path.text.lowercased() == "active" { try checkActive(value) }
      patterns.append(ValuePattern(path: path.text, value: try self.value(value)))
    }
    return patterns
  }

  private func value(_ word: Word) throws(SourceError) -> ValuePattern.Value {
    guard !word.isQuoted else { return .text(word.text) }
    switch word.text {
    case "present": return .present
    // As an event's line clears an attribute.
    case "absent", "none": return .absent
    default: break
    }
    guard let dots = word.text.firstRange(of: ".."),
      let low = number(word.text[..<dots.lowerBound]),
      let high = number(word.text[dots.upperBound...])
    else { return .text(word.text) }
    guard low <= high else {
      throw source.mistake(
        "the range '\(word.text)' goes backwards",
        at: word.span,
        help: "write the smaller number first"
      )
    }
    return .range(low, high)
  }

  /// A decimal number; the words that Swift knows besides, such as `nan`, are none.
  private func number(_ text: Substring) -> Double? {
    let digits = text.first == "-" ? text.dropFirst() : text
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else {
      return nil
    }
    return Double(text)
  }

  // MARK: Words

  private func word(_ index: Int) -> Word? { words.dropFirst(index).first }

  private func end(after count: Int) throws(SourceError) {
    guard let extra = word(count) else { return }
    let before = words.prefix(count).map(\.text).joined(separator: " ")
    throw source.mistake(
      "'\(extra.text)' has no place after 'expect \(before)'",
      at: extra.span,
      help: "nothing follows there"
    )
  }
}
