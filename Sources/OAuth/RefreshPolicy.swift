/// What kind of client refreshes: each habit is a value, spelled as in a profile (design, Tokens).
package struct RefreshPolicy: Sendable, Equatable {
  package enum Trigger: String, Sendable, CaseIterable {
    case expiryAndRejection = "expiry-and-rejection"
    case expiry
    case rejection
    case never

    package var includesExpiry: Bool { self == .expiryAndRejection || self == .expiry }
    package var includesRejection: Bool { self == .expiryAndRejection || self == .rejection }
  }

  package enum Concurrency: String, Sendable, CaseIterable {
    case singleFlight = "single-flight"
    /// Each caller refreshes for itself, with the same refresh token.
    case parallel
  }

  package enum KeepOldRefreshToken: String, Sendable, CaseIterable {
    case whenAbsent = "when-absent"
    /// The careless client that ignores a rotated token.
    case always
  }

  package enum MissingExpiresIn: String, Sendable, CaseIterable {
    case untilRejected = "until-rejected"
    case fail
  }

  package var trigger = Trigger.expiryAndRejection
  /// How long before its end a token counts as expired.
  package var margin = Duration.zero
  /// Whether the margin is at most half the lifetime, and nothing for a token not yet used; without
  /// it a margin as long as the lifetime makes a refresh for every request (F-34).
  package var capMargin = true
  package var concurrency = Concurrency.singleFlight
  package var keepOldRefreshToken = KeepOldRefreshToken.whenAbsent
  package var missingExpiresIn = MissingExpiresIn.untilRejected

  package init() {}

  /// Whether a token is to be refreshed before it is presented at `instant`.
  package func isDue(_ token: AccessToken, wasUsed: Bool, at instant: Duration) -> Bool {
    guard trigger.includesExpiry, let expiresIn = token.expiresIn, let end = token.end else {
      return false
    }
    // A token without a life would never be presented at all (F-10).
    if capMargin, !wasUsed, expiresIn <= .zero { return false }
    let effective = capMargin ? (wasUsed ? min(margin, expiresIn / 2) : .zero) : margin
    return instant >= end - effective
  }
}
