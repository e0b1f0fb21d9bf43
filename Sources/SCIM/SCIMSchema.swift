/// The URNs of RFC 7643 and RFC 7644.
package enum SCIMSchema {
  package static let user = "urn:ietf:params:scim:schemas:core:2.0:User"
  package static let group = "urn:ietf:params:scim:schemas:core:2.0:Group"
  package static let enterpriseUser =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
  package static let listResponse = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
  package static let patchOperation = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
  package static let error = "urn:ietf:params:scim:api:messages:2.0:Error"
}
