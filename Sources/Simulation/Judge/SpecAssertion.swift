import Okta
import Profiles
import SCIM

/// What Okta's SPEC test asserts of an answer.
enum SpecAssertion: Sendable {
  case status(Int)
  /// There, and neither null nor an empty text or list.
  case notEmpty(String)
  case isNumber(String)
  /// A list of `schemas` that has this one.
  case schema(String)
  /// As text: Okta's test runner takes `true` for `"true"` and 401 for `"401"`.
  case equals(String, String)
  /// What the create has sent there.
  case isAsCreated(String)
  /// The id that the request names.
  case isAskedID
  /// A list under `Resources`, where `totalResults` is 1 or more.
  case listsSomebody

  static func wantedStatus(of request: SpecRequest, _ version: SCIMVersion) -> Int? {
    for case .status(let wanted) in all(of: request, version) { return wanted }
    return nil
  }

  /// Okta, SCIM 2.0 SPEC test (May 2024) and SCIM 1.1 SPEC test (November 2016), entitlements test, the
  /// assertions of each request but those on response time.
  ///
  /// Of the list of groups the older test wants one at least; here as in the newer one an app may have
  /// none yet.
  static func all(of request: SpecRequest, _ version: SCIMVersion) -> [SpecAssertion] {
    // A list of version 1.1 has no schema of its own, and its errors have none at all.
    let list = SpecAssertion.schema(version.listSchema ?? version.userSchema)
    let error = version.errors == .message ? [SpecAssertion.schema(SCIMSchema.error)] : []
    return switch request {
    case .readConfiguration:
      [.status(200), .schema(version.userSchema)] + configuration.map { .notEmpty($0) }
    case .listResourceTypes:
      [.status(200), .notEmpty("Resources"), list]
        + ["name", "endpoint", "schema"].map { .notEmpty("Resources[0].\($0)") }
    case .listSchemas:
      // The one list that is to have a schema of its own.
      [.status(200), .notEmpty("Resources"), .schema(version.userSchema + ":ListResponse")]
        + ["id", "attributes"].map { .notEmpty("Resources[0].\($0)") }
    case .writeConfiguration, .writeResourceTypes, .writeSchemas: [.status(405)]
    case .listUsers:
      [
        .status(200), .notEmpty("Resources"), list, .isNumber("itemsPerPage"),
        .isNumber("startIndex"), .isNumber("totalResults"),
      ] + userPaths.map { .notEmpty("Resources[0].\($0)") }
    case .readFirstUser: [.status(200)] + userPaths.map { .notEmpty($0) } + [.isAskedID]
    case .findNobody, .findNewUser: [.status(200), list, .equals("totalResults", "0")]
    // A detail in 1.1 as well, which has a description in a list for it (section 3.9).
    case .readNobody: [.status(404), .notEmpty("detail")] + error
    case .create:
      [
        .status(201), .equals("active", "true"), .notEmpty("id"), .isAsCreated("name.familyName"),
        .isAsCreated("name.givenName"), .schema(version.userSchema), .isAsCreated("userName"),
      ]
    case .readCreated:
      [
        .status(200), .isAsCreated("userName"), .isAsCreated("name.familyName"),
        .isAsCreated("name.givenName"),
      ]
    case .createAgain: [.status(409)]
    case .findInCapitals: [.status(SpecTest.comparesInCapitals(version) ? 200 : 400)]
    case .listGroups: [.status(200), .listsSomebody]
    case .findWithBadToken:
      [.status(401), .notEmpty("detail"), .equals("status", "401")] + error
    case .listEntitlements:
      [
        .status(200), .notEmpty("Resources"), list, .isNumber("itemsPerPage"),
        .isNumber("startIndex"), .isNumber("totalResults"), .equals("itemsPerPage", "1"),
      ]
    case .readMissingID:
      [.status(404), .notEmpty("detail"), .equals("status", "404")] + error
    }
  }

  private static let userPaths = [
    "id", "name.familyName", "name.givenName", "userName", "active", "emails[0].value",
  ]

  /// Okta, SCIM 1.1 SPEC test, request 1.
  private static let configuration = [
    "patch.supported", "bulk.supported", "bulk.maxOperations", "bulk.maxPayloadSize",
    "filter.supported", "filter.maxResults", "changePassword.supported", "sort.supported",
    "etag.supported", "authenticationSchemes", "authenticationSchemes[0].type",
    "authenticationSchemes[0].description",
  ]

  /// Below which everything else is missing with it.
  var parent: String? {
    guard case .notEmpty(let path) = self else { return nil }
    return ["Resources", "authenticationSchemes"].contains(path) ? path + "[0]" : nil
  }

  /// Where it looks; nil for the answer as a whole.
  var path: String? {
    switch self {
    case .notEmpty(let path), .isNumber(let path), .equals(let path, _), .isAsCreated(let path):
      path
    case .status, .schema, .isAskedID, .listsSomebody: nil
    }
  }

  /// In how many milliseconds the answer is to be there, as the same files have it; nil for no limit.
  static func limit(of request: SpecRequest, _ version: SCIMVersion) -> Int? {
    switch request {
    case .readConfiguration, .listResourceTypes, .listSchemas: 400
    case .writeConfiguration, .writeResourceTypes, .writeSchemas, .findWithBadToken, .readMissingID,
      .listEntitlements:
      nil
    case .listGroups: 600
    case .findNobody: version.errors == .message ? nil : 400
    case .listUsers, .readFirstUser, .readNobody, .findNewUser, .create, .readCreated,
      .createAgain, .findInCapitals:
      version.errors == .message ? nil : 600
    }
  }
}
