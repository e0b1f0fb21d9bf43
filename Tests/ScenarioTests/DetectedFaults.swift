import SampleApp

/// The faults in the order of the program's own list; a row says what an RFC or Okta makes of each.
extension DetectedFault {
  static let all = [
    redirect, tokenEndpoint, tokenResponse, refresh, trials, codes, revocations, hooks, grants,
    accessToken, moreAccess,
    resources,
    lookUps, pages, creates, limits, replaces, activity, entitlements, groups, oldSpec,
  ].flatMap(\.self)

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
    DetectedFault(
      .redirectURIAnyHost,
      "F-54.unregistered-redirect",
      .authorizationServer,
      ["F-54"],
      source: "RFC 6749 section 3.1.2.3, section 4.1.2.1",
      at: "unregistered-redirect",
      "authorize with unregistered redirect URI"
    ),
    DetectedFault(
      .redirectErrorSentAnywhere,
      "F-54.error-to-unregistered",
      .authorizationServer,
      ["F-54"],
      source: "RFC 6749 section 3.1.2.4, section 4.1.2.1",
      at: "unregistered-redirect",
      "authorize with unregistered redirect URI"
    ),
  ]

  // Refreshes that no careful client makes (RFC 6749 section 5.2, section 6; RFC 9700 section 4.14.2).
  private static let trials = [
    DetectedFault(
      .refreshAnyToken,
      "F-25.altered-accepted",
      .authorizationServer,
      ["F-25"],
      source: "RFC 6749 section 5.2",
      at: "refused-refreshes",
      "refresh with refresh token #1 altered"
    ),
    DetectedFault(
      .refreshAnyClient,
      "F-24.other-client-accepted",
      .authorizationServer,
      ["F-24"],
      source: "RFC 6749 section 6, section 10.4",
      at: "refresh-by-another-client",
      "refresh with refresh token #1 another client's"
    ),
    DetectedFault(
      .refreshAnySecret,
      "F-24.wrong-secret-accepted",
      .authorizationServer,
      ["F-24"],
      source: "RFC 6749 section 3.2.1, section 6",
      at: "refused-refreshes",
      "refresh with refresh token #1 wrong secret"
    ),
    DetectedFault(
      .refreshWithoutClient,
      "F-24.no-authentication-accepted",
      .authorizationServer,
      ["F-24"],
      source: "RFC 6749 section 3.2.1, section 6",
      at: "refused-refreshes",
      "refresh with refresh token #1 no authentication"
    ),
    DetectedFault(
      .refusedClientSpendsToken,
      "F-23.token-burned",
      .authorizationServer,
      ["F-23"],
      source: "RFC 6749 section 5.2, section 6",
      at: "refused-refreshes",
      "refresh"
    ),
    DetectedFault(
      .raceEndsGrant,
      "F-19.concurrent-refresh",
      .authorizationServer,
      ["F-19"],
      source: "RFC 6819 section 5.2.2.3; RFC 9700 section 4.14.2",
      at: "refresh-five-at-once",
      "test credentials",
      also: ["F-18.lost-answer": "a lost answer ends the link there, too"]
    ),
    DetectedFault(
      .raceGivesPairs,
      "F-20.several-pairs",
      .authorizationServer,
      ["F-20"],
      source: "RFC 9700 section 4.14.2",
      at: "refresh-five-at-once",
      "refresh 5 times at once"
    ),
    DetectedFault(
      .windowWithholdsToken,
      "F-21.no-refresh-token",
      .authorizationServer,
      ["F-21"],
      source: "RFC 6749 section 6",
      at: "refresh-used-twice",
      "refresh with refresh token #2"
    ),
    DetectedFault(
      .windowRepeatsSpentToken,
      "F-21.given-again-refused",
      .authorizationServer,
      ["F-21"],
      source: "RFC 6749 section 6",
      at: "refresh-used-twice",
      "refresh"
    ),
    DetectedFault(
      .spentTokenLives,
      "F-22.spent-token-accepted",
      as: .observed,
      .authorizationServer,
      ["F-22", "F-21"],
      source: "RFC 9700 section 4.14.2",
      at: "spent-token-later",
      "refresh with refresh token #1"
    ),
    DetectedFault(
      .reuseLeavesFamily,
      "F-22.family-lives-on",
      as: .warning,
      .authorizationServer,
      ["F-22"],
      source: "RFC 9700 section 4.14.2",
      at: "spent-token-later",
      "refresh with refresh token last"
    ),
    DetectedFault(
      .unknownToken500,
      "F-15.wrong-code",
      .authorizationServer,
      ["F-15"],
      source: "RFC 6749 section 5.2",
      at: "refused-refreshes",
      "refresh with refresh token #1 altered"
    ),
    DetectedFault(
      .deadTokenInvalidRequest,
      "F-15.wrong-code",
      .authorizationServer,
      ["F-15"],
      source: "RFC 6749 section 5.2",
      at: "refused-refreshes",
      "refresh with refresh token #1 altered"
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
      .refreshError401,
      "F-15.wrong-status",
      .authorizationServer,
      ["F-15"],
      source: "RFC 6749 section 5.2",
      at: "idle-ten-lifetimes",
      "update ada  lastName King"
    ),
    DetectedFault(
      .refreshErrorWithoutCode,
      "F-15.no-error",
      .authorizationServer,
      ["F-15"],
      source: "RFC 6749 section 5.2",
      at: "idle-ten-lifetimes",
      "update ada  lastName King"
    ),
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
      "update ada  lastName King",
      also: ["F-18.lost-answer": "a lost answer ends the link there, too"]
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
      .noTokenServed,
      "F-01.no-token-accepted",
      .serviceProvider,
      ["F-01"],
      source: "RFC 6750 section 3; RFC 7644 section 2",
      at: "no-token",
      "probe no token"
    ),
    DetectedFault(
      .unknownTokenServed,
      "F-01.altered-accepted",
      .serviceProvider,
      source: "RFC 6750 section 3.1; RFC 7644 section 7.4",
      at: "no-token",
      "probe altered token",
      also: [
        "F-07.revoked-token-served": "what is revoked is unknown there, and served",
        "F-52.tokens-live-on": "what a code gave that came again is unknown there, and served",
      ]
    ),
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
      .refusedPatchApplied,
      "F-45.refused-write-applied",
      .serviceProvider,
      ["F-45", "F-46"],
      source: "RFC 9110 section 15.5.2",
      at: "expiry-on-a-write",
      "deactivate ada",
      family: "oin-patch"
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
      "update ada  lastName King",
      also: ["okta-spec.R11": "Okta's test asks for a SCIM error, the RFCs do not"]
    ),
    DetectedFault(
      .errorStatusNumber,
      "F-03.body",
      as: .warning,
      .serviceProvider,
      ["F-03"],
      source: "RFC 7644 section 3.12; Okta, SCIM 2.0 SPEC test, step 11",
      at: "rejected-before-expiry",
      "update ada  lastName King",
      also: ["SCIM.error-body": "the 409 of a repeated create has the same body"]
    ),
    DetectedFault(
      .errorShowsSQL,
      "S-18.internals-shown",
      as: .warning,
      .serviceProvider,
      ["S-18"],
      source: "RFC 7644 section 3.12",
      at: "repeated-create",
      "create ada again  lastName Byron"
    ),
    DetectedFault(
      .errorShowsTrace,
      "S-18.internals-shown",
      as: .warning,
      .serviceProvider,
      ["S-18"],
      source: "RFC 7644 section 3.12",
      at: "okta-spec",
      "spec read nobody"
    ),
    DetectedFault(
      .errorWithoutSchemas,
      "F-03.body",
      as: .warning,
      .serviceProvider,
      ["F-03"],
      source: "RFC 7644 section 3.12; Okta, SCIM 2.0 SPEC test, step 11",
      at: "rejected-before-expiry",
      "update ada  lastName King",
      also: [
        "okta-spec.R11": "Okta's test asks for a SCIM error, the RFCs do not",
        "SCIM.error-body": "the 409 of a repeated create has the same body",
      ]
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
      "assign bob  firstName Bob  lastName Babbage",
      also: ["okta-spec.R3": "nobody is known of whom Okta's test looks up there"]
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
      #"update ada  department "Analytical Engines"  mobilePhone +44-20-7946-0000"#,
      also: [
        "S-01.acknowledged-not-done":
          "the answer to a PUT was cut: what it lost shows in the next read"
      ]
    ),
    DetectedFault(
      .putLosesSilently,
      "SCIM.put-lost-attribute",
      .serviceProvider,
      ["S-07"],
      source: "RFC 7644 section 3.5.1",
      at: "contact-details",
      "update ada  lastName King",
      also: [
        "S-01.acknowledged-not-done":
          "what no other answer than the PUT's own has shown may never have been stored"
      ]
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

  // RFC 6749 section 3.2: the token endpoint is what clients POST to; a page of something in front
  // is no answer of section 5.2.
  private static let tokenEndpoint = [
    DetectedFault(
      .tokenEndpointRedirects,
      "F-56.token-endpoint-redirects",
      .authorizationServer,
      ["F-56"],
      source: "RFC 6749 section 3.2; RFC 9110 section 15.4",
      at: "token-expiry",
      "authorize"
    ),
    DetectedFault(
      .tokenEndpointNeedsAgent,
      "F-59.filtered",
      .authorizationServer,
      ["F-59"],
      source: "RFC 6749 section 5.2",
      at: "token-expiry",
      "authorize"
    ),
    DetectedFault(
      .tokenEndpointBasicOnly,
      "F-32.other-method-accepted",
      .authorizationServer,
      ["F-32"],
      source: "RFC 6749 section 2.3.1; RFC 8414 section 2",
      at: "token-expiry",
      "authorize"
    ),
    DetectedFault(
      .firstRefresh403HTML,
      "F-59.filtered",
      .authorizationServer,
      ["F-59"],
      source: "RFC 6749 section 5.2",
      at: "forgotten-token",
      "update ada  lastName Byron"
    ),
  ]

  // RFC 6749 section 6: a refresh without `scope` gives what was granted; section 1.5: a refresh token is
  // for the time after the access token. How long a grant lives is the app's own policy.
  private static let grants = [
    DetectedFault(
      .refreshNeedsScope,
      "F-15.refresh-refused",
      .authorizationServer,
      ["F-15", "F-26"],
      source: "RFC 6749 section 5.2, section 6",
      at: "forgotten-token",
      "update ada  lastName Byron"
    ),
    DetectedFault(
      .lateRefresh500,
      "F-30.refresh-failed",
      .authorizationServer,
      ["F-30", "F-36"],
      source: "RFC 6749 section 6",
      at: "token-expiry",
      "update ada  lastName King",
      also: [
        "F-27.refused-after-expiry":
          "only a refresh that worked before the end of the access token tells why this one failed"
      ]
    ),
    DetectedFault(
      .grantEndsAfterThreeLifetimes,
      "F-61.grant-ended",
      as: .observed,
      .authorizationServer,
      ["F-61", "F-57", "F-28"],
      source: "RFC 6749 section 1.5",
      at: "three-refreshes",
      "update ada  lastName Noel",
      also: [
        "F-28.refresh-token-ended":
          "where nothing was refreshed before, idleness ends a grant as age does"
      ]
    ),
    DetectedFault(
      .newGrantEndsOld,
      "F-58.new-grant-ends-old",
      .authorizationServer,
      ["F-58"],
      source: "RFC 7009 section 2.1",
      at: "second-authorization",
      "re-authenticate"
    ),
    DetectedFault(
      .refreshEndsOtherGrants,
      "F-58.new-grant-ends-old",
      .authorizationServer,
      ["F-58"],
      source: "RFC 7009 section 2.1",
      at: "second-authorization",
      "update ada  lastName King"
    ),
    DetectedFault(
      .adminIsAUser,
      "F-31.link-ends-itself",
      as: .warning,
      .both,
      ["F-31", "S-17"],
      source: "RFC 6749 section 1.5",
      at: "admin-leaves",
      "update ada  lastName Byron"
    ),
    DetectedFault(
      .refreshedTokenDead,
      "F-38.fresh-token-refused",
      .both,
      ["F-06", "F-38", "F-63"],
      source: "RFC 6749 section 5.1",
      at: "forgotten-token",
      "update ada  lastName Byron",
      also: [
        "F-18.lost-answer":
          "what was cut off may have gone on in the app and ended what came after it"
      ]
    ),
    DetectedFault(
      .refreshNarrowsScope,
      "F-26.scope-lost",
      .both,
      ["F-26"],
      source: "RFC 6749 section 6",
      at: "forgotten-token",
      "update ada  lastName Byron"
    ),
    DetectedFault(
      .lostUserAfterRefresh,
      "F-50.user-gone",
      .both,
      ["F-50"],
      source: "RFC 6749 section 6",
      at: "forgotten-token",
      "update ada  lastName Byron",
      also: [
        "S-01.acknowledged-not-done":
          "one whom a look-up with the next token has found is 404 by id"
      ]
    ),
    DetectedFault(
      .firstRefresh503EndsGrant,
      "F-30.refresh-failed",
      .authorizationServer,
      ["F-30", "F-36"],
      source: "RFC 6749 section 6",
      at: "forgotten-token",
      "update ada  lastName Byron",
      also: ["F-18.lost-answer": "a lost answer ends the link there, too"]
    ),
    DetectedFault(
      .rotationWithheld,
      "F-13.kept-token-refused",
      .authorizationServer,
      ["F-63", "F-13", "F-14"],
      source: "RFC 6749 section 6",
      at: "three-refreshes",
      "update ada  lastName King"
    ),
    DetectedFault(
      .refreshRepeatsAccessToken,
      "F-38.same-token",
      .authorizationServer,
      ["F-38"],
      source: "RFC 6749 section 6",
      at: "token-expiry",
      "update ada  lastName King"
    ),
  ]

  // RFC 6750 section 3.1: 401 for an expired token, with `error="invalid_token"`.
  private static let moreAccess = [
    DetectedFault(
      .expiredToken404,
      "F-02.wrong-status",
      .serviceProvider,
      ["F-02"],
      source: "RFC 6750 section 3.1",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .expiredToken200Prose,
      "F-02.wrong-status",
      .serviceProvider,
      ["F-02"],
      source: "RFC 6750 section 3.1",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .challengeWithoutError,
      "F-03.error-missing",
      as: .warning,
      .serviceProvider,
      ["F-03"],
      source: "RFC 6750 section 3",
      at: "rejected-before-expiry",
      "update ada  lastName King"
    ),
  ]

  // RFC 6585 section 4: a 429 may say how long to wait; Okta, SCIM concept page: it reads whole seconds, and
  // gives up after ten tries. RFC 9110 section 15.5: what is refused is not done.
  private static let limits =
    [Fault.limitWithoutRetryAfter, .limitWithDate, .limitWithFraction].map { fault in
      DetectedFault(
        fault,
        "S-19.retry-after",
        as: .warning,
        .serviceProvider,
        ["S-19", "F-47"],
        source: "Okta, SCIM concept page; RFC 6585 section 4",
        at: "many-at-once",
        "assign dan  lastName Ritchie"
      )
    } + [
      DetectedFault(
        .limitedYetDone,
        "S-04.refused-yet-done",
        .serviceProvider,
        ["S-04"],
        source: "RFC 9110 section 15.5; RFC 7644 section 3.12",
        at: "many-at-once",
        "assign dan  lastName Ritchie"
      ),
      DetectedFault(
        .limitSharedWithTokens,
        "F-47.refresh-limited",
        as: .observed,
        .authorizationServer,
        ["F-47"],
        source: "RFC 6585 section 4",
        at: "many-at-once",
        "update ada  lastName King"
      ),
      DetectedFault(
        .limitNeverEnds,
        "event.rate-limited",
        .serviceProvider,
        ["F-47"],
        source: "Okta, SCIM concept page",
        at: "many-at-once",
        "assign dan  lastName Ritchie"
      ),
    ]

  // RFC 7644 section 3.1: application/scim+json; section 3.4.2: a list response counts what matches, and is
  // there also where nothing does; RFC 7643 section 4.1.1: user names do not tell letters apart.
  private static let lookUps = [
    DetectedFault(
      .scimJSONNotParsed,
      "S-13.body-not-read",
      .serviceProvider,
      ["S-13"],
      source: "RFC 7644 section 3.1",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .scimJSONRefused,
      "S-13.media-type-refused",
      .serviceProvider,
      ["S-13"],
      source: "RFC 7644 section 3.1",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .charsetRefused,
      "S-13.media-type-refused",
      .serviceProvider,
      ["S-13"],
      source: "RFC 7644 section 3.1",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .acceptRefused,
      "S-13.accept-refused",
      .serviceProvider,
      ["S-13"],
      source: "RFC 7644 section 3.8",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .plainJSONRefused,
      "okta-spec.R6",
      .serviceProvider,
      source: "Okta, SCIM 2.0 SPEC test, request 6",
      at: "okta-spec",
      "spec create"
    ),
    DetectedFault(
      .typedReadRefused,
      "okta-spec.R1",
      .serviceProvider,
      source: "Okta, SCIM 2.0 SPEC test, request 1",
      at: "okta-spec",
      "spec list users",
      also: Dictionary(
        uniqueKeysWithValues: [3, 4, 5, 7, 9, 10, 12].map {
          ("okta-spec.R\($0)", "each GET of Okta's test has a Content-Type")
        }
      )
    ),
    DetectedFault(
      .lookUpPlusAsSpace,
      "S-02.look-up-misses",
      .serviceProvider,
      ["S-02"],
      source: "RFC 7643 section 4.1.1; RFC 7644 section 3.4.2.2",
      at: "looked-up-again",
      "assign ada"
    ),
    DetectedFault(
      .lookUpOtherColumn,
      "S-02.look-up-misses",
      .serviceProvider,
      ["S-02"],
      source: "RFC 7643 section 4.1.1; RFC 7644 section 3.4.2.2",
      at: "looked-up-again",
      "assign ada"
    ),
    DetectedFault(
      .lookUpByPrefix,
      "SCIM.filter-ignored",
      .serviceProvider,
      ["S-03"],
      source: "RFC 7644 section 3.4.2.2; Okta, SCIM 2.0 reference",
      at: "looked-up-again",
      "assign adam  lastName Noether"
    ),
    DetectedFault(
      .lookUpCaseSensitive,
      "S-02.look-up-misses",
      .serviceProvider,
      ["S-02"],
      source: "RFC 7643 section 4.1.1; RFC 7644 section 3.4.2.2",
      at: "looked-up-again",
      "assign adam  login ADAM.{namespace}@{domain}"
    ),
    DetectedFault(
      .lookUpHidesInactive,
      "S-02.look-up-misses",
      .serviceProvider,
      ["S-02"],
      source: "RFC 7643 section 4.1.1; RFC 7644 section 3.4.2.2",
      at: "lifecycle",
      "assign bob"
    ),
    DetectedFault(
      .lookUpMissesNew,
      "S-02.look-up-misses",
      .serviceProvider,
      ["S-02"],
      source: "RFC 7643 section 4.1.1; RFC 7644 section 3.4.2.2",
      at: "looked-up-again",
      "assign ada"
    ),
    DetectedFault(
      .lookUpFindsNobody404,
      "SCIM.look-up-404",
      as: .observed,
      .serviceProvider,
      source: "RFC 7644 section 3.4.2; Okta, SCIM 2.0 reference, Create Users",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace",
      also: ["okta-spec.R3": "Okta takes a 404, its test does not", "okta-spec.R5": "the same"]
    ),
    DetectedFault(
      .lookUpSlow,
      "S-20.slow-look-up",
      as: .observed,
      .serviceProvider,
      ["S-20"],
      source: "RFC 7644 section 3.4.2.2; Okta, SCIM FAQs",
      at: "looked-up-again",
      "assign ada  login ada+okta.{namespace}@{domain}  lastName Lovelace"
    ),
    DetectedFault(
      .listEmptyBody,
      "SCIM.list-unreadable",
      .serviceProvider,
      ["S-14"],
      source: "RFC 7644 section 3.4.2",
      at: "test-credentials",
      "test credentials"
    ),
    DetectedFault(
      .listNull,
      "SCIM.list-unreadable",
      .serviceProvider,
      ["S-14"],
      source: "RFC 7644 section 3.4.2",
      at: "test-credentials",
      "test credentials"
    ),
    DetectedFault(
      .listOfPage,
      "SCIM.list-unreadable",
      .serviceProvider,
      ["S-14"],
      source: "RFC 7644 section 3.4.2",
      at: "test-credentials",
      "test credentials"
    ),
    DetectedFault(
      .listDoubles,
      "S-09.double-id",
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2",
      at: "expiry-on-a-write",
      "test credentials"
    ),
    DetectedFault(
      .listTotalOfTable,
      "S-03.total-differs",
      .serviceProvider,
      ["S-03"],
      source: "RFC 7644 section 3.4.2, section 3.4.2.2",
      at: "looked-up-again",
      "assign adam  lastName Noether",
      also: ["okta-spec.R3": "nobody is known of whom Okta's test looks up there"]
    ),
    DetectedFault(
      .listItemsPerPageEcho,
      "S-09.items-per-page",
      .serviceProvider,
      ["S-09"],
      source: "RFC 7644 section 3.4.2.4",
      at: "test-credentials",
      "test credentials"
    ),
  ]

  // RFC 7644 section 3.3: 409 with scimType uniqueness for one who exists; RFC 9110 section 15.5: what is
  // refused is not done.
  private static let creates = [
    DetectedFault(
      .createDuplicate500,
      "F-46.duplicate-status",
      .serviceProvider,
      ["F-46", "S-08", "S-18"],
      source: "RFC 7644 section 3.3, section 3.12",
      at: "repeated-create",
      "create ada again  lastName Byron",
      also: ["S-08.group-duplicate-status": "so is the create of a group that exists"]
    ),
    DetectedFault(
      .createAgainWipes,
      "S-08.overwritten",
      .serviceProvider,
      ["S-08", "F-46"],
      source: "RFC 7644 section 3.3",
      at: "repeated-create",
      "create ada again  lastName Byron"
    ),
    DetectedFault(
      .createCaseSensitive,
      "S-08.second-resource",
      .serviceProvider,
      ["S-08", "F-46"],
      source: "RFC 7643 section 4.1.1; RFC 7644 section 3.3",
      at: "repeated-create",
      "create ada again  login ADA.{namespace}@{domain}"
    ),
    DetectedFault(
      .createEmailConflict400,
      "F-46.duplicate-status",
      as: .warning,
      .serviceProvider,
      ["F-46", "S-08", "S-18"],
      source: "RFC 7644 section 3.3, section 3.12",
      at: "repeated-create",
      "create ada again  lastName Byron",
      also: ["okta-spec.R8": "Okta's test asks for 409"]
    ),
    DetectedFault(
      .createRefusedYetMade,
      "S-04.refused-yet-done",
      .serviceProvider,
      ["S-04"],
      source: "RFC 9110 section 15.5; RFC 7644 section 3.12",
      at: "lifecycle",
      "assign bob  firstName Bob  lastName Babbage",
      also: ["okta-spec.R6": "the create of Okta's test is refused like any other"]
    ),
    DetectedFault(
      .createExternalIDIgnored,
      "S-01.never-shown",
      as: .observed,
      .serviceProvider,
      ["S-01"],
      source: "RFC 7644 section 3.3, section 3.5.1",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .createDropsTitle,
      "S-01.never-shown",
      as: .observed,
      .serviceProvider,
      ["S-01"],
      source: "RFC 7644 section 3.3, section 3.5.1",
      at: "contact-details",
      "assign ada  lastName Lovelace  title Countess  department Mathematics  mobilePhone +44-20-7946-0000  streetAddress \"12 Square\"  city London"
    ),
    DetectedFault(
      .passwordNeedsSymbol,
      "S-15.password-refused",
      .serviceProvider,
      ["S-15"],
      source: "Okta, support article on passwords in custom SCIM integrations",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .userWithoutSchemas,
      "SCIM.resource-schemas",
      .serviceProvider,
      ["S-16"],
      source: "RFC 7643 section 3",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .userWithoutActive,
      "S-16.no-active",
      .serviceProvider,
      ["S-16"],
      source: "Okta, SCIM configuration FAQ",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace",
      also: [
        "SCIM.create-lost-attribute": "the answer to the create does not have it either",
        "okta-spec.R1": "Okta's test asks for it in a list",
        "okta-spec.R2": "and in a read",
      ]
    ),
    DetectedFault(
      .userWithoutMeta,
      "S-16.no-meta",
      as: .warning,
      .serviceProvider,
      ["S-16"],
      source: "Okta, SCIM configuration FAQ; RFC 7643 section 3.1",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace"
    ),
    DetectedFault(
      .userWithoutUserName,
      "SCIM.resource-user-name",
      .serviceProvider,
      ["S-16"],
      source: "RFC 7643 section 4.1.1",
      at: "import-users",
      "import users"
    ),
    DetectedFault(
      .createAgainApplies,
      "S-04.refused-yet-done",
      .serviceProvider,
      ["S-04"],
      source: "RFC 9110 section 15.5; RFC 7644 section 3.12",
      at: "repeated-create",
      "create ada again  lastName Byron",
      also: [
        "S-01.acknowledged-not-done":
          "of two refused creates that are both done, the second puts back what the first has changed"
      ]
    ),
  ]

  // RFC 7644 section 3.5.1: a PUT replaces what was there, and ignores what a client may not change.
  private static let replaces = [
    DetectedFault(
      .putLosesPhoneNumbers,
      "SCIM.put-lost-attribute",
      .serviceProvider,
      ["S-07"],
      source: "RFC 7644 section 3.5.1",
      at: "contact-details",
      "update ada  lastName King",
      also: [
        "expectation.user":
          "profile-changes sends them for the first time in the PUT: an app may have no use for them"
      ]
    ),
    DetectedFault(
      .putLosesExtension,
      "SCIM.put-lost-attribute",
      .serviceProvider,
      ["S-07"],
      source: "RFC 7644 section 3.5.1",
      at: "contact-details",
      "update ada  lastName King"
    ),
    DetectedFault(
      .putKeepsOldName,
      "SCIM.put-other-value",
      .serviceProvider,
      ["S-01", "S-07"],
      source: "RFC 7644 section 3.5.1",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .putAddsEmails,
      "SCIM.put-other-value",
      .serviceProvider,
      ["S-01", "S-07"],
      source: "RFC 7644 section 3.5.1",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .putRefusesReadOnly,
      "S-06.echo-refused",
      .serviceProvider,
      ["S-06"],
      source: "RFC 7644 section 3.5.1; RFC 7643 section 7",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .putRefusesUnknown,
      "S-06.echo-refused",
      .serviceProvider,
      ["S-06"],
      source: "RFC 7644 section 3.5.1; RFC 7643 section 7",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .putConflictsWithItself,
      "S-06.conflict-with-itself",
      .serviceProvider,
      ["S-06"],
      source: "RFC 7644 section 3.5.1",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .putFailsAfterRefresh,
      "event.failed",
      .serviceProvider,
      source: "Okta, SCIM 2.0 reference",
      at: "token-expiry",
      "update ada  lastName King"
    ),
    DetectedFault(
      .putNotStored,
      "S-01.acknowledged-not-done",
      .serviceProvider,
      ["S-01"],
      source: "RFC 7644 section 3.3, section 3.5",
      at: "token-expiry",
      "update ada  lastName King",
      also: ["F-49.active-ignored": "where the PUT is of active, that is what matters"]
    ),
  ]

  // RFC 7643 section 4.1.1, and Okta's SCIM 2.0 reference: `active` is set and shown both ways, and whoever
  // is deactivated is still there.
  private static let activity = [
    DetectedFault(
      .patchIgnored,
      "F-49.active-ignored",
      .serviceProvider,
      ["F-49", "S-01", "S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada",
      family: "oin-patch"
    ),
    DetectedFault(
      .patchIgnored204,
      "F-49.active-ignored",
      .serviceProvider,
      ["F-49", "S-01", "S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada",
      family: "oin-patch"
    ),
    DetectedFault(
      .patchPathlessIgnored,
      "F-49.active-ignored",
      .serviceProvider,
      ["F-49", "S-01", "S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada",
      family: "oin-patch"
    ),
    DetectedFault(
      .reactivationIgnored,
      "F-49.active-ignored",
      .serviceProvider,
      ["F-49", "S-01", "S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "reactivate ada"
    ),
    DetectedFault(
      .activeMissingWhenInactive,
      "S-05.active-missing",
      .serviceProvider,
      ["S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada"
    ),
    DetectedFault(
      .activeNullWhenInactive,
      "S-05.active-missing",
      .serviceProvider,
      ["S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada"
    ),
    DetectedFault(
      .activeNotShownByPUT,
      "F-49.active-ignored",
      .serviceProvider,
      ["F-49", "S-01", "S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada"
    ),
    DetectedFault(
      .secondDeactivationRefused,
      "S-05.deactivation-refused",
      .serviceProvider,
      ["S-05"],
      source: "RFC 7644 section 3.5.1, section 3.5.2",
      at: "lifecycle",
      "assign bob",
      family: "oin-patch"
    ),
    DetectedFault(
      .inactiveUser404,
      "S-05.gone-after-deactivation",
      .serviceProvider,
      ["S-05"],
      source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "deactivate ada"
    ),
  ]
}
