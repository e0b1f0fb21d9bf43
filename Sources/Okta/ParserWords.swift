/// What Okta's JSON parser says of an error's body that is no JSON, as far as it is known.
///
/// Captured for `error code: 502` (lab capture, 2026-10): `Unrecognized token 'error' … line: 1, column:
/// 6`, with the middle left out there as here. Inferred, from the parser whose words these are: those
/// for what begins with another character, such as the `<` of a page.
enum ParserWords {
  /// Of a text whose first value cannot begin; nil where the trouble comes later.
  static func of(_ text: String) -> String? {
    var (line, column) = (1, 1)
    var rest = text.unicodeScalars[...]
    while let first = rest.first, first.properties.isWhitespace {
      (line, column) = first == "\n" ? (line + 1, 1) : (line, column + 1)
      rest = rest.dropFirst()
    }
    guard let first = rest.first, !"{[\"-0123456789".unicodeScalars.contains(first) else {
      return nil
    }
    let token = rest.prefix { $0.properties.isAlphabetic || $0 == "_" || $0 == "$" || isDigit($0) }
    if token.isEmpty {
      return "Unexpected character ('\(first)' (code \(first.value))) … line: \(line), column: "
        + "\(column + 1)"
    }
    let word = String(token)
    if ["true", "false", "null"].contains(word) { return nil }
    return "Unrecognized token '\(word)' … line: \(line), column: \(column + token.count)"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar)
  }
}
