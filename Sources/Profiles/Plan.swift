import JSON

/// A scenario as JSON lines, one event or wait a line: for programs that make or change scenarios.
///
/// The plan is symbolic: it says `{"wait":"access-token-expiry"}`, since only the run learns when
/// that is.
package struct Plan: Sendable {
  package var scenario: Scenario

  package init(scenario: Scenario) {
    self.scenario = scenario
  }

  /// Reads what `jsonLines` writes.
  ///
  /// The scenario's source is then the plan, and its lines are the plan's, so that findings quote
  /// what was given; `ScenarioEvent.originLine` keeps the line of the file that the plan was made
  /// from.
  package init(jsonLines source: SourceText) throws(Mistakes) {
    var mistakes = Mistakes()
    mistakes.collect { () throws(SourceError) in
      try TextFile.checkSize(of: source, what: "plan")
    }
    try mistakes.throwIfAny()
    var reader = PlanReader(source: source)
    let lines = source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() {
      let isBlank = bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if isBlank || mistakes.all.count >= Mistakes.mostInFile { continue }
      do throws(SourceError) {
        try reader.read(Array(bytes), number: index + 1)
      } catch {
        mistakes.add(error)
        // Without its first line nothing else can be said of a plan.
        if reader.header == nil { throw mistakes }
        reader.builder.goOn(isUnread: true)
      }
    }
    let scenario = mistakes.collect { () throws(SourceError) in try reader.finish() }
    guard let scenario, mistakes.all.isEmpty else { throw mistakes }
    self.scenario = scenario
  }

  package var jsonLines: String {
    var lines = [header]
    for block in scenario.blocks {
      if let start = block.start.json { lines.append(start) }
      lines += block.events.map { $0.json }
    }
    if !scenario.atEnd.isEmpty {
      lines.append(["at": "end", "expect": Expectation.json(scenario.atEnd)])
    }
    return lines.map { $0.compactText + "\n" }.joined()
  }

  private var header: JSONValue {
    var header: JSONObject = [
      "scenario": .string(scenario.name),
      "title": .string(scenario.title),
      "covers": .array(scenario.covers.map { .string($0) }),
      "tags": .array(scenario.tags.map { .string($0) }),
      "level": .string(scenario.level.rawValue),
      "needs": .array(scenario.needs.map { .string($0.words) }),
    ]
    if let seed = scenario.seed { header["seed"] = .number(JSONNumber(text: "\(seed)")) }
    return .object(header)
  }
}

extension Plan: Equatable {
  package static func == (left: Plan, right: Plan) -> Bool { left.jsonLines == right.jsonLines }
}

// MARK: Writing

extension Scenario.Start {
  fileprivate var json: JSONValue? {
    switch self {
    case .immediately: nil
    case .at(let time): ["at": .string(DurationText.format(time))]
    case .after(let wait): ["wait": .string(DurationText.format(wait))]
    case .afterLifetimes(let count): ["wait": .string("\(Self.text(count)) lifetimes")]
    case .afterAccessTokenExpires: ["wait": "access-token-expiry"]
    case .atOnce: ["at": "once"]
    }
  }

  private static func text(_ count: Double) -> String {
    count == count.rounded() ? "\(Int(count))" : "\(count)"
  }
}

extension ScenarioEvent {
  fileprivate var json: JSONValue {
    var json: JSONObject = ["event": .string(event.name)]
    for clause in event.form.clauses {
      for member in clause.members(event.described.clauses) { json[member.key] = member.value }
    }
    json["line"] = .number(JSONNumber(originLine ?? line))
    if !expectations.isEmpty { json["expect"] = Expectation.json(expectations) }
    return .object(json)
  }
}

extension Expectation {
  fileprivate static func json(_ expectations: [Expectation]) -> JSONValue {
    .array(
      expectations.map { expectation in
        .string(String(expectation.text.dropFirst("expect".count).drop { $0 == " " || $0 == "\t" }))
      }
    )
  }
}

// MARK: Reading

private struct PlanReader {
  let source: SourceText
  var header: ScenarioHeader?
  var builder: ScenarioBuilder

  init(source: SourceText) {
    self.source = source
    builder = ScenarioBuilder(source: source)
  }

  mutating func read(_ bytes: [UInt8], number: Int) throws(SourceError) {
    let line = try PlanLine(bytes, number: number, source: source)
    guard header != nil else {
      header = try readHeader(line)
      return
    }
    let kinds = ["wait", "at", "event"].filter { line.object[$0] != nil }
    guard kinds.count == 1 else {
      throw source.mistake(
        "the line says not just one of 'wait', 'at' and 'event'",
        at: line.span,
        help: "write {\"wait\":\"5s\"}, {\"at\":\"once\"} or {\"event\":\"authorize\"}"
      )
    }
    switch kinds[0] {
    case "wait":
      try line.checkKeys(["wait"])
      try builder.open(try wait(line), at: line.span)
    case "at":
      try line.checkKeys(["at", "expect"])
      try readAt(line)
    default:
      try line.checkKeys(["event"] + Clause.all.flatMap(\.keys) + ["line", "expect"])
      try readEvent(line)
    }
  }

  func finish() throws(SourceError) -> Scenario {
    guard let header else {
      throw SourceError(
        problem: "the plan is empty",
        file: source.file,
        help: "its first line is {\"scenario\":\"NAME\",\"title\":\"…\"}"
      )
    }
    return try builder.finish(header, span: Span(line: 1, column: 1, length: 1))
  }

  // MARK: Kinds of lines

  private func readHeader(_ line: PlanLine) throws(SourceError) -> ScenarioHeader {
    guard line.object["scenario"] != nil else {
      throw source.mistake(
        "the first line of a plan names its scenario",
        at: line.span,
        help: "write {\"scenario\":\"NAME\",\"title\":\"…\"} above it"
      )
    }
    try line.checkKeys(["scenario", "title", "covers", "tags", "level", "needs", "seed"])
    let name = try line.string("scenario")
    // The name becomes a file's name when the run is recorded.
    guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0") else {
      throw source.mistake("'\(name)' is not a scenario's name", at: line.place("scenario"))
    }
    var header = ScenarioHeader(name: name)
    header.title = line.object["title"] == nil ? name : try line.string("title")
    for (key, headerName) in [("covers", "Covers:"), ("tags", "Tags:"), ("needs", "Needs:")] {
      var words: [Word] = []
      for (text, span) in try line.strings(key) {
        // A need may take several words; a tag is one, whatever it holds.
        words +=
          key == "needs"
          ? try ScenarioLine.words(of: text, at: span, source: source)
          : [Word(text: text, span: span)]
      }
      guard !words.isEmpty else { continue }
      try header.read(
        Word(text: headerName, span: line.place(key)),
        words,
        source: source
      )
    }
    if line.object["level"] != nil {
      let word = Word(text: try line.string("level"), span: line.place("level"))
      try header.read(Word(text: "Level:", span: word.span), [word], source: source)
    }
    if let seed = line.object["seed"] {
      guard case .number(let number) = seed, let value = UInt64(number.text) else {
        throw source.mistake(
          "the seed is not a whole number",
          at: line.place("seed"),
          help: "write a number from 0 to \(UInt64.max)"
        )
      }
      header.seed = value
    }
    return header
  }

  private func wait(_ line: PlanLine) throws(SourceError) -> Scenario.Start {
    let text = try line.string("wait")
    if text == "access-token-expiry" { return .afterAccessTokenExpires }
    let words = text.split(separator: " ").map(String.init)
    guard words != ["access", "token", "expires"], let start = Scenario.Start(afterWords: words)
    else {
      throw source.mistake(
        "'\(text)' is not a wait",
        at: line.place("wait"),
        help: Suggestion.help(
          for: text,
          among: ["access-token-expiry"],
          otherwise: "write 5s, 3 lifetimes or access-token-expiry"
        )
      )
    }
    return start
  }

  private mutating func readAt(_ line: PlanLine) throws(SourceError) {
    let text = try line.string("at")
    if text == "end" {
      try builder.openEnd(at: line.span)
      try readExpectations(line)
      return
    }
    try line.checkKeys(["at"])
    if text == "once" {
      try builder.open(.atOnce, at: line.span)
    } else if let time = DurationText.parse(text) {
      try builder.open(.at(time), at: line.span)
    } else {
      throw source.mistake(
        "'\(text)' is not a time",
        at: line.place("at"),
        help: "write 70s, once or end"
      )
    }
  }

  private mutating func readEvent(_ line: PlanLine) throws(SourceError) {
    var originLine: Int?
    if let value = line.object["line"] {
      guard let number = value.integer, number > 0 else {
        throw source.mistake("the line is not a line's number", at: line.place("line"))
      }
      originLine = number
    }
    let event = try EventReader.read(try words(of: line), source: source)
    try builder.add(
      event,
      text: line.text,
      span: line.span,
      originLine: originLine
    )
    try readExpectations(line)
  }

  /// An event is put into the words of a scenario, so that there is one grammar for both.
  private func words(of line: PlanLine) throws(SourceError) -> [Word] {
    var words: [Word] = []
    func add(_ texts: [String]) {
      words += texts.map { Word(text: $0, span: line.place("event")) }
    }
    let name = try line.string("event").split(separator: " ").map(String.init)
    guard !name.isEmpty else {
      throw source.mistake("the event has no name", at: line.place("event"))
    }
    // What an event of that name has no place for is put behind it, so that it is refused.
    var others = Clause.all
    if let form = DescribedEvents.all.map({ $0.form }).first(where: {
      $0.name == name.joined(separator: " ")
    }) {
      add(form.lead)
      for piece in form.rest {
        switch piece {
        case .words(let texts): add(texts)
        case .clause(let clause):
          let given = try clause.words(line)
          guard !given.isEmpty || clause.example == nil else {
            throw source.mistake(
              "'\(form.name)' needs \(clause.noun)",
              at: line.place("event"),
              help: "add \(Suggestion.list(clause.keys.map { "\"\($0)\"" })) to the line"
            )
          }
          words += given
          others.removeAll { $0.keys == clause.keys }
        }
      }
    } else {
      add(name)
    }
    for clause in others { words += try clause.words(line) }
    return words
  }

  private mutating func readExpectations(_ line: PlanLine) throws(SourceError) {
    for (text, span) in try line.strings("expect") {
      let words = try ScenarioLine.words(of: text, at: span, source: source)
      try builder.expect(words[...], text: "expect " + text, span: span)
    }
  }
}
