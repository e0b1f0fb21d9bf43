import HTTP
import Synchronization

/// The org's users and groups of the app, in the order in which they first came up.
package final class Directory: Sendable {
  private struct State {
    var names: [String] = []
    var users: [String: AppUser] = [:]
    var groupNames: [String] = []
    var groups: [String: AppGroup] = [:]
    /// What else groups are called since they were renamed.
    var otherNames: [String: String] = [:]
    var staleIDs: [String] = []
    var catalogue: EntitlementCatalogue?
    var imports: [Intent.ResourceType: ImportedList] = [:]
    var lastImportBegun: Duration?
    var lookedAt: Set<Intent.ResourceType> = []
  }

  private let state = Mutex(State())

  package init() {}

  package subscript(name: String) -> AppUser? { state.withLock { $0.users[name] } }

  /// What is asked of a user, without a copy of the whole; nil where there is none.
  func read<Value: Sendable>(
    _ name: String,
    _ value: @Sendable (borrowing AppUser) -> Value
  ) -> Value? {
    state.withLock { state in
      guard let place = state.users.index(forKey: name) else { return nil }
      return value(state.users.values[place])
    }
  }

  package var all: [AppUser] {
    state.withLock { state in state.names.compactMap { state.users[$0] } }
  }

  /// Ids that Okta keeps of users and that the app never gave.
  package var staleIDs: [String] { state.withLock(\.staleIDs) }

  package func put(_ user: AppUser) {
    state.withLock { state in
      if state.users.updateValue(user, forKey: user.user.name) == nil {
        state.names.append(user.user.name)
      }
    }
  }

  /// Changes the user, if there is one.
  package func change(_ name: String, _ change: (inout AppUser) -> Void) {
    state.withLock { state in
      guard let place = state.users.index(forKey: name) else { return }
      change(&state.users.values[place])
    }
  }

  /// Gives a user another id than the app's, as after the app was restored from a backup.
  ///
  /// - Parameter stale: Makes it from the right one.
  package func misplace(_ name: String, _ stale: (String) -> String) {
    state.withLock { state in
      guard var user = state.users[name], let id = user.id else { return }
      let stale = stale(id)
      user.rightID = id
      user.id = stale
      state.users[name] = user
      state.staleIDs.append(stale)
    }
  }

  // MARK: What was read

  /// What was discovered of an entitlement app; nil before that.
  package var catalogue: EntitlementCatalogue? { state.withLock(\.catalogue) }

  func note(_ catalogue: EntitlementCatalogue) { state.withLock { $0.catalogue = catalogue } }

  package func lastImport(of type: Intent.ResourceType) -> ImportedList? {
    state.withLock { $0.imports[type] }
  }

  func note(_ list: ImportedList, of type: Intent.ResourceType) {
    state.withLock { $0.imports[type] = list }
  }

  /// When the last import of users began that succeeded, by the app's clock; nil before one has.
  package var lastImportBegun: Duration? { state.withLock(\.lastImportBegun) }

  func noteImport(begunAt instant: Duration) { state.withLock { $0.lastImportBegun = instant } }

  /// Whether somebody has looked at what an import does not ask of a list.
  func isLookedAt(_ type: Intent.ResourceType) -> Bool {
    state.withLock { $0.lookedAt.contains(type) }
  }

  func noteLook(at type: Intent.ResourceType) { state.withLock { _ = $0.lookedAt.insert(type) } }

  // MARK: Groups

  /// The group of that name, or of a name that it was given later.
  package func group(_ name: String) -> AppGroup? {
    state.withLock { $0.groups[$0.otherNames[name] ?? name] }
  }

  package var allGroups: [AppGroup] {
    state.withLock { state in state.groupNames.compactMap { state.groups[$0] } }
  }

  /// All names of each group with the app's id of it, the last one of a group that is not linked any
  /// more; nil where there is none.
  package var groupIDs: [(name: String, id: String?)] {
    state.withLock { state in
      state.groupNames.map { ($0, state.groups[$0]?.knownID) }
        + state.otherNames.sorted { $0.key < $1.key }.map {
          ($0.key, state.groups[$0.value]?.knownID)
        }
    }
  }

  package func put(_ group: AppGroup) {
    state.withLock { state in
      if state.groups.updateValue(group, forKey: group.name) == nil {
        state.groupNames.append(group.name)
      }
    }
  }

  /// Changes the group, if there is one.
  package func changeGroup(_ name: String, _ change: (inout AppGroup) -> Void) {
    state.withLock { state in
      guard let place = state.groups.index(forKey: state.otherNames[name] ?? name) else { return }
      change(&state.groups.values[place])
    }
  }

  /// Has another name stand for the group as well.
  package func call(_ name: String, also newName: String) {
    state.withLock { $0.otherNames[newName] = $0.otherNames[name] ?? name }
  }
}
