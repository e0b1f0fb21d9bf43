import HTTP

/// The org's users and groups of the app, in the order in which they first came up.
package actor Directory {
  private var names: [String] = []
  private var users: [String: AppUser] = [:]
  private var groupNames: [String] = []
  private var groups: [String: AppGroup] = [:]
  /// What else groups are called since they were renamed.
  private var otherNames: [String: String] = [:]
  /// Ids that Okta keeps of users and that the app never gave.
  package private(set) var staleIDs: [String] = []
  /// What was discovered of an entitlement app; nil before that.
  package private(set) var catalogue: EntitlementCatalogue?
  private var imports: [Intent.ResourceType: ImportedList] = [:]
  /// When the last import of users began that succeeded, by the app's clock; nil before one has.
  package private(set) var lastImportBegun: Duration?
  private var lookedAt: Set<Intent.ResourceType> = []

  package init() {}

  package subscript(name: String) -> AppUser? { users[name] }

  package var all: [AppUser] { names.compactMap { users[$0] } }

  package func put(_ user: AppUser) {
    if users[user.user.name] == nil { names.append(user.user.name) }
    users[user.user.name] = user
  }

  func note(_ catalogue: EntitlementCatalogue) { self.catalogue = catalogue }

  package func lastImport(of type: Intent.ResourceType) -> ImportedList? { imports[type] }

  func note(_ list: ImportedList, of type: Intent.ResourceType) { imports[type] = list }

  func noteImport(begunAt instant: Duration) { lastImportBegun = instant }

  /// Whether somebody has looked at what an import does not ask of a list.
  func isLookedAt(_ type: Intent.ResourceType) -> Bool { lookedAt.contains(type) }

  func noteLook(at type: Intent.ResourceType) { lookedAt.insert(type) }

  /// Changes the user, if there is one.
  package func change(_ name: String, _ change: @Sendable (inout AppUser) -> Void) {
    guard var user = users[name] else { return }
    change(&user)
    users[name] = user
  }

  /// Gives a user another id than the app's, as after the app was restored from a backup.
  ///
  /// - Parameter stale: Makes it from the right one.
  package func misplace(_ name: String, _ stale: @Sendable (String) -> String) {
    guard var user = users[name], let id = user.id else { return }
    let stale = stale(id)
    user.rightID = id
    user.id = stale
    users[name] = user
    staleIDs.append(stale)
  }

  // MARK: Groups

  /// The group of that name, or of a name that it was given later.
  package func group(_ name: String) -> AppGroup? { groups[otherNames[name] ?? name] }

  package var allGroups: [AppGroup] { groupNames.compactMap { groups[$0] } }

  /// All names of each group with the app's id of it, the last one of a group that is not linked any
  /// more; nil where there is none.
  package var groupIDs: [(name: String, id: String?)] {
    groupNames.map { ($0, groups[$0]?.knownID) }
      + otherNames.sorted { $0.key < $1.key }.map { ($0.key, groups[$0.value]?.knownID) }
  }

  package func put(_ group: AppGroup) {
    if groups[group.name] == nil { groupNames.append(group.name) }
    groups[group.name] = group
  }

  /// Changes the group, if there is one.
  package func changeGroup(_ name: String, _ change: @Sendable (inout AppGroup) -> Void) {
    let name = otherNames[name] ?? name
    guard var group = groups[name] else { return }
    change(&group)
    groups[name] = group
  }

  /// Has another name stand for the group as well.
  package func call(_ name: String, also newName: String) {
    otherNames[newName] = otherNames[name] ?? name
  }
}
