import JSON
import SCIM

/// An attribute as the model of the directory keeps it: one value of one path.
///
/// Elements of multi-valued attributes are told apart by their `type`: apps may reorder them, add
/// some of their own and leave the type out.
struct AttributeKey: Hashable, Sendable, CustomStringConvertible {
  /// In lower case: names are case insensitive (RFC 7643 section 2.1).
  var path: [String]
  /// The `type` of the element, in lower case; empty for an element without one; nil where the
  /// attribute has one value.
  var element: String?
  /// Within the element.
  var part: String?
  /// As the request writes it.
  let description: String

  static func == (left: AttributeKey, right: AttributeKey) -> Bool {
    left.path == right.path && left.element == right.element && left.part == right.part
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(element)
    hasher.combine(part)
  }

  /// The first step, in lower case.
  var name: String { path.first ?? "" }

  var isActive: Bool { path == ["active"] }

  /// What every app must keep (Okta, "Build your SCIM API service").
  var isRequired: Bool {
    switch path {
    case ["username"], ["name", "givenname"], ["name", "familyname"]: true
    case ["emails"]: part == "value"
    default: false
    }
  }

  /// Whether a client may write the attribute: RFC 7643 says so of its own (sections 4.1 and 4.3);
  /// what an app adds may be readOnly.
  var isWritable: Bool {
    [SCIMVersion.v2, .v1].contains { name.hasPrefix($0.enterpriseUserSchema.lowercased()) }
      || AttributeKey.writable.contains(name)
  }

  /// RFC 7643 section 7: compared letter for letter, ids among them; all others are caseExact false.
  var isCaseExact: Bool { ["externalid", "profileurl", "photos", "members"].contains(name) }

  private static let writable: Set = [
    "externalid", "username", "name", "displayname", "nickname", "profileurl", "title", "usertype",
    "preferredlanguage", "locale", "timezone", "active", "emails", "phonenumbers", "ims", "photos",
    "addresses", "entitlements", "roles", "x509certificates",
  ]
}

/// The values of a resource, attribute by attribute.
enum ResourceValues {
  /// What the model does not follow: the app's own (readOnly in RFC 7643) or never returned.
  private static let ignored: Set = ["schemas", "id", "meta", "groups", "password"]
  /// No resource of a person has more.
  private static let most = 512
  private static let mostElements = 4096

  /// - Parameter name: In lower case.
  static func isIgnored(_ name: String) -> Bool { ignored.contains(name) }

  /// A value by its key; nil is no value (RFC 7643 section 2.5: null, and an empty array, are as
  /// good as no attribute).
  typealias Entry = (key: AttributeKey, value: JSONValue?)

  static func entries(of resource: JSONObject) -> [Entry] {
    var entries: [Entry] = []
    for member in resource.members where !isIgnored(member.key.lowercased()) {
      collect(member.value, [member.key], &entries)
    }
    return entries
  }

  private static func collect(_ value: JSONValue, _ path: [String], _ entries: inout [Entry]) {
    guard entries.count < most else { return }
    let key = AttributeKey(
      path: path.map { $0.lowercased() },
      element: nil,
      part: nil,
      description: path.joined(separator: path[0].hasPrefix("urn:") ? ":" : ".")
    )
    switch value {
    case .object(let object) where !object.members.isEmpty && path.count < 3:
      for member in object.members { collect(member.value, path + [member.key], &entries) }
    case .array(let elements) where elements.contains { $0.object != nil }:
      for element in elements { collect(element: element, key, &entries) }
    default: entries.append((key, content(value)))
    }
  }

  private static func collect(element: JSONValue, _ key: AttributeKey, _ entries: inout [Entry]) {
    guard entries.count < most, let element = element.object else { return }
    let type = element[ignoringCase: "type"]?.string ?? ""
    for member in element.members {
      let name = member.key.lowercased()
      if ["type", "primary", "display", "$ref", "formatted"].contains(name) { continue }
      var own = AttributeKey(
        path: key.path,
        element: type.lowercased(),
        part: name,
        description: key.description + (type.isEmpty ? "" : "[\(type)]") + ".\(member.key)"
      )
      // Two of one type: both are there or not, by their values.
      if entries.contains(where: { $0.key == own }) {
        let place = entries.count { $0.key.path == own.path }
        own.element = (own.element ?? "") + "#\(place)"
      }
      entries.append((own, content(member.value)))
    }
  }

  /// RFC 7643 section 2.5.
  static func content(_ value: JSONValue?) -> JSONValue? {
    switch value {
    case nil, .null, .array([]), .string(""): nil
    case .object(let object)? where object.members.isEmpty: nil
    default: value
    }
  }

  /// The value that a resource shows for a key.
  ///
  /// - Parameter wanted: Of several elements, one that holds one of these is the one.
  static func value(
    of key: AttributeKey,
    in resource: JSONObject,
    wanted: [JSONValue?]
  ) -> JSONValue? {
    var value: JSONValue? = .object(resource)
    for step in key.path { value = value?.object?[ignoringCase: step] }
    guard let part = key.part else { return content(value) }
    // For each key they are gone through: of a list without end only so far.
    let all = value?.array ?? [value].compactMap(\.self)
    let elements = all.prefix(mostElements).compactMap(\.object)
    let values = elements.compactMap { content($0[ignoringCase: part]) }
    let fitting = values.first { value in wanted.contains { isSame(key, $0, value) } }
    if let fitting { return fitting }
    let ofType = elements.first {
      $0[ignoringCase: "type"]?.string?.lowercased() == key.element
    }
    let primary = elements.first { $0[ignoringCase: "primary"] == true }
    return content(
      (ofType ?? primary ?? (elements.count == 1 ? elements[0] : nil))?[ignoringCase: part]
    )
  }

  /// Whether two values are one by RFC 7643's caseExact; letters and outer spaces are the app's own
  /// where it is false.
  static func isSame(_ key: AttributeKey, _ left: JSONValue?, _ right: JSONValue?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    if left.isEquivalent(to: right) { return true }
    // A truth in quotes has a finding of its own.
    if left.boolean != nil || right.boolean != nil {
      return left.textForComparison.lowercased() == right.textForComparison.lowercased()
    }
    guard let left = left.string, let right = right.string, !key.isCaseExact else { return false }
    return left.canonical == right.canonical
  }

  /// Whether `shown` is `sent` in a form of the app's own: a phone number without its hyphens, a
  /// locale with another separator.
  static func isNormalForm(_ shown: JSONValue?, of sent: JSONValue?) -> Bool {
    guard let shown = shown?.string?.bare, let sent = sent?.string?.bare, !sent.isEmpty else {
      return false
    }
    return shown == sent || shown == "tel" + sent
  }
}

extension JSONObject {
  /// The members of these names.
  func only(_ names: AttributeNames) -> JSONObject {
    if names.isEmpty { return [:] }
    return JSONObject(members.filter { names.contains(ignoringCase: $0.key) })
  }
}

extension String {
  /// What an app may not change of a value: capitals and outer space are its own.
  var canonical: String {
    lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Letters and digits alone, in lower case.
  fileprivate var bare: String { lowercased().filter { $0.isLetter || $0.isNumber } }
}
