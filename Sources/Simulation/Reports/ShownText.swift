import HTTP
import JSON
import Recordings
import World

/// Makes a text that may hold the app's own words fit for a report: secrets by their aliases, what
/// steers a terminal spelled out, one line, not without end.
package struct ShownText: Sendable {
  /// An app may put its whole page into an error's description.
  private static let longest = 2000

  private let redaction: Redaction

  /// - Parameter exchanges: What else the secrets are learned from, besides the aliases given so
  ///   far.
  package init(_ aliases: SecretAliases = SecretAliases(), exchanges: [Exchange] = []) {
    redaction = Redaction(aliases: aliases)
    ShownText.learn(from: exchanges, aliases)
  }

  /// Has the secrets of exchanges known to aliases, before the exchanges are forgotten.
  package static func learn(from exchanges: [Exchange], _ aliases: SecretAliases) {
    let redaction = Redaction(aliases: aliases)
    for exchange in exchanges { redaction.learn(from: exchange) }
  }

  package func callAsFunction(_ text: String) -> String {
    cut(redaction.redactQuoting(text, upTo: ShownText.longest))
  }

  /// By scalars: of marks that are set on one letter an app may send any number.
  private func cut(_ text: String) -> String {
    let cut = text.unicodeScalars.prefix(ShownText.longest)
    return String(cut).printable() + (cut.endIndex < text.endIndex ? "…" : "")
  }

  /// What of a text is needed to show its beginning.
  func beginning(of text: String) -> String { redaction.beginning(of: text) }

  /// The beginning of a page as a line; where spaces fall together, what stood far behind comes to
  /// stand where it is shown.
  func line(_ text: String) -> String {
    redaction.redactQuoting(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The lines of a body.
  func lines(_ text: String) -> [String] {
    redaction.redactInAnyCase(text).split(separator: "\n").map { $0.printable() }
  }

  /// A field of a message.
  func field(_ name: String, _ value: String) -> String {
    cut(redaction.redactName(name) + ": " + redaction.redactField(name, value))
  }

  func callAsFunction(_ finding: Finding) -> Finding {
    var finding = finding
    finding.message = self(finding.message)
    finding.advice = self(finding.advice)
    finding.sent = finding.sent.map { self($0) }
    finding.got = finding.got.map { self($0) }
    finding.event = finding.event.map { self($0) }
    finding.consequences = finding.consequences.map { consequence in
      var consequence = consequence
      consequence.what = self(consequence.what)
      return consequence
    }
    return finding
  }
}
