import JSON
import OAuth
import Profiles
import World

/// The grants of a load's orgs, kept in a file for the next load: making ten thousand of them takes longer
/// than most loads.
package struct SavedGrants: Sendable, Equatable {
  /// A file that holds no grants for this profile.
  package struct Problem: Error, Sendable, Equatable {
    package var words: String
  }

  private static let format = "oktasim-grants/1"

  /// Whose grants they are.
  private let clientID: String
  private let tokenEndpoint: String
  /// By the org's name; `receivedAt` is since 1970.
  private var grants: [String: SavedGrant]

  /// None yet.
  ///
  /// - Throws: Where the profile has no grants.
  package init(_ profile: IntegrationProfile) throws(Problem) {
    guard let client = profile.authentication.client,
      let tokenEndpoint = profile.authentication.tokenEndpoint
    else { throw Problem(words: "--grants is for OAuth, and \(profile.file) has no grants") }
    clientID = client.id
    self.tokenEndpoint = tokenEndpoint
    grants = [:]
  }

  /// Those of a file's content.
  package init(_ bytes: [UInt8], _ profile: IntegrationProfile) throws(Problem) {
    try self.init(profile)
    guard let file = (try? JSONReader.read(bytes))?.object,
      file["format"]?.string == SavedGrants.format, let all = file["grants"]?.object
    else { throw Problem(words: "it holds no grants that a load has saved") }
    guard file["clientID"]?.string == clientID, file["tokenEndpoint"]?.string == tokenEndpoint
    else { throw Problem(words: "its grants are another client's or another app's") }
    for org in all.members {
      guard let accessToken = org.value["accessToken"]?.string,
        let receivedAt = org.value["receivedAt"]?.number?.double, abs(receivedAt) < 1e12
      else { throw Problem(words: "the grant of \(org.key) has no accessToken or no receivedAt") }
      grants[org.key] = SavedGrant(
        accessToken: Secret(accessToken, alias: "access_token"),
        refreshToken: org.value["refreshToken"]?.string.map { Secret($0, alias: "refresh_token") },
        receivedAt: .milliseconds(Int64((receivedAt * 1000).rounded())),
        expiresIn: org.value["expiresIn"]?.integer.map { .seconds($0) },
        scope: org.value["scope"]?.string
      )
    }
  }

  /// For a file that nobody else may read.
  package var content: [UInt8] {
    var all = JSONObject()
    for (org, grant) in grants.sorted(by: { $0.key < $1.key }) {
      var one: JSONObject = [
        "accessToken": .string(grant.accessToken.exposed()),
        "receivedAt": SavedGrants.seconds(grant.receivedAt),
      ]
      one["refreshToken"] = grant.refreshToken.map { .string($0.exposed()) }
      one["expiresIn"] = grant.expiresIn.map { .number(JSONNumber(Int($0.components.seconds))) }
      one["scope"] = grant.scope.map { .string($0) }
      all[org] = .object(one)
    }
    let file: JSONValue = [
      "format": .string(SavedGrants.format), "clientID": .string(clientID),
      "tokenEndpoint": .string(tokenEndpoint), "grants": .object(all),
    ]
    return Array((file.prettyText + "\n").utf8)
  }

  private static func seconds(_ duration: Duration) -> JSONValue {
    .number(JSONNumber(text: duration.inSeconds.rounded(to: 3)))
  }

  package var count: Int { grants.count }

  /// The grant of an org, with instants of a run.
  ///
  /// - Parameter runStart: Milliseconds since 1970.
  func grant(of org: String, runStart: Int64) -> SavedGrant? {
    grants[org].map { saved in
      var grant = saved
      grant.receivedAt -= .milliseconds(runStart)
      return grant
    }
  }

  /// Keeps the grant of an org; nil where it has none any more.
  mutating func keep(_ grant: SavedGrant?, of org: String, runStart: Int64) {
    grants[org] = grant.map { kept in
      var grant = kept
      // To the millisecond, as the file has it.
      let received = (kept.receivedAt.inSeconds * 1000).rounded()
      grant.receivedAt = .milliseconds(runStart + Int64(received))
      return grant
    }
  }
}
