/// Words of the app within a sentence of ours, to be cut when the sentence is shown.
///
/// Its secrets are replaced first: of a secret that is cut nobody could tell any more that it is one.
/// Until then the words stand whole between two marks: noncharacters (Unicode, section 23.7) and a
/// number of this process, which nobody can guess, so that no app can write a mark of its own.
package struct Quotation: Sendable, CustomStringConvertible {
  private static let number = UInt64.random(in: .min ... .max)
  private static let start = mark(0xFDD0)
  private static let middle = mark(0xFDD1)
  private static let end = mark(0xFDD2)

  private static func mark(_ code: UInt32) -> [Unicode.Scalar] {
    guard let scalar = Unicode.Scalar(code) else {
      preconditionFailure("a noncharacter is a scalar, which no literal may hold")
    }
    return [scalar] + String(number).unicodeScalars + [scalar]
  }

  private let text: String
  private let limit: Int

  /// - Parameter limit: How many characters (Unicode scalars) of it are shown.
  package init(_ text: String, upTo limit: Int) {
    self.text = text
    self.limit = limit
  }

  package var description: String {
    var marked = String.UnicodeScalarView()
    marked.append(contentsOf: Quotation.start)
    marked.append(contentsOf: String(limit).unicodeScalars)
    marked.append(contentsOf: Quotation.middle)
    marked.append(contentsOf: text.unicodeScalars)
    marked.append(contentsOf: Quotation.end)
    return String(marked)
  }

  /// The sentence with each of its quotations cut to what is shown of it.
  package static func cut(in sentence: String) -> String {
    map(in: sentence) { text, limit in cut(text, upTo: limit) }
  }

  /// The beginning of a text, with a mark where it goes on.
  ///
  /// By scalars: of marks that are set on one letter an app may send any number.
  package static func cut(_ text: String, upTo limit: Int) -> String {
    let shown = text.unicodeScalars.prefix(limit)
    return shown.endIndex == text.unicodeScalars.endIndex ? text : String(shown) + "…"
  }

  /// The sentence with what each of its quotations quotes put otherwise.
  package static func changing(
    in sentence: String,
    _ change: (String) -> String
  ) -> String {
    map(in: sentence) { text, limit in "\(Quotation(change(text), upTo: limit))" }
  }

  /// The sentence with its quotations put otherwise.
  ///
  /// - Parameter ownWords: What becomes of what stands around them.
  package static func map(
    in sentence: String,
    ownWords: (String) -> String = { $0 },
    _ change: (_ text: String, _ limit: Int) -> String
  ) -> String {
    guard let first = start.first, sentence.unicodeScalars.contains(first) else {
      return ownWords(sentence)
    }
    var shown = ""
    var rest = sentence.unicodeScalars[...]
    while let opening = rest.firstRange(of: start) {
      shown += ownWords(String(rest[..<opening.lowerBound]))
      rest = rest[opening.upperBound...]
      // A mark that the limit of the sentence itself has left alone.
      guard let middle = rest.firstRange(of: middle) else { break }
      let limit = Int(String(rest[..<middle.lowerBound])) ?? 0
      rest = rest[middle.upperBound...]
      let end = rest.firstRange(of: end)
      let text = String(rest[..<(end?.lowerBound ?? rest.endIndex)])
      shown += change(text, limit)
      rest = rest[(end?.upperBound ?? rest.endIndex)...]
    }
    return shown + ownWords(String(rest))
  }
}
