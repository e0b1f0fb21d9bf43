import JSON

/// A stretch of a line that a mistake can point at; both numbers from 1, in characters.
package struct Span: Equatable {
  package var line: Int
  package var column: Int
  package var length: Int

  package init(line: Int, column: Int, length: Int) {
    self.line = line
    self.column = column
    self.length = length
  }
}

/// One word of a scenario's line.
package struct Word: Equatable {
  /// Without its quotes.
  package var text: String
  /// A quoted word is always a value: `"none"` clears nothing.
  var isQuoted = false
  package var span: Span

  /// Whether it is this word of the language.
  package func `is`(_ word: String) -> Bool { !isQuoted && text == word }

  /// A text as a scenario writes it: in quotes where it is not one plain word.
  static func written(_ text: String) -> String {
    let marks = "\"#[\\".unicodeScalars
    let isPlain =
      !text.isEmpty && text.unicodeScalars.allSatisfy { !$0.isSpace && !marks.contains($0) }
    guard !isPlain else { return text }
    var written = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { written.append("\\") }
      written.append(scalar)
    }
    return "\"\(String(written))\""
  }
}

extension SourceText {
  package func mistake(_ problem: String, at span: Span, help: String? = nil) -> SourceError {
    SourceError(
      problem,
      in: self,
      at: SourcePosition(line: span.line, column: span.column),
      length: span.length,
      help: help
    )
  }
}

/// A line of a scenario, cut into words.
package struct ScenarioLine {
  /// A longer line is no scenario, and quoting it would flood the terminal.
  static let maximumLength = 4096

  package let words: [Word]
  /// As written, without indentation and comment.
  package let text: String
  package let span: Span

  /// Words with a number behind them.
  private static let numbered = ["token"] + Entitlement.Kind.allCases.map(\.rawValue)

  /// Cuts one line; words are separated by spaces, `#` starts a comment but for the number of a
  /// token, a role or an entitlement: `refresh token #1`.
  package init(_ scalars: [Unicode.Scalar], number: Int, source: SourceText) throws(SourceError) {
    var words: [Word] = []
    var index = 0
    while index < scalars.count {
      if scalars[index] == "#", !Self.isNumber(scalars, at: index, after: words.last) { break }
      if scalars[index].isSpace {
        index += 1
        continue
      }
      let word = try Self.word(scalars, from: index, number: number, source: source)
      words.append(word)
      index += word.span.length
    }
    self.words = words
    let start = words.first?.span.column ?? 1
    let end = words.last.map { $0.span.column + $0.span.length } ?? start
    text = String(scalars[(start - 1)..<(end - 1)])
    span = Span(line: number, column: start, length: max(1, end - start))
  }

  private static func isNumber(_ scalars: [Unicode.Scalar], at place: Int, after word: Word?)
    -> Bool
  {
    // One space before it; a comment stands further off.
    guard let word, numbered.contains(where: word.is), word.span.column + word.span.length == place
    else {
      return false
    }
    let number = scalars[(place + 1)...].prefix { !$0.isSpace }
    return !number.isEmpty && number.allSatisfy { ("0"..."9").contains($0) }
  }

  private static func word(
    _ scalars: [Unicode.Scalar],
    from start: Int,
    number: Int,
    source: SourceText
  ) throws(SourceError) -> Word {
    if scalars[start] == "\"" {
      return try quoted(scalars, from: start, number: number, source: source)
    }
    // Only such a number begins with the mark of a comment.
    var end = scalars[start] == "#" ? start + 1 : start
    // Where nothing closes a bracket, nothing closes those behind it.
    var hasClose = true
    while end < scalars.count, !scalars[end].isSpace, scalars[end] != "#" {
      switch scalars[end] {
      case "[":
        // A SCIM path is one word, with what its filter holds: emails[type eq "work"].value
        let close = hasClose ? scalars[end...].firstIndex(of: "]") : nil
        hasClose = close != nil
        end = (close ?? end) + 1
      case "\"":
        throw source.mistake(
          "a quote stands inside a word",
          at: Span(line: number, column: end + 1, length: 1),
          help: "put the whole value in quotes; inside them write \\\" for a quote"
        )
      default:
        end += 1
      }
    }
    return Word(
      text: String(scalars[start..<end]),
      span: Span(line: number, column: start + 1, length: end - start)
    )
  }

  /// A word in double quotes; in it `\"` is a quote and `\\` a backslash.
  private static func quoted(
    _ scalars: [Unicode.Scalar],
    from start: Int,
    number: Int,
    source: SourceText
  ) throws(SourceError) -> Word {
    var content: [Unicode.Scalar] = []
    var index = start + 1
    while index < scalars.count, scalars[index] != "\"" {
      if scalars[index] == "\\", index + 1 < scalars.count,
        scalars[index + 1] == "\"" || scalars[index + 1] == "\\"
      {
        index += 1
      }
      content.append(scalars[index])
      index += 1
    }
    guard index < scalars.count else {
      throw source.mistake(
        "this quote is not closed",
        at: Span(line: number, column: start + 1, length: 1),
        help: "write \" at the end of the value"
      )
    }
    let end = index + 1
    guard end == scalars.count || scalars[end].isSpace || scalars[end] == "#" else {
      throw source.mistake(
        "text follows directly on a closing quote",
        at: Span(line: number, column: end + 1, length: 1),
        help: "put a space between two words"
      )
    }
    return Word(
      text: String(content),
      isQuoted: true,
      span: Span(line: number, column: start + 1, length: end - start)
    )
  }
}

extension ScenarioLine {
  /// Cuts a text that stands as a string in another file; all its words point at `span`.
  static func words(
    of text: String,
    at span: Span,
    source: SourceText
  ) throws(SourceError) -> [Word] {
    let inner = SourceText(file: source.file, text: text)
    do throws(SourceError) {
      let line = try ScenarioLine(Array(text.unicodeScalars), number: 1, source: inner)
      return line.words.map { Word(text: $0.text, isQuoted: $0.isQuoted, span: span) }
    } catch {
      throw source.mistake(error.problem, at: span, help: error.help)
    }
  }

  /// The lines of a file without their line ends.
  package static func lines(of source: SourceText) throws(SourceError) -> [ArraySlice<UInt8>] {
    if source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw SourceError(
        problem: "the file starts with a byte order mark",
        file: source.file,
        help: "save it as UTF-8 without one"
      )
    }
    return source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
  }

  /// A line, decoded; a mistake where it is not text.
  package static func scalars(
    of bytes: ArraySlice<UInt8>,
    number: Int,
    source: SourceText
  ) throws(SourceError) -> [Unicode.Scalar] {
    guard bytes.count <= maximumLength else {
      throw SourceError(
        problem: "the line is \(bytes.count) bytes long; at most \(maximumLength) are read",
        file: source.file,
        position: SourcePosition(line: number, column: 1),
        excerpt: String(decoding: bytes.prefix(80), as: UTF8.self) + "…"
      )
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw source.mistake(
        "the line holds bytes that are not UTF-8",
        at: Span(line: number, column: 1, length: 1)
      )
    }
    let scalars = Array(text.unicodeScalars)
    if let place = scalars.firstIndex(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F })
    {
      throw source.mistake(
        "the line holds a control character",
        at: Span(line: number, column: place + 1, length: 1)
      )
    }
    return scalars
  }
}

extension Unicode.Scalar {
  var isSpace: Bool { self == " " || self == "\t" }
}

extension String {
  init(_ scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}

/// The word that makes a line a header: letters with a colon.
package struct HeaderName {
  package let word: Word
  /// How many scalars of the line it takes, indentation included.
  let end: Int

  package init?(_ scalars: [Unicode.Scalar], number: Int) {
    guard let start = scalars.firstIndex(where: { !$0.isSpace }),
      let colon = scalars[start...].firstIndex(of: ":"), colon > start,
      scalars[start..<colon].allSatisfy({ $0.properties.isAlphabetic || $0 == "-" })
    else { return nil }
    end = colon + 1
    word = Word(
      text: String(scalars[start..<end]),
      span: Span(line: number, column: start + 1, length: end - start)
    )
  }

  /// The rest of the line as words.
  package func words(
    in scalars: [Unicode.Scalar],
    source: SourceText
  ) throws(SourceError) -> [Word] {
    // What stands before the colon's end is blanked, so that columns stay.
    var rest = scalars
    for index in 0..<end { rest[index] = " " }
    return try ScenarioLine(rest, number: word.span.line, source: source).words
  }

  /// Where the free text stands; the header itself where there is none.
  package func textSpan(in scalars: [Unicode.Scalar]) -> Span {
    guard let start = scalars.dropFirst(end).firstIndex(where: { !$0.isSpace }) else {
      return word.span
    }
    let length = text(in: scalars).unicodeScalars.count
    return Span(line: word.span.line, column: start + 1, length: max(1, length))
  }

  /// The rest of the line as free text: it ends at a comment that stands outside of quotes.
  package func text(in scalars: [Unicode.Scalar]) -> String {
    let scalars = scalars.dropFirst(end)
    var isQuoted = false
    let comment = scalars.firstIndex { scalar in
      if scalar == "\"" { isQuoted.toggle() }
      return scalar == "#" && !isQuoted
    }
    var text = scalars[..<(comment ?? scalars.endIndex)]
    while text.first?.isSpace == true { text.removeFirst() }
    while text.last?.isSpace == true { text.removeLast() }
    return String(text)
  }
}
