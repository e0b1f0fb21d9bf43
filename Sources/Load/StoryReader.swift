import JSON
import Profiles

/// Reads `*.load` files and tells all mistakes at once.
package enum StoryReader {
  package static func read(path: String) throws(Mistakes) -> LoadStory {
    let source: SourceText
    do throws(SourceError) {
      source = try TextFile.read(path, what: "story")
    } catch {
      throw Mistakes([error])
    }
    return try read(source, name: StoryFiles.name(ofPath: path))
  }

  /// - Parameter name: The file's stem.
  package static func read(_ source: SourceText, name: String) throws(Mistakes) -> LoadStory {
    let lines: [ArraySlice<UInt8>]
    do throws(SourceError) {
      try TextFile.checkSize(of: source, what: "story")
      lines = try ScenarioLine.lines(of: source)
    } catch {
      throw Mistakes([error])
    }
    var reader = StoryLineReader(source: source, name: name)
    var mistakes = Mistakes()
    for (index, line) in lines.enumerated() where mistakes.all.count < Mistakes.mostInFile {
      let number = index + 1
      mistakes.collect { () throws(SourceError) in
        try reader.read(
          ScenarioLine.scalars(of: line, number: number, source: source),
          number: number
        )
      }
    }
    // What is missing may stand in a line that could not be read.
    if mistakes.all.isEmpty { mistakes.collect { () throws(SourceError) in try reader.finish() } }
    guard mistakes.all.isEmpty else { throw mistakes }
    return reader.story
  }
}

private struct StoryLineReader {
  let source: SourceText
  var story: LoadStory
  /// Headers that may stand once, and do.
  private var seen: Set<String> = []
  private var hasBody = false

  static let headers = [
    "Story:", "Asks:", "Needs:", "Orgs:", "Users:", "Jobs-at-once:", "Tokens:", "For:",
    "Warm-up:", "Mix:", "Sample-app:", "Fail-if:", "Answer:",
  ]
  private static let repeatable: Set<String> = [
    "Needs:", "Users:", "Sample-app:", "Fail-if:", "Answer:",
  ]
  /// Words that begin a line which no event does.
  private static let forms =
    "write 'update 20/s', 'at 1m  deactivate 100 in org 1', 'from 1m to 2m  hold token requests' or "
    + "'find limit from 10/s in 30s'"

  init(source: SourceText, name: String) {
    self.source = source
    story = LoadStory(name: name)
  }

  mutating func read(_ scalars: [Unicode.Scalar], number: Int) throws(SourceError) {
    if let name = HeaderName(scalars, number: number) {
      return try readHeader(name, scalars)
    }
    let line = try ScenarioLine(scalars, number: number, source: source)
    guard let first = line.words.first else { return }
    guard seen.contains("Story:") else {
      throw source.mistake(
        "a story starts with its title",
        at: first.span,
        help: "write 'Story: …' above this line"
      )
    }
    hasBody = true
    var words = line.words[...]
    if first.is("find") { return try readSearch(line) }
    if first.is("at") {
      words.removeFirst()
      let at = try time(&words, line, "at")
      return try readMoment(at, &words, line)
    }
    var part: Range<Duration>?
    if first.is("from") {
      words.removeFirst()
      let from = try time(&words, line, "from")
      guard words.popFirst()?.is("to") == true else {
        throw source.mistake("'from' needs 'to'", at: line.span, help: "write 'from 1m to 2m …'")
      }
      let to = try time(&words, line, "to")
      guard from < to else {
        throw source.mistake("'from … to …' has no time in it", at: line.span)
      }
      part = from..<to
      let rest = words.map(\.text).joined(separator: " ")
      if let kind = LoadStory.Outage.Kind(rawValue: rest) {
        story.outages.append(LoadStory.Outage(kind: kind, part: from..<to))
        return
      }
    }
    try readStream(part, &words, line)
  }

  mutating func finish() throws(SourceError) {
    guard seen.contains("Story:") else {
      throw SourceError(
        problem: "the file holds no story",
        file: source.file,
        help: "a story starts with 'Story:' and its title"
      )
    }
    guard !story.streams.isEmpty || !story.bursts.isEmpty || story.search != nil else {
      throw SourceError(
        problem: "nothing comes in this story",
        file: source.file,
        help: "write a line such as 'update 20/s'"
      )
    }
    if story.search != nil, !story.streams.isEmpty || !story.bursts.isEmpty {
      throw SourceError(
        problem: "'find limit' tries rates of its own: nothing else comes in such a story",
        file: source.file,
        help: "name the events in 'Mix:'"
      )
    }
    if story.search == nil, story.lastInstant > story.duration {
      throw SourceError(
        problem:
          "the story says something of \(DurationText.format(story.lastInstant)), and is over "
          + "after \(DurationText.format(story.duration))",
        file: source.file,
        help: "write 'For: \(DurationText.format(story.lastInstant))'"
      )
    }
    if let org = story.orgsInParticular.union(story.usersOfOrg.keys).max(), org >= story.orgs {
      throw SourceError(
        problem: "there is no org \(org + 1): the story has \(story.orgs)",
        file: source.file,
        help: "write 'Orgs: \(org + 1)'"
      )
    }
  }

  // MARK: Headers

  private mutating func readHeader(
    _ name: HeaderName,
    _ scalars: [Unicode.Scalar]
  ) throws(SourceError) {
    let header = name.word.text
    guard Self.headers.contains(header) else {
      throw source.mistake(
        "'\(header)' is not a header",
        at: name.word.span,
        help: Suggestion.help(
          for: header,
          among: Self.headers,
          otherwise: "headers are \(Suggestion.list(Self.headers))"
        )
      )
    }
    guard !hasBody else {
      throw source.mistake(
        "headers stand above what comes",
        at: name.word.span,
        help: "move this line to the top"
      )
    }
    guard header == "Story:" || seen.contains("Story:") else {
      throw source.mistake(
        "a story starts with its title",
        at: name.word.span,
        help: "write 'Story: …' above this line"
      )
    }
    if !seen.insert(header).inserted, !Self.repeatable.contains(header) {
      throw source.mistake("'\(header)' stands here twice", at: name.word.span)
    }
    let text = name.text(in: scalars)
    guard !text.isEmpty else {
      throw source.mistake("'\(header)' says nothing", at: name.word.span)
    }
    switch header {
    case "Story:": story.title = text
    case "Asks:": story.asks = text
    case "Answer:": try readAnswer(text, name.textSpan(in: scalars))
    case "Fail-if:":
      do throws(Threshold.Problem) {
        story.thresholds.append(try Threshold(text))
      } catch {
        let (problem, help) = error.words(text)
        throw source.mistake(problem, at: name.textSpan(in: scalars), help: help)
      }
    default:
      var words = try name.words(in: scalars, source: source)[...]
      try read(header, &words, name.word.span)
      if let more = words.first {
        throw source.mistake("'\(more.text)' has no place behind '\(header)'", at: more.span)
      }
    }
  }

  private mutating func read(
    _ header: String,
    _ words: inout ArraySlice<Word>,
    _ span: Span
  ) throws(SourceError) {
    let word = words.first?.text ?? ""
    switch header {
    case "Needs:":
      story.needs += try Need.read(Array(words), source: source)
      words = []
    case "Orgs:": story.orgs = try count(&words, span, 1...1_000_000)
    case "Jobs-at-once:": story.jobsAtOnce = try count(&words, span, 1...10_000)
    case "Users:":
      let users = try count(&words, span, 0...10_000_000)
      if let org = try org(&words) { story.usersOfOrg[org] = users } else { story.users = users }
    case "Tokens:":
      let states = LoadSettings.Tokens.allCases.map(\.rawValue)
      guard let tokens = LoadSettings.Tokens(rawValue: word) else {
        throw source.mistake(
          "'\(word)' is no state of tokens",
          at: words.first?.span ?? span,
          help: Suggestion.help(
            for: word,
            among: states,
            otherwise: "write \(Suggestion.list(states))"
          )
        )
      }
      story.tokens = tokens
      words.removeFirst()
    case "For:": story.duration = try positive(&words, span)
    case "Warm-up:": story.warmUp = try positive(&words, span)
    case "Mix:":
      do throws(EventMix.Problem) {
        story.mix = try EventMix(word)
      } catch {
        let (problem, help) = error.words
        throw source.mistake(problem, at: words.first?.span ?? span, help: help)
      }
      words.removeFirst()
    default:
      for setting in words {
        guard setting.text.contains("="), setting.text.first != "=" else {
          throw source.mistake(
            "'\(setting.text)' is no setting of the sample app",
            at: setting.span,
            help: "write users=1000 or accessTokenLifetime=30s"
          )
        }
        story.sampleApp.append(setting.text)
      }
      words = []
    }
  }

  private mutating func readAnswer(_ text: String, _ span: Span) throws(SourceError) {
    do throws(Answer.Problem) {
      story.answers.append(try Answer(text))
    } catch {
      switch error {
      case .brace:
        throw source.mistake("a brace is not closed", at: span, help: "write {refresh.p99}")
      case .measure(let problem):
        let (problem, help) = problem.words
        throw source.mistake(problem, at: span, help: help)
      }
    }
  }

  // MARK: What comes

  private mutating func readSearch(_ line: ScenarioLine) throws(SourceError) {
    let words = line.words.map(\.text)
    guard words.count == 6, words[1] == "limit", words[2] == "from", words[4] == "in",
      let rate = ArrivalRate(words[3]), let each = DurationText.parse(words[5]), each > .zero
    else {
      throw source.mistake(
        "'\(line.text)' is no search",
        at: line.span,
        help: "write 'find limit from 10/s in 30s'"
      )
    }
    guard story.search == nil else {
      throw source.mistake("'find limit' stands here twice", at: line.span)
    }
    story.search = LoadStory.Search(from: rate, each: each)
  }

  private mutating func readMoment(
    _ at: Duration,
    _ words: inout ArraySlice<Word>,
    _ line: ScenarioLine
  ) throws(SourceError) {
    if words.first?.is("hook") == true {
      words.removeFirst()
      guard let name = words.popFirst(), words.isEmpty else {
        throw source.mistake("'hook' needs a name", at: line.span, help: "write 'hook restart-app'")
      }
      story.acts.append(LoadStory.Act(at: at, hook: name.text))
      return
    }
    if words.map(\.text) == ["retry", "tasks"] {
      story.bursts.append(LoadStory.Burst(at: at, kind: .retry, count: .number(1), org: nil))
      return
    }
    let kind = try kind(&words, line)
    guard let word = words.popFirst() else {
      throw source.mistake(
        "how many is not said",
        at: line.span,
        help: "write 'at 1m  \(kind.rawValue) 100', or 'all'"
      )
    }
    let count: LoadStory.Count
    if word.is("all") {
      count = .all
    } else if let number = Int(word.text), (1...10_000_000).contains(number) {
      count = .number(number)
    } else {
      throw source.mistake(
        "'\(word.text)' is no number of events",
        at: word.span,
        help: "write a number, or 'all' for as many as there are people"
      )
    }
    let org = try org(&words)
    try end(words, line)
    story.bursts.append(LoadStory.Burst(at: at, kind: kind, count: count, org: org))
  }

  private mutating func readStream(
    _ part: Range<Duration>?,
    _ words: inout ArraySlice<Word>,
    _ line: ScenarioLine
  ) throws(SourceError) {
    var mix: EventMix?
    if words.first?.is("events") == true {
      words.removeFirst()
    } else {
      mix = EventMix([try kind(&words, line): 1])
    }
    guard let word = words.popFirst(), let rate = ArrivalRate(word.text) else {
      let wrong = words.startIndex > 0 ? line.words[words.startIndex - 1] : line.words[0]
      throw source.mistake(
        "'\(wrong.text)' is no rate",
        at: wrong.span,
        help: ArrivalRate.help
      )
    }
    var shape = "constant"
    if words.first?.is("pace") == true {
      words.removeFirst()
      guard let pace = words.popFirst(), Pace.Shape(pace.text, orgs: story.orgs) != nil else {
        throw source.mistake(
          "'pace' needs a shape",
          at: line.span,
          help: "write \(Pace.Shape.forms)"
        )
      }
      shape = pace.text
    }
    let org = try org(&words)
    try end(words, line)
    story.streams.append(
      LoadStory.Stream(mix: mix, rate: rate, shape: shape, part: part, org: org)
    )
  }

  // MARK: Words

  private func kind(
    _ words: inout ArraySlice<Word>,
    _ line: ScenarioLine
  ) throws(SourceError) -> EventMix.Kind {
    guard let word = words.popFirst() else {
      throw source.mistake("nothing comes here", at: line.span, help: Self.forms)
    }
    guard let kind = EventMix.Kind(rawValue: word.text) else {
      throw source.mistake(
        "'\(word.text)' is no kind of event",
        at: word.span,
        help: Suggestion.help(
          for: word.text,
          among: EventMix.Kind.allCases.map(\.rawValue) + ["events", "find", "from", "at"],
          otherwise: Self.forms
        )
      )
    }
    return kind
  }

  private func end(_ words: ArraySlice<Word>, _ line: ScenarioLine) throws(SourceError) {
    guard let more = words.first else { return }
    throw source.mistake("'\(more.text)' has no place here", at: more.span, help: Self.forms)
  }

  /// `in org 3`, counted from 0 then; nil where nothing is said.
  private func org(_ words: inout ArraySlice<Word>) throws(SourceError) -> Int? {
    guard words.first?.is("in") == true, let word = words.popFirst() else { return nil }
    guard words.popFirst()?.is("org") == true, let number = words.popFirst(),
      let org = Int(number.text), org > 0
    else {
      throw source.mistake("'in' needs an org", at: word.span, help: "write 'in org 1'")
    }
    return org - 1
  }

  private func time(
    _ words: inout ArraySlice<Word>,
    _ line: ScenarioLine,
    _ before: String
  ) throws(SourceError) -> Duration {
    guard let word = words.popFirst() else {
      throw source.mistake("'\(before)' needs a time", at: line.span, help: Self.forms)
    }
    guard let time = DurationText.parse(word.text) else {
      throw source.mistake("'\(word.text)' is not a time", at: word.span, help: "write 30s or 2m")
    }
    return time
  }

  private func positive(
    _ words: inout ArraySlice<Word>,
    _ span: Span
  ) throws(SourceError) -> Duration {
    let word = words.popFirst()
    guard let time = word.flatMap({ DurationText.parse($0.text) }), time > .zero else {
      throw source.mistake("this needs a time", at: word?.span ?? span, help: "write 30s or 2m")
    }
    return time
  }

  private func count(
    _ words: inout ArraySlice<Word>,
    _ span: Span,
    _ range: ClosedRange<Int>
  ) throws(SourceError) -> Int {
    let word = words.popFirst()
    guard let number = word.flatMap({ Int($0.text) }), range.contains(number) else {
      throw source.mistake(
        "this needs a whole number from \(range.lowerBound) to \(range.upperBound)",
        at: word?.span ?? span
      )
    }
    return number
  }
}

// MARK: - Problems in words

extension Threshold.Problem {
  /// What is wrong with a condition, and what to write.
  package func words(_ text: String) -> (problem: String, help: String?) {
    switch self {
    case .form:
      (
        "'\(text)' is no condition",
        "write 'refresh.p99 > 200ms', 'errors.rate > 0.1%' or 'grants.lost > 0'"
      )
    case .measure(let problem): problem.words
    case .unit(let bound, .seconds):
      ("'\(bound)' is no time", "write a number with its unit: 200ms, 2s")
    case .unit(let bound, .number): ("'\(bound)' is no number", "write 0")
    case .unit(let bound, .share): ("'\(bound)' is no share", "write 0.1%")
    }
  }
}

extension LoadMeasure.Problem {
  package var words: (problem: String, help: String?) {
    switch self {
    case .unknown(let name):
      (
        "'\(name)' is nothing that a load measures",
        Suggestion.help(
          for: name,
          among: LoadMeasure.names,
          otherwise: "write events.p99, refresh.p99, errors.rate or grants.lost"
        )
      )
    case .part(let text): ("'\(text)' is no part of a load", "write 'from 1m to 2m'")
    case .window(let name): ("'\(name)' is of the whole load", "leave out 'in any …' or 'from …'")
    }
  }
}

extension EventMix.Problem {
  package var words: (problem: String, help: String?) {
    let kinds = EventMix.Kind.allCases.map(\.rawValue)
    return switch self {
    case .unknown(let word):
      (
        "'\(word)' is no kind of event",
        Suggestion.help(
          for: word,
          among: kinds,
          otherwise: "write \(kinds.joined(separator: ", "))"
        )
      )
    case .weight(let word): ("'\(word)' has no weight", "write update=20")
    case .twice(let word): ("'\(word)' stands there twice", nil)
    case .empty: ("there is no event", "write assign=5,update=20")
    }
  }
}
