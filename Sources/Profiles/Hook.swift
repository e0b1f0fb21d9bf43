/// A way to change the app from outside: to restart it, to end an admin's session.
///
/// It answers when the change is made; `{seconds}` in it is what the scenario's line says.
package enum Hook: Sendable, Equatable {
  /// A program and its arguments.
  case command([String])
  /// A URL that takes an empty POST.
  case url(String)

  /// The hook that stands for waits.
  package static let advanceClock = "advance-clock"

  /// The hook for which a page of the app's may stand, where it offers to sign out.
  package static let endAdminSession = "end-admin-session"

  /// The names that shipped scenarios use, with what each does.
  package static let known = [
    ("restart-app", "ends the app and starts it again"),
    (endAdminSession, "ends the browser session of the admin who authorized"),
    ("deactivate-admin", "deactivates the admin who authorized; called again, activates them"),
    ("rotate-client-secret", "gives the client another secret; called again, the first one"),
    ("revoke-grant", "removes the integration, as an admin of the app would"),
    ("change-sign-in-policy", "changes how admins sign in; called again, changes it back"),
    (advanceClock, "moves the app's clock on by {seconds}"),
  ]

  /// Whether it is told how far the app's clock shall go on.
  package var takesSeconds: Bool {
    switch self {
    case .command(let words): words.contains { $0.contains("{seconds}") }
    case .url(let url): url.contains("{seconds}")
    }
  }

  /// With what stands for `{seconds}`.
  package func filled(seconds: Int) -> Hook {
    switch self {
    case .command(let words): .command(words.map { Hook.filled($0, seconds: seconds) })
    case .url(let url): .url(Hook.filled(url, seconds: seconds))
    }
  }

  static func filled(_ text: String, seconds: Int) -> String {
    text.split(separator: "{seconds}", omittingEmptySubsequences: false)
      .joined(separator: String(seconds))
  }
}

extension IntegrationProfile {
  /// Whether the app's clock can be moved on.
  package var advancesClock: Bool {
    embeddedSampleApp != nil || hooks[Hook.advanceClock]?.takesSeconds ?? false
  }

  /// The hooks that there are; the sample app that a run starts has all that shipped scenarios use.
  var hookNames: [String] {
    hooks.keys.sorted() + (embeddedSampleApp == nil ? [] : Hook.known.map(\.0))
  }
}
