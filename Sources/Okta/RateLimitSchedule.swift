import HTTP
import Profiles

/// When Okta tries a request again that the app answers with 429.
///
/// Okta, SCIM concept page (2026-03): the first wait is `Retry-After` where that is a whole number of
/// seconds, else five minutes; each further 429 doubles the wait before it; after ten attempts it
/// needs an admin's retry.
///
/// Assumed: a further 429's own `Retry-After` changes nothing, and a request that was let through
/// ends the count, so that the next request of the same job begins anew.
package struct RateLimitSchedule: Sendable, Equatable {
  /// What the ten attempts are.
  package enum Counting: String, Sendable, CaseIterable {
    /// The first one and nine more.
    case total
    /// Ten beside the first one.
    case afterFirst = "after-first"
  }

  static let withoutRetryAfter = Duration.seconds(300)
  static let mostAttempts = 10
  /// Ours: what is longer no run waits for, and the loop's clock can count ten of it.
  static let longest = Duration.seconds(365 * 86_400)

  private let counting: Counting
  private var waits = 0
  private var last: Duration?

  package init(_ counting: Counting = .total) {
    self.counting = counting
  }

  /// How long Okta waits before the next try.
  ///
  /// - Parameter retryAfter: What the 429 says.
  /// - Returns: nil where there is no further try.
  package mutating func wait(after retryAfter: RetryAfter) -> Duration? {
    let most = counting == .total ? Self.mostAttempts - 1 : Self.mostAttempts
    guard waits < most else { return nil }
    let next = last.map { $0 * 2 } ?? Self.first(retryAfter)
    waits += 1
    last = min(next, Self.longest)
    return last
  }

  private static func first(_ retryAfter: RetryAfter) -> Duration {
    if case .seconds(let seconds) = retryAfter { seconds } else { withoutRetryAfter }
  }
}

extension RateLimitSchedule {
  init(_ switches: Switches) {
    guard let counting = Counting(rawValue: switches[.retryAttempts]) else {
      preconditionFailure("the profile's reader lets no other value pass")
    }
    self.init(counting)
  }
}
