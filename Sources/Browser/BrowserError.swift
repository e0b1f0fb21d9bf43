import HTTP
import World

/// Why the admin's browser did not get to the redirect URI.
package struct BrowserError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Reason: String, Sendable {
    /// The profile or the call is at fault: a redirect URI that is no URL, no command.
    case setting
    /// No answer came.
    case noAnswer
    /// The app answered with an error status.
    case refused
    /// The answer is no page, or one that is not read.
    case unreadable
    case needsJavaScript
    /// The app did not take the user name or the password.
    case wrongLogin
    /// A page with nothing that could be filled or pressed.
    case noWayOn
    /// The same redirects again and again, or too many.
    case circle
    /// Sent to a place that is nearly, or not at all, the redirect URI.
    case wrongPlace
    /// The app gave its answer to another place than the redirect URI.
    case wrongRedirectURI
    /// The app's pages wait longer than the scenario may.
    case overBudget
    /// What the admin typed would have gone to another origin than the authorization endpoint's.
    case untrustedOrigin
    /// This program may open nothing more.
    case outOfDescriptors
    /// The login command failed.
    case command
  }

  package let reason: Reason
  /// Holds no secret and no value of a field.
  package let description: String
  /// The exchange that shows it, by its number in the scenario.
  package let exchange: Int?

  package init(_ reason: Reason, _ description: String, exchange: Int? = nil) {
    self.reason = reason
    self.description = description
    self.exchange = exchange
  }
}

/// What an app or a command said, for a message.
///
/// Secrets are replaced where the message is shown; here only what a person filled in is.
struct Redaction: Sendable {
  /// What a person gave as a value, and what stands for it.
  private var replacements: [(value: String, name: String)] = []

  init(login: BrowserLogin? = nil) {
    // A value of a few characters would be found inside ordinary words.
    let hints = login?.fields.sorted { $0.key < $1.key }.filter { $0.value.utf8.count >= 4 } ?? []
    for (name, value) in hints { replacements.append((value, "[\(name)]")) }
    replacements.sort { $0.value.utf8.count > $1.value.utf8.count }
  }

  /// The beginning of a body in one line.
  ///
  /// Spaces fall together, so that anything may come to stand where it is shown: of what is left out
  /// as too long nothing may reach there in part.
  func quote(start body: [UInt8]) -> String {
    let limit = 1 << 20
    if body.count <= limit { return quote(String(decoding: body, as: UTF8.self)) }
    let words = String(decoding: body.prefix(limit), as: UTF8.self).collapsingSpace
    return quote(String(words.dropLast(1 << 14)))
  }

  /// One line, shown up to a number of characters.
  func quote(_ text: String, upTo limit: Int = 200) -> String {
    var line = text.collapsingSpace
    for (value, name) in replacements where line.contains(value) {
      line = line.replacing(value, with: name)
    }
    return "\(Quotation(line, upTo: limit))"
  }
}

extension HTTPURL {
  /// Without the query, which may hold secrets.
  package var withoutQuery: String { origin.description + "\(Quotation(path, upTo: 200))" }
}

extension HTMLPage {
  /// What the page itself says is wrong: messages, or else headings, or else its text.
  var complaint: String? {
    let said = messages.isEmpty ? headings : messages
    let text = said.prefix(3).joined(separator: "; ")
    return text.isEmpty ? (self.text.isEmpty ? nil : self.text) : text
  }

  /// Its forms for a message: methods, actions and names, no value of a field.
  func describeForms(_ redaction: Redaction) -> String {
    guard !forms.isEmpty else { return "it has no form" }
    let shown = forms.prefix(4).map { $0.describe(redaction) }.joined(separator: "; ")
    let more = forms.count > 4 ? "; and \(forms.count - 4) more" : ""
    return forms.count == 1
      ? "its form is \(shown)" : "its \(forms.count) forms are \(shown)\(more)"
  }
}

extension HTMLForm {
  fileprivate func describe(_ redaction: Redaction) -> String {
    let target = (action ?? "").prefix { $0 != "?" && $0 != "#" }
    var text =
      method.rawValue.uppercased() + " " + (target.isEmpty ? "(same page)" : String(target))
    text = redaction.quote(text)
    let named = fields.filter { !$0.name.isEmpty }
    if named.isEmpty {
      text += fields.isEmpty ? " without fields" : " with fields that have no name"
    } else {
      let shown = named.prefix(12).map { redaction.quote($0.name, upTo: 40) + " (\($0.kind))" }
      text += " with the field\(named.count == 1 ? "" : "s") " + shown.joined(separator: ", ")
      if named.count > 12 { text += " and \(named.count - 12) more" }
    }
    let pressable = buttons.filter(\.sendsForm)
    if pressable.isEmpty {
      text += " and no button that sends it"
    } else {
      let shown = pressable.prefix(8).map { redaction.quote($0.label, upTo: 40) }
      text +=
        " and the button\(pressable.count == 1 ? "" : "s") "
        + shown.map { "\"\($0)\"" }.joined(separator: ", ")
    }
    return text
  }
}

extension HTMLForm.Button {
  /// What a person would call it.
  var label: String {
    [text, value, name, id ?? ""].first { !$0.isEmpty } ?? "(unnamed)"
  }

  /// Whether a profile's hint means it: by text, name, value or id, in whatever case.
  func answers(to hint: String) -> Bool {
    let wanted = hint.collapsingSpace.lowercased()
    return [text, name, value, id ?? ""].contains { $0.collapsingSpace.lowercased() == wanted }
  }
}
