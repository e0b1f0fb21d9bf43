import JSON

/// Puts a scenario together and keeps its rules, whatever it is read from: a scenario file or a plan.
struct ScenarioBuilder {
  let source: SourceText
  private var people = AssignedPeople()
  /// The org in which the next event happens.
  private var org = OrgSwitch.first
  private var blocks: [Scenario.Block] = []
  private var atEnd: [Expectation] = []
  private var isAtEnd = false
  private var eventCount = 0
  /// Whether the last event is one that could not be read.
  private var isBehindMistake = false
  /// How much time has surely passed since the start, by the time lines so far.
  private var elapsed = Duration.zero

  init(source: SourceText) {
    self.source = source
  }

  var hasBody: Bool { !blocks.isEmpty || isAtEnd }

  /// Opens the block that a time line starts.
  mutating func open(_ start: Scenario.Start, at span: Span) throws(SourceError) {
    try refuseAfterEnd(at: span)
    isBehindMistake = false
    switch start {
    case .at(let time):
      guard time >= elapsed else {
        throw source.mistake(
          "the time goes backwards: at least \(DurationText.format(elapsed)) have passed before",
          at: span,
          help: "write 'at \(DurationText.format(elapsed))' or later, or 'after …'"
        )
      }
      elapsed = time
    case .after(let wait):
      elapsed += wait
    case .immediately, .afterLifetimes, .afterAccessTokenExpires, .atOnce:
      break
    }
    blocks.append(Scenario.Block(start: start, line: span.line, events: []))
  }

  mutating func openEnd(at span: Span) throws(SourceError) {
    try refuseAfterEnd(at: span)
    guard eventCount > 0 else {
      throw source.mistake("the scenario ends before its first event", at: span)
    }
    isBehindMistake = false
    isAtEnd = true
  }

  /// Adds an event.
  ///
  /// - Parameters:
  ///   - person: The word that names the event's person.
  ///   - originLine: The line that the plan gives for it.
  mutating func add(
    _ event: LifecycleEvent,
    person: Word?,
    text: String,
    span: Span,
    originLine: Int? = nil
  ) throws(SourceError) {
    try refuseAfterEnd(at: span)
    if let person {
      if event.described.introducesPerson {
        try assign(person)
      }
      try checkOrg(of: person)
      if !event.described.introducesPerson, !people.contains(person.text) {
        throw Self.unknownPerson(person.text, at: person.span, people: people.names, source: source)
      }
    }
    if blocks.isEmpty {
      blocks.append(Scenario.Block(start: .immediately, line: nil, events: []))
    }
    if let change = event.described as? OrgSwitch { org = change.org }
    var added = ScenarioEvent(
      index: eventCount,
      event: event,
      line: span.line,
      column: span.column,
      text: text,
      expectations: [],
      originLine: originLine
    )
    added.org = org
    blocks[blocks.count - 1].events.append(added)
    eventCount += 1
    isBehindMistake = false
  }

  /// Takes an event that could not be read as one that was.
  ///
  /// - Parameters:
  ///   - person: Whom it may have been about, and may have assigned.
  ///   - isUnread: Whether it may have been about anybody.
  mutating func goOn(behindEventOf person: String? = nil, isUnread: Bool = false) {
    if let person { _ = people.add(person) }
    if isUnread { people.mayHaveOthers = true }
    eventCount += 1
    isBehindMistake = true
    isAtEnd = false
  }

  /// Adds what `expect` says to the event above, or to the end.
  mutating func expect(_ words: ArraySlice<Word>, text: String, span: Span) throws(SourceError) {
    let block = blocks.count - 1
    guard isBehindMistake || isAtEnd || block >= 0 && !blocks[block].events.isEmpty else {
      throw source.mistake(
        "this expectation stands under no event",
        at: span,
        help: "write it below the event that it is about, or below 'at end'"
      )
    }
    let reader = ExpectationReader(words: words, span: span, people: people, source: source)
    let expectation = Expectation(
      kind: try reader.read(),
      line: span.line,
      column: span.column,
      text: text
    )
    if isBehindMistake { return }
    guard isAtEnd else {
      let event = blocks[block].events.count - 1
      blocks[block].events[event].expectations.append(expectation)
      return
    }
    switch expectation.kind {
    case .refreshes, .rejected, .tasks, .token, .user, .accessToken: atEnd.append(expectation)
    case .exchange, .success, .task, .nothingSent:
      throw source.mistake(
        "this expectation is about one event and cannot stand below 'at end'",
        at: span,
        help: "write it below its event"
      )
    }
  }

  /// The scenario, if it has an event.
  ///
  /// - Parameter span: Where to point at if it has none.
  func finish(_ header: ScenarioHeader, span: Span) throws(SourceError) -> Scenario {
    guard eventCount > 0 else {
      throw source.mistake(
        "the scenario has no event",
        at: span,
        help: "write one below, such as 'authorize'"
      )
    }
    return Scenario(
      name: header.name,
      title: header.title,
      covers: header.covers,
      tags: header.tags,
      level: header.level ?? .must,
      needs: header.needs,
      seed: header.seed,
      blocks: blocks,
      atEnd: atEnd,
      source: source
    )
  }

  // MARK: Rules

  private func refuseAfterEnd(at span: Span) throws(SourceError) {
    guard isAtEnd else { return }
    throw source.mistake(
      "only expectations stand below 'at end'",
      at: span,
      help: "move it above 'at end'"
    )
  }

  private mutating func assign(_ person: Word) throws(SourceError) {
    // A user name does not tell case apart (RFC 7643 section 4.1.1): the two would be one user.
    guard let other = people.add(person.text, to: org) else { return }
    if other != person.text {
      throw source.mistake(
        "'\(person.text)' differs from '\(other)' only in case",
        at: person.span,
        help: "write '\(other)' or take another name"
      )
    }
  }

  /// A person is one org's; what another calls by that name is somebody else.
  private func checkOrg(of person: Word) throws(SourceError) {
    guard let other = people.orgs[person.text], other != org else { return }
    throw source.mistake(
      "'\(person.text)' is a person of org '\(other)', not of '\(org)'",
      at: person.span,
      help: "give the person of this org another name"
    )
  }

  static func unknownPerson(
    _ name: String,
    at span: Span,
    people: [String],
    source: SourceText
  ) -> SourceError {
    source.mistake(
      "'\(name)' is an unknown person",
      at: span,
      help: Suggestion.help(
        for: name,
        among: people,
        otherwise: "no line above assigns a person of this name"
      )
    )
  }
}

/// Whoever a scenario has assigned so far.
struct AssignedPeople {
  /// In the order of the file.
  private(set) var names: [String] = []
  private var spellings: [String: String] = [:]
  /// The org of each.
  private(set) var orgs: [String: String] = [:]
  /// Whether a line that could not be read may have assigned somebody.
  var mayHaveOthers = false

  func contains(_ name: String) -> Bool {
    mayHaveOthers || spellings[name.lowercased()] == name
  }

  /// Adds a name, or gives the one that is the same but for case.
  mutating func add(_ name: String, to org: String? = nil) -> String? {
    if let other = spellings[name.lowercased()] { return other }
    spellings[name.lowercased()] = name
    orgs[name] = org
    names.append(name)
    return nil
  }
}
