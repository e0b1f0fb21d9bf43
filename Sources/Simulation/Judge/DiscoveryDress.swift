import HTTP
import JSON
import Okta
import Profiles
import SCIM
import World

/// What an app tells Okta of itself: its resource types, its schemas, and what can be given to people
/// (Okta, guide to entitlements; RFC 7643 sections 6 and 7).
struct DiscoveryDress: Sendable {
  let hasEntitlements: Bool
  let importsUserSchema: Bool
  let fields: EntitlementFields
  /// The schemas of extensions that the User resource type names, and where.
  private var extensions: [(schema: String, exchange: Int)] = []

  /// Okta, guide to entitlements: of a description.
  static let mostOfDescription = 1000
  /// RFC 7643 section 7.
  private static let types: Set = [
    "string", "boolean", "decimal", "integer", "datetime", "reference", "complex", "binary",
  ]

  init(
    hasEntitlements: Bool,
    importsUserSchema: Bool,
    fields: EntitlementFields = EntitlementFields()
  ) {
    self.hasEntitlements = hasEntitlements
    self.importsUserSchema = importsUserSchema
    self.fields = fields
  }

  mutating func take(_ reading: Reading, _ observations: inout Observations) {
    guard let resource = reading.intent.resource, resource.isDiscovered, reading.isSound,
      !reading.isDead, reading.intent.deviation == nil
    else { return }
    guard case .success(let list) = reading.list else {
      if let observation = refused(reading) { observations.add(observation) }
      return
    }
    let listed = list.resources.compactMap(\.object)
    switch resource {
    case .resourceType: resourceTypes(listed, reading, &observations)
    case .schema: schemas(listed, reading, &observations)
    case .role, .entitlement:
      for one in listed { entitlement(one, reading, &observations) }
    case .user, .group, .configuration: break
    }
  }

  private func refused(_ reading: Reading) -> Observation? {
    guard let status = reading.refusedStatus else { return nil }
    let named = reading.intent.resourceTypeName.map {
      ", which the resource type '\(Quotation($0, upTo: 80))' names,"
    }
    return Observation(
      .discoveryRefused,
      "the app answered \(reading.request)\(named ?? "") with HTTP \(status)" + reading.saying,
      [reading.number]
    )
  }

  // MARK: Resource types

  private mutating func resourceTypes(
    _ types: [JSONObject],
    _ reading: Reading,
    _ observations: inout Observations
  ) {
    extensions = []
    for type in types {
      let name = type[ignoringCase: "name"]?.string ?? ""
      if let problem = DiscoveryDress.problem(of: type) {
        observations.add(
          Observation(
            .resourceTypeIncomplete,
            "the app's resource type '\(Quotation(name, upTo: 80))' \(problem)",
            [reading.number]
          )
        )
      }
      guard DiscoveryDress.isOfUsers(type) else { continue }
      for named in type[ignoringCase: "schemaExtensions"]?.array ?? [] {
        if let schema = named.object?[ignoringCase: "schema"]?.string {
          extensions.append((schema, reading.number))
        }
      }
    }
    if hasEntitlements, !types.contains(where: { DiscoveredType.kind(of: $0) != nil }) {
      observations.add(
        Observation(
          .noEntitlementType,
          "the app names \(types.count) resource types, and none of roles or entitlements",
          [reading.number]
        )
      )
    }
  }

  private static func isOfUsers(_ type: JSONObject) -> Bool {
    type[ignoringCase: "schema"]?.string?.lowercased() == SCIMSchema.user.lowercased()
  }

  /// nil where a type has what Okta reads of it.
  private static func problem(of type: JSONObject) -> String? {
    let isGiven = DiscoveredType.kind(of: type) != nil
    let missing = (["name", "endpoint", "schema"] + (isGiven ? ["id"] : [])).filter {
      type[ignoringCase: $0]?.string?.isEmpty ?? true
    }
    if !missing.isEmpty { return "has no \(missing.joined(separator: ", no "))" }
    if let endpoint = type[ignoringCase: "endpoint"]?.string, isGiven,
      DiscoveredType.path(endpoint) == nil
    {
      return "has an endpoint that is no path below the base URL: "
        + "'\(Quotation(endpoint, upTo: 80))'"
    }
    switch type[ignoringCase: "schemaExtensions"] {
    case nil, .null: return nil
    case .array(let named)?
    where named.allSatisfy({ $0.object?[ignoringCase: "schema"]?.string?.isEmpty == false }):
      return nil
    default: return "has schemaExtensions that are no list of objects with a schema"
    }
  }

  // MARK: Schemas

  private func schemas(
    _ schemas: [JSONObject],
    _ reading: Reading,
    _ observations: inout Observations
  ) {
    let defined = Set(schemas.compactMap { $0[ignoringCase: "id"]?.string?.lowercased() })
    if importsUserSchema, !defined.contains(SCIMSchema.user.lowercased()) {
      observations.add(
        Observation(
          .userSchemaMissing,
          "the app defines \(schemas.count) schemas, and \(SCIMSchema.user) is not among them",
          [reading.number]
        )
      )
    }
    // Okta, guide to entitlements: only extensions that it does not know need be there.
    let known = SCIMSchema.enterpriseUser.lowercased()
    for (schema, exchange) in extensions
    where schema.lowercased() != known && !defined.contains(schema.lowercased()) {
      observations.add(
        Observation(
          .extensionSchemaMissing,
          "the app's User resource type names the extension \(Quotation(schema, upTo: 120)) (exchange "
            + "\(exchange)), and /Schemas does not define it",
          [reading.number, exchange]
        )
      )
    }
    for schema in schemas {
      guard let problem = DiscoveryDress.problem(ofAttributes: schema[ignoringCase: "attributes"])
      else { continue }
      let id = schema[ignoringCase: "id"]?.string ?? ""
      observations.add(
        Observation(
          .schemaAttribute,
          "the app's schema \(Quotation(id, upTo: 120)) \(problem)",
          [reading.number]
        )
      )
    }
  }

  private static func problem(ofAttributes attributes: JSONValue?) -> String? {
    guard let all = attributes?.array else { return "has no list of attributes" }
    for attribute in all {
      guard let object = attribute.object, let name = object[ignoringCase: "name"]?.string,
        !name.isEmpty
      else { return "has an attribute without a name" }
      let type = object[ignoringCase: "type"]?.string
      guard let type, types.contains(type.lowercased()) else {
        return "gives the attribute '\(Quotation(name, upTo: 80))' "
          + (type.map { "the type '\(Quotation($0, upTo: 40))'" } ?? "no type")
      }
    }
    return nil
  }

  // MARK: Roles and entitlements

  private func entitlement(
    _ one: JSONObject,
    _ reading: Reading,
    _ observations: inout Observations
  ) {
    let isRole = reading.intent.resource == .role
    let noun = isRole ? "a role" : "an entitlement"
    func add(_ kind: FindingKind, _ words: String) {
      observations.add(
        Observation(kind, "the app lists \(noun) \(words), at \(reading.request)", [reading.number])
      )
    }
    func field(_ name: String) -> String {
      fields.name(of: name, in: reading.intent.resourceTypeName)
    }
    let name = one[ignoringCase: field("displayName")]?.string ?? ""
    let called = name.isEmpty ? "" : "'\(Quotation(name, upTo: 80))' "
    if let id = one[ignoringCase: field("id")], id != .null, id.string?.isEmpty != true {
      if id.string == nil {
        add(.entitlementID, "\(called)with \(id.kindInWords) for its \(field("id"))")
      }
    } else {
      add(.entitlementID, "\(called)without an \(field("id"))")
    }
    if name.isEmpty { add(.entitlementName, "without a \(field("displayName"))") }
    switch one[ignoringCase: field("description")] {
    case nil, .null: break
    case .string(let text)? where text.count <= DiscoveryDress.mostOfDescription: break
    case .string(let text)?:
      add(.entitlementDescription, "\(called)with a description of \(text.count) characters")
    case let other?:
      add(.entitlementDescription, "\(called)with \(other.kindInWords) for its description")
    }
    guard !isRole, let wanted = reading.intent.resourceTypeName else { return }
    guard let type = one[ignoringCase: "type"]?.string else {
      return add(.entitlementType, "\(called)without a type")
    }
    if type != wanted {
      add(
        .entitlementType,
        "\(called)of the type '\(Quotation(type, upTo: 80))', which is not the name of its resource "
          + "type, '\(Quotation(wanted, upTo: 80))'"
      )
    }
  }
}
