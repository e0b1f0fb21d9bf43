import World

/// An access token and what the app said of its lifetime.
package struct AccessToken: Sendable, Hashable {
  package var value: Secret
  /// nil where the response did not say.
  package var expiresIn: Duration?
  /// When the response that brought it had come, on the org's clock.
  package var receivedAt: Duration
  /// Which grant of the org it belongs to, from 1.
  package var grant: Int
  /// Whether it is a copy with one character changed.
  package private(set) var isAltered = false

  package init(value: Secret, receivedAt: Duration, expiresIn: Duration?, grant: Int = 1) {
    self.value = value
    self.receivedAt = receivedAt
    self.expiresIn = expiresIn
    self.grant = grant
  }

  /// The instant at which its lifetime ends, on the org's clock; nil for no known end.
  package var end: Duration? { expiresIn.map { receivedAt + $0 } }

  /// Whether the token's lifetime has passed at `instant`.
  ///
  /// A token whose response carried no `expires_in` never expires here: RFC 6749 section 5.1
  /// leaves its lifetime to the app's documentation, so only a 401 can tell.
  package func isExpired(at instant: Duration) -> Bool {
    guard let end else { return false }
    return instant >= end
  }

  /// The same token with one character changed.
  package func altered() -> AccessToken {
    var copy = self
    copy.value = value.altered()
    copy.isAltered = true
    return copy
  }
}
