/// The URNs of RFC 7643 and RFC 7644, and those of Okta's own.
package enum SCIMSchema {
  package static let user = "urn:ietf:params:scim:schemas:core:2.0:User"
  package static let group = "urn:ietf:params:scim:schemas:core:2.0:Group"
  package static let enterpriseUser =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
  package static let listResponse = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
  package static let patchOperation = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
  package static let error = "urn:ietf:params:scim:api:messages:2.0:Error"
  /// Okta, guide to entitlements: the schema of a resource type that lists roles.
  package static let oktaRole = "urn:okta:scim:schemas:core:1.0:Role"
  /// Of a resource type that lists entitlements of some kind.
  package static let oktaEntitlement = "urn:okta:scim:schemas:core:1.0:Entitlement"
}
