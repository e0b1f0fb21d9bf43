/// What stands for a wait that would take too long, or for the end of an access token of which the app
/// does not say when it is.
package enum WaitVariant: String, Sendable, CaseIterable {
  /// The app's clock is moved on, and Okta's with it, by the profile's hook.
  case advance = "advance-clock"
  /// Okta's clock jumps past the token's end, the app's does not: Okta refreshes by itself.
  case skip
  /// An altered copy of the token is presented: Okta refreshes when the app has rejected it.
  case spoil

  /// Those after which no token has ended at the app.
  package static let withoutEnd: [WaitVariant] = [.skip, .spoil]
}

extension Scenario {
  /// Whether the scenario means the same where `variant` stands for each wait.
  ///
  /// It does where all is as it would be after the wait, and where the wait only makes a refresh due for what Okta does next. It does not where the
  /// time itself matters, as for a limit of idleness, or where the token of before has to be dead.
  package func allows(_ variant: WaitVariant) -> Bool {
    if variant == .advance { return true }
    let expectations = (events.flatMap(\.expectations) + atEnd).map(\.kind)
    let isAboutTime = events.contains { $0.event.holdsUntilExpiry || $0.event.wait != nil }
    let expectsOfOldTokens = expectations.contains { kind in
      switch kind {
      case .accessToken: true
      case .rejected: variant == .spoil
      default: false
      }
    }
    return !isAboutTime && !expectsOfOldTokens
      && blocks.indices.allSatisfy { index in
        switch blocks[index].start {
        case .immediately, .after, .atOnce: true
        case .at, .afterLifetimes: false
        case .afterAccessTokenExpires:
          blocks[index...].lazy.flatMap(\.events).first?.event.presentsAccessToken ?? false
        }
      }
  }
}
