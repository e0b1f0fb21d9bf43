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
  /// A cookie may hold an ordinary word, such as a language or a theme; a session's name is long.
  private static let shortestCookieInText = 16

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
    if let location = response.fields["Location"] {
      for pair in Redaction.pairs(of: location) where pair.isField {
        for field in FormURLEncoding.decode(String(pair.text)) { learn(field.name, field.value) }
      }
    }
    switch exchange.intent.party {
    case .tokenEndpoint: learnTokens(in: response.body)
    case .serviceProvider: learnPassword(in: response.body)
    case .browserPages: break
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

  /// The text with each known secret replaced, however it is spelled there: as it stands,
  /// form-encoded, percent-encoded or escaped as in JSON.
  package func redact(_ text: String) -> String {
    var text = text
    var secrets: [(value: [UInt8], alias: String)] = []
    // No spelling of a secret is shorter than the secret; most texts, such as a field's value, are.
    for (value, alias) in aliases.known where value.utf8.count <= text.utf8.count {
      let count = value.utf8.count
      if isCookie(alias) {
        if count >= Redaction.shortestCookieInText { secrets.append((Array(value.utf8), alias)) }
      } else if count >= Redaction.shortestInText {
        secrets.append((Array(value.utf8), alias))
      } else {
        text = text.replacingOccurrences(of: "\"\(value)\"", with: "\"\(alias)\"")
      }
    }
    if secrets.isEmpty { return text }
    let bytes = Array(text.utf8)
    var found: [(range: Range<Int>, alias: String)] = []
    let readings = EscapedText.readings(of: bytes)
    // The longest secret first, in each spelling: it may hold a shorter one.
    for (value, alias) in secrets {
      for range in readings.flatMap({ $0.ranges(of: value) })
      where !found.contains(where: { $0.range.overlaps(range) }) {
        found.append((range, alias))
      }
    }
    var redacted: [UInt8] = []
    var end = 0
    for (range, alias) in found.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      redacted += bytes[end..<range.lowerBound]
      redacted += Array(alias.utf8)
      end = range.upperBound
    }
    return String(decoding: redacted + bytes[end...], as: UTF8.self)
  }

  /// A URL with each field of its query or fragment replaced that is a secret, however short.
  package func redactURL(_ text: String) -> String {
    let parts = Redaction.pairs(of: text).map { pair -> String in
      guard pair.isField, let equals = pair.text.firstIndex(of: "="),
        let value = FormURLEncoding.decode(String(pair.text)).first?.value,
        let alias = alias(ofField: value)
      else { return String(pair.text) }
      return String(pair.text[...equals]) + alias
    }
    return redact(parts.joined())
  }

  /// The text cut at `?`, `#` and `&`: what stands before the query, then fields and separators.
  private static func pairs(of url: String) -> [(text: Substring, isField: Bool)] {
    var pairs: [(text: Substring, isField: Bool)] = []
    var rest = url[...]
    var isField = false
    while !rest.isEmpty {
      let text = rest.prefix { isField ? !"?#&".contains($0) : !"?#".contains($0) }
      pairs.append((text, isField))
      rest = rest[text.endIndex...]
      if let separator = rest.first {
        pairs.append((rest.prefix(1), false))
        rest = rest.dropFirst()
        isField = isField || separator != "&"
      }
    }
    return pairs
  }

  private func isCookie(_ alias: String) -> Bool {
    alias.hasPrefix(SecretAliases.Kind.cookie.rawValue + "#")
  }

  /// The alias of a field's whole value; a cookie's ordinary word is none.
  private func alias(ofField value: String) -> String? {
    guard let alias = aliases.alias(of: value) else { return nil }
    return isCookie(alias) && value.utf8.count < Redaction.shortestCookieInText ? nil : alias
  }

  /// Form fields, each value that is a secret replaced, however short.
  package func redactForm(_ text: String) -> String {
    let fields = FormURLEncoding.decode(text).map { field in
      "\(FormURLEncoding.encode(field.name))="
        + (alias(ofField: field.value) ?? FormURLEncoding.encode(field.value))
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
    case "authorization":
      redact(redactCredentials(value))
    case "location", "content-location", "referer":
      redactURL(value)
    default: redact(value)
    }
  }

  /// A scheme and what follows it, or a bare value.
  private func redactCredentials(_ value: String) -> String {
    if let alias = aliases.alias(of: value) { return alias }
    guard let space = value.firstIndex(of: " "),
      let alias = aliases.alias(of: String(value[value.index(after: space)...]))
    else { return value }
    return value[...space] + alias
  }

  private func redactCookie(_ pair: String) -> String {
    guard let value = cookieValue(pair), let alias = aliases.alias(of: value),
      let equals = pair.firstIndex(of: "=")
    else { return pair }
    return pair[...equals] + alias
  }
}
