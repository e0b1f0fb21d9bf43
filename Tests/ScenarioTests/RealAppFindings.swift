import TestSupport
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
    /// Whether the pace of the machine decides in which line it shows.
    var lineMoves = false
    /// Scenarios in which the pace of the machine decides whether and where it shows.
    var mayShowIn: [String] = []
    var why: String
    /// How other people's software names it.
    var oracles: [String] = []
  }

  /// What other people's software finds in the app's answers, too.
  var failuresOfOracle: [String] { findings.filter { !$0.at.isEmpty }.flatMap(\.oracles) }

  /// What it finds besides where the pace of the machine has it shown.
  var allowedOfOracle: [String] { findings.flatMap(\.oracles) }

  var testDescription: String { name }

  var required: Set<FoundInRealApp> {
    Set(findings.flatMap { finding in finding.at.map { finding.found(in: $0.key, at: $0.value) } })
  }

  /// Without lines, those that may show earlier: a token that lives for seconds may end while its
  /// scenario's first events are on their way, and is then first met dead there.
  var requiredAnywhere: Set<FoundInRealApp> {
    let moving = findings.filter { $0.lineMoves || $0.at == RealAppVariant.meetingDeadTokens }
    return Set(
      moving.flatMap { finding in finding.at.map { finding.found(in: $0.key, at: nil) } }
    )
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
    RealAppVariant(
      name: "as it comes",
      findings: Expected.usual + Expected.ofPatches,
      isReadByOracles: true
    ),
    // Passwords and groups go by PUT.
    RealAppVariant(
      name: "family aiw",
      settings: ["family=aiw"],
      findings: Expected.usual + [.staleMember, .staleMemberInError("PUT")],
      isReadByOracles: true
    ),
    RealAppVariant(
      name: "client_secret_basic",
      settings: ["authentication.clientAuthentication=client_secret_basic"],
      findings: Expected.usual + Expected.ofPatches
    ),
    RealAppVariant(
      name: "guard middleware",
      options: ["--guard", "middleware"],
      findings: Expected.usual + Expected.ofPatches + [
        Expected(
          id: "F-03.challenge-scheme",
          verdict: "failed",
          status: "401",
          at: meetingDeadTokens,
          mayShowIn: meetingTheEnd,
          why: "django-scim2's middleware answers Basic realm=\"django-scim2\" to a bearer token; "
            + "RFC 6750 section 3: the challenge MUST use the scheme Bearer"
        )
      ]
    ),
    RealAppVariant(
      name: "guard forbid",
      options: ["--guard", "forbid"],
      findings: Expected.ofDirectory + Expected.ofPatches + Expected.ofCodes + [
        .lostAnswer, .familyLivesOn, .startIndexRefused,
        Expected(
          id: "F-02.wrong-status",
          verdict: "failed",
          status: "403",
          at: meetingDeadTokens,
          mayShowIn: meetingTheEnd,
          why: "the toolkit's decorator answers a bare 403 to an expired token; RFC 6750 section "
            + "3.1: invalid_token goes with 401, and a client that refreshes on 401 never does"
        ),
        Expected(
          id: "okta-spec.R7",
          verdict: "failed",
          status: "403",
          mayShowIn: ["okta-spec"],
          why: "the same in Okta's SPEC test, whose next request it then is"
        ),
        Expected(
          id: "F-02.refused-at-its-end",
          verdict: "observed",
          status: "403",
          mayShowIn: meetingTheEnd + meetingDeadTokens.keys,
          why: "the same where the token ends while an event is under way; the event fails for it"
        ),
        Expected(
          id: "SCIM.error-body",
          verdict: "warning",
          status: "403",
          mayShowIn: meetingTheEnd + meetingDeadTokens.keys,
          why: "and that 403 has no body, where RFC 7644 section 3.12 asks for a SCIM error"
        ),
      ]
    ),
    RealAppVariant(
      name: "no rotation",
      options: ["--rotate", "0"],
      findings: Expected.inWindow + Expected.ofPatches + [
        Expected(
          id: "F-30.refresh-failed",
          verdict: "failed",
          status: "500",
          // Chance: seen once, and not in 42 runs by hand.
          mayShowIn: ["cut-refresh"],
          why:
            "the refresh that was cut off and the one made again are in the app at the same time; one "
            + "of them ends with an exception, as two exchanges of one code do"
        )
      ]
    ),
    RealAppVariant(
      name: "grace window",
      options: ["--grace", "3"],
      findings: Expected.inWindow + Expected.ofPatches + [.familyLivesOn]
    ),
    RealAppVariant(
      name: "reuse protection",
      options: ["--reuse-protection", "1"],
      findings: Expected.always + Expected.ofPatches + [
        Expected(
          id: "F-19.concurrent-refresh",
          verdict: "failed",
          status: "400",
          // Whether the five meet in the app is chance.
          mayShowIn: ["refresh-five-at-once"],
          why: "the toolkit takes two refreshes at once for a theft and revokes what the first of "
            + "them gave; RFC 6819 section 5.2.2.3 warns of that, and its grace period of 0 s is "
            + "the default"
        ),
        Expected(
          id: "F-30.refresh-failed",
          verdict: "failed",
          status: "500",
          // Chance: seen once, and not in 25 runs by hand.
          mayShowIn: ["refresh-five-at-once"],
          why: "of five refreshes with one token that meet in the app one may end with an "
            + "exception, as two exchanges of one code do"
        ),
        Expected(
          id: "F-22.reuse-ends-grant",
          verdict: "observed",
          status: "400",
          at: ["refresh-used-twice": 13],
          why:
            "with reuse protection a token that was replaced ends its line when it is shown again"
        ),
      ]
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
      findings: Expected.usual + Expected.ofPatches
    ),
    // REFRESH_TOKEN_EXPIRE_SECONDS counts from the access token's end.
    RealAppVariant(
      name: "refresh tokens that end a second after the access token",
      options: ["--refresh-lifetime", "1"],
      findings: Expected.always + Expected.ofPatches + [
        Expected(
          id: "F-27.refused-after-expiry",
          verdict: "failed",
          status: "400",
          at: [
            "early-and-late-refresh": 19, "expiry-on-a-write": 13, "three-refreshes": 13,
            "token-expiry": 14, "workers-at-once": 17, "held-create": 10,
            "reuse-in-another-org": 18, "import-pages": 13, "users-across-tokens": 17,
            "group-token-expiry": 13, "lists-across-tokens": 15, "written-beside-a-group": 26,
          ],
          mayShowIn: ["used-to-the-end", "groups-across-tokens"],
          why: "a link that is not used for one lifetime and a second is dead; RFC 6749 section "
            + "1.5: a refresh token is there to get an access token when the old one has expired"
        ),
        Expected(
          id: "F-14.rotated-token-refused",
          verdict: "failed",
          status: "400",
          mayShowIn: ["used-to-the-end"],
          why: "the same refusal, of a token given 6.02 s before that lives 6: within a second of "
            + "the access token's end, so that it is not told as one after it"
        ),
        Expected(
          id: "F-28.refresh-token-ended",
          verdict: "observed",
          status: "400",
          at: ["idle-ten-lifetimes": 13],
          why: "after ten lifetimes the end of a refresh token is taken for a limit on idleness, "
            + "which RFC 9700 section 4.14.2 recommends"
        ),
      ]
    ),
    // What is stock differs from the full adapters in groups only.
    RealAppVariant(
      name: "stock SCIM",
      options: ["--scim", "stock"],
      findings: Expected.usual + Expected.ofPasswords + Expected.ofStockGroups
    ),
  ]

  /// Scenarios that show the app a token that is dead for certain, and the lines that do first.
  fileprivate static let meetingDeadTokens = [
    "early-and-late-refresh": 19, "expiry-on-a-write": 13, "idle-ten-lifetimes": 13,
    "no-token": 9, "rejected-before-expiry": 12, "spent-token-later": 11, "three-refreshes": 13,
    "token-expiry": 14, "workers-at-once": 17, "held-create": 10, "reuse-in-another-org": 18,
    "access-token-revoked": 11, "revoked-after-expiry": 11, "import-pages": 13,
    "users-across-tokens": 12, "group-token-expiry": 13, "groups-across-tokens": 15,
    "lists-across-tokens": 15, "written-beside-a-group": 26,
  ]

  /// Any scenario may read a page of all users, with tokens alive or dead.
  fileprivate static let readingPages = (try? Shipped.everyApp().map(\.name)) ?? []

  /// Scenarios whose token may end on the way to the app, where the machine is slow; in the last
  /// one it decides which line meets a dead token first.
  fileprivate static let meetingTheEnd = [
    "contact-details", "forgotten-token", "import-users", "import-groups", "lifecycle",
    "looked-up-again", "lost-create",
    "refresh-by-another-client", "refresh-five-at-once", "refresh-used-twice", "refused-refreshes",
    "repeated-create", "second-authorization", "test-credentials", "used-to-the-end",
    "grant-revoked", "code-kept-a-while", "code-used-twice", "scope-on-refresh", "two-orgs",
    "cut-refresh", "lost-refresh", "many-at-once", "retry-tasks", "okta-crud", "okta-spec",
    "empty-values", "provisioned-later", "suspended-and-deleted", "users-across-tokens",
    "group-created-again", "group-linked-by-name", "group-mapping-off", "group-member-inactive",
    "group-member-lost", "group-members-at-once", "group-push", "group-renamed-before-members",
    "groups-across-tokens", "lists-across-tokens", "password-push", "written-beside-a-group",
  ]
}

extension RealAppVariant.Expected {
  fileprivate static let lostAnswer = RealAppVariant.Expected(
    id: "F-18.lost-answer",
    verdict: "warning",
    status: "400",
    at: ["lost-refresh": 13],
    // Whether the app acts before the connection is closed is chance.
    mayShowIn: ["cut-refresh"],
    why: "the toolkit's REFRESH_TOKEN_GRACE_PERIOD_SECONDS is 0 by default, so that a client whose "
      + "answer was lost has nothing to go on with; RFC 6819 section 5.2.2.3 warns of that"
  )

  /// What the app gets whatever its settings, where a refresh token is good for once.
  fileprivate static let always = inWindow + [lostAnswer]

  fileprivate static let familyLivesOn = RealAppVariant.Expected(
    id: "F-22.family-lives-on",
    verdict: "warning",
    status: "200",
    at: ["spent-token-later": 13],
    why:
      "REFRESH_TOKEN_REUSE_PROTECTION is off by default: a token that was replaced long before is "
      + "refused, and what it led to goes on; RFC 9700 section 4.14.2: it is revoked as well"
  )

  /// What it gets where nothing of its tokens is set otherwise.
  fileprivate static let usual = always + [familyLivesOn]

  /// What the toolkit makes of access tokens that end before their time.
  fileprivate static let ofEarlyEnds = [
    RealAppVariant.Expected(
      id: "F-05.refresh-ends-with-access-token",
      verdict: "observed",
      status: "400",
      at: ["access-token-revoked": 12],
      why:
        "to revoke an access token ends its refresh token as well; RFC 7009 section 2.1 leaves that open"
    ),
    RealAppVariant.Expected(
      id: "F-08.old-token-refused",
      verdict: "observed",
      status: "401",
      // Where it has not ended by itself before.
      mayShowIn: ["no-token"],
      why: "a refresh deletes the access token before it, which RFC 6749 leaves open"
    ),
    RealAppVariant.Expected(
      id: "F-18.lost-answer",
      verdict: "warning",
      status: "401",
      // Whether the app is still at it is chance.
      mayShowIn: ["cut-refresh"],
      why:
        "the refresh that was cut off goes on in the app beside the one that is made again, and ends what "
        + "that gave"
    ),
  ]

  fileprivate static let startIndexRefused = RealAppVariant.Expected(
    id: "S-09.start-index-refused",
    verdict: "warning",
    status: "400",
    at: ["import-groups": 7],
    // After which import there is a living token to look with the pace of the machine decides.
    mayShowIn: ["import-users", "import-pages", "lists-across-tokens"],
    why:
      "django-scim2 answers startIndex 0 with 400; RFC 7644 section 3.4.2.4: a value less than 1 SHALL "
      + "be interpreted as 1",
    oracles: ["GET /Users", "GET /Groups"].map {
      "\($0) response 400: own: status of an error is a JSON string (RFC 7644 section 3.12)"
    }
  )

  /// What it gets whatever its settings.
  fileprivate static let inWindow =
    ofDirectory + ofCodes + ofEarlyEnds + [
      startIndexRefused,
      RealAppVariant.Expected(
        id: "F-03.body",
        verdict: "warning",
        status: "401",
        at: RealAppVariant.meetingDeadTokens,
        mayShowIn: RealAppVariant.meetingTheEnd,
        why:
          "the toolkit's 401 has no body; RFC 7644 section 3.12 asks for a SCIM error in it, RFC "
          + "6750 for none, so it is a warning"
      ),
    ]

  /// What the toolkit makes of codes.
  fileprivate static let ofCodes = [
    RealAppVariant.Expected(
      id: "F-52.tokens-live-on",
      verdict: "warning",
      status: "400",
      at: ["code-used-twice": 11],
      why:
        "the toolkit deletes a code when it is exchanged, so that one that comes again is unknown; RFC "
        + "6749 section 4.1.2: the tokens that it gave SHOULD be revoked"
    ),
    RealAppVariant.Expected(
      id: "F-15.wrong-code",
      verdict: "observed",
      status: "400",
      at: ["code-bound": 8],
      why: "oauthlib says invalid_request to another redirect_uri, where RFC 6749 section 5.2 has "
        + "invalid_grant"
    ),
    RealAppVariant.Expected(
      id: "F-15.wrong-code",
      verdict: "failed",
      status: "500",
      // Whether the five meet in the app is chance.
      mayShowIn: ["code-five-at-once"],
      why:
        "two exchanges of one code meet between the toolkit's look-up and its deletion, and the later "
        + "one ends with an exception"
    ),
  ]

  /// What it gets where it is told by PATCH.
  fileprivate static let ofPatches = ofPasswords + [staleMember, staleMemberInError("PATCH")]

  fileprivate static let staleMember = RealAppVariant.Expected(
    id: "S-12.stale-member",
    verdict: "warning",
    status: "400",
    at: ["group-member-lost": 12],
    mayShowIn: ["groups-across-tokens"],
    why: "one member whom it does not have, and it refuses the whole push"
  )

  fileprivate static func staleMemberInError(_ method: String) -> RealAppVariant.Expected {
    RealAppVariant.Expected(
      id: "SCIM.error-body",
      verdict: "failed",
      status: "400",
      at: ["group-member-lost": 12],
      mayShowIn: ["groups-across-tokens"],
      why: "in an error with its status as a number",
      oracles: [
        "\(method) /Groups/{id} response 400: own: status of an error is a JSON string "
          + "(RFC 7644 section 3.12)"
      ]
    )
  }

  /// What the library makes of groups where nothing is added to it.
  fileprivate static let ofStockGroups = [
    RealAppVariant.Expected(
      id: "event.failed",
      verdict: "failed",
      status: "501",
      at: [
        "group-created-again": 11, "group-linked-by-name": 11, "group-mapping-off": 11,
        "group-member-inactive": 9, "group-member-lost": 10, "group-members-at-once": 10,
        "group-push": 12, "group-renamed-before-members": 9, "group-token-expiry": 10,
        "groups-across-tokens": 13, "lists-across-tokens": 11, "written-beside-a-group": 15,
      ],
      // Each later change of the group meets the same.
      mayShowIn: groupScenarios,
      why: "it knows no path-less rename, no filtered removal and no replacement of members: 501"
    ),
    RealAppVariant.Expected(
      id: "SCIM.error-body",
      verdict: "warning",
      status: "501",
      at: [
        "group-mapping-off": 11, "group-member-inactive": 9, "group-members-at-once": 10,
        "group-renamed-before-members": 9, "group-token-expiry": 10, "lists-across-tokens": 11,
        "written-beside-a-group": 15,
      ],
      mayShowIn: groupScenarios,
      why: "in an error with its status as a number"
    ),
    RealAppVariant.Expected(
      id: "SCIM.error-body",
      verdict: "failed",
      status: "409",
      at: ["group-linked-by-name": 14],
      why: "the create of a group that its look-up has missed"
    ),
    RealAppVariant.Expected(
      id: "F-46.uniqueness",
      verdict: "failed",
      status: "409",
      at: ["group-linked-by-name": 14],
      why: "without scimType"
    ),
    RealAppVariant.Expected(
      id: "S-18.internals-shown",
      verdict: "warning",
      status: "409",
      at: ["group-linked-by-name": 14],
      why: "with the database's words"
    ),
    RealAppVariant.Expected(
      id: "S-02.group-look-up-misses",
      verdict: "failed",
      status: "200",
      at: ["group-linked-by-name": 14],
      mayShowIn: ["groups-across-tokens"],
      why: "a filter on a group is answered with nothing, although the group is there"
    ),
  ]

  private static let groupScenarios = RealAppVariant.readingPages.filter {
    $0.hasPrefix("group") || $0.hasPrefix("lists") || $0 == "written-beside-a-group"
  }

  /// What the app says to passwords.
  fileprivate static let ofPasswords = [
    RealAppVariant.Expected(
      id: "event.failed",
      verdict: "failed",
      status: "501",
      at: ["password-push": 10],
      why:
        "its adapter of users knows active alone in a PATCH without a path: to a password it says "
        + "501 Not Implemented"
    ),
    RealAppVariant.Expected(
      id: "SCIM.error-body",
      verdict: "warning",
      status: "501",
      at: ["password-push": 10],
      why: "and that error has its status as a number",
      oracles: [
        "PATCH /Users/{id} response 501: own: status of an error is a JSON string "
          + "(RFC 7644 section 3.12)"
      ]
    ),
  ]

  /// What django-scim2 keeps, and how it refuses a duplicate.
  fileprivate static let ofDirectory = [
    RealAppVariant.Expected(
      id: "S-01.never-shown",
      verdict: "observed",
      status: "201",
      at: [
        "contact-details": 9, "early-and-late-refresh": 9, "expiry-on-a-write": 9,
        "forgotten-token": 10, "idle-ten-lifetimes": 10, "lifecycle": 11, "looked-up-again": 10,
        "rejected-before-expiry": 9, "repeated-create": 10, "second-authorization": 10,
        "three-refreshes": 10, "held-create": 8, "two-orgs": 9, "token-expiry": 10,
        "used-to-the-end": 11, "workers-at-once": 10,
        "import-pages": 9, "import-users": 9, "retry-tasks": 9, "provisioned-later": 10,
        "suspended-and-deleted": 7, "empty-values": 9, "okta-crud": 11, "okta-spec": 13,
        "users-across-tokens": 10, "group-created-again": 9, "group-linked-by-name": 9,
        "group-mapping-off": 9, "group-member-inactive": 7, "group-member-lost": 8,
        "group-members-at-once": 7, "group-push": 9, "group-renamed-before-members": 8,
        "group-token-expiry": 8, "groups-across-tokens": 9, "lists-across-tokens": 8,
        "password-push": 9, "written-beside-a-group": 9,
      ],
      // Whose create is answered first is chance.
      mayShowIn: ["many-at-once"],
      why: "Okta sends locale, title, phone numbers, addresses and a department with the create; "
        + "django-scim2 answers 201 and has no field for them"
    ),
    RealAppVariant.Expected(
      id: "S-01.never-shown",
      verdict: "observed",
      status: "the app closed the connection without an answer",
      at: ["lost-create": 10],
      why: "the same, of a create whose answer the scenario throws away"
    ),
    RealAppVariant.Expected(
      id: "S-08.second-resource",
      verdict: "failed",
      status: "201",
      at: ["repeated-create": 14],
      // Not reached where a 403 or a dead refresh token ends the link before.
      mayShowIn: ["users-across-tokens"],
      why: "Django's user names tell letters apart: the create of ADA… beside ada… makes a second "
        + "user; RFC 7643 section 4.1.1 has userName caseExact false"
    ),
    RealAppVariant.Expected(
      id: "S-09.double-id",
      verdict: "failed",
      status: "200",
      mayShowIn: RealAppVariant.readingPages,
      why:
        "it saves a new user twice, and lists it with the id None in between: a page that meets two "
        + "of them, created by scenarios beside it, has one id twice (seen twice in some 20 passes)"
    ),
    RealAppVariant.Expected(
      id: "F-46.uniqueness",
      verdict: "failed",
      status: "409",
      at: ["repeated-create": 12, "group-created-again": 12],
      mayShowIn: ["okta-spec", "users-across-tokens", "groups-across-tokens"],
      why: "its 409 to a duplicate has no scimType; RFC 7644 section 3.3: uniqueness"
    ),
    RealAppVariant.Expected(
      id: "SCIM.error-body",
      verdict: "failed",
      status: "404",
      at: ["okta-spec": 26],
      // Shows where the first user of the list is read, if that has no id yet: see below.
      lineMoves: true,
      why: "status is a number there as well",
      oracles: [
        "GET /Users/{id} response 404: own: status of an error is a JSON string "
          + "(RFC 7644 section 3.12)"
      ]
    ),
    RealAppVariant.Expected(
      id: "okta-spec.R2",
      verdict: "failed",
      status: "404",
      mayShowIn: ["okta-spec"],
      why:
        "it lists by scim_id, and a new user is there before it has one: saved twice, it comes first in "
        + "between, with the id None, and whoever reads that user gets 404"
    ),
    RealAppVariant.Expected(
      id: "okta-spec.R11",
      verdict: "failed",
      status: "401",
      // Where its 401 has a graver fault this is told with that.
      mayShowIn: ["okta-spec"],
      why: "the toolkit's 401 has no body; Okta's SPEC test asks for a SCIM error with a detail"
    ),
    RealAppVariant.Expected(
      id: "okta-spec.response-time",
      verdict: "observed",
      status: "200",
      mayShowIn: ["okta-spec"],
      why: "two server processes among a dozen variants at once take longer than 600 ms at times"
    ),
    RealAppVariant.Expected(
      id: "SCIM.error-body",
      verdict: "failed",
      status: "409",
      at: ["repeated-create": 12, "group-created-again": 12],
      mayShowIn: ["users-across-tokens", "groups-across-tokens"],
      why: "and gives status as a number, where RFC 7644 section 3.12 has a string",
      oracles: ["POST /Users", "POST /Groups"].map {
        "\($0) response 409: own: status of an error is a JSON string (RFC 7644 section 3.12)"
      }
    ),
    RealAppVariant.Expected(
      id: "S-18.internals-shown",
      verdict: "warning",
      status: "409",
      at: ["repeated-create": 12, "group-created-again": 12, "okta-spec": 30],
      mayShowIn: ["users-across-tokens", "groups-across-tokens"],
      why: "its detail is the database's: UNIQUE constraint failed, with table and column"
    ),
    RealAppVariant.Expected(
      id: "SCIM.error-body",
      verdict: "failed",
      status: "404",
      // Whether the look there is in time for the token.
      mayShowIn: ["group-push", "groups-across-tokens", "group-member-lost"],
      why: "a group that is deleted is read again: the 404 has its status as a number, too",
      oracles: [
        "GET /Groups/{id} response 404: own: status of an error is a JSON string "
          + "(RFC 7644 section 3.12)"
      ]
    ),
  ]
}
