import JSON
import Profiles
import SCIM
import World

/// Okta's user profile laid over the app's resource.
///
/// What follows from a profile is found out once, not for each write.
package struct AttributeMapper: Sendable {
  /// A mapping, as it is carried out; an object, since each write goes through many of them.
  private final class Rule: Sendable {
    let number: Int
    let mapping: AttributeMapping
    let path: SCIMPath
    let part: ElementPart?
    let isUserName: Bool
    /// Where the manager is a string: the manager, of the part that names him by id; nil of others.
    let manager: SCIMPath?
    /// Where the manager is a string: whether this is a part of him.
    let isOfManager: Bool

    init(_ number: Int, _ mapping: AttributeMapping, _ path: SCIMPath, managerIsString: Bool) {
      self.number = number
      self.mapping = mapping
      self.path = path
      part = ElementPart(path)
      isUserName = path.steps == [.attribute("userName")]
      isOfManager = managerIsString && path.isOfManager
      manager = isOfManager ? path.ofManager : nil
    }
  }

  /// By number.
  private let rules: [Rule]
  /// The rules that take an attribute of Okta's profile, by its name.
  private let rulesByAttribute: [String: [Int]]
  /// What the rules give that take none.
  private let constants: [String?]
  /// Numbers of the rules in the order of creates, and of updates; those of parts of elements.
  private let ofCreates: [Int]
  private let ofUpdates: [Int]
  private let ofParts: [Int]
  private let updatesUserName: Bool
  private let clearedAttribute: String
  private let omitsEmptiedEntitlements: Bool
  private let version: SCIMVersion

  package init(
    mappings: [AttributeMapping],
    switches: Switches,
    version: SCIMVersion = .v2
  ) {
    self.version = version
    let managerIsString = switches[.managerForm] == "string"
    let usable = mappings.compactMap { mapping in SCIMPath(mapping.to).map { (mapping, $0) } }
    let rules = usable.enumerated().map { number, one in
      Rule(number, one.0, one.1, managerIsString: managerIsString)
    }
    let updatesUserName = switches.isOn(.userNameUpdates)
    let ofCreates = AttributeMapper.ordered(rules, by: AttributeMapper.orderOfCreates)
    let ofUpdates = AttributeMapper.ordered(rules, by: AttributeMapper.orderOfUpdates)
    self.rules = rules
    self.ofCreates = ofCreates.map(\.number)
    self.ofUpdates = ofUpdates.filter { updatesUserName || !$0.isUserName }.map(\.number)
    ofParts = ofCreates.filter { $0.part != nil }.map(\.number)
    constants = rules.map(\.mapping.constant)
    rulesByAttribute = Dictionary(
      grouping: rules.filter { $0.mapping.constant == nil },
      by: \.mapping.from
    ).mapValues { $0.map(\.number) }
    self.updatesUserName = updatesUserName
    clearedAttribute = switches[.clearedAttribute]
    omitsEmptiedEntitlements = switches[.clearedEntitlements] == "omit"
  }

  /// The value of the attribute by which Okta looks a user up.
  package func value(of attribute: String, for user: OktaUser) -> String {
    let wanted = attribute.lowercased()
    let rule = rules.first { $0.path.description.lowercased() == wanted }
    return rule.flatMap { $0.mapping.constant ?? user[$0.mapping.from] } ?? user["login"] ?? ""
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
    let texts = texts(of: user)
    for number in ofCreates {
      if let text = texts[number] { lay(text, by: rules[number], over: &resource, isNew: true) }
    }
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
    resource[ignoringCase: "externalId"] = .string(user.id)
    let texts = texts(of: user)
    for number in ofUpdates {
      if let text = texts[number] {
        lay(text, by: rules[number], over: &resource, isNew: false)
      } else if !cleared.isEmpty, cleared.contains(rules[number].mapping.from) {
        clear(rules[number], in: &resource)
      }
    }
    markPrimary(where: texts, in: &resource)
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
    guard !user.entitlements.isEmpty else { return }
    let texts = texts(of: user)
    for kind in Entitlement.Kind.allCases {
      guard let given = user.entitlements[kind] else { continue }
      var mapped = JSONObject()
      for rule in ofCreates.map({ rules[$0] }) where rule.path.names(kind.attribute) {
        if let text = texts[rule.number] { lay(text, by: rule, over: &mapped, isNew: isNew) }
      }
      let elements =
        given.map(AttributeMapper.element) + (mapped[kind.attribute]?.array ?? [])
      if elements.isEmpty, isNew || omitsEmptiedEntitlements {
        resource[ignoringCase: kind.attribute] = nil
      } else {
        resource[ignoringCase: kind.attribute] = .array(elements)
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
    let texts = texts(of: user)
    for rule in ofCreates.map({ rules[$0] }) where updatesUserName || !rule.isUserName {
      if let text = texts[rule.number] {
        lay(text, by: rule, over: &values, isNew: true)
      } else if cleared.contains(rule.mapping.from), rule.part == nil {
        values.set(rule.path, clearedAttribute == "empty" ? "" : .null)
      }
    }
    give(user, to: &values, isNew: false)
    return values
  }

  /// What each rule gives, by number; nil where the person has nothing of it.
  private func texts(of user: OktaUser) -> [String?] {
    var texts = constants
    for attribute in user.attributes {
      for number in rulesByAttribute[attribute.name] ?? [] { texts[number] = attribute.value }
    }
    return texts
  }

  /// What goes to the app.
  private static func value(_ text: String, of type: AttributeMapping.ValueType) -> JSONValue {
    switch type {
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

  private static func ordered(_ rules: [Rule], by order: [String]) -> [Rule] {
    func rank(_ path: SCIMPath) -> Int {
      guard case .attribute(let name) = path.steps.first else { return order.count }
      return order.firstIndex(of: path.description.lowercased())
        ?? order.firstIndex(of: name.lowercased()) ?? order.count
    }
    return rules.enumerated().sorted {
      (rank($0.element.path), $0.offset) < (rank($1.element.path), $1.offset)
    }.map(\.element)
  }

  private func lay(
    _ text: String,
    by rule: Rule,
    over resource: inout JSONObject,
    isNew: Bool
  ) {
    let value = AttributeMapper.value(text, of: rule.mapping.type)
    if let part = rule.part { return lay(value, on: part, over: &resource, isNew: isNew) }
    if rule.isOfManager {
      if let whole = rule.manager { resource.set(whole, value) }
      return
    }
    // A value of another kind than text keeps its kind, as the app had it.
    if let text = value.string, resource[rule.path]?.textForComparison == text { return }
    resource.set(rule.path, value)
  }

  /// A sub-attribute of one typed element: `emails[type eq "work"].value`.
  private struct ElementPart {
    var attribute: String
    var type: String
    var lowercasedType: String
    var name: String

    init?(_ path: SCIMPath) {
      guard path.steps.count == 3, case .attribute(let attribute) = path.steps[0],
        case .element(let key, let type) = path.steps[1], key.lowercased() == "type",
        case .attribute(let name) = path.steps[2]
      else { return nil }
      self.attribute = attribute
      self.type = type
      lowercasedType = type.lowercased()
      self.name = name
    }

    /// The element that is meant: the one of that type, or else one without a type that is the
    /// primary one or the only one.
    ///
    /// Okta, SCIM FAQs: `type` comes only where it is mapped, so an app may know none.
    func place(in elements: [JSONValue]) -> Int? {
      elements.firstIndex { $0[SCIMPath.type]?.string?.lowercased() == lowercasedType }
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
    var elements = resource[ignoringCase: part.attribute]?.array ?? []
    if let place = part.place(in: elements), var element = elements[place].object {
      if element[ignoringCase: part.name]?.isEquivalent(to: value) ?? false,
        element[ignoringCase: "type"] != nil
      {
        return
      }
      element[ignoringCase: part.name] = value
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
    resource[ignoringCase: part.attribute] = .array(elements)
  }

  /// Where no element of an attribute that Okta maps is the primary one, its first is (Okta, SCIM
  /// FAQs).
  private func markPrimary(where texts: [String?], in resource: inout JSONObject) {
    for number in ofParts where texts[number] != nil {
      guard let part = rules[number].part,
        var elements = resource[ignoringCase: part.attribute]?.array,
        !elements.contains(where: { $0["primary"] == true }),
        let place = part.place(in: elements), var element = elements[place].object
      else { continue }
      element[ignoringCase: "primary"] = true
      elements[place] = .object(element)
      resource[ignoringCase: part.attribute] = .array(elements)
    }
  }

  private func clear(_ rule: Rule, in resource: inout JSONObject) {
    let value: JSONValue?
    switch clearedAttribute {
    case "empty": value = ""
    case "null": value = .null
    default: value = nil
    }
    guard let part = rule.part else { return resource.set(rule.path, value) }
    guard var elements = resource[ignoringCase: part.attribute]?.array,
      let place = part.place(in: elements), var element = elements[place].object
    else { return }
    if value == nil, part.name == "value" {
      // Without its value an element says nothing.
      elements.remove(at: place)
    } else {
      element[ignoringCase: part.name] = value
      elements[place] = .object(element)
    }
    resource[ignoringCase: part.attribute] = .array(elements)
  }

  /// Names each extension that is used in `schemas` (lab capture, 2026-10).
  ///
  /// Assumed: where the app gave none, the core schema is named; RFC 7643 section 3 requires one.
  private func addExtensionSchemas(to resource: inout JSONObject) {
    let given = resource[ignoringCase: "schemas"]?.array ?? []
    var schemas = given.isEmpty ? [.string(version.userSchema)] : given
    for member in resource.members
    where AttributeMapper.isURN(member.key) && !schemas.contains(.string(member.key)) {
      schemas.append(.string(member.key))
    }
    if schemas.count == given.count { return }
    resource[ignoringCase: "schemas"] = .array(schemas)
  }
}

extension AttributeMapper {
  fileprivate static func isURN(_ key: String) -> Bool {
    // Few keys begin so.
    guard let first = key.utf8.first, first | 0x20 == UInt8(ascii: "u") else { return false }
    return key.utf8.count > 4 && zip(key.utf8, "urn:".utf8).allSatisfy { $0 | 0x20 == $1 }
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
