import JSON
import Profiles
import SCIM
import World

/// Okta's user profile laid over the app's resource.
package struct AttributeMapper: Sendable {
  private typealias Mapped = (mapping: AttributeMapping, path: SCIMPath)

  private let mappings: [Mapped]
  /// In the order of creates, and of updates; sorted once, not for each write.
  private let ofCreates: [Mapped]
  private let ofUpdates: [Mapped]
  private let switches: Switches
  private let version: SCIMVersion

  package init(
    mappings: [AttributeMapping],
    switches: Switches,
    version: SCIMVersion = .v2
  ) {
    self.version = version
    let mappings = mappings.compactMap { mapping in SCIMPath(mapping.to).map { (mapping, $0) } }
    self.mappings = mappings
    ofCreates = AttributeMapper.ordered(mappings, by: AttributeMapper.orderOfCreates)
    ofUpdates = AttributeMapper.ordered(mappings, by: AttributeMapper.orderOfUpdates)
    self.switches = switches
  }

  /// The value of the attribute by which Okta looks a user up.
  package func value(of attribute: String, for user: OktaUser) -> String {
    let mapping = mappings.first { $0.path.description.lowercased() == attribute.lowercased() }
    return mapping.flatMap { $0.mapping.constant ?? user[$0.mapping.from] } ?? user["login"] ?? ""
  }

  /// The body of a create, its keys in the order of Okta's samples (SCIM 2.0 reference, Create
  /// Users): attributes without a value are left out (lab capture, 2026-10).
  ///
  /// - Parameters:
  ///   - password: nil to send none.
  ///   - groups: What it says of the groups that the user belongs to.
  package func newResource(
    for user: OktaUser,
    password: Secret?,
    groups: [JSONValue] = []
  ) -> JSONObject {
    var resource: JSONObject = ["schemas": [.string(version.userSchema)]]
    for (path, value) in mapped(user) { lay(value, at: path, over: &resource, isNew: true) }
    give(user, to: &resource, isNew: true)
    addExtensionSchemas(to: &resource)
    resource["externalId"] = .string(user.id)
    resource["groups"] = .array(groups)
    if let password { resource["password"] = .string(password.exposed()) }
    resource["active"] = true
    return resource
  }

  /// What the app returned with the mapped attributes laid over it: unknown keys stay, in their
  /// order (a captured PUT of Okta's; SCIM guide, 2018).
  ///
  /// `groups` goes along even where the app never sent it (captured PUT).
  ///
  /// - Parameter cleared: Okta's names of the attributes that an admin has emptied.
  package func overlay(
    _ user: OktaUser,
    clearing cleared: Set<String>,
    on returned: JSONObject
  ) -> JSONObject {
    var resource = returned
    resource[resource.spelling(of: "externalId") ?? "externalId"] = .string(user.id)
    for (mapping, path) in ofUpdates {
      if !switches.isOn(.userNameUpdates), path.steps == [.attribute("userName")] { continue }
      if let value = value(of: mapping, for: user) {
        lay(value, at: path, over: &resource, isNew: false)
      } else if cleared.contains(mapping.from) {
        clear(path, in: &resource)
      }
    }
    markPrimary(for: user, in: &resource)
    give(user, to: &resource, isNew: false)
    addExtensionSchemas(to: &resource)
    if resource[ignoringCase: "groups"] == nil { resource["groups"] = [] }
    return resource
  }

  /// Writes the roles and entitlements of a person at an entitlement app:
  /// `entitlements[{value,display,type}]`, `roles[{value,display}]` (Okta, guide to entitlements).
  ///
  /// Inferred: they stand behind the mapped attributes, the elements of a mapping stay beside them, and a
  /// PUT carries all that the person has, in place of what the app returned.
  private func give(_ user: OktaUser, to resource: inout JSONObject, isNew: Bool) {
    for kind in Entitlement.Kind.allCases {
      guard let given = user.entitlements[kind] else { continue }
      let key = resource.spelling(of: kind.attribute) ?? kind.attribute
      var mapped = JSONObject()
      for (path, value) in self.mapped(user) where path.names(kind.attribute) {
        lay(value, at: path, over: &mapped, isNew: isNew)
      }
      let elements =
        given.map(AttributeMapper.element) + (mapped[kind.attribute]?.array ?? [])
      if elements.isEmpty, isNew || switches[.clearedEntitlements] == "omit" {
        resource[key] = nil
      } else {
        resource[key] = .array(elements)
      }
    }
  }

  private static func element(_ given: Entitlement) -> JSONValue {
    var element: JSONObject = [
      "value": .string(given.id), "display": .string(given.displayName),
    ]
    if let type = given.type { element["type"] = .string(type) }
    return .object(element)
  }

  /// The mapped attributes alone, with those that an admin has emptied, as a PATCH gives them.
  package func changes(_ user: OktaUser, clearing cleared: Set<String>) -> JSONObject {
    var values = JSONObject()
    for (mapping, path) in ofCreates {
      if !switches.isOn(.userNameUpdates), path.steps == [.attribute("userName")] { continue }
      if let value = value(of: mapping, for: user) {
        lay(value, at: path, over: &values, isNew: true)
      } else if cleared.contains(mapping.from), ElementPart(path) == nil {
        values.set(path, switches[.clearedAttribute] == "empty" ? "" : .null)
      }
    }
    give(user, to: &values, isNew: false)
    return values
  }

  /// The mapped attributes and the values that the app should now hold, for those that have one.
  package func mapped(_ user: OktaUser) -> [(path: SCIMPath, value: JSONValue)] {
    ofCreates.compactMap { mapping, path in
      value(of: mapping, for: user).map { (path, $0) }
    }
  }

  private func value(of mapping: AttributeMapping, for user: OktaUser) -> JSONValue? {
    guard let text = mapping.constant ?? user[mapping.from] else { return nil }
    switch mapping.type {
    case .string: return .string(text)
    case .boolean:
      return ["true", "false"].contains(text) ? .boolean(text == "true") : .string(text)
    case .number:
      let number = (try? JSONReader.read(text))?.number
      return number.map { .number($0) } ?? .string(text)
    }
  }

  /// Okta, SCIM 2.0 reference, Create Users.
  private static let orderOfCreates = ["username", "name", "emails", "displayname", "locale"]
  /// Okta, SCIM guide (2018), the PUT of a profile update: it matters for what the app left out.
  private static let orderOfUpdates = [
    "username", "displayname", "locale", "emails", "name.familyname", "name",
  ]

  private static func ordered(_ mappings: [Mapped], by order: [String]) -> [Mapped] {
    func rank(_ path: SCIMPath) -> Int {
      guard case .attribute(let name) = path.steps.first else { return order.count }
      return order.firstIndex(of: path.description.lowercased())
        ?? order.firstIndex(of: name.lowercased()) ?? order.count
    }
    return mappings.enumerated().sorted {
      (rank($0.element.path), $0.offset) < (rank($1.element.path), $1.offset)
    }.map(\.element)
  }

  private func lay(
    _ value: JSONValue,
    at path: SCIMPath,
    over resource: inout JSONObject,
    isNew: Bool
  ) {
    if let part = ElementPart(path) { return lay(value, on: part, over: &resource, isNew: isNew) }
    if switches[.managerForm] == "string", path.isOfManager {
      if let whole = path.ofManager { resource.set(whole, value) }
      return
    }
    // A value of another kind than text keeps its kind, as the app had it.
    let isText = value.string != nil
    if isText, JSONValue.object(resource)[path]?.textForComparison == value.string { return }
    resource.set(path, value)
  }

  /// A sub-attribute of one typed element: `emails[type eq "work"].value`.
  private struct ElementPart {
    var attribute: String
    var type: String
    var name: String

    init?(_ path: SCIMPath) {
      guard path.steps.count == 3, case .attribute(let attribute) = path.steps[0],
        case .element(let key, let type) = path.steps[1], key.lowercased() == "type",
        case .attribute(let name) = path.steps[2]
      else { return nil }
      self.attribute = attribute
      self.type = type
      self.name = name
    }

    /// The element that is meant: the one of that type, or else one without a type that is the
    /// primary one or the only one.
    ///
    /// Okta, SCIM FAQs: `type` comes only where it is mapped, so an app may know none.
    func place(in elements: [JSONValue]) -> Int? {
      elements.firstIndex { $0[SCIMPath.type]?.string?.lowercased() == type.lowercased() }
        ?? elements.firstIndex { $0["primary"] == true && $0[SCIMPath.type] == nil }
        ?? (elements.count == 1 && elements[0][SCIMPath.type] == nil ? 0 : nil)
    }
  }

  /// Okta, SCIM FAQs: multi-valued attributes always come as arrays, with `primary: true` on the
  /// one that Okta uses.
  ///
  /// - Parameter isNew: Whether it is a create, whose samples have the keys of an element in the order
  ///   primary, value, type (SCIM 2.0 reference); those of an update have value, type, primary (SCIM
  ///   guide, 2018).
  private func lay(
    _ value: JSONValue,
    on part: ElementPart,
    over resource: inout JSONObject,
    isNew: Bool
  ) {
    let key = resource.spelling(of: part.attribute) ?? part.attribute
    var elements = resource[key]?.array ?? []
    if let place = part.place(in: elements), var element = elements[place].object {
      element[element.spelling(of: part.name) ?? part.name] = value
      if element[ignoringCase: "type"] == nil { element["type"] = .string(part.type) }
      elements[place] = .object(element)
    } else {
      var element = JSONObject()
      let isFirst = !elements.contains { $0["primary"] == true }
      if isFirst, isNew { element["primary"] = true }
      // Assumed: an address has its type first.
      if part.name != "value" { element["type"] = .string(part.type) }
      element[part.name] = value
      if part.name == "value" { element["type"] = .string(part.type) }
      if isFirst, !isNew { element["primary"] = true }
      elements.append(.object(element))
    }
    resource[key] = .array(elements)
  }

  /// Where no element of an attribute that Okta maps is the primary one, its first is (Okta, SCIM
  /// FAQs).
  private func markPrimary(for user: OktaUser, in resource: inout JSONObject) {
    for part in mapped(user).compactMap({ ElementPart($0.path) }) {
      guard let key = resource.spelling(of: part.attribute), var elements = resource[key]?.array,
        !elements.contains(where: { $0["primary"] == true }),
        let place = part.place(in: elements), var element = elements[place].object
      else { continue }
      element[element.spelling(of: "primary") ?? "primary"] = true
      elements[place] = .object(element)
      resource[key] = .array(elements)
    }
  }

  private func clear(_ path: SCIMPath, in resource: inout JSONObject) {
    let value: JSONValue?
    switch switches[.clearedAttribute] {
    case "empty": value = ""
    case "null": value = .null
    default: value = nil
    }
    guard let part = ElementPart(path) else { return resource.set(path, value) }
    guard let key = resource.spelling(of: part.attribute), var elements = resource[key]?.array,
      let place = part.place(in: elements), var element = elements[place].object
    else { return }
    if value == nil, part.name == "value" {
      // Without its value an element says nothing.
      elements.remove(at: place)
    } else {
      element[element.spelling(of: part.name) ?? part.name] = value
      elements[place] = .object(element)
    }
    resource[key] = .array(elements)
  }

  /// Names each extension that is used in `schemas` (lab capture, 2026-10).
  ///
  /// Assumed: where the app gave none, the core schema is named; RFC 7643 section 3 requires one.
  private func addExtensionSchemas(to resource: inout JSONObject) {
    var schemas = resource[ignoringCase: "schemas"]?.array ?? []
    if schemas.isEmpty { schemas = [.string(version.userSchema)] }
    for key in resource.keys where key.lowercased().hasPrefix("urn:") {
      if !schemas.contains(.string(key)) { schemas.append(.string(key)) }
    }
    resource[resource.spelling(of: "schemas") ?? "schemas"] = .array(schemas)
  }
}

extension SCIMPath {
  static let type = SCIMPath(steps: [.attribute("type")])

  /// Whether it is a part of the enterprise extension's manager (RFC 7643 section 4.3).
  fileprivate var isOfManager: Bool {
    guard steps.count > 1, case .attribute(let name) = steps[steps.count - 2] else { return false }
    return name.lowercased() == "manager"
  }

  /// The manager itself, for the part that names him by id; nil for other parts.
  fileprivate var ofManager: SCIMPath? {
    guard case .attribute(let name)? = steps.last, name.lowercased() == "value" else { return nil }
    return SCIMPath(steps: steps.dropLast())
  }

  /// Whether it is within this attribute of a user.
  fileprivate func names(_ attribute: String) -> Bool {
    guard case .attribute(let name)? = steps.first else { return false }
    return name.lowercased() == attribute
  }
}
