import JSON

/// Reads the words of one event by its form.
struct EventReader {
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
    for phrase in DescribedEvents.notYet {
      let parts = phrase.split(separator: " ").map(String.init)
      // `deactivate push` alone is about a person of that name.
      let isPerson = parts == ["deactivate", "push"] && words.count == 2
      guard texts.starts(with: parts), !isPerson else { continue }
      throw source.mistake("'\(phrase)' is not supported yet", at: words.prefix(parts.count).span)
    }
    for event in DescribedEvents.all where texts.starts(with: event.form.lead) {
      return try read(event)
    }
    throw unknownEvent(first)
  }

  private func read(
    _ event: any DescribedEvent.Type
  ) throws(SourceError) -> (event: LifecycleEvent, person: Word?) {
    let form = event.form
    let help = "write '\(form.example)'"
    var reader = WordReader(words, after: form.lead.count, source: source)
    var clauses = Clauses()
    func missing(_ what: String) -> SourceError {
      source.mistake(
        "'\(reader.before)' needs \(what)",
        at: words.prefix(form.lead.count).span,
        help: help
      )
    }
    for piece in form.rest {
      switch piece {
      case .words(let expected):
        for word in expected {
          guard let next = reader.next else { throw missing("'\(word)'") }
          if !next.is(word) { try reader.end(help: help) }
          _ = reader.take()
        }
      case .clause(let clause):
        if clause.example != nil, reader.next == nil { throw missing(clause.noun) }
        try clause.read(&reader, &clauses)
      }
    }
    try reader.end()
    return (LifecycleEvent(event.init(clauses)), reader.person)
  }

  private func unknownEvent(_ first: Word) -> SourceError {
    let leads = DescribedEvents.all.map { $0.form.lead }.filter { $0.count > 1 }
    // A right beginning, such as `test credental`, is judged as a whole.
    for count in [4, 3, 2] where words.count >= count {
      let written = words.prefix(count).map(\.text).joined(separator: " ")
      let candidates = leads.filter { $0.count == count }.map { $0.joined(separator: " ") }
      if let meant = Suggestion.nearest(to: written, among: candidates) {
        return source.mistake(
          "'\(written)' is not an event",
          at: words.prefix(count).span,
          help: "did you mean '\(meant)'?"
        )
      }
    }
    let names = DescribedEvents.leads
    let begun = names.filter { $0.hasPrefix(first.text + " ") }
    let help =
      begun.isEmpty
      ? Suggestion.help(
        for: first.text,
        among: names + ["expect", "at", "after"],
        otherwise: "events are \(Suggestion.list(names))"
      ) : "write \(Suggestion.list(begun.map { "'\($0)'" }))"
    return source.mistake("'\(first.text)' is not an event", at: first.span, help: help)
  }
}
