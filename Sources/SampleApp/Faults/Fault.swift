/// A named way in which the sample app is wrong.
///
/// To add one: a case here, and its row in the table of its theme. The row says what the fault
/// does at which seams; the right code does not know it. Where two faults meet at one seam, the
/// one that stands first here acts first.
package enum Fault: String, CaseIterable, Sendable {
  // The redirect.
  case stateAltered = "state-altered"
  case stateMissing = "state-missing"
  case codeEmpty = "code-empty"
  // The refresh.
  case refreshDiesWithAccessToken = "refresh-dies-with-access-token"
  case rotationOldTokenReturned = "rotation-old-token-returned"
  case secondRefreshRefused = "second-refresh-refused"
  // The token response.
  case tokenResponseExpiresInString = "token-response-expires-in-string"
  case expiresInMissing = "expires-in-missing"
  case tokenTypeMissing = "token-type-missing"
  case tokenResponseCacheable = "token-response-cacheable"
  case noRefreshToken = "no-refresh-token"
  // The access token at the SCIM API.
  case earlyDeath = "early-death"
  case expiredTokenAccepted = "expired-token-accepted"
  case expiredToken403 = "expired-token-403"
  case expiredToken500 = "expired-token-500"
  case expiredTokenRedirect = "expired-token-redirect"
  case writeRoutesAcceptExpired = "write-routes-accept-expired"
  case writeRoutes403 = "write-routes-403"
  case refusedWriteApplied = "refused-write-applied"
  // Look-ups and lists.
  case lookUpIgnoresFilter = "look-up-ignores-filter"
  case listTotalAsString = "list-total-as-string"
  // Creates.
  case create200 = "create-200"
  case createWithoutID = "create-without-id"
  case createDuplicate500 = "create-duplicate-500"
  // PUT and PATCH.
  case putLosesAttribute = "put-loses-attribute"
  case putEchoEmpty = "put-echo-empty"
  case patchPathlessRefused = "patch-pathless-refused"
  case patch501 = "patch-501"
  // The attribute `active`.
  case deactivateIgnored = "deactivate-ignored"
  // The dress of refusals: last, so that it is put on whatever another fault refuses.
  case challengeMissing = "challenge-missing"
  case challengeBasic = "challenge-basic"
  case errorBodyHTML = "error-body-html"
  case errorStatusNumber = "error-status-number"
  case errorWithoutSchemas = "error-without-schemas"

  /// What is known of a fault, and what it does.
  package struct Row: Sendable {
    /// How the app behaves, in one line.
    package var summary: String
    /// The failure mode that it shows, such as `F-01`; nil where none of the list fits.
    package var failureMode: String?
    /// What it breaks: a section of an RFC, or an Okta document.
    package var breaks: String
    var behaviours: [Behaviour]

    init(
      _ summary: String,
      _ failureMode: String? = nil,
      breaks: String,
      _ behaviours: Behaviour...
    ) {
      self.summary = summary
      self.failureMode = failureMode
      self.breaks = breaks
      self.behaviours = behaviours
    }
  }

  /// The fault's row of the table.
  package var row: Row {
    let row =
      authorizationRow ?? grantRow ?? tokenAnswerRow ?? accessRow ?? lookUpRow ?? createRow
      ?? writeRow ?? activeRow ?? refusalRow
    guard let row else { preconditionFailure("the fault \(rawValue) has no row") }
    return row
  }
}
