import Testing

/// One way to start the app of Django, django-oauth-toolkit and django-scim2, and what is right to
/// find in it.
struct RealAppVariant: Sendable, CustomTestStringConvertible {
  var name: String
  /// Of the app's `start.sh`, beside the lifetime.
  var options: [String] = []
  /// Behind `--set`.
  var settings: [String] = []
  var findings: [Expected] = []
  /// A part of the reason for which every scenario is skipped.
  var skips: String?
  /// Whether other people's software judges the recordings as well.
  var isReadByOracles = false

  /// A finding that was looked at and is right.
  struct Expected: Sendable {
    var id: String
    var verdict: String
    /// Of the exchange that shows it.
    var status: String
    /// The line in each scenario.
    var at: [String: Int] = [:]
    /// Scenarios in which the pace of the machine decides whether and where it shows.
    var mayShowIn: [String] = []
    var why: String
  }

  var testDescription: String { name }

  var required: Set<FoundInRealApp> {
    Set(findings.flatMap { finding in finding.at.map { finding.found(in: $0.key, at: $0.value) } })
  }

  /// Without lines.
  var allowedAnywhere: Set<FoundInRealApp> {
    Set(findings.flatMap { finding in finding.mayShowIn.map { finding.found(in: $0, at: nil) } })
  }

  /// The exit code (formats, The command line).
  var status: Int32 {
    if skips != nil { return 3 }
    return findings.contains { $0.verdict == "failed" && !$0.at.isEmpty } ? 4 : 0
  }
}

extension RealAppVariant.Expected {
  fileprivate func found(in scenario: String, at line: Int?) -> FoundInRealApp {
    FoundInRealApp(id: id, verdict: verdict, scenario: scenario, line: line, status: status)
  }
}

// MARK: The list

extension RealAppVariant {
  static let all = [
    RealAppVariant(name: "as it comes", findings: [.emptyBody], isReadByOracles: true),
    RealAppVariant(
      name: "family aiw",
      settings: ["family=aiw"],
      findings: [.emptyBody],
      isReadByOracles: true
    ),
    RealAppVariant(
      name: "client_secret_basic",
      settings: ["authentication.clientAuthentication=client_secret_basic"],
      findings: [.emptyBody]
    ),
    RealAppVariant(
      name: "guard middleware",
      options: ["--guard", "middleware"],
      findings: [
        .emptyBody,
        Expected(
          id: "F-03.challenge-scheme",
          verdict: "failed",
          status: "",
          mayShowIn: meetingTheEnd,
          why: "django-scim2's middleware answers Basic realm=\"django-scim2\" to a bearer token; "
            + "RFC 6750 section 3: the challenge MUST use the scheme Bearer"
        ),
      ]
    ),
    RealAppVariant(
      name: "guard forbid",
      options: ["--guard", "forbid"],
      findings: [
        Expected(
          id: "F-02.wrong-status",
          verdict: "failed",
          status: "",
          mayShowIn: meetingTheEnd,
          why: "the toolkit's decorator answers a bare 403 to an expired token; RFC 6750 section "
            + "3.1: invalid_token goes with 401, and a client that refreshes on 401 never does"
        ),
        Expected(
          id: "event.failed",
          verdict: "failed",
          status: "",
          mayShowIn: meetingTheEnd + meetingDeadTokens,
          why: "a token that ends while an event is under way is answered 403, which Okta takes "
            + "for the end of the event"
        ),
        Expected(
          id: "expectation.user",
          verdict: "failed",
          status: "",
          mayShowIn: meetingTheEnd + meetingDeadTokens,
          why: "the same where it is a look at a user that meets the end"
        ),
        Expected(
          id: "SCIM.error-body",
          verdict: "warning",
          status: "",
          mayShowIn: meetingTheEnd + meetingDeadTokens,
          why: "and that 403 has no body, where RFC 7644 section 3.12 asks for a SCIM error"
        ),
      ]
    ),
    RealAppVariant(name: "no rotation", options: ["--rotate", "0"], findings: [.emptyBody]),
    RealAppVariant(name: "grace window", options: ["--grace", "3"], findings: [.emptyBody]),
    RealAppVariant(
      name: "reuse protection",
      options: ["--reuse-protection", "1"],
      findings: [.emptyBody]
    ),
    // The library's default; Okta sends no code challenge.
    RealAppVariant(
      name: "PKCE required",
      options: ["--pkce", "1"],
      skips: "invalid_request (Code challenge required.)"
    ),
    RealAppVariant(
      name: "PKCE required and sent",
      options: ["--pkce", "1"],
      settings: ["okta.pkce=S256"],
      findings: [.emptyBody]
    ),
    // REFRESH_TOKEN_EXPIRE_SECONDS counts from the access token's end.
    RealAppVariant(
      name: "refresh tokens that end a second after the access token",
      options: ["--refresh-lifetime", "1"],
      findings: [
        .emptyBody,
        Expected(
          id: "F-27.refused-after-expiry",
          verdict: "failed",
          status: "",
          why: "a link that is not used for one lifetime and a second is dead; RFC 6749 section "
            + "1.5: a refresh token is there to get an access token when the old one has expired"
        ),
        Expected(
          id: "F-28.refresh-token-ended",
          verdict: "observed",
          status: "",
          why: "after ten lifetimes the end of a refresh token is taken for a limit on idleness, "
            + "which RFC 9700 section 4.14.2 recommends"
        ),
      ]
    ),
    // What is stock differs from the full adapters in groups only.
    RealAppVariant(name: "stock SCIM", options: ["--scim", "stock"], findings: [.emptyBody]),
  ]

  /// Scenarios that show the app a token that is dead for certain.
  private static let meetingDeadTokens = [
    "expiry-on-a-write", "idle-ten-lifetimes", "rejected-before-expiry", "three-refreshes",
    "token-expiry", "used-to-the-end", "workers-at-once",
  ]

  /// Scenarios whose token may end on the way to the app, where the machine is slow.
  private static let meetingTheEnd = ["lifecycle", "test-credentials"]
}

extension RealAppVariant.Expected {
  fileprivate static let emptyBody = RealAppVariant.Expected(
    id: "F-03.body",
    verdict: "warning",
    status: "",
    mayShowIn: ["lifecycle", "test-credentials"],
    why: "the toolkit's 401 has no body; RFC 7644 section 3.12 asks for a SCIM error in it, RFC "
      + "6750 for none, so it is a warning"
  )
}
