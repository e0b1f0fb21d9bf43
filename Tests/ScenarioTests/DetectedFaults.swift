import SampleApp

/// The faults in the order of the program's own list; a row says what an RFC or Okta makes of each.
extension DetectedFault {
  static let all = redirect + tokenResponse + refresh + accessToken + resources

  // RFC 6749 section 4.1.2: `state` is REQUIRED if it was sent, "the exact value received from the
  // client"; `code` is REQUIRED.
  private static let redirect = [
    DetectedFault(
      .stateAltered,
      "F-54.state-altered",
      .authorizationServer,
      ["F-54"],
      source: "RFC 6749 section 4.1.2",
      at: "token-expiry",
      "authorize"
    ),
    DetectedFault(
      .stateMissing,
      "F-54.state-missing",
      .authorizationServer,
      ["F-54"],
      source: "RFC 6749 section 4.1.2",
      at: "token-expiry",
      "authorize"
    ),
    DetectedFault(
      .codeEmpty,
      "F-54.code-missing",
      .authorizationServer,
      ["F-54"],
      source: "RFC 6749 section 4.1.2",
      at: "token-expiry",
      "authorize"
    ),
  ]

  // RFC 6749 section 5.1: `token_type` REQUIRED, `expires_in` RECOMMENDED and a number,
  // `Cache-Control: no-store` a MUST.
  private static let tokenResponse = [
    DetectedFault(
      .tokenResponseExpiresInString,
      "F-12.expires-in-type",
      .authorizationServer,
      ["F-12"],
      source: "RFC 6749 section 5.1",
      at: "token-expiry",
      "authorize"
    ),
    DetectedFault(
      .expiresInMissing,
      "F-11.expires-in-missing",
      as: .warning,
      .authorizationServer,
      ["F-11"],
      source: "RFC 6749 section 5.1",
      at: "test-credentials",
      "authorize"
    ),
    DetectedFault(
      .tokenTypeMissing,
      "token-response.token-type-missing",
      .authorizationServer,
      source: "RFC 6749 section 5.1",
      at: "token-expiry",
      "authorize"
    ),
    DetectedFault(
      .tokenResponseCacheable,
      "F-16.cacheable",
      .authorizationServer,
      ["F-16"],
      source: "RFC 6749 section 5.1",
      at: "token-expiry",
      "authorize"
    ),
    DetectedFault(
      .noRefreshToken,
      "F-17.no-refresh-token",
      .authorizationServer,
      ["F-17"],
      source: "RFC 6749 section 1.5; Okta, \"Use OAuth 2.0 with refresh token\"",
      at: "three-refreshes",
      "authorize"
    ),
  ]

  private static let refresh = [
    DetectedFault(
      .refreshDiesWithAccessToken,
      "F-27.refused-after-expiry",
      .authorizationServer,
      ["F-27"],
      source: "RFC 6749 section 1.5, section 6",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .rotationOldTokenReturned,
      "F-14.repeated-token-refused",
      .authorizationServer,
      ["F-14"],
      source: "RFC 6749 section 6",
      at: "three-refreshes",
      "update ada  lastName King"
    ),
    DetectedFault(
      .secondRefreshRefused,
      "F-14.rotated-token-refused",
      .authorizationServer,
      ["F-13", "F-14"],
      source: "RFC 6749 section 6",
      at: "three-refreshes",
      "update ada  lastName King"
    ),
  ]

  // RFC 6750 section 3.1: an expired token is `invalid_token`, with which the answer SHOULD be 401;
  // RFC 7644 section 3.12: `schemas`, and `status` as a string.
  private static let accessToken = [
    DetectedFault(
      .expiredTokenAccepted,
      "F-01.accepted",
      .serviceProvider,
      ["F-01"],
      source: "RFC 6750 section 3.1; RFC 7644 section 7.4",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .expiredToken403,
      "F-02.wrong-status",
      .serviceProvider,
      ["F-02"],
      source: "RFC 6750 section 3.1",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .expiredToken500,
      "F-02.wrong-status",
      .serviceProvider,
      ["F-02"],
      source: "RFC 6750 section 3.1",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .expiredTokenRedirect,
      "F-02.wrong-status",
      .serviceProvider,
      ["F-02"],
      source: "RFC 6750 section 3.1",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .writeRoutesAcceptExpired,
      "F-01.accepted-on-write",
      .serviceProvider,
      ["F-01"],
      source: "RFC 6750 section 3.1; RFC 7644 section 7.4",
      at: "expiry-on-a-write",
      "deactivate ada"
    ),
    DetectedFault(
      .writeRoutes403,
      "F-02.wrong-status-on-write",
      .serviceProvider,
      ["F-02"],
      source: "RFC 6750 section 3.1",
      at: "expiry-on-a-write",
      "deactivate ada"
    ),
    // RFC 9110 section 15.5.2: a request answered 401 "has not been applied".
    DetectedFault(
      .refusedWriteApplied,
      "F-45.refused-write-applied",
      .serviceProvider,
      ["F-45", "F-46"],
      source: "RFC 9110 section 15.5.2",
      at: "expiry-on-a-write",
      "deactivate ada"
    ),
    DetectedFault(
      .earlyDeath,
      "F-04.refused-early",
      .serviceProvider,
      ["F-04", "F-05"],
      source: "RFC 6749 section 5.1",
      at: "used-to-the-end",
      "update ada  lastName King"
    ),
    DetectedFault(
      .challengeMissing,
      "F-03.challenge-missing",
      .serviceProvider,
      ["F-03"],
      source: "RFC 6750 section 3",
      at: "rejected-before-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .challengeBasic,
      "F-03.challenge-scheme",
      .serviceProvider,
      ["F-03"],
      source: "RFC 6750 section 3",
      at: "rejected-before-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .errorBodyHTML,
      "F-03.body",
      as: .warning,
      .serviceProvider,
      ["F-03"],
      source: "RFC 7644 section 3.12; Okta, SCIM 2.0 SPEC test, step 11",
      at: "rejected-before-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .errorStatusNumber,
      "F-03.body",
      as: .warning,
      .serviceProvider,
      ["F-03"],
      source: "RFC 7644 section 3.12; Okta, SCIM 2.0 SPEC test, step 11",
      at: "rejected-before-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .errorWithoutSchemas,
      "F-03.body",
      as: .warning,
      .serviceProvider,
      ["F-03"],
      source: "RFC 7644 section 3.12; Okta, SCIM 2.0 SPEC test, step 11",
      at: "rejected-before-expiry",
      "update ada  lastName King"
    ),
  ]

  // RFC 7644 section 3.3: 201 and the new resource; RFC 7643 section 3.1: `id` is REQUIRED in it.
  private static let resources = [
    DetectedFault(
      .lookUpIgnoresFilter,
      "SCIM.filter-ignored",
      .serviceProvider,
      ["S-03"],
      source: "RFC 7644 section 3.4.2.2; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "assign bob  firstName Bob  lastName Babbage"
    ),
    DetectedFault(
      .listTotalAsString,
      "SCIM.list-number",
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2; Okta, SCIM 2.0 reference",
      at: "test-credentials",
      "test credentials"
    ),
    DetectedFault(
      .create200,
      "SCIM.create-status",
      .serviceProvider,
      source: "RFC 7644 section 3.3",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .createWithoutID,
      "SCIM.create-id",
      .serviceProvider,
      source: "RFC 7643 section 3.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .putLosesAttribute,
      "SCIM.put-lost-attribute",
      .serviceProvider,
      ["S-07"],
      source: "RFC 7644 section 3.5.1",
      at: "profile-changes",
      #"update ada  department "Analytical Engines"  mobilePhone +44-20-7946-0000"#
    ),
    DetectedFault(
      .putEchoEmpty,
      "SCIM.put-body",
      .serviceProvider,
      source: "RFC 7644 section 3.5.1; Okta, SCIM 2.0 reference",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .deactivateIgnored,
      "F-49.active-ignored",
      .serviceProvider,
      ["F-49", "S-01", "S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada"
    ),
    // Okta deactivates with a PATCH that has no path, in the family of its catalogue only.
    DetectedFault(
      .patchPathlessRefused,
      "event.failed",
      .serviceProvider,
      ["F-49"],
      source: "Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada",
      family: "oin-patch"
    ),
    DetectedFault(
      .patch501,
      "event.failed",
      .serviceProvider,
      ["F-49"],
      source: "Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada",
      family: "oin-patch"
    ),
  ]
}
