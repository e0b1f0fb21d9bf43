/// One of the requests of Okta's SPEC tests, in their order, or the one of its test of entitlements.
///
/// Okta, SCIM 2.0 SPEC test (the file of May 2024), SCIM 1.1 SPEC test (exported in November 2016),
/// entitlements test: requests of Okta's test runner, most of which its provisioning never makes.
package enum SpecRequest: String, Sendable, CaseIterable {
  case readConfiguration = "read configuration"
  case writeConfiguration = "write configuration"
  case listResourceTypes = "list resource types"
  case writeResourceTypes = "write resource types"
  case listSchemas = "list schemas"
  case writeSchemas = "write schemas"
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

  /// The requests of the test for a version, in the order of Okta's file: the older one asks first what
  /// the app says of itself, the newer one ends with two refusals.
  package static func all(of version: SCIMSettings.Version) -> [SpecRequest] {
    switch version {
    case .v1: discovery + common
    case .v2: common + [.findWithBadToken, .readMissingID]
    }
  }

  private static let discovery: [SpecRequest] = [
    .readConfiguration, .writeConfiguration, .listResourceTypes, .writeResourceTypes, .listSchemas,
    .writeSchemas,
  ]

  private static let common: [SpecRequest] = [
    .listUsers, .readFirstUser, .findNobody, .readNobody, .findNewUser, .create, .readCreated,
    .createAgain, .findInCapitals, .listGroups,
  ]

  /// Its number in Okta's file for a version, from 1; nil where that has no such request.
  package func number(in version: SCIMSettings.Version) -> Int? {
    Self.all(of: version).firstIndex(of: self).map { $0 + 1 }
  }

  /// Whether it asks for what the app says of itself, which Okta's file calls optional.
  package var isOfDiscovery: Bool { Self.discovery.contains(self) }

  /// The request from whose answer it takes the id that it names; nil where it needs none.
  package var source: SpecRequest? {
    switch self {
    case .readFirstUser: .listUsers
    case .readCreated, .createAgain: .create
    case .readConfiguration, .writeConfiguration, .listResourceTypes, .writeResourceTypes,
      .listSchemas, .writeSchemas, .listUsers, .findNobody, .readNobody, .findNewUser, .create,
      .findInCapitals, .listGroups, .findWithBadToken, .readMissingID,
      .listEntitlements:
      nil
    }
  }
}
