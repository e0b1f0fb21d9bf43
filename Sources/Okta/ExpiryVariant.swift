import OAuth
import Profiles

extension Provisioner {
  /// Has `variant` stand for the end of the present access token.
  ///
  /// - Parameter duration: How far the end is away.
  /// - Returns: Whether Okta will refresh for it.
  package func take(_ variant: ExpiryVariant, by duration: Duration) async -> Bool {
    guard let session, await session.presentToken != nil else { return false }
    switch variant {
    case .skip:
      guard session.policy.trigger.includesExpiry else { return false }
      clock.skip(duration)
    case .spoil:
      guard session.policy.trigger.includesRejection else { return false }
      await levers.spoil(session)
    case .advance: return false
    }
    return true
  }
}
