/// Lines of a file that a person wrote, for quoting them in a message.
package struct SourceText: Sendable, Equatable {
  /// The path as it was given to us; it is printed as it stands.
  package let file: String
  package let bytes: [UInt8]
  /// Where each line begins: a report quotes as many lines as a scenario has.
  private let lineStarts: [Int]

  package init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  package init(file: String, text: String) {
    self.init(file: file, bytes: Array(text.utf8))
  }

  /// The text of line `number`, counted from 1, without its line end.
  package func line(_ number: Int) -> String {
    guard lineStarts.indices.contains(number - 1) else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// Line and column of a byte, both from 1; a column counts characters (Unicode scalars).
  package func position(ofByte offset: Int) -> SourcePosition {
    let place = min(offset, bytes.count)
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= place { low = middle } else { high = middle }
    }
    let before = bytes[lineStarts[low]..<place].count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: low + 1, column: before + 1)
  }
}

/// A place in a text, both numbers from 1.
package struct SourcePosition: Sendable, Hashable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A mistake in a file that a person wrote: what is wrong, where, and what to write instead.
package struct SourceError: Error, Sendable, Equatable {
  /// One sentence, lower case, without a final stop.
  package var problem: String
  package var file: String
  /// Where it is; nil when the whole file is meant.
  package var position: SourcePosition?
  /// The line at `position`, quoted below the message.
  package var excerpt: String
  /// How many characters the carets underline, at least one.
  package var length: Int
  /// What to write instead; stands behind the carets.
  package var help: String?

  package init(
    problem: String,
    file: String,
    position: SourcePosition? = nil,
    excerpt: String = "",
    length: Int = 1,
    help: String? = nil
  ) {
    self.problem = problem
    self.file = file
    self.position = position
    self.excerpt = excerpt
    self.length = max(1, length)
    self.help = help
  }

  package init(
    _ problem: String,
    in source: SourceText,
    at position: SourcePosition,
    length: Int = 1,
    help: String? = nil
  ) {
    self.init(
      problem: problem,
      file: source.file,
      position: position,
      excerpt: source.line(position.line),
      length: length,
      help: help
    )
  }
}

extension SourceError: CustomStringConvertible {
  package var description: String {
    // A profile may come from anybody.
    let (problem, file) = (problem.printable(), file.printable())
    let help = help?.printable()
    guard let position else {
      return "\(problem)\n --> \(file)" + (help.map { "\n  = \($0)" } ?? "")
    }
    return problem + "\n"
      + Excerpt(
        file: file,
        position: position,
        line: excerpt,
        length: length,
        label: help
      ).description
  }
}

/// A quoted line of a file with carets below it, as compilers print it.
package struct Excerpt: CustomStringConvertible {
  /// Of a line that has more characters than this only what is around the place is quoted.
  private static let longestWhole = 400
  private static let around = 100

  package var file: String
  package var position: SourcePosition
  package var line: String
  package var length: Int
  package var label: String?

  package init(
    file: String,
    position: SourcePosition,
    line: String,
    length: Int,
    label: String? = nil
  ) {
    self.file = file
    self.position = position
    self.line = line
    self.length = length
    self.label = label
  }

  package var description: String {
    let number = String(position.line)
    let margin = String(repeating: " ", count: number.count)
    var (line, column) = quoted
    // Spelled out they are longer, before the place as well.
    let before = String(String.UnicodeScalarView(line.unicodeScalars.prefix(column - 1)))
    column += before.printable(keeping: ["\t"]).unicodeScalars.count - before.unicodeScalars.count
    line = line.printable(keeping: ["\t"])
    // Tabs stay tabs in the pad, so that the carets stand below what they mean.
    var pad = ""
    for scalar in line.unicodeScalars.prefix(column - 1) {
      pad.unicodeScalars.append(scalar == "\t" ? "\t" : " ")
    }
    let room = line.unicodeScalars.count - column + 1
    let carets = String(repeating: "^", count: max(1, min(length, room)))
    let labelText = label.map { " " + $0 } ?? ""
    return """
      \(margin)--> \(file.printable()):\(position.line):\(position.column)
      \(margin) |
      \(number) | \(line)
      \(margin) | \(pad)\(carets)\(labelText)
      """
  }

  /// What is quoted of the line, and the column in it.
  private var quoted: (line: String, column: Int) {
    let scalars = line.unicodeScalars
    guard scalars.count > Excerpt.longestWhole else { return (line, position.column) }
    let start = max(0, min(position.column - 1, scalars.count) - Excerpt.around)
    let rest = scalars.dropFirst(start)
    let kept = rest.prefix(Excerpt.around * 2)
    let lead = start > 0 ? "…" : ""
    let column = position.column - start + lead.count
    return (lead + String(kept) + (kept.count < rest.count ? "…" : ""), column)
  }
}
