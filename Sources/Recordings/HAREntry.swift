import HTTP
import JSON
import World

/// One exchange as an entry of a HAR (HAR 1.2, section entries), its secrets replaced.
///
/// A field that starts with an underscore is ours, as the format allows.
struct HAREntry {
  /// How much of pages and token exchanges is written.
  enum Extent {
    /// What is only an outline: names, shapes, lengths. What is a secret in them may be learned later.
    case outlined
    case whole
  }

  let exchange: Exchange
  let redaction: Redaction
  /// Milliseconds since 1970 at the start of the run.
  let runStart: Int64
  /// The lifecycle events in the words of the scenario.
  let events: [String]
  var extent = Extent.whole

  /// Whether it differs by its extent.
  static func hasOutline(_ exchange: Exchange) -> Bool {
    exchange.intent.party != .serviceProvider
  }

  private var isOutlined: Bool { extent == .outlined && HAREntry.hasOutline(exchange) }

  func write(to json: inout JSONWriter) {
    json.object { entry in
      entry.member("pageref", HAREntry.page(of: exchange.intent.event))
      entry.member(
        "startedDateTime",
        Timestamp.text(runStart + exchange.begun.nanoseconds / 1_000_000)
      )
      // HAR 1.2: the sum of all timings.
      entry.member("time", milliseconds(exchange.received - exchange.begun))
      entry.key("request")
      writeRequest(to: &entry)
      entry.key("response")
      writeResponse(to: &entry)
      entry.key("cache")
      entry.object { _ in }
      entry.key("timings")
      writeTimings(to: &entry)
      if let connection = exchange.timings.connection {
        entry.member("connection", String(connection))
      }
      entry.key("_oktasim")
      writeAnnotations(to: &entry)
    }
  }

  static func page(of event: Int?) -> String {
    event.map { "event_\($0 + 1)" } ?? "after_the_verdict"
  }

  private func writeAnnotations(to json: inout JSONWriter) {
    let intent = exchange.intent
    json.object { object in
      object.member("exchange", exchange.number)
      object.member("org", intent.cause.org)
      if let grant = intent.grant { object.member("grant", grant) }
      if let event = intent.event {
        if events.indices.contains(event) { object.member("event", events[event]) }
        object.member("eventNumber", event + 1)
      }
      object.member("act", intent.act.rawValue)
      if let resource = intent.resource { object.member("resourceType", resource.rawValue) }
      if let subject = intent.subject { object.member("subject", subject) }
      object.member("occasion", intent.occasion.rawValue)
      object.member("attempt", intent.attempt)
      if let deviation = intent.deviation { object.member("deviation", deviation.rawValue) }
      if let token = intent.token { object.member("token", token) }
      if let fault = exchange.fault { object.member("fault", fault) }
      // Not as serverIPAddress: the published JSON schema of HAR 1.2 refuses every value of it.
      if let address = exchange.timings.serverAddress { object.member("serverAddress", address) }
      object.member("offset", JSONNumber(text: seconds(exchange.sent)))
    }
  }

  // MARK: Request

  private func writeRequest(to json: inout JSONWriter) {
    let request = exchange.request
    let url = self.url(request.url.description)
    json.object { object in
      object.member("method", request.method)
      object.member("url", url)
      object.member("httpVersion", "HTTP/1.1")
      writeCookies(
        request.fields.values("Cookie").flatMap { $0.split(separator: ";") },
        to: &object
      )
      writeHeaders(request.fields, areOurs: true, to: &object)
      object.key("queryString")
      if let mark = url.utf8.firstIndex(of: UInt8(ascii: "?")) {
        let query = String(url[url.utf8.index(after: mark)...])
        write(FormURLEncoding.decode(query), to: &object)
      } else {
        object.array { _ in }
      }
      if !request.body.isEmpty || request.fields.contains("Content-Type") {
        object.key("postData")
        writePostData(to: &object)
      }
      object.member("headersSize", -1)
      object.member("bodySize", request.cut?.count ?? request.body.count)
    }
  }

  /// Parameters of a form, text of anything else: HAR 1.2 has the two exclude each other.
  private func writePostData(to json: inout JSONWriter) {
    let type = exchange.request.fields["Content-Type"] ?? ""
    let text = String(decoding: exchange.request.body, as: UTF8.self)
    let cut = exchange.request.cut
    json.object { object in
      object.member("mimeType", redaction.redact(type))
      if exchange.request.document == nil, MediaType(type).essence == FormURLEncoding.mediaType {
        object.key("params")
        write(FormURLEncoding.decode(redaction.redactForm(text)), to: &object)
      } else if let parts = Redaction.parts(of: exchange.request) {
        object.key("params")
        let fields = parts.map {
          FormField(redaction.redactName($0.name), redaction.redactValue($0.value))
        }
        write(fields, to: &object)
      } else {
        object.member("text", shown(redaction.redact(text), of: exchange.request.body, cut))
        if let cut { object.member("comment", HAREntry.comment(on: cut)) }
      }
    }
  }

  // MARK: Response

  private func writeResponse(to json: inout JSONWriter) {
    guard let response = exchange.response else { return writeMissingResponse(to: &json) }
    json.object { object in
      object.member("status", response.status)
      object.member("statusText", value(response.reason))
      object.member("httpVersion", "HTTP/1.1")
      writeCookies(
        response.fields.values("Set-Cookie").map { $0.prefix { $0 != ";" } },
        to: &object
      )
      writeHeaders(response.fields, areOurs: false, to: &object)
      object.key("content")
      object.object { content in
        content.member("size", response.cut?.count ?? response.body.count)
        content.member("mimeType", value(response.fields["Content-Type"] ?? ""))
        content.member("text", shown(text(of: response), of: response.body, response.cut))
        if let cut = response.cut { content.member("comment", HAREntry.comment(on: cut)) }
      }
      object.member(
        "redirectURL",
        response.fields["Location"].map(url) ?? ""
      )
      object.member("headersSize", -1)
      object.member(
        "bodySize",
        response.packedBodyBytes ?? response.cut?.count ?? response.body.count
      )
    }
  }

  private func writeMissingResponse(to json: inout JSONWriter) {
    json.object { object in
      object.member("status", 0)
      object.member("statusText", "")
      object.member("httpVersion", "")
      object.key("cookies")
      object.array { _ in }
      object.key("headers")
      object.array { _ in }
      object.key("content")
      object.object { content in
        content.member("size", 0)
        content.member("mimeType", "")
      }
      object.member("redirectURL", "")
      object.member("headersSize", -1)
      object.member("bodySize", -1)
      if let failure = exchange.failure { object.member("_error", shown("\(failure)")) }
    }
  }

  // MARK: What may hold secrets

  /// A body that cannot be read is told by its shape for good, in an outline each is.
  private func text(of response: HTTPResponse) -> String {
    isOutlined || Redaction.isUnread(exchange)
      ? TextShape.of(response.text) : redaction.redact(response.text)
  }

  /// The beginning of a body that was not kept, redacted first and cut then: what goes as well is
  /// longer than any secret that ends behind what is held.
  private func shown(_ text: String, of held: [UInt8], _ cut: CutBody?) -> String {
    guard let cut else { return text }
    let margin = cut.count > held.count ? held.count - BodyBudget.shownBytes : 0
    let end = min(BodyBudget.shownBytes, max(0, text.utf8.count - margin))
    return String(decoding: text.utf8.prefix(end), as: UTF8.self)
  }

  private static func comment(on cut: CutBody) -> String {
    "the first \(BodyBudget.shownBytes >> 10) KiB of \(cut.count) bytes; SHA-256 \(cut.digest)"
  }

  private func value(_ text: String) -> String { outlined(redaction.redact(text)) }

  private func outlined(_ text: String) -> String {
    isOutlined && !HAREntry.usualValues.contains(text) ? TextShape.of(text) : text
  }

  /// What an outline may say.
  private static let usualValues: Set<String> = [
    "application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8",
    "text/html", "text/html; charset=utf-8", "text/html;charset=UTF-8", "no-store", "no-cache",
    "chunked", "keep-alive", "close", "OK", "Found", "See Other", "Bad Request", "Unauthorized",
    "Forbidden", "Not Found",
  ]

  /// In an outline its query by its shape, and what in its path may be a secret to come.
  private func url(_ text: String) -> String {
    let redacted = redaction.redactURL(text)
    guard isOutlined else { return redacted }
    let end = redacted.utf8.firstIndex { "?#".utf8.contains($0) } ?? redacted.endIndex
    // Not the host, which stands third.
    let host = redacted.contains("://") ? 3 : 0
    let parts = redacted[..<end].split(separator: "/", omittingEmptySubsequences: false)
    let path = parts.enumerated().map { index, part in
      index >= host && Redaction.looksLikeToken(String(part))
        ? TextShape.of(String(part)) : String(part)
    }
    return path.joined(separator: "/")
      + (end < redacted.endIndex ? TextShape.of(String(redacted[end...])) : "")
  }

  private func shown(_ text: String) -> String {
    redaction.redactQuoting(text)
  }

  // MARK: Parts

  private func writeHeaders(_ fields: HTTPFields, areOurs: Bool, to json: inout JSONWriter) {
    json.key("headers")
    json.array { headers in
      for field in fields {
        let value = redaction.redactField(field.name, field.value)
        let name = redaction.redactName(field.name)
        let isShown = areOurs || !isOutlined || Redaction.isUsual(field.name)
        write(isShown ? name : TextShape.of(name), areOurs ? value : outlined(value), to: &headers)
      }
    }
  }

  private func writeCookies(_ pairs: [Substring], to json: inout JSONWriter) {
    json.key("cookies")
    json.array { cookies in
      for pair in pairs {
        let redacted = redaction.redactField("Cookie", String(pair).trimmingSpace)
        guard let equals = redacted.firstIndex(of: "=") else { continue }
        write(
          redaction.redactName(String(redacted[..<equals])),
          String(redacted[redacted.index(after: equals)...]),
          to: &cookies
        )
      }
    }
  }

  private func write(_ fields: [FormField], to json: inout JSONWriter) {
    json.array { array in
      // Decoded, a spelling of a secret may show that had a layer more.
      for field in fields {
        write(redaction.redactInAnyCase(field.name), redaction.redactValue(field.value), to: &array)
      }
    }
  }

  private func write(_ name: String, _ value: String, to json: inout JSONWriter) {
    json.object { object in
      object.member("name", name)
      object.member("value", value)
    }
  }

  private func writeTimings(to json: inout JSONWriter) {
    func phase(_ duration: Duration?) -> JSONNumber { duration.map(milliseconds) ?? JSONNumber(-1) }
    let timings = exchange.timings
    // HAR counts the handshake into connect as well.
    let connect = timings.connect.map { $0 + (timings.handshake ?? .zero) }
    json.object { object in
      object.member("blocked", -1)
      object.member("dns", phase(timings.lookUp))
      object.member("connect", phase(connect))
      object.member("send", milliseconds(timings.send))
      object.member("wait", milliseconds(timings.wait))
      object.member("receive", milliseconds(timings.receive))
      object.member("ssl", phase(timings.handshake))
    }
  }

  private func milliseconds(_ duration: Duration) -> JSONNumber {
    JSONNumber(text: decimal(max(0, duration.nanoseconds / 1000)))
  }

  private func seconds(_ duration: Duration) -> String {
    decimal(duration.nanoseconds / 1_000_000)
  }

  /// A thousandth of `thousandths`, with three places.
  private func decimal(_ thousandths: Int64) -> String {
    // Most phases of most exchanges.
    if thousandths == 0 { return "0.000" }
    return "\(thousandths / 1000).\(String(thousandths % 1000 + 1000).dropFirst())"
  }
}
