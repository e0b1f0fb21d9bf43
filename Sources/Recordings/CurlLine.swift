import HTTP
import World

/// A recorded request as a line for a shell that sends it again.
///
/// A recording holds no secrets, so the line takes each from a variable: `access_token#2` from
/// `$ACCESS_TOKEN`, and two of a kind from `$COOKIE_1` and `$COOKIE_2`.
package struct CurlLine: Sendable {
  package let text: String
  /// The variables and the aliases that they stand for, in the order in which they occur.
  package let variables: [(name: String, alias: String)]

  package init(_ entry: Recording.Entry) {
    var aliases: [String] = []
    let texts = CurlLine.texts(of: entry)
    for text in texts {
      for piece in Aliases.pieces(of: text) {
        if case .alias(let alias) = piece, !aliases.contains(alias) { aliases.append(alias) }
      }
    }
    let kinds = Dictionary(grouping: aliases, by: Aliases.kind)
    var names: [String: String] = [:]
    for alias in aliases {
      let kind = Aliases.kind(of: alias)
      let number = kinds[kind]?.count == 1 ? "" : "_" + alias.dropFirst(kind.count + 1)
      names[alias] = kind.uppercased() + number
    }
    variables = aliases.map { (names[$0] ?? $0, $0) }
    text = (["curl", "-i"] + CurlLine.words(of: entry).map { $0.quoted(names) })
      .joined(separator: " ")
  }

  // MARK: The words

  /// What curl makes itself.
  private static let left: Set<String> = [
    "host", "content-length", "connection", "accept-encoding", "transfer-encoding",
  ]

  /// A word of the line: an option as it stands, or a text that has to be quoted.
  private struct Word {
    var text: String
    var isOption = false

    func quoted(_ names: [String: String]) -> String {
      if isOption { return text }
      return Aliases.pieces(of: text).map { piece in
        switch piece {
        case .alias(let alias): "\"$\(names[alias] ?? alias)\""
        case .text(let text): "'" + text.replacing("'", with: "'\\''") + "'"
        }
      }.joined()
    }
  }

  private static func words(of entry: Recording.Entry) -> [Word] {
    func option(_ name: String) -> Word { Word(text: name, isOption: true) }
    var words: [Word] = []
    // -X with GET or POST would only repeat what curl does.
    let isUsual = entry.method == (entry.body == .none ? "GET" : "POST")
    if !isUsual { words += [option("-X"), option(entry.method)] }
    if entry.fields.contains("Accept-Encoding") { words.append(option("--compressed")) }
    // With parts curl writes the type itself, for the boundary in it.
    let isInParts = if case .parts = entry.body { true } else { false }
    for field in entry.fields
    where !left.contains(field.name.lowercased())
      && !(isInParts && field.name.lowercased() == "content-type")
      // curl takes what begins with an at sign for a file.
      && field.name.first != "@"
    {
      words += [option("-H"), Word(text: "\(field.name): \(field.value)")]
    }
    switch entry.body {
    case .none, .parts: break
    case .text(let text): words += [option("--data-raw"), Word(text: text)]
    case .form(let fields):
      for field in fields {
        words += [
          option("--data-urlencode"),
          Word(text: "\(FormURLEncoding.encode(field.name))=\(field.value)"),
        ]
      }
    }
    if case .parts(let fields) = entry.body {
      for field in fields {
        words += [option("--form-string"), Word(text: "\(field.name)=\(field.value)")]
      }
    }
    // Brackets and braces are ranges to curl.
    if entry.url.contains(where: { "[]{}".contains($0) }) { words.append(option("-g")) }
    return words + [option("--url"), Word(text: entry.url)]
  }

  private static func texts(of entry: Recording.Entry) -> [String] {
    words(of: entry).filter { !$0.isOption }.map(\.text)
  }
}

/// Finds the aliases of secrets in a recorded text.
private enum Aliases {
  enum Piece {
    case text(String)
    case alias(String)
  }

  static func kind(of alias: String) -> String { String(alias.prefix { $0 != "#" }) }

  /// A text is whole in its pieces; one without an alias is one piece.
  static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    var plain = ""
    while let hash = rest.firstIndex(of: "#") {
      let digits = rest[rest.index(after: hash)...].prefix { $0.isASCII && $0.isNumber }
      // The longest name first: a code_verifier is no code.
      let kind = SecretAliases.Kind.allCases.map(\.rawValue).sorted { $0.count > $1.count }
        .first { rest[..<hash].hasSuffix($0) }
      if let kind, !digits.isEmpty {
        plain += rest[..<hash].dropLast(kind.count)
        if !plain.isEmpty { pieces.append(.text(plain)) }
        plain = ""
        pieces.append(.alias("\(kind)#\(digits)"))
      } else {
        plain += rest[...hash]
      }
      rest =
        kind != nil && !digits.isEmpty
        ? rest[digits.endIndex...] : rest[rest.index(after: hash)...]
    }
    plain += rest
    return plain.isEmpty && !pieces.isEmpty ? pieces : pieces + [.text(plain)]
  }
}
