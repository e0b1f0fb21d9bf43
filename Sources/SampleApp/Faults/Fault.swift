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
  case redirectURIAnyHost = "redirect-uri-any-host"
  case redirectErrorSentAnywhere = "redirect-error-sent-anywhere"
  // In front of the token endpoint, and at it.
  case tokenEndpointRedirects = "token-endpoint-redirects"
  case tokenEndpointNeedsAgent = "token-endpoint-needs-agent"
  case tokenEndpointBasicOnly = "token-endpoint-basic-only"
  // The refresh, and the life of a grant.
  case refreshDiesWithAccessToken = "refresh-dies-with-access-token"
  case rotationOldTokenReturned = "rotation-old-token-returned"
  case secondRefreshRefused = "second-refresh-refused"
  case refreshNeedsScope = "refresh-needs-scope"
  case lateRefresh500 = "late-refresh-500"
  case firstRefresh403HTML = "first-refresh-403-html"
  case firstRefresh503EndsGrant = "first-refresh-503-ends-grant"
  case grantEndsAfterThreeLifetimes = "grant-ends-after-three-lifetimes"
  case newGrantEndsOld = "new-grant-ends-old"
  case refreshEndsOtherGrants = "refresh-ends-other-grants"
  case adminIsAUser = "admin-is-a-user"
  // Refreshes that no careful client makes.
  case refreshAnyToken = "refresh-any-token"
  case refreshAnyClient = "refresh-any-client"
  case refreshAnySecret = "refresh-any-secret"
  case refreshWithoutClient = "refresh-without-client"
  case refusedClientSpendsToken = "refused-client-spends-token"
  case raceEndsGrant = "race-ends-grant"
  case raceGivesPairs = "race-gives-pairs"
  case windowWithholdsToken = "window-withholds-token"
  case windowRepeatsSpentToken = "window-repeats-spent-token"
  case spentTokenLives = "spent-token-lives"
  case reuseLeavesFamily = "reuse-leaves-family"
  case unknownToken500 = "unknown-refresh-token-500"
  case deadTokenInvalidRequest = "dead-refresh-token-invalid-request"
  // Codes, and the admin's no.
  case codeLivesOn = "code-lives-on"
  case codeReuseLeavesTokens = "code-reuse-leaves-tokens"
  case codeReuse500 = "code-reuse-500"
  case codeRaceGrants = "code-race-grants"
  case codeNeverEnds = "code-never-ends"
  case codeEndsAtOnce = "code-ends-at-once"
  case codeAnyRedirect = "code-any-redirect-uri"
  case codeAnyVerifier = "code-any-verifier"
  case codeWithoutVerifier = "code-without-verifier"
  case codeAnyClient = "code-any-client"
  case refusalGrants = "refusal-grants"
  case refusalShowsPage = "refusal-shows-page"
  case refusalLosesState = "refusal-loses-state"
  case refusalWithoutError = "refusal-without-error"
  case refusalServerError = "refusal-server-error"
  // Revocation and scope.
  case revocationRefused = "revocation-refused"
  case revocationIgnored = "revocation-ignored"
  case revocationLateIgnored = "revocation-late-ignored"
  case revocationLeavesWindow = "revocation-leaves-window"
  case revocationEndsAll = "revocation-ends-all"
  case revokedAccessServed = "revoked-access-token-served"
  case scopeWidened = "refresh-widens-scope"
  case scopeRefused = "refresh-scope-refused"
  case scopeShrinks = "refresh-scope-shrinks"
  case refusedScopeSpendsToken = "refused-scope-spends-token"
  // What else there is of tokens.
  case refreshEndsAccessToken = "refresh-ends-access-token"
  case refreshTokenNotASCII = "refresh-token-not-ascii"
  case expiresInZero = "expires-in-zero"
  case createAnsweredLate = "create-answered-late"
  // Tenants.
  case reuseEndsAllGrants = "reuse-ends-all-grants"
  case tenantsShareUsers = "tenants-share-users"
  // Changes of the app from outside.
  case restartEndsGrants = "restart-ends-grants"
  case restartEndsAccessTokens = "restart-ends-access-tokens"
  case sessionEndEndsGrants = "session-end-ends-grants"
  case sessionEndEndsAccessTokens = "session-end-ends-access-tokens"
  case secretChangeEndsGrants = "secret-change-ends-grants"
  case oldSecretServed = "old-secret-served"
  case signInPolicyEndsGrants = "sign-in-policy-ends-grants"
  case adminLeavesGrantLives = "admin-leaves-grant-lives"
  case removedGrantLives = "removed-grant-lives"
  // The token response.
  case tokenResponseExpiresInString = "token-response-expires-in-string"
  case expiresInMissing = "expires-in-missing"
  case tokenTypeMissing = "token-type-missing"
  case tokenResponseCacheable = "token-response-cacheable"
  case noRefreshToken = "no-refresh-token"
  case rotationWithheld = "rotation-withheld"
  case refreshRepeatsAccessToken = "refresh-repeats-access-token"
  case refreshError401 = "refresh-error-401"
  case refreshErrorWithoutCode = "refresh-error-without-code"
  // The access token at the SCIM API.
  case earlyDeath = "early-death"
  case refreshedTokenDead = "refreshed-token-dead"
  case noTokenServed = "no-token-served"
  case unknownTokenServed = "unknown-token-served"
  case expiredTokenAccepted = "expired-token-accepted"
  case expiredToken403 = "expired-token-403"
  case expiredToken500 = "expired-token-500"
  case expiredTokenRedirect = "expired-token-redirect"
  case expiredToken404 = "expired-token-404"
  case expiredToken200Prose = "expired-token-200-prose"
  case writeRoutesAcceptExpired = "write-routes-accept-expired"
  case writeRoutes403 = "write-routes-403"
  case refusedWriteApplied = "refused-write-applied"
  case refusedPatchApplied = "refused-patch-applied"
  case refreshNarrowsScope = "refresh-narrows-scope"
  case lostUserAfterRefresh = "lost-user-after-refresh"
  // The media type.
  case scimJSONNotParsed = "scim-json-not-parsed"
  case scimJSONRefused = "scim-json-refused"
  case plainJSONRefused = "plain-json-refused"
  case typedReadRefused = "typed-read-refused"
  case charsetRefused = "charset-refused"
  case acceptRefused = "accept-refused"
  // Look-ups and lists.
  case lookUpIgnoresFilter = "look-up-ignores-filter"
  case lookUpPlusAsSpace = "look-up-plus-as-space"
  case lookUpOtherColumn = "look-up-other-column"
  case lookUpByPrefix = "look-up-by-prefix"
  case lookUpCaseSensitive = "look-up-case-sensitive"
  case lookUpHidesInactive = "look-up-hides-inactive"
  case lookUpMissesNew = "look-up-misses-new"
  case lookUpFindsNobody404 = "look-up-finds-nobody-404"
  case lookUpSlow = "look-up-slow"
  case listDoubles = "list-doubles"
  case listTotalOfTable = "list-total-of-table"
  case listItemsPerPageEcho = "list-items-per-page-echo"
  case listTotalAsString = "list-total-as-string"
  case listEmptyBody = "list-empty-body"
  case listNull = "list-null"
  case listOfPage = "list-html"
  // Pages of lists.
  case listStartIndexAsString = "list-start-index-as-string"
  case usersEndAt100 = "users-end-at-100"
  case usersTotalOfPage = "users-total-of-page"
  case usersTotalOfRest = "users-total-of-rest"
  case usersPageOverlaps = "users-page-overlaps"
  case usersPageSkips = "users-page-skips"
  case usersPagesReversed = "users-pages-reversed"
  case usersStartIndexIgnored = "users-start-index-ignored"
  case usersOrderByToken = "users-order-by-token"
  case usersOrderByCount = "users-order-by-count"
  case usersPastEndRepeats = "users-past-end-repeats"
  case usersPastEnd404 = "users-past-end-404"
  case usersStartIndexZero422 = "users-start-index-zero-422"
  case usersCountOver100Refused = "users-count-over-100-422"
  case usersNeedPaging = "users-need-paging"
  case usersPagesOf50 = "users-pages-of-50"
  case usersPagesSlow = "users-pages-slow"
  case groupsTotalOfPage = "groups-total-of-page"
  case groupsPageOverlaps = "groups-page-overlaps"
  case groupsPageSkips = "groups-page-skips"
  case groupsPagesReversed = "groups-pages-reversed"
  case groupsPastEndRepeats = "groups-past-end-repeats"
  case groupsPastEnd400 = "groups-past-end-400"
  case groupsNeedPaging = "groups-need-paging"
  // Creates.
  case create200 = "create-200"
  case createWithoutID = "create-without-id"
  case createDuplicate500 = "create-duplicate-500"
  case createCaseSensitive = "create-case-sensitive"
  case createAgainWipes = "create-again-wipes"
  case createAgainApplies = "create-again-applies"
  case createEmailConflict400 = "create-email-conflict-400"
  case createRefusedYetMade = "create-refused-yet-made"
  case createExternalIDIgnored = "create-external-id-ignored"
  case createDropsTitle = "create-drops-title"
  case passwordNeedsSymbol = "password-needs-symbol"
  // What a user is shown with.
  case userWithoutSchemas = "user-without-schemas"
  case userWithoutActive = "user-without-active"
  case userWithoutMeta = "user-without-meta"
  case userWithoutUserName = "user-without-user-name"
  // Limits.
  case limitWithoutRetryAfter = "limit-without-retry-after"
  case limitWithDate = "limit-with-date"
  case limitWithFraction = "limit-with-fraction"
  case limitedYetDone = "limited-yet-done"
  case limitNeverEnds = "limit-never-ends"
  case limitSharedWithTokens = "limit-shared-with-token-endpoint"
  // PUT and PATCH.
  case putLosesAttribute = "put-loses-attribute"
  case putLosesPhoneNumbers = "put-loses-phone-numbers"
  case putLosesExtension = "put-loses-extension"
  case putLosesSilently = "put-loses-silently"
  case putKeepsOldName = "put-keeps-old-name"
  case putAddsEmails = "put-adds-emails"
  case putNotStored = "put-not-stored"
  case putRefusesReadOnly = "put-refuses-read-only"
  case putRefusesUnknown = "put-refuses-unknown"
  case putConflictsWithItself = "put-conflicts-with-itself"
  case putFailsAfterRefresh = "put-fails-after-refresh"
  case putEchoEmpty = "put-echo-empty"
  case patchIgnored = "patch-ignored"
  case patchIgnored204 = "patch-ignored-204"
  case patchPathlessIgnored = "patch-pathless-ignored"
  case patchPathlessRefused = "patch-pathless-refused"
  case patch501 = "patch-501"
  // The attribute `active`.
  case deactivateIgnored = "deactivate-ignored"
  case reactivationIgnored = "reactivation-ignored"
  case activeMissingWhenInactive = "active-missing-when-inactive"
  case activeNullWhenInactive = "active-null-when-inactive"
  case activeNotShownByPUT = "active-not-shown-by-put"
  case secondDeactivationRefused = "second-deactivation-refused"
  case inactiveUser404 = "inactive-user-404"
  // What Okta discovers, and people's roles and entitlements.
  case resourceTypesArray = "resource-types-array"
  case resourceTypesWithoutRoles = "resource-types-without-roles"
  case resourceTypeWithoutEndpoint = "resource-type-without-endpoint"
  case rolesEndpoint404 = "roles-endpoint-404"
  case rolesWithoutID = "roles-without-id"
  case rolesWithoutName = "roles-without-name"
  case rolesCountIgnored = "roles-count-ignored"
  case licenseTypeOther = "license-type-other"
  case licenseDescriptionLong = "license-description-long"
  case schemasWithoutUser = "schemas-without-user"
  case schemaTypeUnknown = "schema-type-unknown"
  case userExtensionUndefined = "user-extension-undefined"
  case createDropsEntitlements = "create-drops-entitlements"
  case putKeepsRoles = "put-keeps-roles"
  case putAddsRolesOnly = "put-adds-roles-only"
  case entitlementsNeverShown = "entitlements-never-shown"
  // Groups.
  case groupPutKeepsMembers = "group-put-keeps-members"
  case groupCreateDropsMembers = "group-create-drops-members"
  case groupAddIgnored = "group-add-ignored"
  case groupRemoveIgnored = "group-remove-ignored"
  case groupRenameIgnored = "group-rename-ignored"
  case groupDeleteIgnored = "group-delete-ignored"
  case groupChangeForgetsName = "group-change-forgets-name"
  case groupRenameDropsMembers = "group-rename-drops-members"
  case groupPutDropsOldMembers = "group-put-drops-old-members"
  case groupAddReplaces = "group-add-replaces"
  case groupAddDoubles = "group-add-doubles"
  case groupRemoveEmpties = "group-remove-empties"
  case groupPatchesRace = "group-patches-race"
  case groupRenameHoldsWrites = "group-rename-holds-writes"
  case crowdedGroupWriteLost = "crowded-group-write-lost"
  case crowdedRefreshTwice = "crowded-refresh-twice"
  case crowdedCreateTwice = "crowded-create-twice"
  case groupLookUpFindsNone = "group-look-up-finds-none"
  case groupLookUpMissesEmpty = "group-look-up-misses-empty"
  case groupLookUpMissesNew = "group-look-up-misses-new"
  case groupLookUpCutAtSpace = "group-look-up-cut-at-space"
  case groupLookUpIgnoresFilter = "group-look-up-ignores-filter"
  case groupLookUpByPrefix = "group-look-up-by-prefix"
  case groupLookUpTotalOfTable = "group-look-up-total-of-table"
  case groupAddRefusedYetDone = "group-add-refused-yet-done"
  case groupPutRefusedYetDone = "group-put-refused-yet-done"
  case groupRenameRefusedYetDone = "group-rename-refused-yet-done"
  case groupPutConflictsWithItself = "group-put-conflicts-with-itself"
  case groupPutRefusesID = "group-put-refuses-id"
  case groupPutRefusesSchemas = "group-put-refuses-schemas"
  case groupSecondPutRefused = "group-second-put-refused"
  case groupAgain500 = "group-again-500"
  case groupAgain400 = "group-again-400"
  case groupAgainOverwrites = "group-again-overwrites"
  case groupRenameRefused = "group-rename-refused"
  case groupRemoveRefused = "group-remove-refused"
  case groupReplaceEmptyRefused = "group-replace-empty-refused"
  case groupDelete405 = "group-delete-405"
  // Users whom the app has lost.
  case staleMember500 = "stale-member-500"
  case staleMemberRefused = "stale-member-refused"
  case staleMemberDropsAll = "stale-member-drops-all"
  case staleUser500 = "stale-user-500"
  case staleUser400 = "stale-user-400"
  case staleUserServed = "stale-user-served"
  // What the app says of itself, and what Okta's test for SCIM 1.1 alone asks.
  case discoveryWritable = "discovery-writable"
  case configurationWithoutETag = "configuration-without-etag"
  case resourceTypesWithoutEndpoint = "resource-types-without-endpoint"
  case schemasAsOtherLists = "schemas-as-other-lists"
  case filterNonsenseIgnored = "filter-nonsense-ignored"
  case oldErrorsWithoutDetail = "old-errors-without-detail"
  // The dress of refusals: last, so that it is put on whatever another fault refuses.
  case challengeMissing = "challenge-missing"
  case challengeBasic = "challenge-basic"
  case challengeWithoutError = "challenge-without-error"
  case errorBodyHTML = "error-body-html"
  case errorStatusNumber = "error-status-number"
  case errorWithoutSchemas = "error-without-schemas"
  case errorShowsSQL = "error-shows-sql"
  case errorShowsTrace = "error-shows-trace"

  /// What is known of a fault, and what it does.
  package struct Row: Sendable {
    /// How the app behaves, in one line.
    package var summary: String
    /// The failure mode that it shows, such as `F-01`; nil where none of the list fits.
    package var failureMode: String?
    /// What it breaks: a section of an RFC, or an Okta document.
    package var breaks: String
    /// What a profile must say so that it can show, as behind `--set`: `okta.pkce=S256`.
    package var needs: [String]
    var behaviours: [Behaviour]

    init(
      _ summary: String,
      _ failureMode: String? = nil,
      breaks: String,
      needs: [String] = [],
      _ behaviours: Behaviour...
    ) {
      self.summary = summary
      self.failureMode = failureMode
      self.breaks = breaks
      self.needs = needs
      self.behaviours = behaviours
    }
  }

  /// Whether it shows only where many links use the app at once, which no scenario does.
  package var showsUnderLoad: Bool { crowdRow != nil }

  /// Those that a scenario can show.
  package static let functional = allCases.filter { !$0.showsUnderLoad }

  /// The fault's row of the table.
  package var row: Row {
    let themes: [Row?] = [
      authorizationRow, tokenRequestRow, grantRow, trialRow, codeRow, revocationRow, hookRow,
      tokenAnswerRow,
      accessRow, lookUpRow, pageRow,
      createRow, representationRow, limitRow,
      putRow, patchRow, activeRow, entitlementRow, groupRow, oldSpecRow, refusalRow, crowdRow,
    ]
    let row = themes.compactMap(\.self).first
    guard let row else { preconditionFailure("the fault \(rawValue) has no row") }
    return row
  }
}
