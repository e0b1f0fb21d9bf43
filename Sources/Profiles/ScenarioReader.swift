import JSON

/// Reads `*.scenario` files and tells all mistakes at once.
package enum ScenarioReader {
  /// - Parameter check: What else may be wrong with it, also where some of its lines cannot be read.
  package static func read(
    path: String,
    checking check: (Scenario) -> Mistakes = { _ in Mistakes() }
  ) throws(Mistakes) -> Scenario {
    let source: SourceText
    do throws(SourceError) {
      source = try TextFile.read(path, what: "scenario")
    } catch {
      throw Mistakes([error])
    }
    return try read(source, name: ScenarioFiles.name(ofPath: path), checking: check)
  }

  /// - Parameters:
  ///   - name: The file's stem.
  ///   - check: What else may be wrong with it, also where some of its lines cannot be read.
  package static func read(
    _ source: SourceText,
    name: String,
    checking check: (Scenario) -> Mistakes = { _ in Mistakes() }
  ) throws(Mistakes) -> Scenario {
    let lines: [ArraySlice<UInt8>]
    do throws(SourceError) {
      try TextFile.checkSize(of: source, what: "scenario")
      lines = try ScenarioLine.lines(of: source)
    } catch {
      throw Mistakes([error])
    }
    var reader = LineReader(source: source, name: name)
    var mistakes = Mistakes()
    for (index, line) in lines.enumerated() where mistakes.all.count < Mistakes.mostInFile {
      let number = index + 1
      do throws(SourceError) {
        try reader.read(
          ScenarioLine.scalars(of: line, number: number, source: source),
          number: number
        )
      } catch {
        mistakes.add(error)
        reader.goOn(behind: String(decoding: line, as: UTF8.self), number: number)
      }
    }
    let scenario = mistakes.collect { () throws(SourceError) in try reader.finish() }
    let more = scenario.map(check) ?? Mistakes()
    if !more.all.isEmpty {
      mistakes.add(more)
      mistakes = mistakes.inOrderOfLines
    }
    guard let scenario, mistakes.all.isEmpty else { throw mistakes }
    return scenario
  }
}

private struct LineReader {
  let source: SourceText
  var header: ScenarioHeader
  var builder: ScenarioBuilder
  /// Where the title stands.
  var titleSpan: Span?

  init(source: SourceText, name: String) {
    self.source = source
    header = ScenarioHeader(name: name)
    builder = ScenarioBuilder(source: source)
  }

  mutating func read(_ scalars: [Unicode.Scalar], number: Int) throws(SourceError) {
    if let name = HeaderName(scalars, number: number) {
      try read(name, scalars)
      return
    }
    let line = try ScenarioLine(scalars, number: number, source: source)
    guard let first = line.words.first else { return }
    guard titleSpan != nil else {
      throw source.mistake(
        "a scenario starts with its title",
        at: first.span,
        help: "write 'Scenario: …' above this line"
      )
    }
    if first.is("at") {
      try readAt(line)
    } else if first.is("after") {
      try builder.open(try after(line), at: line.span)
    } else if first.is("expect") {
      try builder.expect(line.words.dropFirst(), text: line.text, span: line.span)
    } else {
      let event = try EventReader.read(line.words, source: source)
      try builder.add(event, text: line.text, span: line.span)
    }
  }

  /// Goes on behind a line that has a mistake, as if it had said what it was about to: what follows
  /// shall not be a mistake for its sake.
  mutating func goOn(behind line: String, number: Int) {
    titleSpan = titleSpan ?? Span(line: number, column: 1, length: 1)
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    guard let first = words.first, !first.hasSuffix(":"),
      !["at", "after", "expect"].contains(first)
    else { return }
    // `push group team …` may have named a group, `assign ada …` a person.
    builder.goOn(behindEventOf: words.dropFirst().first, orGroup: words.dropFirst(2).first)
  }

  func finish() throws(SourceError) -> Scenario {
    guard let titleSpan else {
      throw SourceError(
        problem: "the file holds no scenario",
        file: source.file,
        help: "a scenario starts with 'Scenario:' and its title"
      )
    }
    return try builder.finish(header, span: titleSpan)
  }

  // MARK: Headers

  private mutating func read(
    _ name: HeaderName,
    _ scalars: [Unicode.Scalar]
  ) throws(SourceError) {
    guard !builder.hasBody else {
      throw source.mistake(
        "headers stand above the first event",
        at: name.word.span,
        help: "move this line to the top"
      )
    }
    guard name.word.text == "Scenario:" else {
      guard titleSpan != nil || !ScenarioHeader.names.contains(name.word.text) else {
        throw source.mistake(
          "a scenario starts with its title",
          at: name.word.span,
          help: "write 'Scenario: …' above this line"
        )
      }
      try header.read(name.word, try name.words(in: scalars, source: source), source: source)
      return
    }
    guard titleSpan == nil else {
      throw source.mistake(
        "'Scenario:' stands here twice",
        at: name.word.span,
        help: "one file holds one scenario"
      )
    }
    header.title = name.text(in: scalars)
    guard !header.title.isEmpty else {
      throw source.mistake(
        "the scenario has no title",
        at: name.word.span,
        help: "write it behind 'Scenario:'"
      )
    }
    titleSpan = name.word.span
  }

  // MARK: Times

  private mutating func readAt(_ line: ScenarioLine) throws(SourceError) {
    let forms = "write 'at 70s', 'at once' or 'at end'"
    guard line.words.count > 1 else {
      throw source.mistake("'at' needs a time", at: line.span, help: forms)
    }
    let time = line.words[1]
    guard line.words.count == 2 else {
      throw source.mistake(
        "'\(line.words[2].text)' has no place after 'at \(time.text)'",
        at: line.words[2].span,
        help: forms
      )
    }
    if time.is("end") {
      try builder.openEnd(at: line.span)
    } else if time.is("once") {
      try builder.open(.atOnce, at: line.span)
    } else if let duration = DurationText.parse(time.text) {
      try builder.open(.at(duration), at: line.span)
    } else {
      throw source.mistake(
        "'\(time.text)' is not a time",
        at: time.span,
        help: Suggestion.help(for: time.text, among: ["once", "end"], otherwise: forms)
      )
    }
  }

  private func after(_ line: ScenarioLine) throws(SourceError) -> Scenario.Start {
    let words = line.words.dropFirst().map { $0.isQuoted ? "\"" : $0.text }
    if let start = Scenario.Start(afterWords: words) { return start }
    let forms = "write 'after 5s', 'after 3 lifetimes' or 'after access token expires'"
    let wrong = line.words.dropFirst().first
    throw source.mistake(
      "'\(line.text)' is not a time",
      at: wrong == nil
        ? line.span
        : Span(
          line: line.span.line,
          column: wrong?.span.column ?? 1,
          length: line.span.length - (wrong?.span.column ?? 1) + line.span.column
        ),
      help: Suggestion.nearest(to: line.text, among: ["after access token expires"])
        .map { "did you mean '\($0)'?" } ?? forms
    )
  }
}

extension Scenario.Start {
  /// What stands behind `after`: a duration, `3 lifetimes` or `access token expires`.
  init?(afterWords words: [String]) {
    if words == ["access", "token", "expires"] {
      self = .afterAccessTokenExpires
    } else if words.count == 1, let wait = DurationText.parse(words[0]) {
      self = .after(wait)
    } else if words.count == 2, words[1] == "lifetimes" || words[1] == "lifetime",
      let count = Self.lifetimes(words[0])
    {
      self = .afterLifetimes(count)
    } else {
      return nil
    }
  }

  private static func lifetimes(_ text: String) -> Double? {
    guard let first = text.first, first != ".", text.last != ".",
      text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let count = Double(text), (0.001...1000).contains(count)
    else { return nil }
    return count
  }
}
