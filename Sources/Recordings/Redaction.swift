import Foundation
import HTTP
import JSON
import World

/// Puts aliases in the place of secrets, wherever they occur in a recording.
package struct Redaction: Sendable {
  private let aliases: SecretAliases
  /// Shorter secrets are replaced only where a value stands alone: inside other words they would
  /// be found by accident.
  private static let shortestInText = 8

  package init(aliases: SecretAliases) {
    self.aliases = aliases
  }

  // MARK: Learning

  /// Gives an alias to each secret of an exchange that has none yet, in the order in which they
  /// stand there.
  package func learn(from exchange: Exchange) {
    learnFields(of: exchange.request.fields)
    if isForm(exchange.request.fields) {
      let fields = FormURLEncoding.decode(String(decoding: exchange.request.body, as: UTF8.self))
      for field in fields { learn(field.name, field.value) }
    } else {
      learnPassword(in: exchange.request.body)
    }
    guard let response = exchange.response else { return }
    learnFields(of: response.fields)
    if let location = response.fields["Location"], let query = location.split(separator: "?").last {
      for field in FormURLEncoding.decode(String(query)) where field.name == "code" {
        learn(field.name, field.value)
      }
    }
    switch exchange.context.purpose {
    case .codeExchange, .refresh: learnTokens(in: response.body)
    case .provisioning: learnPassword(in: response.body)
    case .authorization: break
    }
  }

  private func isForm(_ fields: HTTPFields) -> Bool {
    fields["Content-Type"].map { MediaType($0).essence } == FormURLEncoding.mediaType
  }

  private func learn(_ name: String, _ value: String) {
    guard !value.isEmpty, let kind = SecretAliases.Kind(rawValue: name) else { return }
    aliases.secret(value, kind: kind)
  }

  private func learnFields(of fields: HTTPFields) {
    for field in fields {
      switch field.name.lowercased() {
      case "authorization":
        // An alias that was given before, as for an altered token, stays.
        let words = field.value.split(separator: " ", maxSplits: 1).map(String.init)
        let isBearer = words.first?.lowercased() == "bearer"
        aliases.secret(words.last ?? field.value, kind: isBearer ? .accessToken : .credentials)
      case "set-cookie":
        cookieValue(field.value).map { _ = aliases.secret($0, kind: .cookie) }
      case "cookie":
        for cookie in field.value.split(separator: ";") {
          cookieValue(String(cookie)).map { _ = aliases.secret($0, kind: .cookie) }
        }
      default: break
      }
    }
  }

  private func cookieValue(_ cookie: String) -> String? {
    let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
    guard pair.count == 2 else { return nil }
    let value = String(pair[1]).trimmingSpace
    return value.isEmpty ? nil : value
  }

  private func learnTokens(in body: [UInt8]) {
    guard let object = (try? JSONReader.read(body))?.object else { return }
    for member in object.members {
      member.value.string.map { learn(member.key, $0) }
    }
  }

  private func learnPassword(in body: [UInt8]) {
    // A look before the parse: few bodies have one.
    guard body.count < 1 << 20, String(decoding: body, as: UTF8.self).contains("\"password\"")
    else { return }
    let object = (try? JSONReader.read(body))?.object
    object?["password"]?.string.map { learn("password", $0) }
  }

  // MARK: Replacing

  /// The text with each known secret replaced, as it stands, form-encoded and percent-encoded.
  package func redact(_ text: String) -> String {
    var text = text
    // No spelling of a secret is shorter than the secret; most texts, such as a field's value, are.
    for (value, alias) in aliases.known where value.utf8.count <= text.utf8.count {
      if value.utf8.count < Redaction.shortestInText {
        text = text.replacingOccurrences(of: "\"\(value)\"", with: "\"\(alias)\"")
        continue
      }
      var spellings = [value]
      for spelling in [FormURLEncoding.encode(value), FormURLEncoding.percentEncode(value)]
      where !spellings.contains(spelling) {
        spellings.append(spelling)
      }
      for spelling in spellings where text.contains(spelling) {
        text = text.replacingOccurrences(of: spelling, with: alias)
      }
    }
    return text
  }

  /// Form fields, each value that is a secret replaced, however short.
  package func redactForm(_ text: String) -> String {
    let fields = FormURLEncoding.decode(text).map { field in
      "\(FormURLEncoding.encode(field.name))="
        + (aliases.alias(of: field.value) ?? FormURLEncoding.encode(field.value))
    }
    return redact(fields.joined(separator: "&"))
  }

  /// The value of a field of a message.
  package func redactField(_ name: String, _ value: String) -> String {
    switch name.lowercased() {
    case "cookie":
      redact(
        value.split(separator: ";").map { redactCookie(String($0)) }.joined(separator: ";")
      )
    case "set-cookie":
      redact(
        redactCookie(String(value.prefix { $0 != ";" })) + String(value.drop { $0 != ";" })
      )
    default: redact(value)
    }
  }

  private func redactCookie(_ pair: String) -> String {
    guard let value = cookieValue(pair), let alias = aliases.alias(of: value),
      let equals = pair.firstIndex(of: "=")
    else { return pair }
    return pair[...equals] + alias
  }
}
