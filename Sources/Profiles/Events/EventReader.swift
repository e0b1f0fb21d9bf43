import JSON

/// An event, and the words of its line that name somebody or something.
struct ReadEvent {
  var event: LifecycleEvent
  var person: Word?
  var group: Word?
  /// What the group is called after the event.
  var newGroupName: Word?
  /// The people of a group.
  var members: [Word] = []
}

/// Reads the words of one event by its form.
struct EventReader {
  let words: [Word]
  let source: SourceText

  static func read(_ words: [Word], source: SourceText) throws(SourceError) -> ReadEvent {
    let reader = EventReader(words: words, source: source)
    return try reader.read()
  }

  private func read() throws(SourceError) -> ReadEvent {
    guard let first = words.first else { preconditionFailure("an event without a word") }
    let texts = words.map { $0.isQuoted ? "\"" : $0.text }
    // The longest lead; but `deactivate push` alone is about a person of that name.
    var meant: (any DescribedEvent.Type)?
    for event in DescribedEvents.all where texts.starts(with: event.form.lead) {
      if let known = meant, rank(known.form) >= rank(event.form) { continue }
      meant = event
    }
    guard let meant else { throw unknownEvent(first) }
    return try read(meant)
  }

  private func rank(_ form: EventForm) -> (Int, Int) {
    let isWhole = form.lead.count < words.count && form.startsWithPerson
    return (isWhole && words.count == 2 ? 1 : 0, form.lead.count)
  }

  private func read(_ event: any DescribedEvent.Type) throws(SourceError) -> ReadEvent {
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
    return ReadEvent(
      event: LifecycleEvent(event.init(clauses)),
      person: reader.person,
      group: reader.group,
      newGroupName: reader.newGroupName,
      members: reader.members
    )
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
