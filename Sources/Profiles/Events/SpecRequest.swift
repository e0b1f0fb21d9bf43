/// One of the twelve requests of Okta's SPEC test for SCIM 2.0, in its order, or the one of its test of
/// entitlements.
///
/// Okta, SCIM 2.0 SPEC test (the file of May 2024) and entitlements test: requests of Okta's test
/// runner, most of which its provisioning never makes.
package enum SpecRequest: String, Sendable, CaseIterable {
  case listUsers = "list users"
  case readFirstUser = "read first user"
  case findNobody = "find nobody"
  case readNobody = "read nobody"
  case findNewUser = "find new user"
  case create = "create"
  case readCreated = "read created"
  case createAgain = "create again"
  case findInCapitals = "find in capitals"
  case listGroups = "list groups"
  case findWithBadToken = "find with a bad token"
  case readMissingID = "read missing id"
  /// The request of the test of entitlements, made of each endpoint that was discovered.
  case listEntitlements = "list entitlements"

  /// The requests of the SPEC test for SCIM 2.0.
  package static let ofSpecTest = allCases.filter { $0 != .listEntitlements }

  /// Its number in Okta's SPEC test, from 1; nil for that of the test of entitlements.
  package var number: Int? { Self.ofSpecTest.firstIndex(of: self).map { $0 + 1 } }

  /// - Parameter number: In Okta's SPEC test, from 1.
  package init?(number: Int) {
    guard Self.ofSpecTest.indices.contains(number - 1) else { return nil }
    self = Self.ofSpecTest[number - 1]
  }

  /// As a report names it: `Okta's SPEC test, request 3`.
  package var place: String {
    number.map { "Okta's SPEC test, request \($0)" } ?? "Okta's test of entitlements"
  }

  /// The request from whose answer it takes the id that it names; nil where it needs none.
  package var source: SpecRequest? {
    switch self {
    case .readFirstUser: .listUsers
    case .readCreated, .createAgain: .create
    case .listUsers, .findNobody, .readNobody, .findNewUser, .create, .findInCapitals,
      .listGroups, .findWithBadToken, .readMissingID, .listEntitlements:
      nil
    }
  }
}
