import Profiles

/// What a finding can be: one row for each, and no finding without a row.
///
/// The raw value is the finding's id, which a baseline names: it never changes again.
package enum FindingKind: String, CaseIterable, Sendable {
  // The redirect (RFC 6749 section 4.1.2).
  case redirectURI = "F-54.redirect-uri"
  case stateMissing = "F-54.state-missing"
  case stateAltered = "F-54.state-altered"
  case answerInFragment = "F-54.fragment"
  case codeMissing = "F-54.code-missing"
  case refusalWithoutState = "F-55.state-missing"
  case unregisteredRedirect = "F-54.unregistered-redirect"
  case errorToUnregistered = "F-54.error-to-unregistered"

  // A token response (RFC 6749 section 5.1).
  case tokenTypeMissing = "token-response.token-type-missing"
  case tokenTypeUnknown = "token-response.token-type"
  case expiresInMissing = "F-11.expires-in-missing"
  case expiresInType = "F-12.expires-in-type"
  case expiresInFraction = "F-12.expires-in-fraction"
  case expiresInUnusable = "F-12.expires-in-unusable"
  case expiresInNotPositive = "F-10.expires-in-not-positive"
  case expiresInHuge = "F-12.expires-in-huge"
  case cacheable = "F-16.cacheable"
  case tokenMediaType = "token-response.media-type"
  case tokenCharacters = "F-09.token-characters"
  case tokenStatus = "token-response.status"
  case scopeType = "token-response.scope-type"
  case refreshTokenType = "token-response.refresh-token-type"
  case noRefreshToken = "F-17.no-refresh-token"
  case errorWithSuccess = "F-15.error-with-success"
  case tokenUnusable = "token-response.unusable"
  case jwtLifetime = "F-04.jwt-lifetime"

  // A refused token request (RFC 6749 section 5.2).
  case tokenErrorMissing = "F-15.no-error"
  case tokenErrorStatus = "F-15.wrong-status"
  case clientRefused = "F-32.invalid-client"
  case otherMethodAccepted = "F-32.other-method-accepted"
  case tokenEndpointRedirects = "F-56.token-endpoint-redirects"
  case tokenEndpointFiltered = "F-59.filtered"

  // A refresh (RFC 6749 section 6).
  case refreshRefused = "refresh.refused"
  case refusedAfterExpiry = "F-27.refused-after-expiry"
  case refreshTokenEnded = "F-28.refresh-token-ended"
  case grantEndedByAge = "F-61.grant-ended"
  case rotatedTokenRefused = "F-14.rotated-token-refused"
  case repeatedTokenRefused = "F-14.repeated-token-refused"
  case keptTokenRefused = "F-13.kept-token-refused"
  case givenAgainRefused = "F-21.given-again-refused"
  case refreshFailed = "F-30.refresh-failed"
  case refreshLimited = "F-47.refresh-limited"
  case refreshMisunderstood = "F-15.refresh-refused"
  case concurrentRefresh = "F-19.concurrent-refresh"
  case oneOfConcurrentWins = "F-19.one-wins"
  case concurrentlySpent = "F-19.spent-token-refused"
  case spentByLostRequest = "F-18.spent-token-refused"
  case lostAnswerEndsGrant = "F-18.lost-answer"
  case spentByOurselves = "F-43.spent-token-refused"
  case newGrantEndsOld = "F-58.new-grant-ends-old"
  case scopeChanged = "F-26.scope-changed"
  case scopeLost = "F-26.scope-lost"
  case grantedScopeRefused = "F-26.granted-scope-refused"
  case sameTokenAgain = "F-38.same-token"
  case alteredRefreshAccepted = "F-25.altered-accepted"
  case otherClientAccepted = "F-24.other-client-accepted"
  case wrongSecretAccepted = "F-24.wrong-secret-accepted"
  case noAuthenticationAccepted = "F-24.no-authentication-accepted"
  case trialErrorCode = "F-15.wrong-code"
  case tokenBurned = "F-23.token-burned"
  case spentTokenAccepted = "F-22.spent-token-accepted"
  case familyLivesOn = "F-22.family-lives-on"
  case reuseEndsGrant = "F-22.reuse-ends-grant"
  case windowWithoutToken = "F-21.no-refresh-token"
  case severalPairs = "F-20.several-pairs"
  case linkEndsItself = "F-31.link-ends-itself"

  // A code (RFC 6749 section 4.1.2, section 4.1.3).
  case codeAcceptedAgain = "F-52.code-accepted-again"
  case codeRaceGrants = "F-52.several-grants"
  case codeReuseEndsGrant = "F-52.reuse-ends-grant"
  case codeReuseIgnored = "F-52.tokens-live-on"
  case codeLivesLong = "F-53.code-lives-long"
  case codeEndsEarly = "F-53.code-ends-early"
  case otherRedirectAccepted = "F-54.other-redirect-accepted"
  case otherVerifierAccepted = "F-54.other-verifier-accepted"
  case codeOfOtherClient = "F-54.other-client-accepted"
  case codeBurned = "F-54.refused-exchange-spends-code"

  // A refused authorization (RFC 6749 section 4.1.2.1).
  case grantedInstead = "F-55.granted-all-the-same"
  case refusalWithoutError = "F-55.no-error"
  case refusalWithOtherError = "F-55.wrong-error"
  case refusalUnanswered = "F-55.no-answer"

  // Revocation (RFC 7009).
  case revocationRefused = "F-31.revocation-refused"
  case revocationIgnored = "F-60.revoked-token-accepted"
  case windowOutlivesRevocation = "F-21.window-outlives-revocation"
  case oldTokenRefused = "F-08.old-token-refused"
  case revokedTokenServed = "F-07.revoked-token-served"
  case endedByOwnRevocation = "F-31.ended-by-revocation"
  case endsWithAccessToken = "F-05.refresh-ends-with-access-token"
  case revocationEndsOther = "F-58.revocation-ends-other"
  case reuseEndsOther = "F-50.reuse-ends-other"
  case otherTenantRead = "F-50.reads-other-tenant"

  // A change of the app from outside.
  case endsWithRestart = "F-29.ends-with-restart"
  case endsWithSession = "F-57.ends-with-session"
  case endsWithSecret = "F-32.ends-with-secret"
  case endsWithSignInPolicy = "F-62.ends-with-sign-in-policy"
  case accessEndsWithHook = "F-05.ends-with-hook"
  case removedGrantLives = "F-31.removed-grant-lives"
  case adminLeftGrantLives = "F-31.admin-left"
  case oldSecretServed = "F-31.old-secret-served"
  case endedByHook = "F-31.ended-by-hook"

  // The access token at the service provider (RFC 6750).
  case expiredAccepted = "F-01.accepted"
  case expiredAcceptedOnWrite = "F-01.accepted-on-write"
  case alteredAccepted = "F-01.altered-accepted"
  case noTokenAccepted = "F-01.no-token-accepted"
  case wrongStatus = "F-02.wrong-status"
  case wrongStatusOnWrite = "F-02.wrong-status-on-write"
  case noAnswerToDead = "F-02.no-answer"
  case refusedAtItsEnd = "F-02.refused-at-its-end"
  case challengeMissing = "F-03.challenge-missing"
  case challengeScheme = "F-03.challenge-scheme"
  case challengeError = "F-03.error-missing"
  case unauthorizedBody = "F-03.body"
  case refusedEarly = "F-04.refused-early"
  case refusedInLastSecond = "F-04.refused-in-last-second"
  case freshTokenRefused = "F-38.fresh-token-refused"
  case userGone = "F-50.user-gone"
  case credentialRefused = "credential.refused"

  // SCIM messages (RFC 7644).
  case successStatus = "SCIM.success-status"
  case mediaType = "SCIM.media-type"
  case errorBody = "SCIM.error-body"
  case internalsShown = "S-18.internals-shown"
  case uniqueness = "F-46.uniqueness"
  case listUnreadable = "SCIM.list-unreadable"
  case listSchemas = "SCIM.list-schemas"
  case listTotal = "SCIM.list-total"
  case listNumber = "SCIM.list-number"
  case listResources = "SCIM.list-resources"
  case listTotalDiffers = "SCIM.list-total-differs"
  case listPaging = "SCIM.list-paging"
  case listCount = "SCIM.list-count"
  case itemsPerPage = "S-09.items-per-page"
  case doubleID = "S-09.double-id"
  case pageRepeats = "S-09.page-repeats"
  case pageLoses = "S-09.page-loses"
  case orderChanges = "S-09.order-changes"
  case totalMoves = "S-09.total-moves"
  case pastEndLists = "S-09.past-end-lists"
  case pastEndRefused = "S-09.past-end-refused"
  case startIndexRefused = "S-09.start-index-refused"
  case countRefused = "S-09.count-refused"
  case pagingRequired = "S-09.paging-required"
  case shortPage = "S-09.short-page"
  case resourceUnreadable = "SCIM.resource-unreadable"
  case resourceSchemas = "SCIM.resource-schemas"
  case resourceExtension = "SCIM.resource-extension"
  case resourceID = "SCIM.resource-id"
  case resourceUserName = "SCIM.resource-user-name"
  case activeType = "SCIM.active-type"
  case passwordReturned = "SCIM.password-returned"
  case metaResourceType = "SCIM.meta-resource-type"
  case createStatus = "SCIM.create-status"
  case createBody = "SCIM.create-body"
  case createID = "SCIM.create-id"
  case createLocation = "SCIM.create-location"
  case createLocationDiffers = "SCIM.create-location-differs"
  case replaceBody = "SCIM.put-body"
  case patchBody = "SCIM.patch-body"
  case mediaTypeRefused = "S-13.media-type-refused"
  case acceptRefused = "S-13.accept-refused"
  case bodyNotRead = "S-13.body-not-read"
  case passwordRefused = "S-15.password-refused"
  case retryAfter = "S-19.retry-after"
  case slowPages = "S-20.slow-pages"
  case slowLookUp = "S-20.slow-look-up"
  case writesWait = "S-20.writes-wait"

  // What the app holds.
  case createLostAttribute = "SCIM.create-lost-attribute"
  case replaceLostAttribute = "SCIM.put-lost-attribute"
  case replaceDroppedAttribute = "SCIM.put-dropped-attribute"
  case replaceOtherValue = "SCIM.put-other-value"
  case patchOtherValue = "SCIM.patch-other-value"
  case neverShown = "S-01.never-shown"
  case writeIgnored = "S-01.write-ignored"
  case acknowledgedNotDone = "S-01.acknowledged-not-done"
  case activeIgnored = "F-49.active-ignored"
  case activeMissing = "S-05.active-missing"
  case resourceActive = "S-16.no-active"
  case resourceMeta = "S-16.no-meta"
  case goneAfterDeactivation = "S-05.gone-after-deactivation"
  case deactivationRefused = "S-05.deactivation-refused"
  case lookUpMisses = "S-02.look-up-misses"
  case filterIgnored = "SCIM.filter-ignored"
  case findsTooMany = "S-03.total-differs"
  case nobody404 = "SCIM.look-up-404"
  case userTwice = "F-46.user-twice"
  case secondResource = "S-08.second-resource"
  case overwritten = "S-08.overwritten"
  case duplicateStatus = "F-46.duplicate-status"
  case refusedWriteApplied = "F-45.refused-write-applied"
  case refusedYetDone = "S-04.refused-yet-done"
  case echoRefused = "S-06.echo-refused"
  case conflictWithItself = "S-06.conflict-with-itself"

  // What Okta discovers of an app with entitlements, or with an imported user schema.
  case discoveryRefused = "discovery.refused"
  case resourceTypeIncomplete = "discovery.resource-type"
  case noEntitlementType = "discovery.no-entitlements"
  case extensionSchemaMissing = "discovery.extension-missing"
  case userSchemaMissing = "discovery.user-schema-missing"
  case schemaAttribute = "discovery.attribute"
  case entitlementID = "discovery.id"
  case entitlementName = "discovery.display-name"
  case entitlementType = "discovery.type"
  case entitlementDescription = "discovery.description"

  // What the app holds of people's roles and entitlements.
  case entitlementNotDone = "S-01.entitlement-not-done"
  case entitlementsNeverShown = "S-01.entitlements-never-shown"

  // What the app holds of groups.
  case groupNotDone = "S-01.group-not-done"
  case membersNeverShown = "S-01.members-never-shown"
  case groupLookUpMisses = "S-02.group-look-up-misses"
  case groupFilterIgnored = "S-03.group-filter-ignored"
  case groupRefusedYetDone = "S-04.group-refused-yet-done"
  case groupConflictsWithItself = "S-06.group-conflicts-with-itself"
  case groupChangeLoses = "S-07.group-change-loses"
  case groupOverwritten = "S-08.group-overwritten"
  case groupDuplicateStatus = "S-08.group-duplicate-status"
  case groupStepRefused = "S-10.step-refused"
  case membersLost = "S-11.members-lost"
  case memberTwice = "S-11.member-twice"
  case staleMember = "S-12.stale-member"
  case staleUser = "S-12.stale-user"

  // Okta's SPEC test for SCIM 2.0, by the numbers of its requests.
  case spec1 = "okta-spec.R1"
  case spec2 = "okta-spec.R2"
  case spec3 = "okta-spec.R3"
  case spec4 = "okta-spec.R4"
  case spec5 = "okta-spec.R5"
  case spec6 = "okta-spec.R6"
  case spec7 = "okta-spec.R7"
  case spec8 = "okta-spec.R8"
  case spec9 = "okta-spec.R9"
  case spec10 = "okta-spec.R10"
  case spec11 = "okta-spec.R11"
  case spec12 = "okta-spec.R12"
  // Okta's SPEC test for SCIM 1.1.
  case spec11r1 = "okta-spec-11.R1"
  case spec11r2 = "okta-spec-11.R2"
  case spec11r3 = "okta-spec-11.R3"
  case spec11r4 = "okta-spec-11.R4"
  case spec11r5 = "okta-spec-11.R5"
  case spec11r6 = "okta-spec-11.R6"
  case spec11r7 = "okta-spec-11.R7"
  case spec11r8 = "okta-spec-11.R8"
  case spec11r9 = "okta-spec-11.R9"
  case spec11r10 = "okta-spec-11.R10"
  case spec11r11 = "okta-spec-11.R11"
  case spec11r12 = "okta-spec-11.R12"
  case spec11r13 = "okta-spec-11.R13"
  case spec11r14 = "okta-spec-11.R14"
  case spec11r15 = "okta-spec-11.R15"
  case spec11r16 = "okta-spec-11.R16"
  case specResponseTime = "okta-spec.response-time"
  // Okta's test of entitlements.
  case specEntitlements = "okta-spec.entitlements"

  // What the scenario asks for.
  case answerUnfinished = "exchange.answer-unfinished"
  case eventFailed = "event.failed"
  case eventWithoutToken = "event.no-token"
  case grantFailed = "grant.failed"
  case noRefreshAllowed = "event.no-refresh"
  case raced = "event.raced"
  case rateLimited = "event.rate-limited"
  case unmetExchange = "expectation.exchange"
  case unmetRefreshes = "expectation.refreshes"
  case unmetRejected = "expectation.rejected"
  case unmetToken = "expectation.token"
  case unmetUser = "expectation.user"
  case unmetGroup = "expectation.group"
  case unmetAccessToken = "expectation.access-token"
  case unmetTask = "expectation.task"
  case unmetTasks = "expectation.tasks"
  case unmetNothingSent = "expectation.nothing-sent"

  /// What is the same in every finding of the kind.
  package struct Row: Sendable {
    /// Names of the two catalogues, `F-02`, `S-01`; three at most.
    package var modes: [String]
    /// At its worst; a single finding may be less.
    package var level: Scenario.Level
    package var party: Finding.Party
    /// RFC section or Okta document.
    package var source: String
    /// What to do about it, for somebody who never read the RFC.
    package var advice: String
    package var bearing: Bearing

    init(
      _ modes: [String],
      level: Scenario.Level = .must,
      _ party: Finding.Party,
      _ source: String,
      _ advice: String,
      makes bearing: Bearing = []
    ) {
      self.modes = modes
      self.level = level
      self.party = party
      self.source = source
      self.advice = advice
      self.bearing = bearing
    }
  }

  /// What a finding can make of an event or of an expectation.
  package struct Bearing: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The event that ended on an exchange of the finding failed for it.
    package static let event = Bearing(rawValue: 1 << 0)
    /// What a look at the user finds.
    package static let user = Bearing(rawValue: 1 << 1)
    /// How often a token was refreshed.
    package static let refreshes = Bearing(rawValue: 1 << 2)
    /// How often a token was rejected.
    package static let rejections = Bearing(rawValue: 1 << 3)
    /// Which exchanges an event has, and what is in them.
    package static let exchanges = Bearing(rawValue: 1 << 4)
    /// What a token response holds.
    package static let token = Bearing(rawValue: 1 << 5)
    /// That there is no living grant any more.
    package static let grant = Bearing(rawValue: 1 << 6)

    static let tokens: Bearing = [.refreshes, .rejections]
    /// An access token that is refused ends events and is refreshed or not.
    static let access: Bearing = [.event, .refreshes, .rejections]
    static let refresh: Bearing = [.event, .grant, .refreshes, .rejections]
    /// A write that was not done as it was meant.
    static let write: Bearing = [.event, .user, .exchanges]
  }

  package var id: String { rawValue }

  /// The kind for a request of Okta's SPEC test for a version of SCIM, or of its test of entitlements;
  /// nil where that has no such request.
  static func spec(_ request: SpecRequest, _ version: SCIMSettings.Version) -> FindingKind? {
    if request == .listEntitlements { return .specEntitlements }
    return request.number(in: version).flatMap {
      FindingKind(rawValue: specTest(version) + String($0))
    }
  }

  private static func specTest(_ version: SCIMSettings.Version) -> String {
    switch version {
    case .v1: "okta-spec-11.R"
    case .v2: "okta-spec.R"
    }
  }

  /// A request of Okta's SPEC test, and its number there, from 1.
  struct SpecPlace: Equatable {
    var version: SCIMSettings.Version
    var number: Int
    var request: SpecRequest
  }

  /// Whether it says that an answer fails a test of Okta's.
  var isOfSpecTest: Bool { specRequest != nil }

  /// The request of a test of Okta's that it is about.
  var specRequest: SpecRequest? {
    self == .specEntitlements ? .listEntitlements : specPlace?.request
  }

  /// The request of Okta's SPEC test that it is about.
  var specPlace: SpecPlace? {
    for version in SCIMSettings.Version.allCases {
      let test = FindingKind.specTest(version)
      guard rawValue.hasPrefix(test), let number = Int(rawValue.dropFirst(test.count)) else {
        continue
      }
      let requests = SpecRequest.all(of: version)
      guard requests.indices.contains(number - 1) else { return nil }
      return SpecPlace(version: version, number: number, request: requests[number - 1])
    }
    return nil
  }
}
