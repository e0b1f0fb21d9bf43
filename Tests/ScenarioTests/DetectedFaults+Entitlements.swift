import SampleApp
import Simulation

/// The faults of what Okta discovers, and of people's roles and entitlements (okta-behaviour section 8).
extension DetectedFault {
  private static let guide = "Okta, guide to entitlements"
  private static let types = "RFC 7643 section 6; Okta, guide to entitlements"

  static let entitlements = [
    discovered(
      .resourceTypesArray,
      "SCIM.list-unreadable",
      ["S-14"],
      source: "RFC 7644 section 3.4.2"
    ),
    discovered(.resourceTypesWithoutRoles, "discovery.no-entitlements", source: guide),
    discovered(.resourceTypeWithoutEndpoint, "discovery.resource-type", source: types),
    discovered(
      .rolesEndpoint404,
      "discovery.refused",
      source: "RFC 7644 section 4; Okta, guide to entitlements"
    ),
    discovered(.rolesWithoutID, "discovery.id", source: guide),
    discovered(.rolesWithoutName, "discovery.display-name", source: guide),
    discovered(
      .rolesCountIgnored,
      "SCIM.list-count",
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "okta-entitlements-spec",
      "spec list entitlements"
    ),
    discovered(.licenseTypeOther, "discovery.type", source: guide),
    discovered(.licenseDescriptionLong, "discovery.description", source: guide),
    discovered(
      .schemasWithoutUser,
      "discovery.user-schema-missing",
      source: "Okta, release notes of 2026-05; RFC 7643 section 7",
      at: "user-schema"
    ),
    discovered(
      .schemaTypeUnknown,
      "discovery.attribute",
      source: "RFC 7643 section 7",
      at: "user-schema"
    ),
    discovered(
      .userExtensionUndefined,
      "discovery.extension-missing",
      source: "RFC 7643 section 7; Okta, guide to entitlements",
      at: "user-schema"
    ),
    given(.createDropsEntitlements),
    given(.putKeepsRoles, at: "roles-exchanged", "update ada  role #2"),
    given(.putAddsRolesOnly, at: "roles-exchanged", "update ada  role #2"),
    DetectedFault(
      .entitlementsNeverShown,
      "S-01.entitlements-never-shown",
      as: .warning,
      .serviceProvider,
      ["S-01"],
      source: "RFC 7643 section 4.1.2; Okta, guide to entitlements",
      at: "roles-given",
      "assign ada  firstName Ada  lastName Lovelace  role #1"
    ),
  ]

  /// A fault that shows when the connection is saved.
  private static func discovered(
    _ fault: Fault,
    _ id: String,
    _ failureModes: [String] = [],
    source: String,
    at scenario: String = "entitlements-discovered",
    _ line: String = "save connection",
    also: [String: String] = [:]
  ) -> DetectedFault {
    DetectedFault(
      fault,
      id,
      .serviceProvider,
      failureModes,
      source: source,
      at: scenario,
      line,
      also: also
    )
  }

  /// A fault that shows where something is given to somebody, or taken.
  private static func given(
    _ fault: Fault,
    at scenario: String = "roles-given",
    _ line: String = "assign ada  firstName Ada  lastName Lovelace  role #1"
  ) -> DetectedFault {
    DetectedFault(
      fault,
      "S-01.entitlement-not-done",
      .serviceProvider,
      ["S-01", "S-07"],
      source: "RFC 7644 section 3.3, section 3.5.1; Okta, guide to entitlements",
      at: scenario,
      line
    )
  }
}
