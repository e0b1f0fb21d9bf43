import JSON
import Profiles
import SCIM
import World

/// Okta's user profile laid over the app's resource.
package struct AttributeMapper: Sendable {
  private let mappings: [(from: String, path: SCIMPath)]
  private let switches: Switches

  package init(mappings: [AttributeMapping], switches: Switches) {
    self.mappings = mappings.compactMap { mapping in
      SCIMPath(mapping.to).map { (mapping.from, $0) }
    }
    self.switches = switches
  }

  /// The value of the attribute by which Okta looks a user up.
  package func value(of attribute: String, for user: OktaUser) -> String {
    let mapping = mappings.first { $0.path.description.lowercased() == attribute.lowercased() }
    return mapping.flatMap { user[$0.from] } ?? user["login"] ?? ""
  }

  /// The body of a create, its keys in the order of Okta's samples (SCIM 2.0 reference, Create
  /// Users): attributes without a value are left out (lab capture, 2026-10).
  ///
  /// - Parameter password: nil to send none.
  package func newResource(for user: OktaUser, password: Secret?) -> JSONObject {
    var resource: JSONObject = ["schemas": [.string(SCIMSchema.user)]]
    for (from, path) in ordered where user[from] != nil {
      lay(user[from], at: path, over: &resource)
    }
    addExtensionSchemas(to: &resource)
    resource["externalId"] = .string(user.id)
    resource["groups"] = []
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
    resource["externalId"] = .string(user.id)
    for (from, path) in ordered {
      if let value = user[from] {
        lay(value, at: path, over: &resource)
      } else if cleared.contains(from) {
        clear(path, in: &resource)
      }
    }
    addExtensionSchemas(to: &resource)
    if resource[ignoringCase: "groups"] == nil { resource["groups"] = [] }
    return resource
  }

  /// The mapped attributes and the values that the app should now hold, for those that have one.
  package func mapped(_ user: OktaUser) -> [(path: SCIMPath, value: String)] {
    ordered.compactMap { mapping in user[mapping.from].map { (mapping.path, $0) } }
  }

  /// userName, name, emails, displayName, locale first, as Okta's samples have them.
  private var ordered: [(from: String, path: SCIMPath)] {
    func rank(_ path: SCIMPath) -> Int {
      guard case .attribute(let name) = path.steps.first else { return 9 }
      return ["username", "name", "emails", "displayname", "locale"]
        .firstIndex(of: name.lowercased()) ?? 9
    }
    return mappings.enumerated().sorted {
      (rank($0.element.path), $0.offset) < (rank($1.element.path), $1.offset)
    }.map(\.element)
  }

  private func lay(_ value: String?, at path: SCIMPath, over resource: inout JSONObject) {
    guard let value else { return }
    if path.steps.count == 3, case .attribute(let attribute) = path.steps[0],
      case .element(_, let type) = path.steps[1], case .attribute("value") = path.steps[2]
    {
      return layElement(value, of: attribute, type: type, over: &resource)
    }
    // A value of another kind than text keeps its kind, as the app had it.
    let old = JSONValue.object(resource)[path]
    if let old, old.textForComparison == value { return }
    resource.set(path, .string(value))
  }

  /// One element of emails or phoneNumbers: the one of that type, or else the primary one.
  ///
  /// Okta, SCIM FAQs: multi-valued attributes always come as arrays, with `primary: true` on the
  /// one that Okta uses.
  private func layElement(
    _ value: String,
    of attribute: String,
    type: String,
    over resource: inout JSONObject
  ) {
    let key = resource.spelling(of: attribute) ?? attribute
    var elements = resource[key]?.array ?? []
    let place =
      elements.firstIndex { $0[SCIMPath.type]?.string?.lowercased() == type.lowercased() }
      ?? elements.firstIndex { $0["primary"] == true && $0[SCIMPath.type] == nil }
      ?? (elements.count == 1 && elements[0][SCIMPath.type] == nil ? 0 : nil)
    if let place, var element = elements[place].object {
      element["value"] = .string(value)
      if element[ignoringCase: "type"] == nil { element["type"] = .string(type) }
      elements[place] = .object(element)
    } else {
      var element = JSONObject()
      // Okta's order on create: primary, value, type.
      if !elements.contains(where: { $0["primary"] == true }) { element["primary"] = true }
      element["value"] = .string(value)
      element["type"] = .string(type)
      elements.append(.object(element))
    }
    resource[key] = .array(elements)
  }

  private func clear(_ path: SCIMPath, in resource: inout JSONObject) {
    switch switches[.clearedAttribute] {
    case "empty": resource.set(path, "")
    case "null": resource.set(path, .null)
    default: resource.set(path, nil)
    }
  }

  /// Names each extension that is used in `schemas` (lab capture, 2026-10).
  private func addExtensionSchemas(to resource: inout JSONObject) {
    var schemas = resource[ignoringCase: "schemas"]?.array ?? []
    for key in resource.keys where key.lowercased().hasPrefix("urn:") {
      if !schemas.contains(.string(key)) { schemas.append(.string(key)) }
    }
    resource[resource.spelling(of: "schemas") ?? "schemas"] = .array(schemas)
  }
}

extension SCIMPath {
  static let type = SCIMPath(steps: [.attribute("type")])
}
