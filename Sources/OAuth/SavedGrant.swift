import Loop
import World

/// A grant with its tokens, as another process can take it up.
package struct SavedGrant: Sendable, Equatable {
  package var accessToken: Secret
  package var refreshToken: Secret?
  /// When the access token had come, since the start of the run.
  package var receivedAt: Duration
  /// nil where the response did not say.
  package var expiresIn: Duration?
  package var scope: String?

  package init(
    accessToken: Secret,
    refreshToken: Secret?,
    receivedAt: Duration,
    expiresIn: Duration?,
    scope: String?
  ) {
    self.accessToken = accessToken
    self.refreshToken = refreshToken
    self.receivedAt = receivedAt
    self.expiresIn = expiresIn
    self.scope = scope
  }
}

extension TokenSession {
  /// The grant that is there; nil where none is alive.
  package var saved: SavedGrant? {
    guard isAlive, let last = history.last else { return nil }
    return SavedGrant(
      accessToken: last.token.value,
      refreshToken: presentRefreshToken,
      receivedAt: last.receivedAt,
      expiresIn: last.token.expiresIn,
      scope: grantedScope
    )
  }
}
