/// A way to change the app from outside: to restart it, to end an admin's session.
///
/// It answers when the change is made; `{seconds}` in it is what the scenario's line says.
package enum Hook: Sendable, Equatable {
  /// A program and its arguments.
  case command([String])
  /// A URL that takes an empty POST.
  case url(String)

  /// The names that shipped scenarios use, with what each does.
  package static let known = [
    ("restart-app", "ends the app and starts it again"),
    ("end-admin-session", "ends the browser session of the admin who authorized"),
    ("deactivate-admin", "deactivates the admin who authorized; called again, activates them"),
    ("rotate-client-secret", "gives the client another secret; called again, the first one"),
    ("revoke-grant", "removes the integration, as an admin of the app would"),
    ("change-sign-in-policy", "changes how admins sign in; called again, changes it back"),
    ("advance-clock", "moves the app's clock on by {seconds}"),
  ]

  /// With what stands for `{seconds}`.
  package func filled(seconds: Int) -> Hook {
    func fill(_ text: String) -> String {
      text.split(separator: "{seconds}", omittingEmptySubsequences: false)
        .joined(separator: String(seconds))
    }
    switch self {
    case .command(let words): return .command(words.map(fill))
    case .url(let url): return .url(fill(url))
    }
  }
}
