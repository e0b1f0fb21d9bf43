import HTTP
import JSON
import World

/// One exchange as an entry of a HAR (HAR 1.2, section entries), its secrets replaced.
///
/// A field that starts with an underscore is ours, as the format allows.
struct HAREntry {
  let exchange: Exchange
  let redaction: Redaction
  /// Milliseconds since 1970 at the start of the run.
  let runStart: Int64
  /// The lifecycle events in the words of the scenario.
  let events: [String]

  var json: JSONValue {
    var entry: JSONObject = [
      "pageref": .string(HAREntry.page(of: exchange.intent.event)),
      "startedDateTime": .string(
        Timestamp.text(runStart + exchange.begun.nanoseconds / 1_000_000)
      ),
      // HAR 1.2: the sum of all timings.
      "time": milliseconds(exchange.received - exchange.begun),
      "request": request,
      "response": response,
      "cache": [:],
      "timings": timings,
    ]
    entry["connection"] = exchange.timings.connection.map { .string(String($0)) }
    entry["_oktasim"] = annotations
    return .object(entry)
  }

  static func page(of event: Int?) -> String {
    event.map { "event_\($0 + 1)" } ?? "after_the_verdict"
  }

  private var annotations: JSONValue {
    let intent = exchange.intent
    var object: JSONObject = [
      "exchange": .number(JSONNumber(exchange.number)),
      "org": .string(intent.cause.org),
    ]
    object["grant"] = intent.grant.map { .number(JSONNumber($0)) }
    if let event = intent.event {
      object["event"] = events.indices.contains(event) ? .string(events[event]) : nil
      object["eventNumber"] = .number(JSONNumber(event + 1))
    }
    object["act"] = .string(intent.act.rawValue)
    object["resourceType"] = intent.resource.map { .string($0.rawValue) }
    object["subject"] = intent.subject.map { .string($0) }
    object["occasion"] = .string(intent.occasion.rawValue)
    object["attempt"] = .number(JSONNumber(intent.attempt))
    object["deviation"] = intent.deviation.map { .string($0.rawValue) }
    object["token"] = intent.token.map { .string($0) }
    object["fault"] = exchange.fault.map { .string($0) }
    // Not as serverIPAddress: the published JSON schema of HAR 1.2 refuses every value of it.
    object["serverAddress"] = exchange.timings.serverAddress.map { .string($0) }
    object["offset"] = .number(JSONNumber(text: seconds(exchange.sent)))
    return .object(object)
  }

  // MARK: Request

  private var request: JSONValue {
    let request = exchange.request
    let url = redaction.redactURL(request.url.description)
    var object: JSONObject = [
      "method": .string(request.method),
      "url": .string(url),
      "httpVersion": "HTTP/1.1",
      "cookies": .array(
        cookies(request.fields.values("Cookie").flatMap { $0.split(separator: ";") })
      ),
      "headers": headers(request.fields),
      "queryString": .array(query(url)),
    ]
    if !request.body.isEmpty || request.fields.contains("Content-Type") {
      object["postData"] = postData
    }
    object["headersSize"] = -1
    object["bodySize"] = .number(JSONNumber(request.body.count))
    return .object(object)
  }

  /// Parameters of a form, text of anything else: HAR 1.2 has the two exclude each other.
  private var postData: JSONValue {
    let type = exchange.request.fields["Content-Type"] ?? ""
    let text = String(decoding: exchange.request.body, as: UTF8.self)
    guard MediaType(type).essence == FormURLEncoding.mediaType else {
      return ["mimeType": .string(type), "text": .string(redaction.redact(text))]
    }
    let parameters = FormURLEncoding.decode(redaction.redactForm(text)).map { field -> JSONValue in
      ["name": .string(field.name), "value": .string(field.value)]
    }
    return ["mimeType": .string(type), "params": .array(parameters)]
  }

  // MARK: Response

  private var response: JSONValue {
    guard let response = exchange.response else {
      let empty: JSONObject = [
        "status": 0, "statusText": "", "httpVersion": "", "cookies": [], "headers": [],
        "content": ["size": 0, "mimeType": ""],
        "redirectURL": "", "headersSize": -1, "bodySize": -1,
      ]
      var object = empty
      object["_error"] = exchange.failure.map { .string("\($0)") }
      return .object(object)
    }
    let location = response.fields["Location"].map { redaction.redactURL($0) } ?? ""
    return [
      "status": .number(JSONNumber(response.status)),
      "statusText": .string(response.reason),
      "httpVersion": "HTTP/1.1",
      "cookies": .array(
        cookies(response.fields.values("Set-Cookie").map { $0.prefix { $0 != ";" } })
      ),
      "headers": headers(response.fields),
      "content": [
        "size": .number(JSONNumber(response.body.count)),
        "mimeType": .string(response.fields["Content-Type"] ?? ""),
        "text": .string(redaction.redact(response.text)),
      ],
      "redirectURL": .string(location),
      "headersSize": -1,
      "bodySize": .number(JSONNumber(response.packedBodyBytes ?? response.body.count)),
    ]
  }

  // MARK: Parts

  private func headers(_ fields: HTTPFields) -> JSONValue {
    .array(
      fields.map { field in
        [
          "name": .string(field.name),
          "value": .string(redaction.redactField(field.name, field.value)),
        ]
      }
    )
  }

  private func cookies(_ pairs: [Substring]) -> [JSONValue] {
    pairs.compactMap { pair in
      let redacted = redaction.redactField("Cookie", String(pair).trimmingSpace)
      guard let equals = redacted.firstIndex(of: "=") else { return nil }
      return [
        "name": .string(String(redacted[..<equals])),
        "value": .string(String(redacted[redacted.index(after: equals)...])),
      ]
    }
  }

  private func query(_ url: String) -> [JSONValue] {
    guard let mark = url.firstIndex(of: "?") else { return [] }
    return FormURLEncoding.decode(String(url[url.index(after: mark)...])).map { field in
      ["name": .string(field.name), "value": .string(field.value)]
    }
  }

  private var timings: JSONValue {
    func phase(_ duration: Duration?) -> JSONValue { duration.map(milliseconds) ?? -1 }
    let timings = exchange.timings
    // HAR counts the handshake into connect as well.
    let connect = timings.connect.map { $0 + (timings.handshake ?? .zero) }
    return [
      "blocked": -1,
      "dns": phase(timings.lookUp),
      "connect": phase(connect),
      "send": milliseconds(timings.send),
      "wait": milliseconds(timings.wait),
      "receive": milliseconds(timings.receive),
      "ssl": phase(timings.handshake),
    ]
  }

  private func milliseconds(_ duration: Duration) -> JSONValue {
    .number(JSONNumber(text: decimal(max(0, duration.nanoseconds / 1000))))
  }

  private func seconds(_ duration: Duration) -> String {
    decimal(duration.nanoseconds / 1_000_000)
  }

  /// A thousandth of `thousandths`, with three places.
  private func decimal(_ thousandths: Int64) -> String {
    "\(thousandths / 1000).\(String(thousandths % 1000 + 1000).dropFirst())"
  }
}
