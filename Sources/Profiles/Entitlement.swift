/// A role or an entitlement that an app has, as Okta learns of it and gives it to people.
package struct Entitlement: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case role, entitlement

    /// The attribute of a user that holds them, and their key in a plan's line.
    package var attribute: String { self == .role ? "roles" : "entitlements" }
  }

  package var kind: Kind
  /// The app's.
  package var id: String
  package var displayName: String
  /// Of an entitlement: the name of its resource type.
  package var type: String?

  package init(kind: Kind, id: String, displayName: String, type: String?) {
    self.kind = kind
    self.id = id
    self.displayName = displayName
    self.type = type
  }
}

/// What an app calls the fields of what can be given to people, as its vendor maps them in the OIN
/// Wizard (okta-behaviour 8): `id`, `displayName` and `description` of each resource type.
package struct EntitlementFields: Sendable, Equatable {
  /// In the order in which the wizard has them.
  package static let all = ["id", "displayName", "description"]

  /// By the name of the resource type and Okta's field: `Role.id`.
  private var names: [String: String] = [:]

  package init() {}

  /// - Parameter key: A resource type's name, a dot, and one of Okta's fields; false where it is not.
  package mutating func set(_ key: String, to name: String) -> Bool {
    let isKey = EntitlementFields.all.contains {
      key.hasSuffix(".\($0)") && key.count > $0.count + 1
    }
    if isKey { names[key] = name }
    return isKey
  }

  /// What a resource type calls one of Okta's fields.
  package func name(of field: String, in type: String?) -> String {
    type.flatMap { names["\($0).\(field)"] } ?? field
  }
}

/// What a person has of one kind from now on.
package struct EntitlementChange: Sendable, Equatable {
  /// How a scenario names one.
  package enum Name: Sendable, Equatable {
    /// By its `displayName`.
    case named(String)
    /// By its place among those that the app lists, from 1: a scenario for every app knows no names.
    case numbered(Int)
  }

  package var kind: Entitlement.Kind
  /// Empty where all of them are taken (`role none`).
  package var names: [Name]

  package init(kind: Entitlement.Kind, names: [Name]) {
    self.kind = kind
    self.names = names
  }
}

extension EntitlementChange.Name: CustomStringConvertible {
  package var description: String {
    switch self {
    case .named(let name): name == "none" ? "\"none\"" : Word.written(name)
    case .numbered(let number): "#\(number)"
    }
  }
}

extension EntitlementChange: CustomStringConvertible {
  package var description: String {
    names.isEmpty
      ? "\(kind.rawValue) none"
      : names.map { "\(kind.rawValue) \($0)" }.joined(separator: "  ")
  }
}
