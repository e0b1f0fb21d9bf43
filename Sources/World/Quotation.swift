/// Words of the app within a sentence of ours, to be cut when the sentence is shown.
///
/// Its secrets are replaced first: of a secret that is cut nobody could tell any more that it is one.
/// Until then the words stand whole between two marks, which no text of anybody's holds (Unicode,
/// section 23.7, noncharacters).
package struct Quotation: Sendable, CustomStringConvertible {
  private static let start = mark(0xFDD0)
  private static let middle = mark(0xFDD1)
  private static let end = mark(0xFDD2)

  private static func mark(_ code: UInt32) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(code) else {
      preconditionFailure("a noncharacter is a scalar, which no literal may hold")
    }
    return scalar
  }

  private let text: String
  private let limit: Int

  /// - Parameter limit: How many characters of it are shown.
  package init(_ text: String, upTo limit: Int) {
    self.text = text
    self.limit = limit
  }

  package var description: String {
    var marked = String.UnicodeScalarView()
    marked.append(Quotation.start)
    marked.append(contentsOf: String(limit).unicodeScalars)
    marked.append(Quotation.middle)
    for scalar in text.unicodeScalars {
      marked.append(Quotation.isMark(scalar) ? "\u{FFFD}" : scalar)
    }
    marked.append(Quotation.end)
    return String(marked)
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    (start.value...end.value).contains(scalar.value)
  }

  /// The sentence with each of its quotations cut to what is shown of it.
  package static func cut(in sentence: String) -> String {
    guard sentence.unicodeScalars.contains(start) else { return sentence }
    var shown = ""
    var rest = sentence.unicodeScalars[...]
    while let opening = rest.firstIndex(of: start) {
      shown += String(rest[..<opening])
      rest = rest[opening...].dropFirst()
      // A mark that the limit of the sentence itself has left alone.
      guard let middle = rest.firstIndex(of: middle) else { break }
      let limit = Int(String(rest[..<middle])) ?? 0
      let words = rest[middle...].dropFirst().prefix { $0 != end }
      let text = String(words)
      shown += text.count <= limit ? text : text.prefix(limit) + "…"
      rest = rest[words.endIndex...].dropFirst()
    }
    return shown + String(rest)
  }
}
