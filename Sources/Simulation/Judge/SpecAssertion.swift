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
  /// What request 6 has sent there.
  case isAsCreated(String)
  /// The id that the request names.
  case isAskedID
  /// A list under `Resources`, where `totalResults` is 1 or more.
  case listsSomebody

  /// Okta, SCIM 2.0 SPEC test (May 2024) and entitlements test, the assertions of each request but those
  /// on response time.
  static func all(of request: SpecRequest) -> [SpecAssertion] {
    switch request {
    case .listUsers:
      [
        .status(200), .notEmpty("Resources"), .schema(SCIMSchema.listResponse),
        .isNumber("itemsPerPage"), .isNumber("startIndex"), .isNumber("totalResults"),
      ] + userPaths.map { .notEmpty("Resources[0].\($0)") }
    case .readFirstUser: [.status(200)] + userPaths.map { .notEmpty($0) } + [.isAskedID]
    case .findNobody, .findNewUser:
      [.status(200), .schema(SCIMSchema.listResponse), .equals("totalResults", "0")]
    case .readNobody: [.status(404), .notEmpty("detail"), .schema(SCIMSchema.error)]
    case .create:
      [
        .status(201), .equals("active", "true"), .notEmpty("id"), .isAsCreated("name.familyName"),
        .isAsCreated("name.givenName"), .schema(SCIMSchema.user), .isAsCreated("userName"),
      ]
    case .readCreated:
      [
        .status(200), .isAsCreated("userName"), .isAsCreated("name.familyName"),
        .isAsCreated("name.givenName"),
      ]
    case .createAgain: [.status(409)]
    case .findInCapitals: [.status(200)]
    case .listGroups: [.status(200), .listsSomebody]
    case .findWithBadToken:
      [
        .status(401), .notEmpty("detail"), .equals("status", "401"), .schema(SCIMSchema.error),
      ]
    case .listEntitlements:
      [
        .status(200), .notEmpty("Resources"), .schema(SCIMSchema.listResponse),
        .isNumber("itemsPerPage"), .isNumber("startIndex"), .isNumber("totalResults"),
        .equals("itemsPerPage", "1"),
      ]
    case .readMissingID:
      [
        .status(404), .notEmpty("detail"), .equals("status", "404"), .schema(SCIMSchema.error),
      ]
    }
  }

  private static let userPaths = [
    "id", "name.familyName", "name.givenName", "userName", "active", "emails[0].value",
  ]

  /// Below which everything else is missing with it.
  var parent: String? {
    if case .notEmpty(let path) = self, path == "Resources" { "Resources[0]" } else { nil }
  }

  /// Where it looks; nil for the answer as a whole.
  var path: String? {
    switch self {
    case .notEmpty(let path), .isNumber(let path), .equals(let path, _), .isAsCreated(let path):
      path
    case .status, .schema, .isAskedID, .listsSomebody: nil
    }
  }
}
