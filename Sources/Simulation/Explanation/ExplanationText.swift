import Profiles

/// An explanation for a terminal: a block a request, marks in a column, a legend at the end.
package struct ExplanationText {
  private static let width = 98
  /// Where names stand, and what is said of a request.
  private static let indentation = 9
  /// Where values stand.
  private static let column = 36

  private let explanation: Explanation
  private let style: TextStyle
  private var lines: [String] = []
  /// Rows that have been told, by their places in the table; each is told once.
  private var told: Set<Int> = []
  /// In the order of first sight.
  private var sources: [OktaSource] = []

  package init(_ explanation: Explanation, style: TextStyle) {
    self.explanation = explanation
    self.style = style
  }

  package var text: String {
    var page = self
    page.write()
    return page.lines.map { $0 + "\n" }.joined()
  }

  private mutating func write() {
    let profile = explanation.profile
    lines.append(
      style.bold(
        "What Okta sends to \(profile.name): family \(profile.family.rawValue), "
          + "\(profile.authentication.mode.rawValue). Nothing has been sent."
      )
    )
    write(explanation.kind)
    for event in ShownExplanation(explanation).events { write(event) }
    heading("Does it refresh?")
    write(explanation.refresh)
    heading("Never sent")
    write(explanation.neverSent)
    writeLegend()
  }

  private mutating func heading(_ text: String) {
    lines += ["", style.bold(text.printable())]
  }

  // MARK: Requests

  private mutating func write(_ shown: ShownExplanation.Event) {
    let event = shown.event
    heading(event.title + (event.circumstance.map { ": \($0)" } ?? ""))
    for (place, request) in shown.requests.enumerated() {
      if place > 0 { lines.append("") }
      write(request)
    }
    if let end = event.end { wrap(end, indentation: Self.indentation) }
  }

  private mutating func write(_ request: ShownExplanation.Request) {
    let reason = request.reason
    let line = reason.value.printable().cut(to: Self.width - Self.indentation)
    let start = "  \(reason.letter) \(String(request.number).leftPadded(to: 3))  "
    lines.append(start + style.bold(line[0]))
    lines += line.dropFirst().map { Self.indent(Self.indentation) + style.bold($0) }
    tell(reason, indentation: Self.indentation)
    for group in request.groups {
      wrap(group.title, indentation: Self.indentation)
      for (place, part) in group.parts.enumerated() {
        write(part)
        // What one row says of several is said behind the last of them.
        let next = group.parts.indices.contains(place + 1) ? group.parts[place + 1] : nil
        if next?.number != part.number { tell(part, indentation: Self.column) }
      }
    }
  }

  private mutating func write(_ part: Explanation.Part) {
    var start = "  \(part.letter)".padded(to: Self.indentation) + part.label.printable() + "  "
    var rest = part.value.printable().cut(to: Self.width - Self.column)[...]
    if start.count <= Self.column {
      start = start.padded(to: Self.column) + (rest.popFirst() ?? "")
    }
    lines.append(start.trimmingEnd)
    lines += rest.map { Self.indent(Self.column) + $0 }
  }

  /// What the table says of a part, the first time.
  private mutating func tell(_ part: Explanation.Part, indentation: Int) {
    guard let number = part.number, let record = part.record, told.insert(number).inserted else {
      return
    }
    tell(record.says, record.sources, record.settings, indentation: indentation)
  }

  // MARK: Facts

  private mutating func write(_ facts: [RecordedFact]) {
    for fact in facts {
      tell(fact.says, fact.sources, fact.settings, mark: fact.mark.letter, indentation: 5)
    }
  }

  private mutating func tell(
    _ says: String,
    _ sources: [OktaSource],
    _ settings: [String],
    mark: String? = nil,
    indentation: Int
  ) {
    for source in sources where !self.sources.contains(source) { self.sources.append(source) }
    var text = says
    if !sources.isEmpty { text += " [\(sources.map(\.rawValue).joined(separator: ", "))]" }
    if !settings.isEmpty { text += " {\(settings.joined(separator: ", "))}" }
    wrap(text, mark: mark, indentation: indentation)
  }

  private mutating func wrap(_ text: String, mark: String? = nil, indentation: Int) {
    for (place, line) in text.printable().wrapped(to: Self.width - indentation).enumerated() {
      let start = place == 0 ? mark.map { "  \($0)".padded(to: indentation) } : nil
      lines.append((start ?? Self.indent(indentation)) + style.dim(line))
    }
  }

  private static func indent(_ count: Int) -> String { String(repeating: " ", count: count) }

  // MARK: Legend

  private mutating func writeLegend() {
    heading("Legend")
    for mark in Switch.Mark.all { lines.append("  \(mark.letter)  \(mark.meaning)") }
    lines.append(
      "  {…}  the keys of the profile that change it: 'oktasim keys', 'oktasim switches'"
    )
    let width = (sources.map(\.rawValue.count).max() ?? 0) + 2
    for source in sources.sorted(by: { $0.rawValue < $1.rawValue }) {
      lines.append("  \("[\(source.rawValue)]".padded(to: width))  \(source.title)")
    }
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }

  /// In pieces of at most that many characters, parted where a URL or a list has a joint, or else
  /// anywhere; one piece at least.
  fileprivate func cut(to width: Int) -> [String] {
    var pieces: [String] = []
    var rest = self[...]
    while rest.count > width {
      let most = rest.prefix(width)
      let joint = most.indices.last { place in
        place > most.startIndex
          && ("?&".contains(most[place]) || most[most.index(before: place)] == " ")
      }
      let end = joint ?? most.endIndex
      pieces.append(String(rest[..<end]).trimmingEnd)
      rest = rest[end...]
    }
    return pieces + [String(rest)]
  }

  fileprivate func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return lines + [line]
  }
}
