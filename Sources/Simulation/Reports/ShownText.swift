import HTTP
import Recordings
import World

/// Makes a text that may hold the app's own words fit for a report: secrets by their aliases, what
/// steers a terminal spelled out, one line, not without end.
struct ShownText: Sendable {
  /// An app may put its whole page into an error's description.
  private static let longest = 2000

  private let redaction: Redaction

  /// - Parameter exchanges: What else the secrets are learned from, besides the aliases given so
  ///   far.
  init(_ aliases: SecretAliases = SecretAliases(), exchanges: [Exchange] = []) {
    redaction = Redaction(aliases: aliases)
    for exchange in exchanges { redaction.learn(from: exchange) }
  }

  func callAsFunction(_ text: String) -> String {
    let whole = Quotation.cut(in: redaction.redactInAnyCase(text))
    let cut = whole.prefix(ShownText.longest)
    return ShownText.printable(cut) + (cut.endIndex < whole.endIndex ? "…" : "")
  }

  /// The lines of a body.
  func lines(_ text: String) -> [String] {
    redaction.redactInAnyCase(text).split(separator: "\n").map { ShownText.printable($0) }
  }

  func callAsFunction(_ finding: Finding) -> Finding {
    var finding = finding
    finding.message = self(finding.message)
    finding.advice = self(finding.advice)
    finding.sent = finding.sent.map { self($0) }
    finding.got = finding.got.map { self($0) }
    finding.consequences = finding.consequences.map { consequence in
      var consequence = consequence
      consequence.what = self(consequence.what)
      return consequence
    }
    return finding
  }

  /// Control characters, and those that turn the direction of writing around, as `\u001B`.
  private static func printable(_ text: Substring) -> String {
    if !text.unicodeScalars.contains(where: isUnfit) { return String(text) }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isUnfit(scalar) {
        let code = String(scalar.value, radix: 16, uppercase: true)
        result.append(
          contentsOf: "\\u\(String(repeating: "0", count: 4 - code.count))\(code)"
            .unicodeScalars
        )
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // C0, DEL and C1; line and paragraph separators; bidirectional controls (Unicode, UAX 9).
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
    default: false
    }
  }
}
