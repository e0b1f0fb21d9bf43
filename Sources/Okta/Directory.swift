import HTTP

/// The org's users of the app, in the order in which they were first assigned.
package actor Directory {
  private var names: [String] = []
  private var users: [String: AppUser] = [:]
  private var imports: [Intent.ResourceType: ImportedList] = [:]
  private var lookedAt: Set<Intent.ResourceType> = []

  package init() {}

  package subscript(name: String) -> AppUser? { users[name] }

  package var all: [AppUser] { names.compactMap { users[$0] } }

  package func put(_ user: AppUser) {
    if users[user.user.name] == nil { names.append(user.user.name) }
    users[user.user.name] = user
  }

  package func lastImport(of type: Intent.ResourceType) -> ImportedList? { imports[type] }

  func note(_ list: ImportedList, of type: Intent.ResourceType) { imports[type] = list }

  /// Whether somebody has looked at what an import does not ask of a list.
  func isLookedAt(_ type: Intent.ResourceType) -> Bool { lookedAt.contains(type) }

  func noteLook(at type: Intent.ResourceType) { lookedAt.insert(type) }

  /// Changes the user, if there is one.
  package func change(_ name: String, _ change: @Sendable (inout AppUser) -> Void) {
    guard var user = users[name] else { return }
    change(&user)
    users[name] = user
  }
}
