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
  package init(jsonLines source: SourceText) throws(SourceError) {
    try TextFile.checkSize(of: source, what: "plan")
    var reader = PlanReader(source: source)
    let lines = source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() {
      let isBlank = bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if !isBlank { try reader.read(Array(bytes), number: index + 1) }
    }
    scenario = try reader.finish()
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
    if let person = event.person { json["person"] = .string(person) }
    switch event {
    case .assign(_, let changes) where !changes.isEmpty,
      .update(_, let changes) where !changes.isEmpty:
      json["attributes"] = .object(
        JSONObject(
          changes.map { change in
            JSONObject.Member(key: change.name, value: change.value.map { .string($0) } ?? .null)
          }
        )
      )
    case .skip(let duration):
      json["duration"] = .string(DurationText.format(duration))
    default:
      break
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
      try line.checkKeys(["event", "person", "attributes", "duration", "line", "expect"])
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

  /// An event is put into the words of a scenario, so that there is one grammar for both.
  private mutating func readEvent(_ line: PlanLine) throws(SourceError) {
    let nameSpan = line.place("event")
    var words = try line.string("event").split(separator: " ").map {
      Word(text: String($0), span: nameSpan)
    }
    guard !words.isEmpty else { throw source.mistake("the event has no name", at: nameSpan) }
    for key in ["person", "duration"] where line.object[key] != nil {
      words.append(Word(text: try line.string(key), span: line.place(key)))
    }
    words += try line.attributes()
    var originLine: Int?
    if let value = line.object["line"] {
      guard let number = value.integer, number > 0 else {
        throw source.mistake("the line is not a line's number", at: line.place("line"))
      }
      originLine = number
    }
    let (event, person) = try EventReader.read(words, source: source)
    try builder.add(
      event,
      person: person,
      text: line.text,
      span: line.span,
      originLine: originLine
    )
    try readExpectations(line)
  }

  private mutating func readExpectations(_ line: PlanLine) throws(SourceError) {
    for (text, span) in try line.strings("expect") {
      let words = try ScenarioLine.words(of: text, at: span, source: source)
      try builder.expect(words[...], text: "expect " + text, span: span)
    }
  }
}

/// One line of a plan with the places of what it holds.
private struct PlanLine {
  let source: SourceText
  let document: JSONDocument
  let object: JSONObject
  let text: String
  let span: Span
  /// How many characters start before each byte, and before the line's end.
  private let columns: [Int32]

  init(_ bytes: [UInt8], number: Int, source: SourceText) throws(SourceError) {
    let line = SourceText(file: source.file, bytes: bytes)
    do throws(SourceError) {
      document = try JSONReader.readDocument(line)
    } catch {
      throw Self.moved(error, to: number)
    }
    guard case .object(let object) = document.value else {
      throw Self.moved(
        document.error(
          "the line is \(document.value.kindInWords)",
          at: .root,
          help: "an object is asked for"
        ),
        to: number
      )
    }
    self.source = source
    self.object = object
    var columns: [Int32] = []
    columns.reserveCapacity(bytes.count + 1)
    var column: Int32 = 0
    for byte in bytes {
      columns.append(column)
      if byte & 0xC0 != 0x80 { column += 1 }
    }
    columns.append(column)
    self.columns = columns
    let whole = document.valueRange(at: .root) ?? 0..<0
    text = String(decoding: bytes[whole], as: UTF8.self)
    span = Self.span(of: whole, columns: columns, number: number)
  }

  func place(_ key: String) -> Span { place(JSONPointer([.key(key)])) }

  private func place(_ pointer: JSONPointer) -> Span {
    Self.span(of: document.valueRange(at: pointer), columns: columns, number: span.line)
  }

  func checkKeys(_ known: [String]) throws(SourceError) {
    for key in object.keys where !known.contains(key) && key != "comment" {
      throw Self.moved(
        document.keyError(
          "'\(key)' has no place on this line",
          at: JSONPointer([.key(key)]),
          help: Suggestion.help(
            for: key,
            among: known,
            otherwise: "keys are \(Suggestion.list(known))"
          )
        ),
        to: span.line
      )
    }
  }

  func string(_ key: String) throws(SourceError) -> String {
    guard case .string(let text) = object[key] ?? .null else {
      throw source.mistake("'\(key)' is not a string", at: place(key))
    }
    return text
  }

  /// The strings of a list with their places; none where the key is absent.
  func strings(_ key: String) throws(SourceError) -> [(text: String, span: Span)] {
    guard let value = object[key] else { return [] }
    guard case .array(let array) = value else {
      throw source.mistake("'\(key)' is not a list", at: place(key))
    }
    var strings: [(text: String, span: Span)] = []
    for (index, element) in array.enumerated() {
      let span = place(JSONPointer([.key(key), .index(index)]))
      guard case .string(let text) = element else {
        throw source.mistake("'\(key)' holds \(element.kindInWords)", at: span)
      }
      strings.append((text, span))
    }
    return strings
  }

  /// Names and values in turn; null is the word `none`.
  func attributes() throws(SourceError) -> [Word] {
    guard let value = object["attributes"] else { return [] }
    guard case .object(let attributes) = value else {
      throw source.mistake("'attributes' is not an object", at: place("attributes"))
    }
    var words: [Word] = []
    let ranges = document.memberRanges(at: JSONPointer([.key("attributes")]))
    for (member, range) in zip(attributes.members, ranges) {
      let span = Self.span(of: range.value, columns: columns, number: self.span.line)
      let key = Self.span(of: range.key, columns: columns, number: self.span.line)
      words.append(Word(text: member.key, span: key))
      switch member.value {
      case .string(let text): words.append(Word(text: text, isQuoted: true, span: span))
      case .null: words.append(Word(text: "none", span: span))
      default:
        throw source.mistake(
          "'\(member.key)' is \(member.value.kindInWords)",
          at: span,
          help: "write a string, or null to clear it"
        )
      }
    }
    return words
  }

  /// - Parameter range: nil where what is meant is not there: the line's start then.
  private static func span(of range: Range<Int>?, columns: [Int32], number: Int) -> Span {
    guard let range else { return Span(line: number, column: 1, length: 1) }
    let start = Int(columns[range.lowerBound])
    let end = Int(columns[range.upperBound])
    return Span(line: number, column: start + 1, length: max(1, end - start))
  }

  private static func moved(_ error: SourceError, to number: Int) -> SourceError {
    var error = error
    error.position?.line = number
    return error
  }
}
