import JSON

/// What the app has to give to people: roles, and licences, which are entitlements (Okta, guide to
/// entitlements).
enum Catalogue: String, CaseIterable, Sendable {
  case role = "Role"
  case license = "License"

  /// One of them.
  struct Entry: Sendable, Equatable {
    var id: String
    var displayName: String
    var description: String?
  }

  var endpoint: String { rawValue + "s" }

  /// The schema of what is listed.
  var schema: String {
    "urn:okta:scim:schemas:core:1.0:" + (self == .role ? "Role" : "Entitlement")
  }

  /// The attribute of a user that holds them.
  var attribute: String { self == .role ? "roles" : "entitlements" }

  var entries: [Entry] {
    switch self {
    case .role:
      [
        Entry(id: "role-admin", displayName: "Administrator", description: "May change everything"),
        Entry(id: "role-editor", displayName: "Editor", description: "May write"),
        Entry(id: "role-viewer", displayName: "Viewer", description: nil),
      ]
    case .license:
      [
        Entry(id: "license-basic", displayName: "Basic licence", description: nil),
        Entry(id: "license-pro", displayName: "Pro licence", description: "With reports"),
      ]
    }
  }

  /// All as the API lists them.
  var resources: [JSONObject] {
    entries.map { entry in
      var resource: JSONObject = [
        "schemas": [.string(schema)],
        "id": .string(entry.id),
        "displayName": .string(entry.displayName),
      ]
      resource["description"] = entry.description.map { .string($0) }
      // Of an entitlement alone: the name of its resource type.
      if self != .role { resource["type"] = .string(rawValue) }
      return resource
    }
  }

  /// Refuses to give a user what the app does not have.
  ///
  /// An element that says another type is the app's own business, as any attribute of a mapping.
  static func check(_ attributes: JSONObject) throws(SCIMRefusal) {
    for kind in allCases {
      for element in attributes[kind.attribute]?.array ?? [] {
        let type = element["type"]?.string
        guard type == (kind == .role ? nil : kind.rawValue), let id = element["value"]?.string,
          !kind.entries.contains(where: { $0.id == id })
        else { continue }
        throw .invalidValue("there is no \(kind.rawValue.lowercased()) \(id)")
      }
    }
  }
}
