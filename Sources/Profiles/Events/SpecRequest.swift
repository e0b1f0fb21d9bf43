/// One of the twelve requests of Okta's SPEC test for SCIM 2.0, in its order.
///
/// Okta, SCIM 2.0 SPEC test (the file of May 2024): requests of Okta's test runner, most of which its
/// provisioning never makes.
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

  /// Its number in Okta's file, from 1.
  package var number: Int {
    guard let place = Self.allCases.firstIndex(of: self) else {
      preconditionFailure("each request is in the list of all")
    }
    return place + 1
  }

  /// - Parameter number: From 1.
  package init?(number: Int) {
    guard Self.allCases.indices.contains(number - 1) else { return nil }
    self = Self.allCases[number - 1]
  }

  /// The request from whose answer it takes the id that it names; nil where it needs none.
  package var source: SpecRequest? {
    switch self {
    case .readFirstUser: .listUsers
    case .readCreated, .createAgain: .create
    case .listUsers, .findNobody, .readNobody, .findNewUser, .create, .findInCapitals,
      .listGroups, .findWithBadToken, .readMissingID:
      nil
    }
  }
}
