import HTTP
import JSON
import World

/// Puts aliases in the place of secrets, wherever they occur in a recording.
package struct Redaction: Sendable {
  private let aliases: SecretAliases

  package init(aliases: SecretAliases) {
    self.aliases = aliases
  }

  // MARK: Learning

  /// Gives an alias to each secret of an exchange that has none yet, in the order in which they
  /// stand there.
  package func learn(from exchange: Exchange) {
    learnFields(of: exchange.request.fields)
    if exchange.request.document == nil, isForm(exchange.request.fields) {
      let fields = FormURLEncoding.decode(String(decoding: exchange.request.body, as: UTF8.self))
      for field in fields { learn(field.name, field.value) }
    } else {
      learnPassword(in: exchange.request.document?.object)
    }
    guard let response = exchange.response else { return }
    learnFields(of: response.fields)
    if let location = response.fields["Location"] {
      for pair in Redaction.pairs(of: location) where pair.isField {
        for field in FormURLEncoding.decode(String(pair.text)) { learn(field.name, field.value) }
      }
    }
    switch exchange.intent.party {
    case .tokenEndpoint:
      for member in exchange.document.object?.members ?? [] {
        member.value.string.map { learn(member.key, $0) }
      }
    case .serviceProvider: learnPassword(in: exchange.document.object)
    case .browserPages, .metadata: break
    }
  }

  private func learnPassword(in object: JSONObject?) {
    object?["password"]?.string.map { learn("password", $0) }
  }

  private func isForm(_ fields: HTTPFields) -> Bool {
    fields["Content-Type"].map { MediaType($0).essence } == FormURLEncoding.mediaType
  }

  private func learn(_ name: String, _ value: String) {
    guard !value.isEmpty, let kind = SecretAliases.Kind(rawValue: name) else { return }
    aliases.secret(value, kind: kind)
  }

  private func learnFields(of fields: HTTPFields) {
    for value in fields.values("Authorization") {
      // An alias that was given before, as for an altered token, stays.
      let space = value.utf8.firstIndex(of: UInt8(ascii: " "))
      let isBearer = value[..<(space ?? value.endIndex)].lowercased() == "bearer"
      let credentials = space.map { String(value[value.utf8.index(after: $0)...]) } ?? value
      aliases.secret(credentials, kind: isBearer ? .accessToken : .credentials)
    }
    for value in fields.values("Set-Cookie") {
      cookieValue(value).map { _ = aliases.secret($0, kind: .cookie) }
    }
    for value in fields.values("Cookie") {
      for cookie in value.split(separator: ";") {
        cookieValue(String(cookie)).map { _ = aliases.secret($0, kind: .cookie) }
      }
    }
  }

  private func cookieValue(_ cookie: String) -> String? {
    let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
    guard pair.count == 2 else { return nil }
    let value = String(pair[1]).trimmingSpace
    return value.isEmpty ? nil : value
  }

  // MARK: Replacing

  /// The text with each known secret replaced, however it is spelled there: as it stands,
  /// form-encoded, percent-encoded or escaped as in JSON.
  package func redact(_ text: String) -> String {
    var steps = 0
    return redact(text, steps: &steps)
  }

  /// - Parameter steps: Grows by the work that it was, for tests.
  func redact(_ text: String, steps: inout Int) -> String {
    var replacement = SecretReplacement(aliases.index)
    var utf8 = text
    let replaced = utf8.withUTF8 { replacement.replace(in: UnsafeRawBufferPointer($0)) }
    steps += replacement.steps
    return replaced.map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// A URL with each field of its query or fragment replaced that is a secret, however short.
  package func redactURL(_ text: String) -> String {
    // Nothing but a path.
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
    else { return redact(text) }
    let parts = Redaction.pairs(of: text).map { pair -> String in
      guard pair.isField, let equals = pair.text.utf8.firstIndex(of: UInt8(ascii: "=")),
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
    var start = url.startIndex
    var isField = false
    for place in url.utf8.indices {
      let byte = url.utf8[place]
      guard
        byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
          || (byte == UInt8(ascii: "&") && isField)
      else { continue }
      pairs.append((url[start..<place], isField))
      start = url.utf8.index(after: place)
      pairs.append((url[place..<start], false))
      isField = true
    }
    pairs.append((url[start...], isField))
    return pairs
  }

  /// The alias of a field's whole value; a cookie's ordinary word is none.
  private func alias(ofField value: String) -> String? {
    guard let alias = aliases.alias(of: value) else { return nil }
    return SecretIndex.isOrdinaryWord(value, alias: alias) ? nil : alias
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
    guard let space = value.utf8.firstIndex(of: UInt8(ascii: " ")),
      let alias = aliases.alias(of: String(value[value.utf8.index(after: space)...]))
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
