import HTTP
import JSON
import World

/// Puts aliases in the place of secrets, wherever they occur in a recording.
package struct Redaction: Sendable {
  private let aliases: SecretAliases

  package init(aliases: SecretAliases) {
    self.aliases = aliases
  }

  /// How many secrets the app has given so far.
  var received: Int { aliases.received }

  // MARK: Learning

  /// No app sets more cookies at once, and no browser keeps more (RFC 6265 section 6.1).
  private static let mostCookies = 50

  /// Gives an alias to each secret of an exchange that has none yet, in the order in which they
  /// stand there.
  package func learn(from exchange: Exchange) {
    if let lost = exchange.lost {
      var answered = exchange
      answered.lost = nil
      answered.result = .success(lost)
      answered.document = JSONBody(lost.body)
      return learn(from: answered)
    }
    let intent = exchange.intent
    let place: SecretNames.Place = intent.party == .serviceProvider ? .resource : .authorization
    learnQuery(of: exchange.request.url.target)
    learnFields(of: exchange.request.fields)
    if exchange.request.document == nil, isForm(exchange.request.fields) {
      learnForm(String(decoding: exchange.request.body, as: UTF8.self), place)
    } else if let parts = Redaction.parts(of: exchange.request) {
      for part in parts {
        SecretNames.kind(of: part.name, in: place).map { learn(part.value, as: $0) }
      }
    } else {
      exchange.request.document.map { learn(from: $0, place) }
    }
    guard let response = exchange.response else { return }
    learnFields(of: response.fields)
    for name in ["Location", "Content-Location", "Link", "Refresh"] {
      for value in response.fields.values(name) { learnQuery(of: value) }
    }
    for field in response.fields {
      SecretNames.kind(of: field.name, in: .resource).map { learn(field.value, as: $0) }
    }
    // The browser's jar learns the cookies that it takes.
    if intent.party != .browserPages {
      for value in response.fields.values("Set-Cookie").prefix(Redaction.mostCookies) {
        cookieValue(value).map { _ = aliases.secret($0, kind: .cookie) }
      }
    }
    if intent.party == .tokenEndpoint { learnHead(of: response) }
    switch exchange.document {
    case .value(let value):
      learn(from: value, place)
      if intent.party == .tokenEndpoint { learnWhatLooksLikeTokens(in: value) }
      if Redaction.isUnread(exchange) { learnLoosely(response.body, place) }
    case .unreadable: learnLoosely(response.body, place)
    // Of a page, which nobody reads as JSON.
    case .empty:
      if intent.party == .browserPages { learn(LooseFields.secrets(inPage: response.body)) }
    }
  }

  /// Tokens that an app says in front of the body of its token response, where nobody looks for them.
  private func learnHead(of response: HTTPResponse) {
    learnLoosely(Array(response.reason.utf8), .authorization)
    for field in response.fields where !Redaction.isCookie(field.name) {
      learnLoosely(Array("\(field.name)\n\(field.value)".utf8), .authorization)
    }
    for segment in (response.fields["Location"] ?? "").split(whereSeparator: { "/?#".contains($0) })
    where Redaction.looksLikeToken(String(segment)) {
      learn(String(segment), as: .secret)
    }
  }

  private static func isCookie(_ name: String) -> Bool {
    name.lowercased() == "set-cookie"
  }

  /// Whether the body is a token response that could not be read, in which anything may be a secret.
  ///
  /// The page of something in front of the token endpoint is what it is.
  static func isUnread(_ exchange: Exchange) -> Bool {
    guard exchange.intent.party == .tokenEndpoint, let response = exchange.response else {
      return false
    }
    switch exchange.document {
    case .empty: return false
    // What a client finds a token in, or an error; any other shape may hold one anywhere.
    case .value(.object(let object)) where object["access_token"]?.string != nil: return false
    case .value(.object) where !response.isSuccess: return false
    case .value, .unreadable:
      return response.isSuccess || response.mediaType?.isHTML != true
    }
  }

  /// Each text under a name that speaks of a secret, however deep.
  private func learn(
    from value: JSONValue,
    _ place: SecretNames.Place,
    as kind: SecretAliases.Kind? = nil
  ) {
    switch value {
    case .string(let text):
      if let kind { learn(text, as: kind) }
    case .array(let elements):
      for element in elements { learn(from: element, place, as: kind) }
    case .object(let object):
      for member in object.members {
        let own = SecretNames.kind(of: member.key, in: place)
        learn(from: member.value, place, as: own ?? kind)
      }
    // A number is a text on its way to the wire; under a name that only speaks of a token it may be
    // anything.
    case .number(let number):
      if let kind, kind != .secret { learn(number.text, as: kind) }
    case .boolean, .null: break
    }
  }

  /// In an answer to a token request, whatever looks like a token, under whatever name; and tokens in
  /// a text that is itself JSON or a form.
  private func learnWhatLooksLikeTokens(in value: JSONValue) {
    switch value {
    case .string(let text):
      if Redaction.looksLikeToken(text) {
        learn(text, as: .secret)
      } else if text.contains("token") {
        learnLoosely(Array(text.utf8), .authorization)
      }
    case .array(let elements): for element in elements { learnWhatLooksLikeTokens(in: element) }
    case .object(let object):
      // A number as a text is a usual slip; any other text there is what stood beside it.
      if let text = object["expires_in"]?.string, Double(text) == nil { learn(text, as: .secret) }
      for member in object.members where !Redaction.namesOfWords.contains(member.key) {
        learnWhatLooksLikeTokens(in: member.value)
      }
    case .number, .boolean, .null: break
    }
  }

  /// Members of a token response and of an error that are no secret, whatever they hold.
  private static let namesOfWords: Set<String> = [
    "error", "error_description", "error_uri", "token_type", "scope", "message", "detail", "title",
    "type", "instance",
  ]

  /// A word of some length, of the characters of tokens, that no person would write.
  static func looksLikeToken(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.count >= 16 else { return false }
    var (hasDigit, hasCapital, hasSmall) = (false, false, false)
    for byte in bytes {
      switch byte {
      case 0x30...0x39: hasDigit = true
      case 0x41...0x5A: hasCapital = true
      case 0x61...0x7A: hasSmall = true
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
        UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
        break
      default: return false
      }
    }
    return hasDigit || hasCapital && hasSmall
  }

  /// Where a text cannot be read, what stands behind such a name is one, in whatever spelling.
  private func learnLoosely(_ body: [UInt8], _ place: SecretNames.Place) {
    learn(LooseFields.secrets(in: body, place))
  }

  private func learn(_ fields: [(value: String, kind: SecretAliases.Kind)]) {
    for field in fields {
      var value = field.value
      let readings = value.withUTF8 { text in
        let bytes = UnsafeRawBufferPointer(text)
        return EscapedText.readings(of: bytes, with: EscapedText.Marks(in: bytes))
          .map { String(decoding: $0.bytes, as: UTF8.self) }
      }
      // What it means is the secret, how it is written another text of it.
      guard let meant = readings.last, !meant.isEmpty else { continue }
      let secret = aliases.secret(meant, kind: field.kind)
      for reading in readings where !reading.isEmpty {
        aliases.secret(reading, alias: secret.alias)
      }
    }
  }

  /// The fields of a form that is sent in parts.
  static func parts(of request: HTTPRequest) -> [FormField]? {
    request.fields["Content-Type"].flatMap {
      MultipartForm.decode(request.body, contentType: $0)
    }
  }

  /// A field's value, or its alias, however short it is.
  func redactValue(_ value: String) -> String { aliases.alias(of: value) ?? redact(value) }

  private func isForm(_ fields: HTTPFields) -> Bool {
    fields["Content-Type"].map { MediaType($0).essence } == FormURLEncoding.mediaType
  }

  private func learnForm(_ text: String, _ place: SecretNames.Place) {
    for field in FormURLEncoding.decode(text) {
      SecretNames.kind(of: field.name, in: place).map { learn(field.value, as: $0) }
    }
  }

  private func learn(_ value: String, as kind: SecretAliases.Kind) {
    if !value.isEmpty { aliases.secret(value, kind: kind) }
  }

  /// - Parameter depth: How many URLs stand in one another's fields, as where a sign-in leads back.
  private func learnQuery(of url: String, depth: Int = 0) {
    for pair in Redaction.pairs(of: url) where pair.isField {
      learnForm(String(pair.text), .authorization)
      guard depth < 3 else { continue }
      for field in FormURLEncoding.decode(String(pair.text)) where field.value.contains("=") {
        learnQuery(of: field.value, depth: depth + 1)
      }
    }
  }

  private func learnFields(of fields: HTTPFields) {
    for value in fields.values("Authorization") {
      // An alias that was given before, as for an altered token, stays.
      let space = value.utf8.firstIndex(of: UInt8(ascii: " "))
      let isBearer = value[..<(space ?? value.endIndex)].lowercased() == "bearer"
      let credentials = space.map { String(value[value.utf8.index(after: $0)...]) } ?? value
      learn(credentials, as: isBearer ? .accessToken : .credentials)
    }
    for value in fields.values("Cookie") {
      for cookie in value.split(separator: ";") {
        cookieValue(String(cookie)).map { learn($0, as: .cookie) }
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
    var replacement = SecretReplacement(aliases)
    var utf8 = text
    let replaced = utf8.withUTF8 { replacement.replace(in: UnsafeRawBufferPointer($0)) }
    steps += replacement.steps
    return replaced.map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// The text with each known secret replaced, in capital or small letters: for names, which are
  /// compared without regard to case and may be written in either.
  package func redactInAnyCase(_ text: String) -> String { redactInAnyCase(text, leaving: 0) }

  /// - Parameter end: How many bytes are left out at the end at each stage, since what stands there may
  ///   be the beginning of a secret that was cut.
  private func redactInAnyCase(_ text: String, leaving end: Int) -> String {
    var utf8 = text
    for ignoresCase in [false, true] {
      var replacement = SecretReplacement(aliases, ignoringCase: ignoresCase, leaving: end)
      let replaced = utf8.withUTF8 { replacement.replace(in: UnsafeRawBufferPointer($0)) }
      utf8 = replaced.map { String(decoding: $0, as: UTF8.self) } ?? utf8
    }
    return utf8
  }

  /// How much of a text is looked at, in bytes, where its beginning is shown.
  package static let window = 1 << 14

  /// What of a text is needed to show its beginning, however large the text is: what a secret that
  /// begins in the window can reach, in each stage of either replacing.
  package func beginning(of text: String) -> String {
    let most = Redaction.window + 2 * SecretReplacement.stages * aliases.index.reach
    return text.utf8.count <= most ? text : String(decoding: text.utf8.prefix(most), as: UTF8.self)
  }

  /// A text of which that much is shown, with its secrets replaced first.
  ///
  /// - Parameter limit: How many characters (Unicode scalars).
  private func redact(_ text: String, upTo limit: Int) -> String {
    let beginning = beginning(of: text)
    if beginning.utf8.count == text.utf8.count {
      return Quotation.cut(redactInAnyCase(text), upTo: limit)
    }
    let shown = redactInAnyCase(beginning, leaving: aliases.index.reach)
    return Quotation.cut(shown + "…", upTo: limit)
  }

  /// A sentence of ours that quotes the app: the secrets in it replaced, then its quotations cut.
  ///
  /// A quotation that is a secret and nothing else goes however ordinary the word is.
  ///
  /// - Parameter limit: How much is shown of what stands between the quotations.
  package func redactQuoting(_ sentence: String, upTo limit: Int = window) -> String {
    Quotation.map(in: sentence, ownWords: { redact($0, upTo: limit) }) { text, limit in
      aliases.alias(of: text) ?? redact(text, upTo: limit)
    }
  }

  /// The name of a field of a message.
  package func redactName(_ name: String) -> String {
    Redaction.isUsual(name) ? name : redactInAnyCase(name)
  }

  /// Whether a field's name is one of those of nearly all messages, which are no secret to come.
  static func isUsual(_ name: String) -> Bool { usualNames.contains(name) }

  /// Those of nearly all messages, which are no secret.
  private static let usualNames: Set<String> = [
    "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Authorization",
    "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie",
    "Date", "ETag", "Expires", "Host", "Keep-Alive", "Last-Modified", "Location", "Pragma",
    "Retry-After", "Server", "Set-Cookie", "Transfer-Encoding", "User-Agent", "Vary",
    "WWW-Authenticate", "Upgrade-Insecure-Requests", "Origin", "Referer", "Via", "Allow",
    "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
    "Strict-Transport-Security", "Content-Language", "Accept-Ranges", "Content-Location",
  ]

  /// A URL with each field of its query or fragment replaced that is a secret, however short.
  package func redactURL(_ text: String) -> String {
    // Nothing but a path.
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
    else { return redact(text) }
    let parts = Redaction.pairs(of: text).map { pair -> String in
      guard pair.isField, let equals = pair.text.utf8.firstIndex(of: UInt8(ascii: "=")),
        let value = FormURLEncoding.decode(String(pair.text)).first?.value,
        let alias = aliases.alias(of: value)
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

  /// Form fields, each value that is a secret replaced, however short.
  package func redactForm(_ text: String) -> String {
    let fields = FormURLEncoding.decode(text).map { field in
      "\(FormURLEncoding.encode(redactInAnyCase(field.name)))="
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
    case "authorization":
      redact(redactCredentials(value))
    case "location", "content-location", "referer":
      redactURL(value)
    default: aliases.alias(of: value) ?? redact(value)
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

  /// No cookie is shown, whether it was learned or not.
  private func redactCookie(_ pair: String) -> String {
    let start = pair.firstIndex(of: "=").map { pair.index(after: $0) } ?? pair.startIndex
    let value = String(pair[start...]).trimmingSpace
    if value.isEmpty { return pair }
    return pair[..<start] + (aliases.alias(of: value) ?? SecretAliases.Kind.cookie.rawValue)
  }
}
