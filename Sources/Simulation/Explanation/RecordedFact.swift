import Profiles

/// What Okta's public record says of an app's link as a whole, beside the requests.
package struct RecordedFact: Sendable {
  private let scope: RecordScope
  /// What else must be so of the app; nil for nothing.
  private let condition: (@Sendable (SCIMSettings) -> Bool)?
  /// The value that a switch must have; nil for any.
  private let switched: (name: Switch.Name, value: String)?
  package let mark: Switch.Mark
  package let sources: [OktaSource]
  /// The keys of a profile that change it, by their paths.
  package let settings: [String]
  package let says: String

  private init(
    _ mark: Switch.Mark,
    _ sources: [OktaSource],
    families: [AppFamily]? = nil,
    modes: [Authentication.Mode]? = nil,
    settings: [String] = [],
    where condition: (@Sendable (SCIMSettings) -> Bool)? = nil,
    with switched: (name: Switch.Name, value: String)? = nil,
    _ says: String
  ) {
    self.condition = condition
    self.switched = switched
    scope = RecordScope(families: families, modes: modes)
    self.mark = mark
    self.sources = sources
    self.settings = settings
    self.says = says
  }

  func holds(for profile: IntegrationProfile) -> Bool {
    scope.holds(for: profile) && (condition?(profile.scim) ?? true)
      && (switched.map { profile.switches[$0.name] == $0.value } ?? true)
  }
}

extension RecordedFact {
  // Okta-behaviour 1, 2.1.
  static let ofKind: [RecordedFact] = [
    RecordedFact(
      .confirmed,
      [.scim20, .labAIW, .requirements],
      families: [.aiw],
      settings: ["family"],
      "made by the App Integration Wizard: users by GET and PUT, never PATCH"
    ),
    RecordedFact(
      .confirmed,
      [.scim20, .patchTrial],
      families: [.oinPatch],
      settings: ["family"],
      """
      from the Okta Integration Network, PATCH declared: a profile by GET and PUT, its activity by \
      PATCH
      """
    ),
    RecordedFact(
      .confirmed,
      [.oldFAQ, .patchTrial],
      families: [.oinPut],
      settings: ["family"],
      "from the Okta Integration Network, PATCH not declared: users by GET and PUT"
    ),
    RecordedFact(
      .confirmed,
      [.agentMessages, .agentConnector],
      families: [.onPrem],
      settings: ["family"],
      "by the on-prem provisioning agent, which sends from the customer's own network"
    ),
    RecordedFact(
      .confirmed,
      [.agentConnector],
      families: [.onPrem],
      modes: [.oauth2, .clientCredentials],
      settings: ["authentication.mode"],
      "the agent offers Basic, an HTTP header or none: OAuth is not among them"
    ),
    RecordedFact(
      .confirmed,
      [.oinAuth],
      families: [.oinPatch, .oinPut],
      modes: [.basic],
      settings: ["authentication.mode"],
      "Basic is no longer taken for new OIN apps"
    ),
  ]

  // Okta-behaviour 2.7, 2.8, 14, 16.13.
  static let ofRefresh: [RecordedFact] = [
    RecordedFact(
      .confirmed,
      [.devforum23347, .devforum3389, .devforum1230],
      modes: [.bearer, .header, .basic],
      settings: ["authentication.mode"],
      "no: what an admin has pasted is never refreshed; when it dies the admin pastes another"
    ),
    RecordedFact(
      .confirmed,
      [.agentConnector],
      modes: [.unauthenticated],
      settings: ["authentication.mode"],
      "no: the agent shows no credentials, so there is nothing that could end"
    ),
    RecordedFact(
      .unknown,
      [.kbScope, .fusion],
      modes: [.clientCredentials],
      settings: ["authentication.refresh.trigger"],
      """
      that the client asks for itself again is assumed; whether Okta has this grant for SCIM at \
      all is said both ways
      """
    ),
    RecordedFact(
      .confirmed,
      [.kbRefresh],
      modes: [.oauth2],
      """
      yes, lazily: only when a SCIM request is about to run; nothing keeps an idle link alive, so \
      a refresh token that ends meanwhile ends the link
      """
    ),
    RecordedFact(
      .confirmed,
      [.kbRefresh, .kbScope, .devforum6711],
      modes: [.oauth2],
      settings: ["authentication.authorizationEndpoint", "authentication.scopes"],
      """
      the app has to give a refresh token: offline_access, or its word for it, stands in the \
      authorization endpoint's query (AIW) or among the scopes (OIN)
      """
    ),
    RecordedFact(
      .unknown,
      [],
      modes: [.oauth2, .clientCredentials],
      settings: ["authentication.refresh.trigger", "authentication.refresh.margin"],
      """
      what triggers it, the stated end, a 401 or both, and how long before the end a token counts \
      as expired
      """
    ),
    RecordedFact(
      .reported,
      [.openReplay],
      modes: [.oauth2],
      settings: ["authentication.refresh.keepOldRefreshToken"],
      """
      a new refresh token in the answer is kept: an app that gives one each time is in production \
      with Okta, whose old ones live on, so that it proves nothing of single use
      """
    ),
    RecordedFact(
      .unknown,
      [],
      modes: [.oauth2],
      settings: ["authentication.refresh.keepOldRefreshToken"],
      "that an answer without a refresh token leaves the old one in use is assumed"
    ),
    RecordedFact(
      .confirmed,
      [.prepare, .kbRefresh],
      modes: [.oauth2],
      """
      without a refresh token the link works until the access token dies; then each request is \
      answered 401 and an admin has to re-authenticate
      """
    ),
    RecordedFact(
      .unknown,
      [.openReplay],
      modes: [.oauth2, .clientCredentials],
      settings: ["authentication.refresh.missingExpiresIn"],
      "what a token response without expires_in means; one app's change hints that Okta wants it"
    ),
    RecordedFact(
      .unknown,
      [],
      modes: [.oauth2, .clientCredentials],
      settings: ["authentication.refresh.concurrency"],
      "whether jobs that run at the same time share one refresh"
    ),
    RecordedFact(
      .confirmed,
      [.kbSpring, .devforum22746],
      modes: [.oauth2, .clientCredentials],
      """
      where it fails the event does, as a task; an admin re-authenticates and retries, and nothing \
      is sent again by itself
      """
    ),
  ]

  // Okta-behaviour 2.2, 3, 4.3, 4.4, 9, 10, 16.12.
  static let neverSent: [RecordedFact] = [
    RecordedFact(
      .reported,
      [.apiConn, .management, .openReplay],
      modes: [.oauth2],
      settings: ["okta.pkce"],
      "PKCE (code_challenge, code_verifier), unless okta.pkce asks for it"
    ),
    RecordedFact(
      .reported,
      [.apiConn, .management],
      modes: [.oauth2],
      settings: ["authentication.authorizationEndpoint"],
      """
      nonce, access_type, prompt, audience, response_mode, resource; what the app needs of them \
      stands in the authorization endpoint's own query
      """
    ),
    RecordedFact(
      .confirmed,
      [.requirements, .oldFAQ, .beta],
      families: [.aiw, .oinPatch, .oinPut],
      """
      POST /.search, /Bulk, /Me; any filter operator but eq; a filter on meta.lastModified; sorting
      """
    ),
    RecordedFact(
      .confirmed,
      [.requirements, .oldFAQ],
      families: [.aiw, .oinPatch, .oinPut],
      "GET /ServiceProviderConfig"
    ),
    RecordedFact(
      .inferred,
      [.requirements, .oldFAQ, .beta, .agentSDK],
      families: [.onPrem],
      """
      POST /.search, /Bulk, /Me; sorting; any filter operator but eq, and gt on meta.lastModified for \
      an incremental import
      """
    ),
    RecordedFact(
      .confirmed,
      [.agentMessages, .metabase],
      families: [.onPrem],
      settings: ["okta.onPremConfiguration"],
      with: (.onPremConfiguration, "not-read"),
      "by oktasim, as the profile has it, but by the agent: GET /ServiceProviderConfigs (2.0: …Config)"
    ),
    RecordedFact(
      .confirmed,
      [.requirements, .releaseNotes],
      settings: ["scim.entitlements", "scim.importUserSchema"],
      where: { !$0.entitlements && !$0.importsUserSchema },
      "GET /Schemas and /ResourceTypes, but for entitlements and Import User Schema"
    ),
    RecordedFact(
      .confirmed,
      [.scim20, .labAIW, .labOIN],
      families: [.oinPatch],
      settings: ["okta.profileUpdate"],
      "PATCH for a changed profile, unless okta.profileUpdate asks for it"
    ),
    RecordedFact(
      .confirmed,
      [.scim20, .requirements, .patchTrial],
      families: [.aiw, .oinPut],
      settings: ["family"],
      "PATCH, whatever the app offers"
    ),
    RecordedFact(
      .confirmed,
      [.scim20, .requirements, .eventTypes],
      "DELETE /Users/{id}; events of 2026-07 name a deprovisioning that deletes, its form is unknown"
    ),
    RecordedFact(
      .confirmed,
      [.scim20, .concept, .testPlan],
      "anything when the Okta user is suspended, or deleted after having been deactivated"
    ),
    RecordedFact(
      .confirmed,
      [.firezone, .labAIW],
      "If-Match, If-None-Match, and headers that name a request or a trace"
    ),
    RecordedFact(
      .confirmed,
      [.devforum22746, .concept],
      "a request again after a failure, 429 apart: a task waits until an admin retries it"
    ),
    RecordedFact(
      .confirmed,
      [.labAIW],
      settings: ["scim.capabilities"],
      "anything for what is switched off, nor later for what happened meanwhile"
    ),
  ]
}
