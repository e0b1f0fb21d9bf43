import JSON
import Profiles
import Synchronization

/// What an app behind the on-prem agent may name as supported.
///
/// Okta help, "SCIM messages" (on-prem agent), has all but the last, which the management API's list of
/// features has.
package enum ManagementFeature: String, Sendable, CaseIterable {
  case groupPush = "GROUP_PUSH"
  case importNewUsers = "IMPORT_NEW_USERS"
  case importProfileUpdates = "IMPORT_PROFILE_UPDATES"
  case pushNewUsers = "PUSH_NEW_USERS"
  case pushPasswordUpdates = "PUSH_PASSWORD_UPDATES"
  case pushPendingUsers = "PUSH_PENDING_USERS"
  case pushProfileUpdates = "PUSH_PROFILE_UPDATES"
  case pushUserDeactivation = "PUSH_USER_DEACTIVATION"
  case reactivateUsers = "REACTIVATE_USERS"
  case incrementalImports = "OPP_SCIM_INCREMENTAL_IMPORTS"

  /// Under which a configuration names them.
  static let schema = "urn:okta:schemas:scim:providerconfig:1.0"

  /// Those that a configuration names; nil where it says nothing of them.
  static func named(in configuration: JSONObject) -> Set<ManagementFeature>? {
    let told = configuration[ignoringCase: schema]?.object
    return told?[ignoringCase: "userManagementCapabilities"]?.array.map { names in
      Set(names.compactMap { $0.string.flatMap(ManagementFeature.init) })
    }
  }
}

extension Capability {
  /// Any one of them lets it be switched on.
  ///
  /// Assumed of groups that are read: none is named for them, and an import reads both.
  var features: [ManagementFeature] {
    switch self {
    case .createUsers: [.pushNewUsers]
    case .updateUsers: [.pushProfileUpdates]
    case .deactivateUsers: [.pushUserDeactivation]
    case .syncPassword: [.pushPasswordUpdates]
    case .pushGroups: [.groupPush]
    case .importUsers, .importGroups: [.importNewUsers, .importProfileUpdates]
    }
  }
}

/// What the app has named at the last test of the connection.
final class SupportedFeatures: Sendable {
  private let named = Mutex<Set<ManagementFeature>?>(nil)

  func note(_ named: Set<ManagementFeature>?) { self.named.withLock { $0 = named } }

  /// Whether one of them is there, or none is asked for.
  ///
  /// Assumed: an app that says nothing of features is not restricted.
  func contains(any wanted: [ManagementFeature]) -> Bool {
    named.withLock { named in
      guard let named, !wanted.isEmpty else { return true }
      return !named.isDisjoint(with: wanted)
    }
  }
}
