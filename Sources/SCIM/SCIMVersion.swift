import JSON

/// A version of SCIM: schemas, media type, forms of PATCH and of errors, names of endpoints.
///
/// What one version says in another way than the other is here and nowhere else.
package struct SCIMVersion: Sendable {
  /// `2.0`.
  package let name: String
  package let userSchema: String
  package let groupSchema: String
  package let enterpriseUserSchema: String
  /// Of requests and, by the standard, of answers.
  package let mediaType: String
  /// The schema that a list carries; nil where a list has none of its own.
  package let listSchema: String?
  /// The endpoint that tells what the app can.
  package let configuration: String
  /// Whether an error is one object with `detail` and `status`, or a list of them.
  package let errors: ErrorForm
  fileprivate let patches: PatchForm

  package enum ErrorForm: Sendable {
    /// RFC 7644 section 3.12.
    case message
    /// `{"Errors":[{"description":"…","code":"404"}]}` (SCIM 1.1 protocol, section 3.9).
    case list
  }

  fileprivate enum PatchForm {
    /// RFC 7644 section 3.5.2.
    case operations
    /// A part of the resource (SCIM 1.1 protocol, section 3.3.2).
    case partial
  }

  /// RFC 7643 and RFC 7644.
  package static let v2 = SCIMVersion(
    name: "2.0",
    userSchema: SCIMSchema.user,
    groupSchema: SCIMSchema.group,
    enterpriseUserSchema: SCIMSchema.enterpriseUser,
    mediaType: "application/scim+json",
    listSchema: SCIMSchema.listResponse,
    configuration: "ServiceProviderConfig",
    errors: .message,
    patches: .operations
  )

  /// The drafts of 2012, as Okta's SCIM 1.1 reference has them.
  package static let v1 = SCIMVersion(
    name: "1.1",
    userSchema: "urn:scim:schemas:core:1.0",
    groupSchema: "urn:scim:schemas:core:1.0",
    enterpriseUserSchema: "urn:scim:schemas:extension:enterprise:1.0",
    mediaType: "application/json",
    listSchema: nil,
    configuration: "ServiceProviderConfigs",
    errors: .list,
    patches: .partial
  )

  package func schema(of type: SCIMRequest.ResourceType) -> String {
    type == .user ? userSchema : groupSchema
  }
}

/// A member of a group, as a client names it: `value` is the app's id of the user.
package struct GroupMember: Sendable, Equatable {
  package var id: String
  /// nil for null.
  package var display: String?

  package init(id: String, display: String?) {
    self.id = id
    self.display = display
  }

  /// Nothing but `value` and `display` (SCIM-SDK, issue 419: what Okta sends).
  package var json: JSONValue {
    ["value": .string(id), "display": display.map { .string($0) } ?? .null]
  }
}

// MARK: The bodies of a PATCH

extension SCIMVersion {
  /// Tells the app whether a user is active.
  ///
  /// - Parameter path: Where version 2.0 names the attribute beside the value; nil where the value
  ///   names it.
  package func activation(_ isActive: Bool, of id: String, path: String? = nil) -> JSONValue {
    let value = JSONValue.boolean(isActive)
    switch patches {
    case .operations:
      return PatchOperation.document([
        path.map { PatchOperation(.replace, path: $0, value: value) }
          ?? PatchOperation(.replace, value: ["active": value])
      ])
    case .partial:
      return ["schemas": [.string(userSchema)], "id": .string(id), "active": value]
    }
  }

  /// Gives a user another password.
  ///
  /// - Parameter isActive: Sent along; nil to leave it out.
  package func passwordChange(_ password: String, of id: String, isActive: Bool?) -> JSONValue {
    var value = JSONObject()
    if let isActive { value["active"] = .boolean(isActive) }
    value["password"] = .string(password)
    return profileChange(value, of: id)
  }

  /// Gives a user these values of attributes.
  ///
  /// Assumed: without a path, as the status is given.
  package func profileChange(_ values: JSONObject, of id: String) -> JSONValue {
    switch patches {
    case .operations:
      return PatchOperation.document([PatchOperation(.replace, value: .object(values))])
    case .partial:
      let head: JSONObject = ["schemas": [.string(userSchema)], "id": .string(id)]
      return .object(JSONObject(head.members + values.members))
    }
  }

  /// Gives a group a name: without a path, the id once more in the value (Okta, SCIM 2.0 reference,
  /// Update a specific group name).
  package func rename(of id: String, to name: String) -> JSONValue {
    switch patches {
    case .operations:
      PatchOperation.document([
        PatchOperation(.replace, value: ["id": .string(id), "displayName": .string(name)])
      ])
    case .partial:
      [
        "schemas": [.string(groupSchema)], "id": .string(id), "displayName": .string(name),
      ]
    }
  }

  /// One change of membership: each removal first, by a filter, then one addition of all who come.
  package func membershipChange(
    adding added: [GroupMember],
    removing removed: [GroupMember]
  ) -> JSONValue {
    switch patches {
    case .operations:
      let removals = removed.map { member in
        PatchOperation(
          .remove,
          path: "members[value eq \(JSONValue.string(member.id).compactText)]"
        )
      }
      let addition = PatchOperation(
        .add,
        path: "members",
        value: .array(added.map(\.json))
      )
      return PatchOperation.document(removals + (added.isEmpty ? [] : [addition]))
    case .partial:
      let removals = removed.map { member -> JSONValue in
        var object = member.json.object ?? [:]
        object["operation"] = "delete"
        return .object(object)
      }
      return [
        "schemas": [.string(groupSchema)], "members": .array(removals + added.map(\.json)),
      ]
    }
  }

  /// How a full push says who belongs to a group.
  package enum FullPushForm: String, Sendable {
    /// `replace` with the path `members`.
    case path
    /// `replace` without one: the members stand in the value, with id and name.
    case pathless
  }

  /// All members of a group, in place of those that it has.
  package func replacement(
    of id: String,
    named name: String,
    members: [GroupMember],
    _ form: FullPushForm
  ) -> JSONValue {
    let members = JSONValue.array(members.map(\.json))
    switch (patches, form) {
    case (.operations, .path):
      return PatchOperation.document([PatchOperation(.replace, path: "members", value: members)])
    case (.operations, .pathless):
      return PatchOperation.document([
        PatchOperation(
          .replace,
          value: ["members": members, "id": .string(id), "displayName": .string(name)]
        )
      ])
    case (.partial, _):
      return [
        "schemas": [.string(groupSchema)], "meta": ["attributes": ["members"]],
        "members": members,
      ]
    }
  }
}

// MARK: A new group

extension SCIMVersion {
  /// Okta's custom schema of a group's description (Okta, SCIM 1.1 reference).
  private static let describedGroup = "urn:okta:custom:group:1.0"

  /// The body of a create: version 2.0 says `members: []` of an empty group, the sample of 1.1 has no
  /// such key (Okta, SCIM 2.0 reference, SCIM 1.1 reference).
  package func newGroup(_ resource: JSONObject) -> JSONObject {
    guard case .partial = patches, resource["members"]?.array?.isEmpty == true else {
      return resource
    }
    var resource = resource
    resource["members"] = nil
    return resource
  }

  /// Adds a group's description: 1.1 alone is known to carry it (Okta, SCIM 1.1 reference).
  ///
  /// - Parameter always: Whether 2.0 carries it as well.
  package func describe(
    _ resource: inout JSONObject,
    as description: String?,
    always: Bool = false
  ) {
    guard let description else { return }
    if case .operations = patches, !always { return }
    let schemas = resource["schemas"]?.array ?? []
    resource["schemas"] = .array(schemas + [.string(SCIMVersion.describedGroup)])
    resource[SCIMVersion.describedGroup] = ["description": .string(description)]
  }
}
