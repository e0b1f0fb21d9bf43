import HTTP

/// How the sample app is set up.
package struct SampleAppSettings: Sendable, Equatable {
  /// What a refresh does to the refresh token.
  package enum Rotation: String, CaseIterable, Sendable {
    /// A new refresh token each time; the old one works within the grace window.
    case rotate
    /// The answer repeats the refresh token, which stays good.
    case fixed
    /// The answer has no refresh token; the old one stays good (RFC 6749 section 6).
    case omit
    /// A new refresh token each time; the old one dies when what was issued for it is first used.
    case retireOnUse = "retire-on-use"
  }

  package enum TokenFormat: String, CaseIterable, Sendable {
    case opaque
    /// Three base64url parts, some 700 characters, with a signature that nobody can check.
    case jwtLike = "jwt-like"
    /// 4 KiB, as of an authorization server that packs all it knows into its tokens.
    case large
  }

  /// How whoever asks the SCIM API says who it is.
  package enum Credentials: String, CaseIterable, Sendable {
    /// By an access token of the app's own authorization server.
    case oauth2
    /// By `apiToken`, behind the word Bearer.
    case bearer
    /// By `apiToken` alone.
    case header
    /// By `apiUsername` and `apiPassword` (RFC 7617).
    case basic
    /// Nobody is asked.
    case open = "none"
  }

  /// Every id and token follows from it.
  package var seed: UInt64
  /// Whole seconds, since `expires_in` has no fraction.
  package var accessTokenLifetime: Duration
  /// From the person's consent on, whatever the refreshes; nil for no end.
  package var refreshTokenLifetime: Duration?
  /// From the last refresh on; nil for no end.
  package var refreshTokenIdleLimit: Duration?
  package var rotation: Rotation
  /// How long a refresh token that was replaced is taken for a repeated request, not for theft.
  package var graceWindow: Duration
  package var tokenFormat: TokenFormat
  package var faults: Set<Fault>
  /// How many users there are at the start.
  package var users: Int
  /// How many groups there are at the start.
  package var groups = 0
  /// Scheme, host and port, without a final slash: the issuer, and the start of each location.
  package var baseURL: String
  package var clientID: String
  package var clientSecret: String
  /// The client's, if it has one; then nothing else shows who it is.
  ///
  /// The public half is enough.
  package var clientKey: SigningKey?
  /// Another client, to which nothing of the first belongs.
  package var secondClientID = "okta-2"
  package var secondClientSecret = "sample-second-secret"
  /// Compared letter for letter.
  package var redirectURIs: [String]
  package var adminUsername: String
  package var adminPassword: String
  package var credentials = Credentials.oauth2
  /// What an admin copies from the app, where it has no tokens that end.
  package var apiToken = "sample-api-token"
  /// The field in which credentials are looked for.
  package var apiField = "Authorization"
  package var apiUsername = "sample-api-user"
  package var apiPassword = "sample-api-password"
  /// What it tells Okta's on-prem agent that it supports (Okta help, "SCIM messages").
  package var managementFeatures = [
    "GROUP_PUSH", "IMPORT_NEW_USERS", "IMPORT_PROFILE_UPDATES", "PUSH_NEW_USERS",
    "PUSH_PASSWORD_UPDATES", "PUSH_PENDING_USERS", "PUSH_PROFILE_UPDATES",
    "PUSH_USER_DEACTIVATION", "REACTIVATE_USERS", "OPP_SCIM_INCREMENTAL_IMPORTS",
  ]
  /// Of another tenant, whose users are its own.
  package var secondAdminUsername = "admin@second.example"
  package var secondAdminPassword = "sample-second-password"
  /// Whether the person is asked before a code is given.
  package var asksForConsent: Bool
  /// What an authorization request has to name for tokens that the SCIM API takes; nil where none has
  /// to.
  ///
  /// Auth0, "Get Access Tokens": without `audience` the access token is an opaque one for its own
  /// userinfo endpoint.
  package var audience: String?
  /// Whether there is a refresh token only where the scope has `offline_access` (OpenID Connect Core
  /// section 11; Auth0, "Get Refresh Tokens").
  package var givesOfflineAccessOnly = false
  /// Whether a new grant ends the one that the same person gave the same client before.
  package var hasOneGrantAtATime = false
  package var traits = SampleAppTraits()
  /// What the calendar shows when the loop's clock shows zero, in seconds since 1970.
  package var calendarStart: Int

  package init(
    seed: UInt64 = 0,
    accessTokenLifetime: Duration = .seconds(3600),
    refreshTokenLifetime: Duration? = nil,
    refreshTokenIdleLimit: Duration? = nil,
    rotation: Rotation = .rotate,
    graceWindow: Duration = .seconds(10),
    tokenFormat: TokenFormat = .opaque,
    faults: Set<Fault> = [],
    users: Int = 0,
    baseURL: String = "http://127.0.0.1:8080",
    clientID: String = "okta",
    clientSecret: String = "sample-client-secret",
    redirectURIs: [String] = SampleAppSettings.redirectURIs(appName: "sample_app_1"),
    adminUsername: String = "admin@example.com",
    adminPassword: String = "sample-admin-password",
    asksForConsent: Bool = true,
    calendarStart: Int = 1_767_225_600  // 2026-01-01T00:00:00Z
  ) {
    self.seed = seed
    self.accessTokenLifetime = accessTokenLifetime
    self.refreshTokenLifetime = refreshTokenLifetime
    self.refreshTokenIdleLimit = refreshTokenIdleLimit
    self.rotation = rotation
    self.graceWindow = graceWindow
    self.tokenFormat = tokenFormat
    self.faults = faults
    self.users = users
    self.baseURL = baseURL
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.redirectURIs = redirectURIs
    self.adminUsername = adminUsername
    self.adminPassword = adminPassword
    self.asksForConsent = asksForConsent
    self.calendarStart = calendarStart
  }

  /// The redirect URIs that an app has to know.
  ///
  /// Okta, guide scim-provisioning-integration-prepare: production, EMEA, preview, internal test, internal
  /// development.
  package static func redirectURIs(appName: String) -> [String] {
    [
      "https://system-admin.okta.com",
      "https://system-admin.okta-emea.com",
      "https://system-admin.oktapreview.com",
      "https://system-admin.trexcloud.com",
      "http://system-admin.okta1.com:1802",
    ].map { "\($0)/admin/app/cpc/\(appName)/oauth/callback" }
  }
}
