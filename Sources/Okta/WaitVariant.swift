import HTTP
import OAuth
import Profiles

extension Provisioner {
  /// Has `variant` stand for a wait.
  ///
  /// - Parameters:
  ///   - duration: How long the wait would be.
  ///   - cause: What is waited for.
  /// - Returns: Whether it does: whether the app's clock was moved on, or Okta will refresh for it.
  package func take(
    _ variant: WaitVariant,
    insteadOf duration: Duration,
    _ cause: Cause
  ) async throws(NotMade) -> Bool {
    switch variant {
    case .advance: return try await advance(insteadOf: duration, cause)
    case .skip:
      guard let session, await session.presentToken != nil,
        session.policy.trigger.includesExpiry
      else { return false }
      clock.skip(duration)
    case .spoil:
      guard let session, await session.presentToken != nil,
        session.policy.trigger.includesRejection
      else { return false }
      await levers.spoil(session)
    }
    return true
  }

  /// How long it is until a token is taken to be dead at the app; nil where that is not known.
  package func timeToEnd(of token: TokenRecord) -> Duration? {
    token.token.expiresIn.map { lifetime in
      appClock.instant(atRun: token.receivedAt) + lifetime + leeway(lifetime) - appClock.now
    }
  }
}
