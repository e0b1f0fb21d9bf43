/// A media type as a Content-Type field gives it (RFC 9110 section 8.3.1).
package struct MediaType: Sendable, Equatable {
  /// `type/subtype` in lower case, without parameters.
  package var essence: String
  /// In lower case: `utf-8`, `windows-1252`.
  package var charset: String?

  package init(_ field: String) {
    let parts = field.split(separator: ";", omittingEmptySubsequences: false).map { part in
      part.drop { $0 == " " || $0 == "\t" }
    }
    essence = String(parts.first ?? "").trimmingSpace.lowercased()
    charset = parts.dropFirst().first { $0.lowercased().hasPrefix("charset=") }
      .map { String($0.dropFirst("charset=".count)).trimmingSpace.lowercased() }
      .map { text in
        let isQuoted = text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
        return isQuoted ? String(text.dropFirst().dropLast()) : text
      }
  }

  /// Whether it names JSON: `application/json`, `text/json` or a `+json` type.
  package var isJSON: Bool {
    essence == "application/json" || essence == "text/json" || essence.hasSuffix("+json")
  }

  package var isHTML: Bool {
    essence == "text/html" || essence == "application/xhtml+xml"
  }
}

extension String {
  /// The text without spaces and tabs at both ends.
  package var trimmingSpace: String {
    func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
    var rest = self[...].drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return String(rest)
  }
}
