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

  /// The same token with one character changed: no app may accept it.
  ///
  /// Some way before the end, since the last character of a signature in base64 can hold unused
  /// bits, and the start of a JWT is its header.
  package func altered() -> AccessToken {
    var characters = Array(value.exposed())
    let place = max(0, characters.count - 1 - min(8, characters.count / 2))
    if characters.indices.contains(place) {
      characters[place] = characters[place] == "A" ? "B" : "A"
    }
    var copy = self
    copy.value = Secret(String(characters), alias: value.alias + " altered")
    copy.isAltered = true
    return copy
  }
}
