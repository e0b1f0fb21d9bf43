import SampleApp

extension DetectedFault {
  /// Codes, and the admin's no (RFC 6749 section 4.1.2 and 4.1.3, RFC 7636 section 4.6).
  static let codes = [
    DetectedFault(
      .codeLivesOn,
      "F-52.code-accepted-again",
      .authorizationServer,
      ["F-52"],
      source: "RFC 6749 section 4.1.2",
      at: "code-used-twice",
      "exchange code again",
      also: ["F-52.several-grants": "who takes a code for ever takes it at once, too"]
    ),
    DetectedFault(
      .codeReuseLeavesTokens,
      "F-52.tokens-live-on",
      as: .warning,
      .authorizationServer,
      ["F-52"],
      source: "RFC 6749 section 4.1.2",
      at: "code-used-twice",
      "exchange code again"
    ),
    DetectedFault(
      .codeReuse500,
      "F-15.wrong-code",
      .authorizationServer,
      ["F-15"],
      source: "RFC 6749 section 5.2",
      at: "code-used-twice",
      "exchange code again"
    ),
    DetectedFault(
      .codeRaceGrants,
      "F-52.several-grants",
      .authorizationServer,
      ["F-52"],
      source: "RFC 6749 section 4.1.2, section 10.5",
      at: "code-five-at-once",
      "exchange code 5 times at once"
    ),
    DetectedFault(
      .codeNeverEnds,
      "F-53.code-lives-long",
      as: .warning,
      .authorizationServer,
      ["F-53"],
      source: "RFC 6749 section 4.1.2",
      at: "code-kept-too-long",
      "exchange code after 601s"
    ),
    DetectedFault(
      .codeEndsAtOnce,
      "F-53.code-ends-early",
      as: .warning,
      .authorizationServer,
      ["F-53"],
      source: "RFC 6749 section 4.1.2",
      at: "code-kept-a-while",
      "exchange code after 5s"
    ),
    DetectedFault(
      .codeAnyRedirect,
      "F-54.other-redirect-accepted",
      .authorizationServer,
      ["F-54"],
      source: "RFC 6749 section 4.1.3",
      at: "code-bound",
      "exchange code another redirect URI"
    ),
    DetectedFault(
      .codeAnyVerifier,
      "F-54.other-verifier-accepted",
      .authorizationServer,
      ["F-54"],
      source: "RFC 7636 section 4.6",
      at: "code-bound",
      "exchange code another verifier"
    ),
    DetectedFault(
      .codeWithoutVerifier,
      "F-54.other-verifier-accepted",
      .authorizationServer,
      ["F-54"],
      source: "RFC 7636 section 4.6",
      at: "code-bound",
      "exchange code no verifier"
    ),
    DetectedFault(
      .codeAnyClient,
      "F-54.other-client-accepted",
      .authorizationServer,
      ["F-54"],
      source: "RFC 6749 section 4.1.3",
      at: "code-of-another-client",
      "exchange code another client's"
    ),
    DetectedFault(
      .refusalGrants,
      "F-55.granted-all-the-same",
      .authorizationServer,
      ["F-55"],
      source: "RFC 6749 section 4.1.2.1",
      at: "consent-refused",
      "authorize and refuse"
    ),
    DetectedFault(
      .refusalShowsPage,
      "F-55.no-answer",
      as: .warning,
      .authorizationServer,
      ["F-55"],
      source: "RFC 6749 section 4.1.2.1",
      at: "consent-refused",
      "authorize and refuse"
    ),
    DetectedFault(
      .refusalLosesState,
      "F-55.state-missing",
      .authorizationServer,
      ["F-55"],
      source: "RFC 6749 section 4.1.2.1",
      at: "consent-refused",
      "authorize and refuse"
    ),
    DetectedFault(
      .refusalWithoutError,
      "F-55.no-error",
      .authorizationServer,
      ["F-55"],
      source: "RFC 6749 section 4.1.2.1",
      at: "consent-refused",
      "authorize and refuse"
    ),
    DetectedFault(
      .refusalServerError,
      "F-55.wrong-error",
      as: .warning,
      .authorizationServer,
      ["F-55"],
      source: "RFC 6749 section 4.1.2.1",
      at: "consent-refused",
      "authorize and refuse"
    ),
  ]

  /// Revocation (RFC 7009), and the scope of a refresh (RFC 6749 section 6).
  static let revocations = [
    DetectedFault(
      .revocationRefused,
      "F-31.revocation-refused",
      .authorizationServer,
      ["F-31"],
      source: "RFC 7009 section 2.1, section 2.2",
      at: "grant-revoked",
      "revoke refresh token"
    ),
    DetectedFault(
      .revocationIgnored,
      "F-60.revoked-token-accepted",
      .authorizationServer,
      ["F-31"],
      source: "RFC 7009 section 2.1",
      at: "grant-revoked",
      "refresh with refresh token #3"
    ),
    DetectedFault(
      .revocationLateIgnored,
      "F-60.revoked-token-accepted",
      .authorizationServer,
      ["F-60", "F-31"],
      source: "RFC 7009 section 2.1",
      at: "revoked-after-expiry",
      "refresh with refresh token #1"
    ),
    DetectedFault(
      .revocationLeavesWindow,
      "F-21.window-outlives-revocation",
      .authorizationServer,
      ["F-21"],
      source: "RFC 7009 section 2.1",
      at: "grant-revoked",
      "refresh with refresh token #2"
    ),
    DetectedFault(
      .revocationEndsAll,
      "F-58.revocation-ends-other",
      .authorizationServer,
      ["F-58"],
      source: "RFC 7009 section 2.1",
      at: "grant-revoked",
      "revoke refresh token"
    ),
    DetectedFault(
      .revokedAccessServed,
      "F-07.revoked-token-served",
      as: .warning,
      .both,
      ["F-07", "F-05"],
      source: "RFC 7009 section 2.1, RFC 7662 section 4",
      at: "access-token-revoked",
      "probe access token #1"
    ),
    DetectedFault(
      .scopeWidened,
      "F-26.scope-changed",
      .authorizationServer,
      ["F-26"],
      source: "RFC 6749 section 6",
      at: "scope-on-refresh",
      #"refresh with refresh token last scope "scim-unheard-of-scope""#
    ),
    DetectedFault(
      .scopeRefused,
      "F-26.granted-scope-refused",
      .authorizationServer,
      ["F-26"],
      source: "RFC 6749 section 6",
      at: "scope-on-refresh",
      "refresh with refresh token last same scope"
    ),
    DetectedFault(
      .scopeShrinks,
      "F-26.scope-changed",
      .authorizationServer,
      ["F-26"],
      source: "RFC 6749 section 6",
      at: "scope-on-refresh",
      "refresh"
    ),
    DetectedFault(
      .refusedScopeSpendsToken,
      "F-23.token-burned",
      .authorizationServer,
      ["F-23"],
      source: "RFC 6749 section 5.2, section 6",
      at: "scope-on-refresh",
      "refresh with refresh token last same scope"
    ),
  ]

  /// Changes of the app from outside, and other tenants.
  static let hooks = [
    DetectedFault(
      .refreshEndsAccessToken,
      "F-08.old-token-refused",
      as: .observed,
      .both,
      ["F-08"],
      source: "RFC 6749 section 6 leaves it open",
      at: "no-token",
      "probe access token #1"
    ),
    DetectedFault(
      .refreshTokenNotASCII,
      "F-09.token-characters",
      .authorizationServer,
      ["F-09"],
      source: "RFC 6750 section 2.1; RFC 6749 appendix A.17",
      at: "test-credentials",
      "authorize",
      also: ["F-60.revoked-token-accepted": "what is revoked is not what it knows"]
    ),
    DetectedFault(
      .expiresInZero,
      "F-10.expires-in-not-positive",
      .authorizationServer,
      ["F-10"],
      source: "RFC 6749 section 5.1",
      at: "test-credentials",
      "authorize"
    ),
    DetectedFault(
      .createAnsweredLate,
      "event.failed",
      .serviceProvider,
      ["F-51"],
      source: "Okta, SCIM 2.0 reference",
      at: "lifecycle",
      "assign ada  firstName Ada  lastName Lovelace",
      also: [
        "F-02.no-answer": "a dead token meets the same delay",
        "expectation.task": "that it never came is not that its answer was lost",
      ]
    ),
    DetectedFault(
      .reuseEndsAllGrants,
      "F-50.reuse-ends-other",
      .authorizationServer,
      ["F-50", "F-22"],
      source: "RFC 9700 section 4.14.2",
      at: "reuse-in-another-org",
      "test credentials"
    ),
    DetectedFault(
      .tenantsShareUsers,
      "F-50.reads-other-tenant",
      .serviceProvider,
      ["F-50"],
      source: "RFC 7644 section 7.1",
      at: "two-tenants",
      "assign bob  lastName Barker"
    ),
    DetectedFault(
      .restartEndsGrants,
      "F-29.ends-with-restart",
      .authorizationServer,
      ["F-29"],
      source: "RFC 6749 section 1.5, section 6",
      at: "restart-between-requests",
      "test credentials"
    ),
    DetectedFault(
      .restartEndsAccessTokens,
      "F-05.ends-with-hook",
      as: .observed,
      .authorizationServer,
      ["F-05"],
      source: "RFC 6750 section 3.1",
      at: "restart-between-requests",
      "test credentials"
    ),
    DetectedFault(
      .sessionEndEndsGrants,
      "F-57.ends-with-session",
      .authorizationServer,
      ["F-57"],
      source: "RFC 6749 section 1.5, section 6",
      at: "admin-signs-out",
      "test credentials"
    ),
    DetectedFault(
      .sessionEndEndsAccessTokens,
      "F-57.ends-with-session",
      .authorizationServer,
      ["F-57"],
      source: "RFC 6749 section 1.5, section 6",
      at: "admin-signs-out",
      "test credentials"
    ),
    DetectedFault(
      .secretChangeEndsGrants,
      "F-32.ends-with-secret",
      .authorizationServer,
      ["F-32"],
      source: "RFC 6749 section 5.2",
      at: "secret-changed",
      "refresh"
    ),
    DetectedFault(
      .oldSecretServed,
      "F-31.old-secret-served",
      as: .observed,
      .authorizationServer,
      ["F-31"],
      source: "RFC 6749 section 2.3.1",
      at: "old-secret",
      "refresh with refresh token last"
    ),
    DetectedFault(
      .signInPolicyEndsGrants,
      "F-62.ends-with-sign-in-policy",
      .authorizationServer,
      ["F-62"],
      source: "RFC 6749 section 1.5, section 6",
      at: "sign-in-policy-changed",
      "refresh"
    ),
    DetectedFault(
      .adminLeavesGrantLives,
      "F-31.admin-left",
      as: .warning,
      .authorizationServer,
      ["F-31"],
      source: "RFC 6819 section 5.2.2.4; RFC 9700 section 4.14.2",
      at: "admin-deactivated",
      "refresh with refresh token last"
    ),
    DetectedFault(
      .removedGrantLives,
      "F-31.removed-grant-lives",
      .authorizationServer,
      ["F-31"],
      source: "RFC 6749 section 10.4; RFC 9700 section 4.14.2",
      at: "integration-removed",
      "refresh with refresh token last"
    ),
  ]
}
