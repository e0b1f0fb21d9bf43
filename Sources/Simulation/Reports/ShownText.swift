import HTTP
import JSON
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
    cut(redaction.redactQuoting(text))
  }

  /// By scalars: of marks that are set on one letter an app may send any number.
  private func cut(_ text: String) -> String {
    let cut = text.unicodeScalars.prefix(ShownText.longest)
    return String(cut).printable() + (cut.endIndex < text.endIndex ? "…" : "")
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
    finding.consequences = finding.consequences.map { consequence in
      var consequence = consequence
      consequence.what = self(consequence.what)
      return consequence
    }
    return finding
  }
}
