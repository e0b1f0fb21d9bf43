import JSON

/// Puts a scenario together and keeps its rules, whatever it is read from: a scenario file or a plan.
struct ScenarioBuilder {
  let source: SourceText
  private var people = GivenNames()
  private var groups = GivenNames()
  /// The org in which the next event happens.
  private var org = OrgSwitch.first
  private var blocks: [Scenario.Block] = []
  private var atEnd: [Expectation] = []
  private var isAtEnd = false
  private var eventCount = 0
  /// Whether the last event is one that could not be read.
  private var isBehindMistake = false
  /// Whether an event could not be read.
  private var hasMistake = false
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
  /// - Parameter originLine: The line that the plan gives for it.
  mutating func add(
    _ read: ReadEvent,
    text: String,
    span: Span,
    originLine: Int? = nil
  ) throws(SourceError) {
    try refuseAfterEnd(at: span)
    let event = read.event
    if let person = read.person {
      if event.described.introducesPerson { try give(person, .person) }
      try check(person, .person)
    }
    for member in read.members { try check(member, .person) }
    if let group = read.group {
      if event.described.introducesGroup { try give(group, .group) }
      try check(group, .group)
    }
    if let name = read.newGroupName, let group = read.group {
      try give(name, .group)
      groups.call(group.text, also: name.text)
    }
    if let probe = event.described as? SpecProbe { try check(probe.request, at: span) }
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
    added.subject = event.person ?? event.group.map { groups.first(nameOf: $0) }
    blocks[blocks.count - 1].events.append(added)
    eventCount += 1
    isBehindMistake = false
  }

  /// Takes an event that could not be read as one that was.
  ///
  /// - Parameters:
  ///   - person: Whom it may have been about, and may have assigned.
  ///   - group: What it may have been about, and may have pushed.
  ///   - isUnread: Whether it may have been about anybody.
  mutating func goOn(
    behindEventOf person: String? = nil,
    orGroup group: String? = nil,
    isUnread: Bool = false
  ) {
    if let person { _ = people.add(person) }
    if let group { _ = groups.add(group) }
    if isUnread {
      people.mayHaveOthers = true
      groups.mayHaveOthers = true
    }
    eventCount += 1
    isBehindMistake = true
    hasMistake = true
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
    let reader = ExpectationReader(
      words: words,
      span: span,
      people: people,
      groups: groups,
      source: source
    )
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
    case .refreshes, .rejected, .tasks, .token, .user, .group, .accessToken:
      atEnd.append(expectation)
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

  /// Refuses a request of Okta's SPEC test that names what an earlier one of them would have brought.
  private func check(_ request: SpecRequest, at span: Span) throws(SourceError) {
    guard let needed = request.source else { return }
    let isThere = blocks.lazy.flatMap(\.events).contains {
      ($0.event.described as? SpecProbe)?.request == needed
    }
    if isThere || hasMistake { return }
    throw source.mistake(
      "'spec \(request.rawValue)' needs the answer to 'spec \(needed.rawValue)'",
      at: span,
      help: "write 'spec \(needed.rawValue)' above it"
    )
  }

  /// What a name is given to.
  enum Named {
    case person, group

    var noun: String { self == .person ? "person" : "group" }
    var names: WritableKeyPath<ScenarioBuilder, GivenNames> {
      self == .person ? \.people : \.groups
    }
    fileprivate var other: Named { self == .person ? .group : .person }
  }

  private mutating func give(_ name: Word, _ named: Named) throws(SourceError) {
    if self[keyPath: named.other.names].has(name.text) {
      throw source.mistake(
        "'\(name.text)' is a \(named.other.noun) already",
        at: name.span,
        help: "give the \(named.noun) another name: {\(name.text)} stands for one of them"
      )
    }
    // A user name does not tell case apart (RFC 7643 section 4.1.1), nor do apps with the name of a
    // group: the two would be one.
    guard let other = self[keyPath: named.names].add(name.text, to: org) else { return }
    if other != name.text {
      throw source.mistake(
        "'\(name.text)' differs from '\(other)' only in case",
        at: name.span,
        help: "write '\(other)' or take another name"
      )
    }
  }

  /// A person or a group is one org's; what another calls by that name is somebody else.
  private func check(_ word: Word, _ named: Named) throws(SourceError) {
    let names = self[keyPath: named.names]
    if let other = names.orgs[word.text], other != org {
      throw source.mistake(
        "'\(word.text)' is a \(named.noun) of org '\(other)', not of '\(org)'",
        at: word.span,
        help: "give the \(named.noun) of this org another name"
      )
    }
    guard names.contains(word.text) else {
      throw Self.unknown(named, word.text, at: word.span, among: names.all, source: source)
    }
  }

  static func unknown(
    _ named: Named,
    _ name: String,
    at span: Span,
    among names: [String],
    source: SourceText
  ) -> SourceError {
    source.mistake(
      "'\(name)' is an unknown \(named.noun)",
      at: span,
      help: Suggestion.help(
        for: name,
        among: names,
        otherwise: named == .person
          ? "no line above assigns a person of this name"
          : "no line above pushes a group of this name"
      )
    )
  }
}

/// The names that a scenario has given so far to people, or to groups.
struct GivenNames {
  /// In the order of the file.
  private(set) var all: [String] = []
  private var spellings: [String: String] = [:]
  /// The first name of what was renamed, by its later names.
  private var firstNames: [String: String] = [:]
  /// The org of each.
  private(set) var orgs: [String: String] = [:]
  /// Whether a line that could not be read may have given one.
  var mayHaveOthers = false

  func contains(_ name: String) -> Bool { mayHaveOthers || has(name) }

  func has(_ name: String) -> Bool { spellings[name.lowercased()] == name }

  /// The first name of what is called so.
  func first(nameOf name: String) -> String { firstNames[name] ?? name }

  mutating func call(_ name: String, also newName: String) {
    firstNames[newName] = first(nameOf: name)
  }

  /// Adds a name, or gives the one that is the same but for case.
  mutating func add(_ name: String, to org: String? = nil) -> String? {
    if let other = spellings[name.lowercased()] { return other }
    spellings[name.lowercased()] = name
    orgs[name] = org
    all.append(name)
    return nil
  }
}
