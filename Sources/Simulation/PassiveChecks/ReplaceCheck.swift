import HTTP
import JSON
import Profiles
import SCIM

/// What a PUT leaves behind (RFC 7644 section 3.5.1).
enum ReplaceCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.authorized.flatMap { exchange -> [Observation] in
      guard let response = exchange.response, response.isSuccess,
        record.kind(of: exchange) == .replace
      else { return [] }
      guard let answered = record.object(response.body) else {
        return [emptyAnswer(exchange)]
      }
      let lost = lostAttributes(exchange, answered, record)
      let writable = lost.filter { isWritable($0) }
      let own = lost.filter { !isWritable($0) }
      return [observation(exchange, writable, .must), observation(exchange, own, .may)]
        .compactMap(\.self)
    }
  }

  private static func observation(
    _ exchange: Exchange,
    _ lost: [String],
    _ level: Scenario.Level
  ) -> Observation? {
    guard !lost.isEmpty else { return nil }
    return Observation(
      id: level == .must ? "SCIM.put-lost-attribute" : "SCIM.put-dropped-attribute",
      level: level,
      party: .serviceProvider,
      message:
        "the app had \(lost.joined(separator: ", ")) before the PUT, was sent it unchanged, "
        + "and has it no more",
      advice:
        level == .must
        ? "a PUT keeps each attribute that it carries"
        : "a PUT keeps each attribute that it carries, unless it is the app's own (readOnly)",
      source: "RFC 7644 section 3.5.1",
      exchanges: [exchange.number]
    )
  }

  /// Whether a client may write the attribute: RFC 7643 says so of its own (sections 4.1 and 4.3);
  /// what an app adds may be readOnly.
  private static func isWritable(_ name: String) -> Bool {
    let name = name.lowercased()
    return writable.contains(name) || name == SCIMSchema.enterpriseUser.lowercased()
  }

  private static let writable: Set = [
    "externalid", "username", "name", "displayname", "nickname", "profileurl", "title", "usertype",
    "preferredlanguage", "locale", "timezone", "active", "emails", "phonenumbers", "ims", "photos",
    "addresses", "entitlements", "roles", "x509certificates",
  ]

  private static func emptyAnswer(_ exchange: Exchange) -> Observation {
    Observation(
      id: "SCIM.put-body",
      level: exchange.status == 204 ? .should : .must,
      party: .serviceProvider,
      message: "the app's answer to a PUT holds no user",
      advice: "answer 200 with the user as it is now: Okta reads it",
      source: "RFC 7644 section 3.5.1; Okta, SCIM 2.0 reference",
      exchanges: [exchange.number]
    )
  }

  /// Attributes that the app itself gave, that the PUT carried unchanged, and that are gone.
  ///
  /// What the app never gave it may be unable to keep; what it computes it may change.
  private static func lostAttributes(
    _ exchange: Exchange,
    _ answered: JSONObject,
    _ record: ScenarioRecord
  ) -> [String] {
    let path = exchange.request.url.path
    let before = record.authorized.last {
      $0.number < exchange.number && $0.request.method == "GET" && $0.status == 200
        && $0.request.url.path == path
    }
    guard let given = record.object(before?.response?.body),
      let sent = record.object(exchange.request.body)
    else { return [] }
    return given.members.compactMap { member -> String? in
      let key = member.key
      // meta and groups are the app's own (readOnly in RFC 7643).
      if ["meta", "groups", "id", "schemas"].contains(key.lowercased()) { return nil }
      guard isContent(member.value), let same = sent[ignoringCase: key],
        same.isEquivalent(to: member.value)
      else { return nil }
      let kept = answered[ignoringCase: key]
      return kept.map(isContent) ?? false ? nil : key
    }
  }

  /// RFC 7643 section 2.5: null, and an empty array, are as good as no attribute.
  private static func isContent(_ value: JSONValue) -> Bool {
    value != .null && value != .array([]) && value != .string("")
  }
}
