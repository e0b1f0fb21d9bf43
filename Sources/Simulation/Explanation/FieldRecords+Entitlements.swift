import HTTP
import Profiles

// Okta-behaviour 8, 11.

extension FieldRecord {
  private static let given = ["assign.entitlements", "update.entitlements"]
  private static let taken = ["update.entitlements-taken"]

  /// What Okta reads of an app with entitlements or an imported schema, and what it gives to people.
  static let ofEntitlements: [FieldRecord] = [
    // MARK: Discovery
    FieldRecord(
      [.page],
      of: .resourceType,
      .request,
      .confirmed,
      [.entitlements, .releaseNotes, .oinInstance],
      settings: ["scim.entitlements", "scim.importUserSchema"],
      """
      read when provisioning is switched on; with Import User Schema for the extensions of users, at a \
      moment that is inferred
      """
    ),
    FieldRecord(
      [.page],
      of: .schema,
      .request,
      .confirmed,
      [.entitlements, .releaseNotes, .oinInstance],
      settings: ["scim.entitlements", "scim.importUserSchema"],
      "behind the resource types: only extensions that Okta does not know need be there"
    ),
    FieldRecord(
      [.page],
      of: .role,
      .request,
      .confirmed,
      [.entitlements],
      settings: ["scim.entitlements"],
      "each endpoint that a resource type with Okta's schema of roles names"
    ),
    FieldRecord(
      [.page],
      of: .entitlement,
      .request,
      .confirmed,
      [.entitlements],
      settings: ["scim.entitlements"],
      "each endpoint that a resource type with Okta's schema of entitlements names"
    ),
    FieldRecord(
      [.page],
      of: .role,
      .query("startIndex", "count"),
      .unknown,
      [.entitlementTest],
      settings: ["okta.entitlementPaging"],
      "as users are imported; Okta's test asks for one, and what its provisioning asks for is unpublished"
    ),
    FieldRecord(
      [.page],
      of: .role,
      .queryOrder,
      .unknown,
      [.entitlementTest],
      settings: ["okta.entitlementPaging"],
      "as users are imported; Okta's test has count first"
    ),
    FieldRecord(
      [.page],
      of: .entitlement,
      .query("startIndex", "count"),
      .unknown,
      [.entitlementTest],
      settings: ["okta.entitlementPaging"],
      "as users are imported; Okta's test asks for one, and what its provisioning asks for is unpublished"
    ),
    FieldRecord(
      [.page],
      of: .entitlement,
      .queryOrder,
      .unknown,
      [.entitlementTest],
      settings: ["okta.entitlementPaging"],
      "as users are imported; Okta's test has count first"
    ),
    // MARK: User writes
    FieldRecord(
      [.read, .replace],
      of: .user,
      .request,
      moments: ["update.entitlements"] + taken,
      .confirmed,
      [.entitlements, .scim20],
      settings: ["scim.entitlements", "scim.capabilities"],
      "as a changed profile: read and put, in every family"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body("roles[].value", "roles[].display"),
      moments: given,
      .confirmed,
      [.entitlements],
      settings: ["scim.entitlements"],
      "the id and the displayName that the app has listed; that a PUT carries all of them is inferred"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .body("entitlements[].value", "entitlements[].display", "entitlements[].type"),
      moments: given,
      .confirmed,
      [.entitlements],
      settings: ["scim.entitlements"],
      "the id and the displayName that the app has listed, and the name of the resource type"
    ),
    FieldRecord(
      [.create, .replace],
      of: .user,
      .bodyOrder,
      moments: given + taken,
      .inferred,
      [.entitlements, .scim20],
      settings: ["scim.entitlements"],
      "as in Okta's samples; where among the keys roles and entitlements stand is not published"
    ),
    FieldRecord(
      [.replace],
      of: .user,
      .body(
        "roles[]",
        "roles[].value",
        "roles[].display",
        "entitlements[]",
        "entitlements[].value",
        "entitlements[].display",
        "entitlements[].type"
      ),
      moments: taken,
      .unknown,
      [],
      settings: ["okta.clearedEntitlements"],
      "how a PUT says that there are none left"
    ),
  ]
}
