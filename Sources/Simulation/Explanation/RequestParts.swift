import HTTP
import JSON
import Profiles
import Recordings
import World

/// One part of a request, with aliases for secrets.
struct RequestPart: Sendable, Equatable {
  var place: FieldPlace
  var name: String
  var value: String

  /// In the place of a value that the app has and is not sent back.
  static let leftOut = "(left out)"
}

/// Takes requests apart, in the order in which their parts go on the wire.
struct RequestParts {
  let profile: IntegrationProfile
  let aliases: SecretAliases

  private var redaction: Redaction { Redaction(aliases: aliases) }

  func parts(of exchange: Exchange) -> [RequestPart] {
    redaction.learn(from: exchange)
    let request = exchange.request
    let url = redaction.redactURL(request.url.description)
    var parts = [RequestPart(place: .request, name: "", value: "\(request.method) \(url)")]
    parts += query(of: exchange)
    // The rest of what a browser sends is no matter of Okta's.
    if exchange.intent.party == .browserPages { return parts }
    parts += ordered(.headerOrder, request.fields.map { field in header(field) })
    if exchange.intent.party == .tokenEndpoint {
      parts += ordered(.formOrder, form(request.body))
    } else if let document = request.document {
      // The whole body's order is that of its own members.
      let names = document.object?.keys.joined(separator: ", ") ?? ""
      parts.append(RequestPart(place: .bodyOrder, name: "", value: names))
      parts += members(of: document, below: "")
    }
    return parts
  }

  /// What of a resource the app has just returned and a PUT of it does not have.
  ///
  /// - Parameter read: The exchange in which the app returned it.
  func partsLeftOut(of exchange: Exchange, after read: Exchange) -> [RequestPart] {
    guard let sent = exchange.request.document, case .value(let returned) = read.document else {
      return []
    }
    let names = members(of: sent, below: "").map(\.name)
    return members(of: returned, below: "").filter { !names.contains($0.name) }.map { part in
      RequestPart(place: part.place, name: part.name, value: RequestPart.leftOut)
    }
  }

  /// With what says their order in front.
  private func ordered(_ place: FieldPlace, _ parts: [RequestPart]) -> [RequestPart] {
    guard parts.count > 1 else { return parts }
    let order = parts.map(\.name).joined(separator: ", ")
    return [RequestPart(place: place, name: "", value: order)] + parts
  }

  private func query(of exchange: Exchange) -> [RequestPart] {
    let pairs = pairs(of: exchange.request.url)
    let configured: Int
    switch exchange.intent.party {
    case .browserPages: configured = self.pairs(ofEndpoint: authorizationEndpoint)
    case .tokenEndpoint: configured = pairs.count
    default: configured = 0
    }
    let parts = pairs.map { pair in
      RequestPart(place: .query, name: pair.name, value: hidden(pair.value))
    }
    return parts.prefix(configured).map { part in
      RequestPart(place: .configuredQuery, name: part.name, value: part.value)
    } + ordered(.queryOrder, Array(parts.dropFirst(configured)))
  }

  private var authorizationEndpoint: String {
    guard case .authorizationCode(let settings) = profile.authentication else { return "" }
    return settings.authorizationEndpoint
  }

  private func pairs(ofEndpoint text: String) -> Int {
    HTTPURL(text).map { pairs(of: $0).count } ?? 0
  }

  /// As they are written.
  private func pairs(of url: HTTPURL) -> [(name: String, value: String)] {
    (url.query ?? "").split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
  }

  private func header(_ field: HTTPFields.Field) -> RequestPart {
    // Aliases have other lengths than what they stand for; Okta's published sample has n, too.
    let value =
      field.name == "Content-Length" ? "n" : redaction.redactField(field.name, field.value)
    return RequestPart(place: .header, name: field.name, value: value)
  }

  private func form(_ body: [UInt8]) -> [RequestPart] {
    FormURLEncoding.decode(String(decoding: body, as: UTF8.self)).map { field in
      RequestPart(place: .form, name: field.name, value: hidden(field.value))
    }
  }

  private func hidden(_ value: String) -> String {
    aliases.alias(of: FormURLEncoding.decode("v=\(value)")["v"] ?? value)
      ?? aliases.alias(of: value) ?? redaction.redact(value)
  }

  /// Every value below one of the body, by its path: `emails[].value`, `urn:…:User:department`.
  private func members(of value: JSONValue, below path: String) -> [RequestPart] {
    switch value {
    case .object(let object) where !object.isEmpty:
      object.members.flatMap { member in
        let separator = path.isEmpty ? "" : path.hasPrefix("urn:") && isURN(path) ? ":" : "."
        return members(of: member.value, below: path + separator + member.key)
      }
    case .array(let elements) where !elements.isEmpty:
      elements.flatMap { members(of: $0, below: path + "[]") }
    case .array: [RequestPart(place: .body, name: path + "[]", value: "[]")]
    case .string(let text):
      [
        RequestPart(
          place: .body,
          name: path,
          value: aliases.alias(of: text) ?? redaction.redact(value.compactText)
        )
      ]
    default: [RequestPart(place: .body, name: path, value: value.compactText)]
    }
  }

  /// Whether it names a schema and nothing in it.
  private func isURN(_ path: String) -> Bool {
    [":User", ":Group", ":1.0"].contains { path.hasSuffix($0) }
  }
}
