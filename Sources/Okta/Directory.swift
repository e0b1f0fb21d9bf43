/// The org's users of the app, in the order in which they were first assigned.
package actor Directory {
  private var names: [String] = []
  private var users: [String: AppUser] = [:]

  package init() {}

  package subscript(name: String) -> AppUser? { users[name] }

  package var all: [AppUser] { names.compactMap { users[$0] } }

  package func put(_ user: AppUser) {
    if users[user.user.name] == nil { names.append(user.user.name) }
    users[user.user.name] = user
  }

  /// Changes the user, if there is one.
  package func change(_ name: String, _ change: @Sendable (inout AppUser) -> Void) {
    guard var user = users[name] else { return }
    change(&user)
    users[name] = user
  }
}
