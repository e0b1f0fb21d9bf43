import JSON

/// What the app says about itself (RFC 7643 sections 5 to 7, RFC 7644 section 4).
enum Discovery {
  /// How many resources a page has at most.
  static let pageSize = 200

  /// The document at an endpoint, or nil where there is none.
  ///
  /// - Parameter features: What it names of Okta's features.
  static func document(
    _ endpoint: String,
    id: String?,
    baseURL: String,
    features: [String]
  ) -> JSONValue? {
    let root = baseURL + "/scim/v2"
    switch endpoint {
    case "ServiceProviderConfig":
      return id == nil ? serviceProviderConfig(root, features) : nil
    case "ResourceTypes":
      let catalogues = Catalogue.allCases.map { resourceType($0, root) }
      return choose(
        from: [resourceType(.user, root), resourceType(.group, root)] + catalogues,
        id: id
      )
    case "Schemas":
      return choose(from: [userSchema(root), enterpriseSchema(root), groupSchema(root)], id: id)
    default:
      return nil
    }
  }

  private static func choose(from documents: [JSONValue], id: String?) -> JSONValue? {
    if let id { return documents.first { $0["id"]?.string == id } }
    return [
      "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      "totalResults": .number(JSONNumber(documents.count)),
      "startIndex": 1,
      "itemsPerPage": .number(JSONNumber(documents.count)),
      "Resources": .array(documents),
    ]
  }

  /// Okta's own schema of what an app behind its on-prem agent supports.
  static let oktaSchema = "urn:okta:schemas:scim:providerconfig:1.0"

  private static func serviceProviderConfig(_ root: String, _ features: [String]) -> JSONValue {
    [
      "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig", .string(oktaSchema),
      ],
      "patch": ["supported": true],
      "bulk": ["supported": false, "maxOperations": 0, "maxPayloadSize": 0],
      "filter": ["supported": true, "maxResults": .number(JSONNumber(pageSize))],
      "changePassword": ["supported": true],
      "sort": ["supported": false],
      "etag": ["supported": false],
      "authenticationSchemes": [
        [
          "type": "oauthbearertoken",
          "name": "OAuth Bearer Token",
          "description": "an access token of this app's authorization server (RFC 6750)",
          "primary": true,
        ]
      ],
      oktaSchema: ["userManagementCapabilities": .array(features.map { .string($0) })],
      "meta": [
        "resourceType": "ServiceProviderConfig",
        "location": .string(root + "/ServiceProviderConfig"),
      ],
    ]
  }

  private static func resourceType(_ kind: ResourceKind, _ root: String) -> JSONValue {
    var type: JSONObject = [
      "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
      "id": .string(kind.rawValue),
      "name": .string(kind.rawValue),
      "endpoint": .string("/" + kind.endpoint),
      "schema": .string(kind.schema),
    ]
    if kind == .user {
      type["schemaExtensions"] = [
        ["schema": .string(ResourceKind.enterpriseExtension), "required": false]
      ]
    }
    type["meta"] = [
      "resourceType": "ResourceType",
      "location": .string("\(root)/ResourceTypes/\(kind.rawValue)"),
    ]
    return .object(type)
  }

  /// Okta, guide to entitlements.
  private static func resourceType(_ catalogue: Catalogue, _ root: String) -> JSONValue {
    [
      "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
      "id": .string(catalogue.rawValue),
      "name": .string(catalogue.rawValue),
      "description": .string("What this app has of the kind \(catalogue.rawValue)"),
      "endpoint": .string("/" + catalogue.endpoint),
      "schema": .string(catalogue.schema),
      "meta": [
        "resourceType": "ResourceType",
        "location": .string("\(root)/ResourceTypes/\(catalogue.rawValue)"),
      ],
    ]
  }

  private static func userSchema(_ root: String) -> JSONValue {
    let texts = [
      "displayName", "nickName", "title", "userType", "preferredLanguage", "locale", "timezone",
    ]
    let names = [
      "formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix",
    ]
    return schema(
      ResourceKind.user.schema,
      name: "User",
      root,
      [
        attribute("userName", required: true, uniqueness: "server"),
        attribute("name", type: "complex", subAttributes: names.map { attribute($0) }),
      ] + texts.map { attribute($0) } + [
        attribute("profileUrl", type: "reference"),
        attribute("active", type: "boolean"),
        attribute("password", mutability: "writeOnly", returned: "never"),
        attribute("emails", type: "complex", multiValued: true, subAttributes: plural),
        attribute("phoneNumbers", type: "complex", multiValued: true, subAttributes: plural),
        attribute("entitlements", type: "complex", multiValued: true, subAttributes: plural),
        attribute("roles", type: "complex", multiValued: true, subAttributes: plural),
        attribute(
          "groups",
          type: "complex",
          multiValued: true,
          mutability: "readOnly",
          subAttributes: ["value", "$ref", "display"].map { attribute($0, mutability: "readOnly") }
        ),
      ]
    )
  }

  private static func enterpriseSchema(_ root: String) -> JSONValue {
    let texts = ["employeeNumber", "costCenter", "organization", "division", "department"]
    return schema(
      ResourceKind.enterpriseExtension,
      name: "EnterpriseUser",
      root,
      texts.map { attribute($0) } + [
        attribute(
          "manager",
          type: "complex",
          subAttributes: ["value", "displayName"].map { attribute($0) }
        )
      ]
    )
  }

  private static func groupSchema(_ root: String) -> JSONValue {
    schema(
      ResourceKind.group.schema,
      name: "Group",
      root,
      [
        attribute("displayName", required: true, uniqueness: "server"),
        attribute(
          "members",
          type: "complex",
          multiValued: true,
          subAttributes: ["value", "$ref", "display"].map { attribute($0, mutability: "immutable") }
        ),
      ]
    )
  }

  private static let plural = [
    attribute("value"), attribute("display"), attribute("type"),
    attribute("primary", type: "boolean"),
  ]

  private static func schema(
    _ id: String,
    name: String,
    _ root: String,
    _ attributes: [JSONValue]
  ) -> JSONValue {
    [
      "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
      "id": .string(id),
      "name": .string(name),
      "attributes": .array(attributes),
      "meta": ["resourceType": "Schema", "location": .string("\(root)/Schemas/\(id)")],
    ]
  }

  /// One attribute's characteristics (RFC 7643 section 7).
  private static func attribute(
    _ name: String,
    type: String = "string",
    multiValued: Bool = false,
    required: Bool = false,
    mutability: String = "readWrite",
    returned: String = "default",
    uniqueness: String = "none",
    subAttributes: [JSONValue] = []
  ) -> JSONValue {
    var attribute: JSONObject = [
      "name": .string(name),
      "type": .string(type),
      "multiValued": .boolean(multiValued),
      "required": .boolean(required),
      "caseExact": false,
      "mutability": .string(mutability),
      "returned": .string(returned),
      "uniqueness": .string(uniqueness),
    ]
    if !subAttributes.isEmpty { attribute["subAttributes"] = .array(subAttributes) }
    return .object(attribute)
  }
}
