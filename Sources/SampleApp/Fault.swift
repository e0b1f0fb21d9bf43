/// A named way in which the sample app is wrong.
///
/// To add one: a case, its row in `row`, and one use where the app behaves otherwise. Apart from
/// its faults the app is right.
package enum Fault: String, CaseIterable, Sendable {
  // The redirect.
  case stateAltered = "state-altered"
  case stateMissing = "state-missing"
  case codeEmpty = "code-empty"
  // The token response.
  case tokenResponseExpiresInString = "token-response-expires-in-string"
  case expiresInMissing = "expires-in-missing"
  case tokenTypeMissing = "token-type-missing"
  case tokenResponseCacheable = "token-response-cacheable"
  case noRefreshToken = "no-refresh-token"
  // The refresh.
  case refreshDiesWithAccessToken = "refresh-dies-with-access-token"
  case rotationOldTokenReturned = "rotation-old-token-returned"
  case secondRefreshRefused = "second-refresh-refused"
  // The access token at the SCIM API.
  case expiredTokenAccepted = "expired-token-accepted"
  case expiredToken403 = "expired-token-403"
  case expiredToken500 = "expired-token-500"
  case expiredTokenRedirect = "expired-token-redirect"
  case writeRoutesAcceptExpired = "write-routes-accept-expired"
  case writeRoutes403 = "write-routes-403"
  case refusedWriteApplied = "refused-write-applied"
  case earlyDeath = "early-death"
  case challengeMissing = "challenge-missing"
  case challengeBasic = "challenge-basic"
  case errorBodyHTML = "error-body-html"
  case errorStatusNumber = "error-status-number"
  case errorWithoutSchemas = "error-without-schemas"
  // SCIM resources.
  case lookUpIgnoresFilter = "look-up-ignores-filter"
  case listTotalAsString = "list-total-as-string"
  case create200 = "create-200"
  case createWithoutID = "create-without-id"
  case createDuplicate500 = "create-duplicate-500"
  case putLosesAttribute = "put-loses-attribute"
  case putEchoEmpty = "put-echo-empty"
  case deactivateIgnored = "deactivate-ignored"
  case patchPathlessRefused = "patch-pathless-refused"
  case patch501 = "patch-501"

  /// What is known of a fault.
  package struct Row: Sendable {
    /// How the app behaves, in one line.
    package var summary: String
    /// The failure mode that it shows, such as `F-01`; nil where none of the list fits.
    package var failureMode: String?
    /// What it breaks: a section of an RFC, or an Okta document.
    package var breaks: String

    init(_ summary: String, _ failureMode: String? = nil, breaks: String) {
      self.summary = summary
      self.failureMode = failureMode
      self.breaks = breaks
    }
  }

  /// The fault's row of the table.
  package var row: Row {
    switch self {
    case .stateAltered:
      Row("the redirect carries another state", "F-54", breaks: "RFC 6749 section 4.1.2")
    case .stateMissing:
      Row("the redirect carries no state", "F-54", breaks: "RFC 6749 section 4.1.2")
    case .codeEmpty:
      Row("the redirect carries an empty code", breaks: "RFC 6749 section 4.1.2")
    case .tokenResponseExpiresInString:
      Row("expires_in is a string", "F-12", breaks: "RFC 6749 section 5.1")
    case .expiresInMissing:
      Row("the token response has no expires_in", "F-11", breaks: "RFC 6749 section 5.1")
    case .tokenTypeMissing:
      Row("the token response has no token_type", breaks: "RFC 6749 section 5.1")
    case .tokenResponseCacheable:
      Row("token responses lack Cache-Control: no-store", "F-16", breaks: "RFC 6749 section 5.1")
    case .noRefreshToken:
      Row(
        "the code exchange gives no refresh token",
        "F-17",
        breaks: "Okta, SCIM integration: use OAuth2 with refresh token"
      )
    case .refreshDiesWithAccessToken:
      Row(
        "a refresh token is refused once the access token issued with it has expired",
        "F-27",
        breaks: "RFC 6749 section 1.5"
      )
    case .rotationOldTokenReturned:
      Row(
        "a refresh consumes the refresh token, yet its answer repeats it",
        "F-14",
        breaks: "RFC 6749 section 6"
      )
    case .secondRefreshRefused:
      Row(
        "the second refresh of a grant is refused: what the first one gave was not stored",
        "F-14",
        breaks: "RFC 6749 section 6"
      )
    case .expiredTokenAccepted:
      Row("the API accepts expired access tokens", "F-01", breaks: "RFC 6750 section 3.1")
    case .expiredToken403:
      Row("an expired access token is answered 403", "F-02", breaks: "RFC 6750 section 3.1")
    case .expiredToken500:
      Row("an expired access token is answered 500", "F-02", breaks: "RFC 6750 section 3.1")
    case .expiredTokenRedirect:
      Row(
        "an expired access token is answered with a redirect to the login page",
        "F-02",
        breaks: "RFC 6750 section 3.1"
      )
    case .writeRoutesAcceptExpired:
      Row(
        "expired access tokens are refused for GET, accepted for POST, PUT, PATCH and DELETE",
        "F-01",
        breaks: "RFC 6750 section 3.1"
      )
    case .writeRoutes403:
      Row(
        "an expired access token is answered 401 for GET, 403 for POST, PUT, PATCH and DELETE",
        "F-02",
        breaks: "RFC 6750 section 3.1"
      )
    case .refusedWriteApplied:
      Row(
        "a write with an expired access token is answered 401, and done",
        "F-45",
        breaks: "RFC 9110 section 15.5.2"
      )
    case .earlyDeath:
      Row(
        "the API refuses access tokens after half of their lifetime",
        "F-04",
        breaks: "RFC 6749 section 5.1"
      )
    case .challengeMissing:
      Row("a 401 has no WWW-Authenticate", "F-03", breaks: "RFC 6750 section 3")
    case .challengeBasic:
      Row("a 401 asks for Basic authentication only", "F-03", breaks: "RFC 6750 section 3")
    case .errorBodyHTML:
      Row("a 401 has an HTML body", "F-03", breaks: "RFC 7644 section 3.12")
    case .errorStatusNumber:
      Row("SCIM errors give status as a number", "F-03", breaks: "RFC 7644 section 3.12")
    case .errorWithoutSchemas:
      Row("SCIM errors have no schemas", "F-03", breaks: "RFC 7644 section 3.12")
    case .lookUpIgnoresFilter:
      Row("a look-up by filter gives all resources", breaks: "RFC 7644 section 3.4.2.2")
    case .listTotalAsString:
      Row("totalResults is a string", breaks: "RFC 7644 section 3.4.2")
    case .create200:
      Row("a create is answered 200", breaks: "RFC 7644 section 3.3")
    case .createWithoutID:
      Row("the answer to a create has no id", breaks: "RFC 7643 section 3.1")
    case .createDuplicate500:
      Row(
        "the create of a user that exists is answered 500",
        "F-46",
        breaks: "RFC 7644 section 3.3"
      )
    case .putLosesAttribute:
      Row("a PUT loses displayName", breaks: "RFC 7644 section 3.5.1")
    case .putEchoEmpty:
      Row("a PUT is answered 200 with no body", breaks: "RFC 7644 section 3.5.1")
    case .deactivateIgnored:
      Row("a user set to inactive stays active", "F-49", breaks: "RFC 7643 section 4.1.1")
    case .patchPathlessRefused:
      Row("a PATCH operation without a path is refused", breaks: "RFC 7644 section 3.5.2")
    case .patch501:
      Row("PATCH is answered 501", breaks: "Okta, SCIM 2.0 reference, Deactivate Users")
    }
  }
}
