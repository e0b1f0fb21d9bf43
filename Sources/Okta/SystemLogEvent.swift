/// The type of a System Log event, as far as Okta's catalogue of event types is known here.
///
/// Of most acts it is not, and then none is shown.
package enum SystemLogEvent: String, Sendable {
  /// The app refused the credential, or no token could be had (Okta, event types).
  case authenticationFailure = "application.integration.authentication_failure"
  /// The app answered 429 (Okta, event types).
  case rateLimitExceeded = "application.integration.rate_limit_exceeded"
}
