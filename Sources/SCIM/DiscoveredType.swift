import HTTP
import JSON

/// A resource type of an app that lists roles or entitlements, as Okta reads it.
package struct DiscoveredType: Sendable, Equatable {
  /// `role` or `entitlement`, by the type's schema.
  package let kind: Intent.ResourceType
  /// What Okta shows in its Governance tab, and what an entitlement has for its `type`.
  package let name: String
  /// Below the base URL: `/Roles`.
  package let path: String

  /// nil for a type of another schema, and for one that lacks what Okta reads.
  ///
  /// Okta, guide to entitlements; assumed: a URN does not tell case apart (RFC 8141 section 3.1 says so
  /// of its first two parts).
  package init?(_ resourceType: JSONObject) {
    guard let kind = DiscoveredType.kind(of: resourceType),
      let name = resourceType[ignoringCase: "name"]?.string, !name.isEmpty,
      let endpoint = resourceType[ignoringCase: "endpoint"]?.string,
      let path = DiscoveredType.path(endpoint)
    else { return nil }
    self.kind = kind
    self.name = name
    self.path = path
  }

  /// What a resource type lists, by its schema; nil for neither roles nor entitlements.
  package static func kind(of resourceType: JSONObject) -> Intent.ResourceType? {
    let schema = resourceType[ignoringCase: "schema"]?.string?.lowercased()
    if schema == SCIMSchema.oktaRole.lowercased() { return .role }
    return schema == SCIMSchema.oktaEntitlement.lowercased() ? .entitlement : nil
  }

  /// The path that an endpoint names below the base URL; nil for none.
  ///
  /// RFC 7643 section 6: relative to the base URL. An absolute URL, or one that leaves the base URL,
  /// would have the credential sent elsewhere. Assumed: Okta takes `Roles` for `/Roles`.
  package static func path(_ endpoint: String) -> String? {
    let path = endpoint.hasPrefix("/") ? endpoint : "/" + endpoint
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/-._~".utf8.contains(byte)
      }
    }
    // `.` and `..` would name another resource (RFC 3986 section 5.2.4).
    let isOdd = segments.contains { $0.isEmpty || $0 == "." || $0 == ".." }
    return isPlain && !isOdd && path.utf8.count <= 200 ? path : nil
  }
}
