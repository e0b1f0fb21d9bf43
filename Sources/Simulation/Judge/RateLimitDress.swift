import HTTP
import Okta

/// How the service provider says that it has had enough (RFC 6585 section 4).
enum RateLimitDress {
  /// A 429 that does not tell Okta how long to wait.
  ///
  /// Okta, SCIM concept page: it reads `Retry-After` where that is a whole number of seconds, and
  /// waits five minutes else.
  static func observe(_ reading: Reading) -> Observation? {
    guard let response = reading.exchange.response, response.status == 429 else { return nil }
    let retryAfter = RetryAfter(response)
    let problem: String
    switch retryAfter {
    case .seconds: return nil
    case .missing: problem = "so that Okta waits five minutes"
    case .date: problem = "a date, which Okta does not read, so that it waits five minutes"
    case .other:
      problem = "which is no whole number of seconds, so that Okta waits five minutes"
    }
    return Observation(
      .retryAfter,
      "the app answered \(reading.request) with 429 \(retryAfter.inWords), \(problem)",
      [reading.number]
    )
  }
}
