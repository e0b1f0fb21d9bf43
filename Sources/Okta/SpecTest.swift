import HTTP
import JSON
import Profiles
import SCIM
import Synchronization

/// What the answers to earlier requests of Okta's SPEC test have brought for later ones.
package final class SpecTest: Sendable {
  private struct Answers {
    /// Whom the app lists first.
    var firstID: String?
    /// Whom the test has made.
    var createdID: String?
    /// Whether the app has acknowledged that.
    var isCreated = false
  }

  private let answers = Mutex(Answers())

  /// What a scenario calls the user whom the test makes.
  static let person = "runscope"
  /// Okta, SCIM 2.0 SPEC test, variables of the initial script: `Runscope300`, `Hfluaklab151`, and both
  /// before the domain; the namespace stands for what the script makes up.
  static let names = [
    AttributeChange(name: "login", value: "Runscope300H{namespace}@{domain}"),
    AttributeChange(name: "firstName", value: "Runscope300"),
    AttributeChange(name: "lastName", value: "H{namespace}"),
  ]
  /// Okta, SCIM 2.0 SPEC test, initial script: a user name that no app has.
  private static let missingName = "abcdefgh@atko.com"
  /// Okta, SCIM 2.0 SPEC test, initial script: an id that no app has.
  private static let missingID = "010101001010101011001010101011"
  /// Okta, SCIM 2.0 SPEC test, request 12.
  private static let otherMissingID = "00919288221112222"
  /// Okta, SCIM 2.0 SPEC test, request 11: the whole value of the Authorization field.
  static let badToken = "non-token"

  /// The request as Okta's test makes it; nil where the app has not given the id that it names, or has
  /// not made whom it would make again.
  ///
  /// - Parameters:
  ///   - user: Whom the test makes.
  ///   - userName: What that user is called at the app.
  ///   - space: How a space is written in the query, `%20` or `+`.
  ///   - version: Which of Okta's two tests it is.
  func request(
    _ request: SpecRequest,
    for user: OktaUser,
    called userName: String,
    space: String,
    _ version: SCIMVersion
  ) -> SCIMRequest? {
    func find(_ value: String) -> SCIMRequest {
      .find(.user, where: "userName", equals: value, space: space)
    }
    let answers = self.answers.withLock { $0 }
    // The script has what stands before the domain in capitals.
    let parts = userName.split(separator: "@", maxSplits: 1)
    let inCapitals = ([parts[0].uppercased()] + parts.dropFirst().map(String.init))
      .joined(separator: "@")
    var made: SCIMRequest? =
      switch request {
      case .readConfiguration: .describe(.configuration)
      case .listResourceTypes: .describe(.resourceType)
      case .listSchemas: .describe(.schema)
      case .writeConfiguration: .post("test", to: .configuration)
      case .writeResourceTypes: .post("test", to: .resourceType)
      case .writeSchemas: .post("", to: .schema)
      case .listUsers: .listFirst(.user)
      case .readFirstUser: answers.firstID.map { .retrieve(.user, id: $0) }
      case .findNobody: find(Self.missingName)
      case .readNobody: .retrieve(.user, id: Self.missingID)
      case .findNewUser: find(userName)
      case .create: .create(.user, resource(of: user, called: userName, version))
      case .createAgain:
        answers.isCreated ? .create(.user, resource(of: user, called: userName, version)) : nil
      case .readCreated: answers.createdID.map { .retrieve(.user, id: $0) }
      case .findInCapitals:
        SpecTest.comparesInCapitals(version)
          ? find(inCapitals) : .find(.user, by: inCapitals)
      case .findWithBadToken: find(inCapitals)
      case .listGroups: .list(.group)
      case .readMissingID: .retrieve(.user, id: Self.otherMissingID)
      // Of each endpoint that was discovered.
      case .listEntitlements: nil
      }
    made?.testFields = Self.fields(of: request, version)
    return made
  }

  /// Whether the look-up in capitals is one: that of the older test has the name alone for a filter,
  /// which is no expression.
  package static func comparesInCapitals(_ version: SCIMVersion) -> Bool {
    version.errors == .message
  }

  /// The fields of Okta's tests differ from those of its provisioning: a GET carries a Content-Type, a
  /// create plain JSON's, and the agent is the test's.
  ///
  /// Okta, SCIM 2.0 SPEC test, requests 1 to 10; SCIM 1.1 SPEC test. Of the latter the first request has
  /// the newer version's type, and the second no agent.
  private static func fields(of request: SpecRequest, _ version: SCIMVersion) -> HTTPFields {
    let type = version.mediaType
    if request == .create || request == .createAgain {
      return ["Accept": "\(type); charset=utf-8", "Content-Type": "application/json"]
    }
    let sent = request == .readConfiguration ? SCIMVersion.v2.mediaType : type
    var fields: HTTPFields = [
      "Accept": type,
      "Accept-Charset": "utf-8",
      "Content-Type": "\(sent); charset=utf-8",
    ]
    if request != .writeConfiguration { fields.append("User-Agent", "OKTA SCIM Integration") }
    return fields
  }

  /// The request of Okta's test of entitlements: `GET {endpoint}?count=1&startIndex=1`.
  ///
  /// Assumed: with the fields of the SPEC test, which the same test runner makes.
  static func request(of type: DiscoveredType) -> SCIMRequest {
    var request = SCIMRequest.list(type, (startIndex: 1, count: 1), countFirst: true)
    request.testFields = fields(of: .listEntitlements, .v2)
    return request
  }

  /// The body of the creates: no password, no externalId, no groups.
  private func resource(
    of user: OktaUser,
    called userName: String,
    _ version: SCIMVersion
  ) -> JSONObject {
    func value(_ name: String) -> JSONValue { .string(user[name] ?? "") }
    return [
      "schemas": [.string(version.userSchema)],
      "userName": .string(userName),
      "name": ["givenName": value("firstName"), "familyName": value("lastName")],
      "emails": [["primary": true, "value": value("email"), "type": "work"]],
      "displayName": value("displayName"),
      "active": true,
    ]
  }

  /// Keeps what later requests name.
  ///
  /// - Parameter answer: nil of one that was refused.
  func note(_ answer: JSONObject?, to request: SpecRequest) {
    switch request {
    case .listUsers:
      let first = answer?[ignoringCase: "Resources"]?.array?.first?.object?.resourceID
      answers.withLock { $0.firstID = first }
    case .create:
      let id = answer?.resourceID
      answers.withLock {
        $0.createdID = id
        $0.isCreated = answer != nil
      }
    default: break
    }
  }
}
