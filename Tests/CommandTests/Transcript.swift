import Foundation

/// A file of command lines with what they print and how they exit.
///
/// ```
/// # A comment.
/// # file Profiles/a/profile.json
/// {}
/// # end
/// # link Recordings/a/b.har.part /dev/full
/// # certificates
/// # environment NAME=value
/// # app sample-app --access-token-lifetime 2s
///
/// $ NAME=value oktasim check 'Profiles/a' < input.txt
/// error: …
/// [...]
/// exit 2
/// ```
///
/// Files are put into a fresh folder, which is the current one; where they are none below
/// `Profiles`, that is the repository's. In what is expected, `…` stands for any text within a
/// line and `[...]` for any lines. From an `app` line on that app runs (`AppOfTranscript`), and
/// `{app}` stands for where it listens, `{port}` for the port alone, in files, commands and what
/// they print. With `certificates` the files of a `PrivateAuthority` are there.
struct Transcript {
  struct Step {
    var line: Int
    var text: String
    /// The app that runs beside it.
    var app: String?
    var environment: [String: String]
    var arguments: [String]
    var input: String?
    var output: [String]
    var status: Int32
  }

  struct Mistake: Error, CustomStringConvertible {
    var description: String
  }

  private(set) var files: [(path: String, text: String)] = []
  /// Symbolic links that are put beside the files.
  private(set) var links: [(path: String, target: String)] = []
  private(set) var needsCertificates = false
  private(set) var steps: [Step] = []

  init(_ text: String) throws {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    let count = lines.count
    func take(until isEnd: (String) -> Bool) throws -> (lines: [String], end: String) {
      let start = count - lines.count
      guard let end = lines.firstIndex(where: isEnd) else {
        throw Mistake(description: "line \(start): no end of what starts here")
      }
      defer { lines = lines[(end + 1)...] }
      return (Array(lines[..<end]), lines[end])
    }
    var app: String?
    var environment: [String: String] = [:]
    while let line = lines.popFirst() {
      let number = count - lines.count
      if line.hasPrefix("# file ") {
        let content = try take { $0 == "# end" }.lines
        files.append((String(line.dropFirst(7)), content.map { $0 + "\n" }.joined()))
      } else if line.hasPrefix("# link ") {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 4 else {
          throw Mistake(description: "line \(number): a link has a path and a target")
        }
        links.append((words[2], words[3]))
      } else if line.hasPrefix("# environment ") {
        for (name, value) in Self.settings(line.split(separator: " ").dropFirst(2)) {
          environment[name] = value
        }
      } else if line == "# certificates" {
        needsCertificates = true
      } else if line.hasPrefix("# app ") {
        app = String(line.dropFirst(6))
      } else if line.hasPrefix("$ ") {
        var step = try Self.step(String(line.dropFirst(2)), line: number)
        let (output, end) = try take { $0.hasPrefix("exit ") && Int32($0.dropFirst(5)) != nil }
        step.app = app
        step.environment.merge(environment) { own, _ in own }
        step.output = output
        step.status = Int32(end.dropFirst(5)) ?? 0
        steps.append(step)
      } else if !line.isEmpty, !line.hasPrefix("#") {
        throw Mistake(description: "line \(number): neither a command, a file nor a comment")
      }
    }
  }

  /// `NAME=value` each.
  private static func settings(_ words: some Sequence<Substring>) -> [(String, String)] {
    words.compactMap { word in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }

  /// The command of a line without its `$ `; what it prints and its status are still open.
  static func step(_ text: String, line: Int) throws -> Step {
    var words = words(of: text)[...]
    var environment: [String: String] = [:]
    while let word = words.first, word.contains("="), !word.hasPrefix("-") {
      for (name, value) in settings([word[...]]) { environment[name] = value }
      words.removeFirst()
    }
    guard words.popFirst() == "oktasim" else {
      throw Mistake(description: "line \(line): a command starts with oktasim")
    }
    var input: String?
    if let arrow = words.firstIndex(of: "<"), arrow + 1 < words.endIndex {
      input = words[arrow + 1]
      words.removeSubrange(arrow...(arrow + 1))
    }
    return Step(
      line: line,
      text: text,
      environment: environment,
      arguments: Array(words),
      input: input,
      output: [],
      status: 0
    )
  }

  /// As a shell parts them: by spaces that stand outside of quotes.
  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  // MARK: Comparing

  /// What differs, as a diff; nil where nothing does.
  static func difference(_ expected: [String], _ actual: [String]) -> String? {
    if matches(expected[...], actual[...]) { return nil }
    // A line that matches is shown as it came, so that only what is wrong differs.
    let known = expected.map { line in actual.first { matches(line, $0) } ?? line }
    let changes = actual.difference(from: known)
    var lines: [String] = []
    var removed = Set<Int>()
    var inserted = Set<Int>()
    for change in changes {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var old = 0
    var new = 0
    while old < known.count || new < actual.count {
      if removed.contains(old) {
        lines.append("- " + expected[old])
        old += 1
      } else if inserted.contains(new) {
        lines.append("+ " + actual[new])
        new += 1
      } else {
        lines.append("  " + actual[new])
        old += 1
        new += 1
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func matches(_ expected: ArraySlice<String>, _ actual: ArraySlice<String>) -> Bool
  {
    guard let first = expected.first else { return actual.isEmpty }
    let rest = expected.dropFirst()
    if first == "[...]" {
      return (actual.startIndex...actual.endIndex).contains { matches(rest, actual[$0...]) }
    }
    guard let line = actual.first, matches(first, line) else { return false }
    return matches(rest, actual.dropFirst())
  }

  private static func matches(_ pattern: String, _ line: String) -> Bool {
    let parts = pattern.split(separator: "…", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return pattern == line
    }
    guard line.hasPrefix(first) else { return false }
    var rest = line.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
