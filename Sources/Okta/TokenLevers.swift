import HTTP
import OAuth
import Synchronization
import World

/// What a scenario has done to the access token on Okta's side; the session does not know of it.
package final class TokenLevers: Sendable {
  private struct State {
    /// An altered copy is presented in its place, to every caller, until it is replaced.
    var spoiled: AccessToken?
    /// Another one is asked for, by every caller, until it is replaced.
    var forgotten: AccessToken?
  }

  private let state = Mutex(State())
  private let aliases: SecretAliases

  package init(aliases: SecretAliases) {
    self.aliases = aliases
  }

  /// The token that is there now is presented altered; nothing where none is.
  package func spoil(_ session: TokenSession) async {
    let token = await session.presentToken
    state.withLock { state in
      // What is dropped is not presented.
      if token != state.forgotten { state.spoiled = token }
    }
  }

  /// The token that is there now is dropped, so that a refresh is due; nothing where none is.
  package func forget(_ session: TokenSession) async {
    let token = await session.presentToken
    state.withLock { $0.forgotten = token }
  }

  /// The session's token for a request: a new one where the scenario has dropped it.
  func token(
    of session: TokenSession,
    for cause: Cause
  ) async throws(TokenSessionError) -> AccessToken {
    if let forgotten = state.withLock({ $0.forgotten }), await session.presentToken == forgotten {
      return try await session.refresh(for: cause)
    }
    return try await session.token(for: cause)
  }

  /// What is shown to the app in place of the session's token: an altered copy where it is spoiled.
  func presented(_ token: AccessToken) -> AccessToken {
    guard state.withLock({ $0.spoiled }) == token else { return token }
    let altered = token.altered()
    aliases.secret(altered.value.exposed(), alias: altered.value.alias)
    return altered
  }
}
