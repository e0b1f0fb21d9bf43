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
      let answered: JSONObject
      do throws(ResourceError) {
        answered = try ResourceError.object(in: exchange.document)
      } catch {
        return [emptyAnswer(exchange, "\(error)")]
      }
      guard answered[ignoringCase: "id"] != nil || answered[ignoringCase: "userName"] != nil else {
        return [emptyAnswer(exchange, "it has neither id nor userName")]
      }
      let lost = lostAttributes(exchange, answered, record)
      let writable = lost.filter { isWritable($0) }
      let own = lost.filter { !isWritable($0) }
      let sent = record.object(exchange.request.body) ?? [:]
      return [
        observation(exchange, writable, .must), observation(exchange, own, .may),
        otherValue(exchange, sent, answered),
      ].compactMap(\.self)
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
      exchanges: [exchange.number],
      explains: .user
    )
  }

  /// Whether a client may write the attribute: RFC 7643 says so of its own (sections 4.1 and 4.3);
  /// what an app adds may be readOnly.
  private static func isWritable(_ name: String) -> Bool {
    let name = name.lowercased()
    // A part of one, such as name.givenName, is as its whole.
    return name.hasPrefix(SCIMSchema.enterpriseUser.lowercased())
      || writable.contains(String(name.prefix { $0 != "." }))
  }

  private static let writable: Set = [
    "externalid", "username", "name", "displayname", "nickname", "profileurl", "title", "usertype",
    "preferredlanguage", "locale", "timezone", "active", "emails", "phonenumbers", "ims", "photos",
    "addresses", "entitlements", "roles", "x509certificates",
  ]

  /// What every app must keep (Okta, "Build your SCIM API service") and what this one answers
  /// otherwise: RFC 7644 section 3.5.1 has the values sent replace the ones before.
  private static func otherValue(
    _ exchange: Exchange,
    _ sent: JSONObject,
    _ answered: JSONObject
  ) -> Observation? {
    var problem: String?
    for text in ["userName", "name.givenName", "name.familyName"] {
      guard problem == nil, let path = SCIMPath(text),
        let wanted = JSONValue.object(sent)[path]?.string,
        let found = JSONValue.object(answered)[path]?.string,
        wanted.canonical != found.canonical
      else { continue }
      problem = "was sent \(text) '\(wanted.prefix(80))' and answers '\(found.prefix(80))'"
    }
    let (old, new) = (sent.emails, answered.emails)
    // The one that Okta keeps; others may be the app's own.
    let primary = old.filter(\.isPrimary)
    let wanted = primary.isEmpty && old.count == 1 ? old : primary
    let missing = wanted.first { email in !new.contains { $0.value == email.value } }
    if problem == nil, !new.isEmpty, let missing {
      problem = "was sent the e-mail address '\(missing.value.prefix(80))' and answers without it"
    }
    // The same address may be there for work and for home (RFC 7643 section 2.4).
    func count(_ email: Email, in list: [Email]) -> Int {
      list.count { $0.value == email.value && $0.type == email.type }
    }
    let doubled = new.first { count($0, in: new) > max(1, count($0, in: old)) }
    if problem == nil, let doubled {
      problem = "answers with the e-mail address '\(doubled.value.prefix(80))' more than once"
    }
    return problem.map { problem in
      Observation(
        id: "SCIM.put-other-value",
        party: .serviceProvider,
        message: "the app \(problem)",
        advice: "a PUT replaces what was there: keep what it carries, and answer with it",
        source: "RFC 7644 section 3.5.1",
        exchanges: [exchange.number],
        explains: .user
      )
    }
  }

  private static func emptyAnswer(_ exchange: Exchange, _ problem: String) -> Observation {
    Observation(
      id: "SCIM.put-body",
      level: exchange.status == 204 ? .should : .must,
      party: .serviceProvider,
      message: "the app's answer to a PUT holds no user: \(problem)",
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
    return given.members.flatMap { member -> [String] in
      // meta and groups are the app's own (readOnly in RFC 7643), a password is never returned.
      if ["meta", "groups", "id", "schemas", "password"].contains(member.key.lowercased()) {
        return []
      }
      return lost(
        member.key,
        member.value,
        sent[ignoringCase: member.key],
        answered[ignoringCase: member.key]
      )
    }
  }

  /// What was the same before and in the PUT and is gone, within objects too.
  private static func lost(
    _ path: String,
    _ given: JSONValue,
    _ sent: JSONValue?,
    _ answered: JSONValue?
  ) -> [String] {
    let isKept = answered.map(isContent) ?? false
    // An extension as a whole, where all of it is gone.
    if isKept, let given = given.object, let sent = sent?.object {
      return given.members.flatMap { member in
        lost(
          "\(path).\(member.key)",
          member.value,
          sent[ignoringCase: member.key],
          answered?.object?[ignoringCase: member.key]
        )
      }
    }
    guard isContent(given), let sent, sent.isEquivalent(to: given), !isKept else { return [] }
    return [path]
  }

  /// RFC 7643 section 2.5: null, and an empty array, are as good as no attribute.
  private static func isContent(_ value: JSONValue) -> Bool {
    value != .null && value != .array([]) && value != .string("")
  }
}
