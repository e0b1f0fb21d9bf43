import Profiles

extension FindingKind {
  /// The kind's row of the one table.
  package var row: Row {
    switch self {
    case .redirectURI, .stateMissing, .stateAltered, .answerInFragment, .codeMissing,
      .refusalWithoutState, .unregisteredRedirect, .errorToUnregistered:
      redirectRow
    case .tokenTypeMissing, .tokenTypeUnknown, .expiresInMissing, .expiresInType,
      .expiresInFraction, .expiresInUnusable, .expiresInNotPositive, .expiresInHuge, .cacheable,
      .tokenMediaType, .tokenCharacters, .tokenStatus, .scopeType, .refreshTokenType,
      .noRefreshToken, .errorWithSuccess, .tokenUnusable, .jwtLifetime:
      tokenResponseRow
    case .tokenErrorMissing, .tokenErrorStatus, .clientRefused, .otherMethodAccepted,
      .tokenEndpointRedirects, .tokenEndpointFiltered, .refreshRefused, .refusedAfterExpiry,
      .refreshTokenEnded,
      .grantEndedByAge, .rotatedTokenRefused, .repeatedTokenRefused, .keptTokenRefused,
      .givenAgainRefused, .refreshFailed, .refreshLimited, .refreshMisunderstood,
      .concurrentRefresh, .oneOfConcurrentWins, .concurrentlySpent, .spentByLostRequest,
      .lostAnswerEndsGrant, .spentByOurselves, .newGrantEndsOld, .scopeChanged, .scopeLost,
      .sameTokenAgain, .linkEndsItself:
      refreshRow
    case .alteredRefreshAccepted, .otherClientAccepted, .wrongSecretAccepted,
      .noAuthenticationAccepted, .trialErrorCode, .tokenBurned, .spentTokenAccepted, .familyLivesOn,
      .reuseEndsGrant, .windowWithoutToken, .severalPairs, .grantedScopeRefused:
      trialRow
    case .codeAcceptedAgain, .codeRaceGrants, .codeReuseEndsGrant, .codeReuseIgnored,
      .codeLivesLong, .codeEndsEarly,
      .otherRedirectAccepted, .otherVerifierAccepted, .codeOfOtherClient, .codeBurned,
      .grantedInstead, .refusalWithoutError, .refusalWithOtherError, .refusalUnanswered:
      codeRow
    case .revocationRefused, .revocationIgnored, .windowOutlivesRevocation, .oldTokenRefused,
      .revokedTokenServed,
      .endedByOwnRevocation, .endsWithAccessToken, .revocationEndsOther, .reuseEndsOther,
      .otherTenantRead:
      revocationRow
    case .endsWithRestart, .endsWithSession, .endsWithSecret, .endsWithSignInPolicy,
      .accessEndsWithHook, .removedGrantLives, .adminLeftGrantLives, .oldSecretServed,
      .endedByHook:
      hookRow
    case .expiredAccepted, .expiredAcceptedOnWrite, .alteredAccepted, .noTokenAccepted,
      .wrongStatus,
      .wrongStatusOnWrite, .noAnswerToDead, .refusedAtItsEnd, .challengeMissing, .challengeScheme,
      .challengeError, .unauthorizedBody, .refusedEarly, .refusedInLastSecond, .freshTokenRefused,
      .userGone, .credentialRefused:
      accessRow
    case .successStatus, .mediaType, .errorBody, .internalsShown, .uniqueness, .listUnreadable,
      .listSchemas,
      .listTotal, .listNumber, .listResources, .listTotalDiffers, .listPaging, .listCount,
      .itemsPerPage, .doubleID, .pageRepeats, .pageLoses, .orderChanges, .totalMoves,
      .pastEndLists, .pastEndRefused, .startIndexRefused, .countRefused, .pagingRequired,
      .shortPage,
      .resourceUnreadable, .resourceSchemas, .resourceExtension,
      .resourceID, .resourceUserName, .resourceActive, .resourceMeta, .activeType,
      .passwordReturned, .metaResourceType,
      .createStatus, .createBody, .createID, .createLocation, .createLocationDiffers,
      .replaceBody, .patchBody, .mediaTypeRefused, .acceptRefused, .bodyNotRead, .passwordRefused,
      .retryAfter,
      .slowPages, .slowLookUp, .writesWait:
      messageRow
    case .createLostAttribute, .replaceLostAttribute, .replaceDroppedAttribute,
      .replaceOtherValue, .patchOtherValue, .neverShown, .writeIgnored, .acknowledgedNotDone,
      .activeIgnored, .activeMissing, .goneAfterDeactivation, .deactivationRefused, .lookUpMisses,
      .filterIgnored, .findsTooMany, .nobody404, .userTwice, .secondResource, .overwritten,
      .duplicateStatus,
      .refusedWriteApplied, .refusedYetDone, .echoRefused, .conflictWithItself:
      directoryRow
    case .groupNotDone, .membersNeverShown, .groupLookUpMisses, .groupFilterIgnored,
      .groupRefusedYetDone, .groupConflictsWithItself, .groupChangeLoses, .groupOverwritten,
      .groupDuplicateStatus, .groupStepRefused, .membersLost, .memberTwice, .staleMember,
      .staleUser:
      groupRow
    case .spec1, .spec2, .spec3, .spec4, .spec5, .spec6, .spec7, .spec8, .spec9, .spec10, .spec11,
      .spec12, .spec11r1, .spec11r2, .spec11r3, .spec11r4, .spec11r5, .spec11r6, .spec11r7,
      .spec11r8, .spec11r9, .spec11r10, .spec11r11, .spec11r12, .spec11r13, .spec11r14, .spec11r15,
      .spec11r16, .specResponseTime, .specEntitlements:
      specRow
    case .discoveryRefused, .resourceTypeIncomplete, .noEntitlementType, .extensionSchemaMissing,
      .userSchemaMissing, .schemaAttribute, .entitlementID, .entitlementName, .entitlementType,
      .entitlementDescription, .entitlementNotDone, .entitlementsNeverShown:
      entitlementRow
    case .answerUnfinished, .eventFailed, .eventWithoutToken, .grantFailed, .noRefreshAllowed,
      .raced, .rateLimited,
      .unmetExchange, .unmetRefreshes, .unmetRejected, .unmetToken, .unmetUser, .unmetGroup,
      .unmetAccessToken, .unmetTask, .unmetTasks, .unmetNothingSent:
      scenarioRow
    }
  }

  // MARK: The authorization server

  private var redirectRow: Row {
    let section = "RFC 6749 section 4.1.2"
    return switch self {
    case .redirectURI:
      Row(
        ["F-54"],
        .authorizationServer,
        "RFC 6749 section 3.1.2.3, section 4.1.2",
        "send the browser to the redirect_uri of the request, character for character, or "
          + "refuse the request with a page",
        makes: [.event, .grant]
      )
    case .stateMissing:
      Row(
        ["F-54"],
        .authorizationServer,
        section,
        "add the state of the authorization request, unchanged, to the redirect",
        makes: [.event, .grant]
      )
    case .stateAltered:
      Row(
        ["F-54"],
        .authorizationServer,
        section,
        "send the state back character for character; decode it once and encode it once",
        makes: [.event, .grant]
      )
    case .answerInFragment:
      Row(
        ["F-54"],
        .authorizationServer,
        section,
        "answer response_type=code in the query of the redirect URI",
        makes: [.event, .grant]
      )
    case .codeMissing:
      Row(
        ["F-54"],
        .authorizationServer,
        section,
        "after consent the redirect carries one code",
        makes: [.event, .grant]
      )
    case .unregisteredRedirect:
      Row(
        ["F-54"],
        .authorizationServer,
        "RFC 6749 section 3.1.2.3, section 4.1.2.1",
        "compare the redirect_uri of the request, host and all, with those that are registered for the "
          + "client, and answer one that is not among them with a page: whoever is sent there has the "
          + "code of your admin",
        makes: .event
      )
    case .errorToUnregistered:
      Row(
        ["F-54"],
        .authorizationServer,
        "RFC 6749 section 3.1.2.4, section 4.1.2.1",
        "tell the person on a page of your own that the redirect_uri is not registered; an error goes to "
          + "one that is, or nowhere",
        makes: .event
      )
    default:
      Row(
        ["F-55"],
        .authorizationServer,
        "RFC 6749 section 4.1.2.1",
        "an error redirect carries the state as well"
      )
    }
  }

  private var tokenResponseRow: Row {
    let section = "RFC 6749 section 5.1"
    func row(
      _ modes: [String],
      _ advice: String,
      source: String? = nil,
      makes bearing: Bearing = .token
    ) -> Row {
      Row(modes, .authorizationServer, source ?? section, advice, makes: bearing)
    }
    func warning(_ modes: [String], _ advice: String, source: String? = nil) -> Row {
      Row(modes, level: .should, .authorizationServer, source ?? section, advice, makes: .token)
    }
    return switch self {
    case .tokenTypeMissing: row([], "add \"token_type\": \"Bearer\"")
    case .tokenTypeUnknown:
      row(
        [],
        "Okta sends the token as a bearer token (RFC 6750): say so",
        source: "RFC 6749 section 7.1"
      )
    case .expiresInMissing: warning(["F-11"], "add expires_in, in seconds")
    case .expiresInType:
      row(["F-12"], "write it as a JSON number of seconds, without quotes: \"expires_in\": 3600")
    case .expiresInFraction:
      warning(
        ["F-12"],
        "write whole seconds: \"expires_in\": 3600",
        source: "RFC 6749 appendix A.14"
      )
    case .expiresInUnusable: row(["F-12"], "write the lifetime as a JSON number of seconds")
    case .expiresInNotPositive:
      row(
        ["F-10"],
        "a token must live for at least a second to be used",
        makes: [.event, .token, .refreshes, .rejections]
      )
    case .expiresInHuge:
      warning(
        ["F-10", "F-12"],
        "the unit is seconds from the response, not milliseconds or an instant"
      )
    case .cacheable:
      row(
        ["F-16"],
        "add Cache-Control: no-store to each response that carries a token",
        makes: []
      )
    case .tokenMediaType: warning([], "answer with Content-Type: application/json")
    case .tokenCharacters:
      row(
        ["F-09"],
        "use letters, digits and -._~+/ with = at the end in an access token, which goes into a "
          + "header as it is, and printable ASCII in a refresh token",
        source: "RFC 6750 section 2.1; RFC 6749 appendix A.17",
        makes: [.event, .token, .refreshes, .rejections]
      )
    case .tokenStatus: row([], "answer with 200 OK")
    case .scopeType: row(["F-26"], "write scopes as one string with spaces (RFC 6749 section 3.3)")
    case .refreshTokenType:
      row(
        ["F-17"],
        "write it as a JSON string that is not empty",
        makes: [.event, .grant, .token, .refreshes, .rejections]
      )
    case .noRefreshToken:
      row(
        ["F-17"],
        "issue a refresh token; where the app asks for a scope for it, put the scope into "
          + "authentication.scopes or the query of authorizationEndpoint",
        source: "RFC 6749 section 1.5; Okta, \"Use OAuth 2.0 with refresh token\"",
        makes: [.event, .grant, .token, .refreshes, .rejections]
      )
    case .errorWithSuccess:
      row(
        ["F-15"],
        "answer a refused token request with HTTP 400",
        source: "RFC 6749 section 5.2",
        makes: [.event, .grant, .token, .refreshes, .rejections]
      )
    case .tokenUnusable:
      row(
        [],
        "answer with a JSON object that holds access_token, token_type and expires_in",
        makes: [.event, .grant, .token, .refreshes, .rejections]
      )
    default:
      row(
        ["F-04", "F-12"],
        "let expires_in say, in seconds, how long the token is good",
        source: "RFC 6749 section 5.1; RFC 7519 section 4.1.4",
        makes: [.refreshes, .rejections]
      )
    }
  }

  private var refreshRow: Row {
    let section = "RFC 6749 section 6"
    func row(
      _ modes: [String],
      _ advice: String,
      source: String? = nil,
      level: Scenario.Level = .must,
      party: Finding.Party = .authorizationServer,
      makes bearing: Bearing = .refresh
    ) -> Row {
      Row(modes, level: level, party, source ?? section, advice, makes: bearing)
    }
    return switch self {
    case .tokenErrorMissing:
      row(
        ["F-15"],
        "answer with JSON: {\"error\": \"invalid_grant\"}, so that a client knows what is lost",
        source: "RFC 6749 section 5.2"
      )
    case .tokenErrorStatus:
      row(
        ["F-15"],
        "answer with HTTP 400, or 401 for invalid_client",
        source: "RFC 6749 section 5.2",
        makes: []
      )
    case .clientRefused:
      row(
        ["F-32"],
        "the same credentials were good for the code: check them alike for refresh_token"
      )
    case .otherMethodAccepted:
      row(
        ["F-32"],
        "authenticate a client by either method that token_endpoint_auth_methods_supported names",
        source: "RFC 6749 section 2.3.1; RFC 8414 section 2",
        makes: [.event, .grant]
      )
    case .tokenEndpointRedirects:
      row(
        ["F-56"],
        "register the URL that the redirect leads to as the token endpoint, or serve both: a "
          + "client that follows a redirect may send a GET without a body",
        source: "RFC 6749 section 3.2; RFC 9110 section 15.4"
      )
    case .tokenEndpointFiltered:
      row(
        ["F-59"],
        "let requests of machines reach the token endpoint: no page of a firewall, CSRF guard or "
          + "login in front of it; a refresh token that met it stays good",
        source: "RFC 6749 section 5.2"
      )
    case .refreshRefused:
      row(
        ["F-14"],
        "a refresh token that was handed out has to work (RFC 6749 section 6); where the app lets "
          + "one grant live at a time, set authentication.grants to one-at-a-time"
      )
    case .refusedAfterExpiry:
      row(
        ["F-27"],
        "keep the refresh token when its access token expires: the time after is what it is for",
        source: "RFC 6749 section 1.5, section 6"
      )
    case .refreshTokenEnded:
      row(
        ["F-28", "F-48"],
        "Okta refreshes only when it has something to send, so a quiet time of that length costs "
          + "an admin a new authentication",
        source: "RFC 9700 section 4.14.2",
        level: .may
      )
    case .grantEndedByAge:
      row(
        ["F-61", "F-57", "F-28"],
        "let the grant outlive the session of the admin who gave it; where it has an absolute "
          + "limit, document it: an admin has to authenticate anew each time",
        source: "RFC 6749 section 1.5",
        level: .may
      )
    case .rotatedTokenRefused:
      row(
        ["F-13", "F-14"],
        "store the refresh token that the last response gave before it is sent, and accept it"
      )
    case .repeatedTokenRefused:
      row(["F-14"], "the last response repeated the refresh token, so it has to go on working")
    case .keptTokenRefused:
      row(
        ["F-63", "F-13", "F-14"],
        "the last response had no refresh token, so a client keeps the one it has (RFC 6749 "
          + "section 6): it has to go on working, or a new one has to be sent"
      )
    case .givenAgainRefused:
      row(
        ["F-21"],
        "within its grace window a spent refresh token is answered with the successor, not with "
          + "itself"
      )
    case .refreshFailed:
      row(
        ["F-30", "F-36"],
        "answer a good refresh token with a token response; a failure inside the app is a 5xx "
          + "after which the same refresh token still works"
      )
    case .refreshLimited:
      row(
        ["F-47"],
        "limit token requests per client, not per tenant's burst; scenarios at once may be a burst "
          + "that Okta is not: run with --jobs 1",
        source: "RFC 6585 section 4",
        level: .may
      )
    case .refreshMisunderstood:
      row(
        ["F-15", "F-26"],
        "a refresh needs grant_type, refresh_token and the client's credentials, and no more; where "
          + "the refresh token is what is wrong, the error is invalid_grant",
        source: "RFC 6749 section 5.2, section 6"
      )
    case .concurrentRefresh:
      row(
        ["F-19"],
        "answer refreshes that come together alike, for some seconds, or let the first one's "
          + "tokens stay good",
        source: "RFC 6819 section 5.2.2.3; RFC 9700 section 4.14.2"
      )
    case .oneOfConcurrentWins:
      row(
        ["F-19"],
        "answer refreshes that come together alike, for some seconds, or let the first one's "
          + "tokens stay good",
        source: "RFC 6819 section 5.2.2.3; RFC 9700 section 4.14.2",
        level: .may
      )
    case .concurrentlySpent:
      row(
        ["F-19"],
        "to serve clients that refresh in parallel, honour a rotated token for some seconds more",
        source: "RFC 6749 section 10.4; RFC 9700 section 4.14.2",
        level: .may,
        party: .oktasim
      )
    case .spentByLostRequest:
      row(
        ["F-18"],
        "give a client that repeats its refresh within some seconds the same answer again",
        source: "RFC 6749 section 10.4; RFC 9700 section 4.14.2",
        level: .may,
        party: .oktasim
      )
    case .lostAnswerEndsGrant:
      row(
        ["F-18"],
        "let a spent refresh token work for some seconds, or until its successor is used: a client "
          + "that lost an answer has nothing else",
        source: "RFC 6819 section 5.2.2.3",
        level: .should
      )
    case .spentByOurselves:
      row(
        ["F-43"],
        "the app is right; a client has to keep the new refresh token",
        source: "RFC 6749 section 10.4; RFC 9700 section 4.14.2",
        level: .may,
        party: .oktasim
      )
    case .newGrantEndsOld:
      row(
        ["F-58"],
        "let each authorization be a grant of its own: one client serves many orgs, and one admin "
          + "often authorizes several; where the app lets one live at a time, set "
          + "authentication.grants to one-at-a-time",
        source: "RFC 7009 section 2.1"
      )
    case .scopeChanged:
      row(
        ["F-26"],
        "a refresh without scope gives the scope that the admin granted, neither more nor less",
        makes: []
      )
    case .scopeLost:
      row(
        ["F-26"],
        "a refresh without scope gives the scope that the admin granted",
        party: .both,
        makes: .access
      )
    case .sameTokenAgain:
      row(["F-38"], "issue a new access token with each refresh", makes: .refresh)
    default:
      row(
        ["F-31", "S-17"],
        "let the grant belong to the integration: a link that can deactivate the person who gave "
          + "it ends itself",
        source: "RFC 6749 section 1.5",
        level: .should,
        party: .both,
        makes: .refresh
      )
    }
  }

  /// Refreshes that no careful client makes.
  private var trialRow: Row {
    func row(
      _ modes: [String],
      _ source: String,
      level: Scenario.Level = .must,
      _ advice: String
    ) -> Row {
      Row(modes, level: level, .authorizationServer, source, advice, makes: .refresh)
    }
    let authenticates =
      "authenticate a confidential client at each token request, and give a refresh token's grant to "
      + "nobody but the client that it was issued to"
    return switch self {
    case .alteredRefreshAccepted:
      row(
        ["F-25"],
        "RFC 6749 section 5.2",
        "look a refresh token up as it is, letter for letter: an unknown one is invalid_grant"
      )
    case .otherClientAccepted:
      row(["F-24"], "RFC 6749 section 6, section 10.4", authenticates)
    case .wrongSecretAccepted, .noAuthenticationAccepted:
      row(["F-24"], "RFC 6749 section 3.2.1, section 6", authenticates)
    case .trialErrorCode:
      row(
        ["F-15"],
        "RFC 6749 section 5.2",
        "a client that is told another code, or 5xx, does not know whether the grant is over"
      )
    case .tokenBurned:
      row(
        ["F-23"],
        "RFC 6749 section 5.2, section 6",
        "check all of a token request before the refresh token is claimed: what is refused leaves it "
          + "as it was"
      )
    case .spentTokenAccepted:
      row(
        ["F-22", "F-21"],
        "RFC 9700 section 4.14.2",
        level: .may,
        "a window of some seconds helps a client that lost an answer; let it end"
      )
    case .familyLivesOn:
      row(
        ["F-22"],
        "RFC 9700 section 4.14.2",
        level: .should,
        "a spent refresh token that comes so late was stolen, or the newest one was: end the grant, "
          + "its newest refresh token and access token with it"
      )
    case .reuseEndsGrant:
      row(
        ["F-22"],
        "RFC 9700 section 4.14.2",
        level: .may,
        "that ends what a thief may have; a client that lost an answer needs a window of some seconds"
      )
    case .grantedScopeRefused:
      row(
        ["F-26"],
        "RFC 6749 section 6",
        "a refresh may ask for the scope that was granted, or for some of it"
      )
    case .windowWithoutToken:
      row(
        ["F-21"],
        "RFC 6749 section 6",
        "within its grace window a spent refresh token is answered with its successor: a client that "
          + "lost the answer has nothing else to go on with"
      )
    default:
      row(
        ["F-20"],
        "RFC 9700 section 4.14.2",
        "claim a refresh token in one step (UPDATE … WHERE unused) before new ones are made: where "
          + "several requests win, rotation is void"
      )
    }
  }

  /// Codes, and authorizations that the admin refuses.
  private var codeRow: Row {
    func row(
      _ modes: [String],
      _ source: String,
      level: Scenario.Level = .must,
      _ advice: String,
      makes bearing: Bearing = []
    ) -> Row {
      Row(modes, level: level, .authorizationServer, source, advice, makes: bearing)
    }
    let once = "RFC 6749 section 4.1.2"
    let refusal = "RFC 6749 section 4.1.2.1"
    return switch self {
    case .codeAcceptedAgain:
      row(
        ["F-52"],
        once,
        "mark a code as used when it is exchanged, and refuse it with invalid_grant from then on"
      )
    case .codeRaceGrants:
      row(
        ["F-52"],
        once + ", section 10.5",
        "claim a code in one step (UPDATE … WHERE unused) before tokens are made: of requests that "
          + "come together one may win"
      )
    case .codeReuseEndsGrant:
      row(
        ["F-52"],
        once,
        level: .may,
        "that is right: whoever shows a code a second time may have stolen it",
        makes: .refresh
      )
    case .codeReuseIgnored:
      row(
        ["F-52"],
        once,
        level: .should,
        "when a code comes a second time, somebody else has it: revoke the tokens that it gave"
      )
    case .codeLivesLong:
      row(["F-53"], once, level: .should, "let a code end after ten minutes at most")
    case .codeEndsEarly:
      row(
        ["F-53"],
        once,
        level: .should,
        "let a code live for half a minute at least: browser and server need their time"
      )
    case .otherRedirectAccepted:
      row(
        ["F-54"],
        "RFC 6749 section 4.1.3",
        "compare the redirect_uri of the exchange with that of the authorization request, character "
          + "for character"
      )
    case .otherVerifierAccepted:
      row(
        ["F-54"],
        "RFC 7636 section 4.6",
        "where the authorization request had a code_challenge, exchange the code for its "
          + "code_verifier alone"
      )
    case .codeOfOtherClient:
      row(
        ["F-54"],
        "RFC 6749 section 4.1.3",
        "exchange a code for nobody but the client that asked for it"
      )
    case .codeBurned:
      row(
        ["F-54"],
        once,
        level: .may,
        "that is allowed; a client that made a mistake has to ask the admin once more",
        makes: [.event, .grant]
      )
    case .grantedInstead:
      row(["F-55"], refusal, "give no code where the admin says no")
    case .refusalWithoutError, .refusalUnanswered:
      row(
        ["F-55"],
        refusal,
        level: self == .refusalUnanswered ? .should : .must,
        "where the admin says no, send the browser to the redirect_uri with error=access_denied and "
          + "the state"
      )
    default:
      row(["F-55"], refusal, level: .should, "say access_denied where the admin says no")
    }
  }

  private var revocationRow: Row {
    func row(
      _ modes: [String],
      level: Scenario.Level = .must,
      _ source: String,
      _ advice: String,
      party: Finding.Party = .authorizationServer,
      makes bearing: Bearing = .refresh
    ) -> Row {
      Row(modes, level: level, party, source, advice, makes: bearing)
    }
    return switch self {
    case .revocationRefused:
      row(
        ["F-31"],
        "RFC 7009 section 2.1, section 2.2",
        "answer a revocation with HTTP 200, also of a token that is not known or has ended"
      )
    case .revocationIgnored:
      row(
        ["F-31", "F-60"],
        "RFC 7009 section 2.1",
        "end the refresh token when it is revoked, whatever became of its access token"
      )
    case .windowOutlivesRevocation:
      row(
        ["F-21"],
        "RFC 7009 section 2.1",
        "a revocation ends the whole grant: close the window for the refresh tokens before, too"
      )
    case .oldTokenRefused:
      row(
        ["F-08"],
        level: .may,
        "RFC 6749 section 6 leaves it open",
        "that is allowed; requests that are under way with the old token fail and come again",
        party: .both,
        makes: .tokens
      )
    case .revokedTokenServed:
      row(
        ["F-07", "F-05"],
        level: .should,
        "RFC 7009 section 2.1, RFC 7662 section 4",
        "keep what the check of a token found for some seconds only, or answer the revocation with "
          + "unsupported_token_type where access tokens cannot be ended",
        party: .both,
        makes: .tokens
      )
    case .reuseEndsOther:
      row(
        ["F-50", "F-22"],
        "RFC 9700 section 4.14.2",
        "end the tokens of the grant whose refresh token came again, and of no other: one client id "
          + "serves all of Okta's customers"
      )
    case .otherTenantRead:
      row(
        ["F-50"],
        "RFC 7644 section 7.1",
        "look each resource up within the tenant of the token's grant",
        party: .serviceProvider,
        makes: []
      )
    case .endedByOwnRevocation:
      row(
        ["F-31"],
        level: .may,
        "RFC 7009 section 2.1",
        "that is right: the client had revoked it"
      )
    case .endsWithAccessToken:
      row(
        ["F-05"],
        level: .may,
        "RFC 7009 section 2.1",
        "that is allowed; where it is not meant, end the access token alone"
      )
    default:
      row(
        ["F-58"],
        "RFC 7009 section 2.1",
        "revoke the tokens of one grant: another of the same person and client goes on"
      )
    }
  }

  /// What becomes of grants when the app is changed from outside.
  private var hookRow: Row {
    func row(
      _ modes: [String],
      level: Scenario.Level = .must,
      _ source: String,
      _ advice: String
    ) -> Row {
      Row(modes, level: level, .authorizationServer, source, advice, makes: .refresh)
    }
    let standsAlone = "RFC 6749 section 1.5, section 6"
    return switch self {
    case .endsWithRestart:
      row(
        ["F-29"],
        standsAlone,
        "keep grants, their tokens and the keys that sign them where a restart and a second replica "
          + "find them"
      )
    case .endsWithSession:
      row(
        ["F-57"],
        standsAlone,
        "let a grant stand by itself: it is for the time when nobody is signed in"
      )
    case .endsWithSecret:
      row(
        ["F-32"],
        "RFC 6749 section 5.2",
        "a new secret is for the client to learn; keep its grants, and say invalid_client to the old "
          + "one"
      )
    case .endsWithSignInPolicy:
      row(
        ["F-62"],
        standsAlone,
        "how people sign in is asked when they do, not when a grant is refreshed"
      )
    case .accessEndsWithHook:
      row(
        ["F-05"],
        level: .may,
        "RFC 6750 section 3.1",
        "that is allowed: the client refreshes; where it is not meant, keep access tokens, too"
      )
    case .removedGrantLives:
      row(
        ["F-31"],
        "RFC 6749 section 10.4; RFC 9700 section 4.14.2",
        "when an admin removes the integration, end its refresh tokens"
      )
    case .adminLeftGrantLives:
      row(
        ["F-31"],
        level: .should,
        "RFC 6819 section 5.2.2.4; RFC 9700 section 4.14.2",
        "end a person's grants with the person, or let the grant belong to the integration and say so"
      )
    case .oldSecretServed:
      row(
        ["F-31"],
        level: .may,
        "RFC 6749 section 2.3.1",
        "a time in which both secrets are good helps to change them; let it end"
      )
    default:
      row(["F-31"], level: .may, "RFC 6749 section 10.4", "that is what the hook is for")
    }
  }

  // MARK: The access token at the service provider

  private var accessRow: Row {
    let section = "RFC 6750 section 3.1"
    func row(
      _ modes: [String],
      _ advice: String,
      source: String? = nil,
      level: Scenario.Level = .must,
      party: Finding.Party = .serviceProvider,
      makes bearing: Bearing
    ) -> Row {
      Row(modes, level: level, party, source ?? section, advice, makes: bearing)
    }
    let check =
      "check the end of the token on each request and refuse with 401 invalid_token; "
      + "where the app allows for clocks that differ, say by how much with --leeway"
    let refuse =
      "refuse with 401 and WWW-Authenticate: Bearer error=\"invalid_token\"; a client that "
      + "refreshes on 401 never does on another status"
    let challenge = "answer with WWW-Authenticate: Bearer error=\"invalid_token\""
    return switch self {
    case .expiredAccepted:
      row(
        ["F-01"],
        check,
        source: "RFC 6750 section 3.1; RFC 7644 section 7.4",
        makes: [.refreshes, .rejections, .exchanges]
      )
    case .expiredAcceptedOnWrite:
      row(
        ["F-01"],
        check,
        source: "RFC 6750 section 3.1; RFC 7644 section 7.4",
        makes: [.refreshes, .rejections, .exchanges]
      )
    case .alteredAccepted:
      row(
        [],
        "check the token itself, by its signature or where tokens are kept, on each request",
        source: "RFC 6750 section 3.1; RFC 7644 section 7.4",
        makes: [.refreshes, .rejections, .exchanges]
      )
    case .noTokenAccepted:
      row(
        ["F-01"],
        "ask for a token on each route of the SCIM API, reads among them",
        source: "RFC 6750 section 3; RFC 7644 section 2",
        makes: [.exchanges]
      )
    case .wrongStatus: row(["F-02"], refuse, makes: [.event, .refreshes, .rejections, .exchanges])
    case .wrongStatusOnWrite:
      row(["F-02"], refuse, makes: [.event, .refreshes, .rejections, .exchanges])
    case .noAnswerToDead: row(["F-02"], refuse, makes: [.event, .refreshes, .rejections])
    case .refusedAtItsEnd:
      row(
        ["F-02"],
        "the token reached its end within the event, so a 401 was due; " + refuse,
        level: .may,
        makes: [.event, .refreshes, .rejections, .exchanges]
      )
    case .challengeMissing:
      row(["F-03"], challenge, source: "RFC 6750 section 3", makes: [])
    case .challengeScheme: row(["F-03"], challenge, source: "RFC 6750 section 3", makes: [])
    case .challengeError:
      row(["F-03"], challenge, source: "RFC 6750 section 3", level: .should, makes: [])
    case .unauthorizedBody:
      row(
        ["F-03"],
        "answer with a SCIM error; Okta shows its detail to the admin and, where the body is no "
          + "JSON, a parse error",
        source: "RFC 7644 section 3.12; Okta, SCIM 2.0 SPEC test, step 11",
        level: .should,
        makes: []
      )
    case .refusedEarly:
      row(
        ["F-04", "F-05"],
        "let expires_in say how long the service provider accepts the token",
        source: "RFC 6749 section 5.1",
        makes: .access
      )
    case .refusedInLastSecond:
      row(
        ["F-04"],
        "an app that counts in whole seconds may be that early; whether this one is earlier "
          + "shows with tokens of 5 s and more",
        source: "RFC 6749 section 5.1",
        level: .may,
        makes: .access
      )
    case .freshTokenRefused:
      row(
        ["F-06", "F-38", "F-63"],
        "a token must be usable when it is handed out: compare keys, audience and clocks of "
          + "the authorization server and the service provider",
        source: "RFC 6749 section 5.1",
        party: .both,
        makes: .access
      )
    case .userGone:
      row(
        ["F-50"],
        "let a refreshed token belong to the tenant of its grant",
        source: "RFC 6749 section 6",
        party: .both,
        makes: [.event, .user, .exchanges]
      )
    default:
      row(
        [],
        "let a pasted credential work until it is revoked: Okta cannot renew it",
        source: "RFC 7644 section 2",
        makes: [.event, .rejections]
      )
    }
  }

  // MARK: Okta's SPEC test

  private var specRow: Row {
    if self == .specEntitlements {
      return Row(
        [],
        level: .must,
        .serviceProvider,
        "Okta, entitlements test",
        "answer each endpoint of roles and entitlements with one page of a ListResponse: of count 1 with "
          + "one resource, and itemsPerPage 1"
      )
    }
    guard let place = specPlace else {
      return Row(
        [],
        level: .may,
        .serviceProvider,
        "Okta, SCIM 2.0 SPEC test, SCIM 1.1 SPEC test",
        "answer within what Okta's test allows; here the time depends on the machine as well"
      )
    }
    return Row(
      [],
      level: .must,
      .serviceProvider,
      "Okta, SCIM \(place.version.rawValue) SPEC test, request \(place.number)",
      advice(place)
    )
  }

  private func advice(_ place: SpecPlace) -> String {
    let isOld = place.version == .v1
    return switch place.request {
    case .readConfiguration:
      "tell all that SCIM 1.1 asks for there: patch, bulk, filter, changePassword, sort and etag with "
        + "what belongs to each, and the authenticationSchemes"
    case .listResourceTypes:
      "list the types with name, endpoint and schema, under the schema urn:scim:schemas:core:1.0"
    case .listSchemas:
      "list the schemas with id and attributes; Okta's test wants this list to say "
        + "urn:scim:schemas:core:1.0:ListResponse"
    case .writeConfiguration, .writeResourceTypes, .writeSchemas:
      "refuse with 405 what is not to be written"
    case .listUsers:
      "list users with all that Okta maps: id, userName, name, emails and active; a list has its "
        + "schema, and numbers for totalResults, startIndex and itemsPerPage"
    case .readFirstUser: "answer a read by id with the same user as in the list"
    case .findNobody, .findNewUser:
      "answer with 200 and a list with totalResults 0 where nobody matches"
    case .readNobody where isOld:
      "answer with 404; Okta's test wants a detail for the admin beside the Errors of SCIM 1.1"
    case .readNobody, .readMissingID:
      "answer with 404 and a SCIM error, with status, as a string, and a detail for the admin"
    case .create:
      "answer with 201 and the user as it now is: plain JSON is sent, and no password, externalId "
        + "or groups"
    case .readCreated: "let a created user be read at once, with the values that were sent"
    case .createAgain: "refuse a create under a user name that is taken with 409"
    case .findInCapitals where isOld:
      "refuse a filter that is no expression with 400, and list nobody"
    case .findInCapitals:
      "answer a look-up by a user name in capitals with 200: a filter has no wrong case"
    case .listGroups: "answer GET /Groups with 200 and a list"
    case .findWithBadToken:
      "answer with 401 and a SCIM error, with status \"401\" and a detail, where Authorization holds "
        + "no token of yours"
    // Of no SPEC test: see above.
    case .listEntitlements: ""
    }
  }

  // MARK: Roles and entitlements

  private var entitlementRow: Row {
    let guide = "Okta, guide to entitlements"
    let types = "RFC 7643 section 6; Okta, guide to entitlements"
    let schemas = "RFC 7643 section 7; Okta, guide to entitlements"
    return switch self {
    case .discoveryRefused:
      resourceRow(
        [],
        "RFC 7644 section 4; Okta, guide to entitlements",
        "answer /ResourceTypes, /Schemas and each endpoint that a resource type of roles or entitlements "
          + "names: what Okta cannot read nobody can be given",
        makes: [.event, .exchanges]
      )
    case .resourceTypeIncomplete:
      resourceRow(
        [],
        types,
        "give each resource type its name, its endpoint as a path below the base URL, and its schema; of "
          + "roles and entitlements also an id",
        makes: .event
      )
    case .noEntitlementType:
      resourceRow(
        [],
        guide,
        "name in /ResourceTypes what can be given to people, with the schema "
          + "urn:okta:scim:schemas:core:1.0:Role or …:Entitlement",
        makes: .event
      )
    case .extensionSchemaMissing:
      resourceRow(
        [],
        schemas,
        "define in /Schemas each extension that the User resource type names and Okta does not know",
        makes: []
      )
    case .userSchemaMissing:
      resourceRow(
        [],
        "Okta, release notes of 2026-05; RFC 7643 section 7",
        "define urn:ietf:params:scim:schemas:core:2.0:User in /Schemas: Okta imports its attributes",
        makes: []
      )
    case .schemaAttribute:
      resourceRow(
        [],
        "RFC 7643 section 7",
        "give each attribute of a schema a name, and one of the types of RFC 7643 section 7",
        makes: []
      )
    case .entitlementID:
      resourceRow(
        [],
        guide,
        "give each role and entitlement an id that stays: Okta writes it into the user",
        makes: .event
      )
    case .entitlementName:
      resourceRow(
        [],
        guide,
        "give each role and entitlement a displayName: an admin chooses by it",
        makes: .event
      )
    case .entitlementType:
      resourceRow(
        [],
        guide,
        "let the type of an entitlement be the name of its resource type",
        makes: .user
      )
    case .entitlementDescription:
      resourceRow(
        [],
        guide,
        "describe a role or an entitlement in a text of at most 1000 characters",
        makes: []
      )
    case .entitlementNotDone:
      resourceRow(
        ["S-01", "S-07"],
        "RFC 7644 section 3.3, section 3.5.1; Okta, guide to entitlements",
        "keep the roles and entitlements that a write carries, and no others: Okta believes what a 2xx "
          + "says, and an auditor believes Okta"
      )
    default:
      resourceRow(
        ["S-01"],
        "RFC 7643 section 4.1.2; Okta, guide to entitlements",
        "show roles and entitlements in a GET of the user: without them nobody can see whether they "
          + "were kept",
        level: .should
      )
    }
  }

  // MARK: SCIM messages

  private var messageRow: Row {
    func row(
      _ modes: [String],
      _ source: String,
      _ advice: String,
      level: Scenario.Level = .must,
      makes bearing: Bearing = []
    ) -> Row {
      Row(modes, level: level, .serviceProvider, source, advice, makes: bearing)
    }
    let list = "RFC 7644 section 3.4.2"
    let paging = "RFC 7644 section 3.4.2.4"
    return switch self {
    case .successStatus:
      row(
        [],
        "RFC 7644 section 3.4, section 3.5",
        "answer a read with HTTP 200, a PUT or a PATCH with 200 or 204",
        makes: .exchanges
      )
    case .mediaType:
      row([], "RFC 7644 section 3.1", "answer with application/scim+json", level: .should)
    case .errorBody:
      row(
        ["S-18"],
        "RFC 7644 section 3.12",
        "answer with {\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:Error\"], \"status\": "
          + "\"404\", \"detail\": …}, with the status of the answer, as a string"
      )
    case .internalsShown:
      row(
        ["S-18"],
        "RFC 7644 section 3.12",
        "keep SQL and stack traces for the app's log, and say in detail what whoever reads it can do: "
          + "Okta shows it to every admin",
        level: .should
      )
    case .uniqueness:
      row(["F-46", "S-18"], "RFC 7644 section 3.3", "add \"scimType\": \"uniqueness\"")
    case .listUnreadable:
      row(
        ["S-14"],
        list,
        "answer with a ListResponse, also where nothing was found",
        makes: [.event, .exchanges]
      )
    case .listSchemas:
      row([], list, "add \"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"]")
    case .listTotal: row(["S-09"], list, "add totalResults, as a number", makes: .exchanges)
    case .listNumber:
      row(
        ["S-09"],
        "RFC 7644 section 3.4.2; Okta, SCIM 2.0 reference",
        "write it as a JSON number: Okta does not go on after a string",
        makes: [.event, .exchanges]
      )
    case .listResources:
      row(["S-03"], list, "list them under Resources", makes: [.event, .exchanges])
    case .listTotalDiffers:
      row(["S-09"], list, "count all that match: Okta takes 0 for nobody", makes: .exchanges)
    case .listPaging: row(["S-09"], list, "a page says where it starts and how many it lists")
    case .listCount: row(["S-09"], "RFC 7644 section 3.4.2.4", "never list more than count")
    case .itemsPerPage:
      row(
        ["S-09"],
        "RFC 7644 section 3.4.2.4",
        "itemsPerPage is the number of resources in this page, not the count that was asked for"
      )
    case .doubleID:
      row(["S-09"], list, "list each resource once, and count it once in totalResults")
    case .pageRepeats:
      row(
        ["S-09", "F-44"],
        paging,
        "let a page begin at startIndex, behind the last resource of the page before",
        makes: .event
      )
    case .pageLoses:
      row(
        ["S-09", "F-44"],
        paging,
        "list every resource on one page, and count all of them in totalResults: Okta takes the access "
          + "of whom an import does not list",
        makes: .event
      )
    case .orderChanges:
      row(
        ["S-09", "F-44"],
        "RFC 7644 section 3.4.2.4; Okta, SCIM 2.0 reference, Retrieve Users",
        "list in one order for every page and every token, such as by creation, and by id where that "
          + "is the same",
        makes: .event
      )
    case .totalMoves:
      row(
        ["S-09", "F-44"],
        paging,
        "totalResults counts all that match, whatever startIndex and count are",
        makes: .event
      )
    case .pastEndLists:
      row(
        ["S-09", "F-44"],
        paging,
        "list nothing behind the last resource: itemsPerPage is 0 there"
      )
    case .pastEndRefused:
      row(
        ["S-09"],
        paging,
        "answer with a list of nothing: itemsPerPage 0, and the same totalResults as before"
      )
    case .startIndexRefused:
      row(["S-09"], paging, "take a startIndex below 1 for 1", level: .should)
    case .countRefused:
      row(
        ["S-09"],
        paging,
        "list as many as you list at most, where more are asked for",
        level: .should
      )
    case .pagingRequired:
      row(
        ["S-09"],
        paging,
        "begin at 1 where startIndex is left out, and choose a size where count is",
        level: .should
      )
    case .shortPage:
      row(
        ["S-09"],
        paging,
        "an app may list fewer than were asked for; whether Okta then goes on behind them or 100 "
          + "further is not published (okta.importNextPage)",
        level: .may
      )
    case .resourceUnreadable:
      row(
        ["S-16"],
        "RFC 7644 section 3.4.1",
        "answer with the user, or with 404 and a SCIM error",
        makes: [.event, .user, .exchanges]
      )
    case .resourceSchemas:
      row(
        ["S-16"],
        "RFC 7643 section 3",
        "add \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"] to each user"
      )
    case .resourceExtension:
      row(
        ["S-16"],
        "RFC 7643 section 3",
        "name each extension that is used in schemas",
        level: .should
      )
    case .resourceID:
      row(
        ["S-16"],
        "RFC 7643 section 3.1",
        "give each user its id, a string that it keeps for life: Okta finds it by that from then on",
        makes: .write
      )
    case .resourceUserName:
      row(
        ["S-16"],
        "RFC 7643 section 4.1.1",
        "give each user its userName: it is required",
        makes: .write
      )
    case .resourceActive:
      row(
        ["S-16"],
        "Okta, SCIM configuration FAQ",
        "show active, true or false, with each user: Okta reads there whether to bring somebody back",
        makes: [.user, .exchanges]
      )
    case .resourceMeta:
      row(
        ["S-16"],
        "Okta, SCIM configuration FAQ; RFC 7643 section 3.1",
        "show meta with each user, with location and resourceType",
        level: .should
      )
    case .activeType:
      row(
        ["S-16"],
        "RFC 7643 section 4.1.1",
        "write true or false, without quotes",
        makes: [.user, .exchanges]
      )
    case .passwordReturned:
      row([], "RFC 7643 section 7, returned \"never\"", "never return a password")
    case .metaResourceType: row([], "RFC 7643 section 3.1", "write User", level: .should)
    case .createStatus:
      row([], "RFC 7644 section 3.3", "answer with 201 Created and the new user", makes: .exchanges)
    case .createBody:
      row(
        [],
        "RFC 7644 section 3.3; Okta, SCIM 2.0 reference",
        "answer with the user that was made, with its id",
        makes: .write
      )
    case .createID:
      row(
        [],
        "RFC 7643 section 3.1; Okta, SCIM 2.0 reference",
        "give the user an id: Okta keeps it and uses it from then on",
        makes: .write
      )
    case .createLocation:
      row([], "RFC 7644 section 3.3", "add Location with the URL of the new user")
    case .createLocationDiffers:
      row([], "RFC 7644 section 3.3", "let Location be the URL of the new user", level: .should)
    case .replaceBody:
      row(
        [],
        "RFC 7644 section 3.5.1; Okta, SCIM 2.0 reference",
        "answer 200 with the user as it is now: Okta reads it",
        makes: .exchanges
      )
    case .patchBody:
      row(
        [],
        "RFC 7644 section 3.5.2",
        "answer 200 with the user as it is now, or 204 with nothing",
        makes: .exchanges
      )
    case .mediaTypeRefused:
      row(
        ["S-13"],
        "RFC 7644 section 3.1",
        "take application/scim+json, with charset=utf-8 or without, as JSON",
        makes: .write
      )
    case .acceptRefused:
      row(
        ["S-13"],
        "RFC 7644 section 3.8",
        "answer whoever accepts application/scim+json, and say so in Content-Type",
        makes: [.event, .exchanges]
      )
    case .bodyNotRead:
      row(
        ["S-13"],
        "RFC 7644 section 3.1",
        "the body was not read: parse application/scim+json as application/json is parsed",
        makes: .write
      )
    case .retryAfter:
      row(
        ["S-19", "F-47"],
        "Okta, SCIM concept page; RFC 6585 section 4",
        "say in Retry-After of a 429 in how many seconds, a whole number, to come back",
        level: .should
      )
    case .slowPages:
      row(
        ["S-20"],
        "RFC 7644 section 3.4.2.4; Okta, SCIM FAQs",
        "let the database find where a page begins by an index, not by counting past all before it: "
          + "Okta waits 60 s for a byte, and an import of a larger app would not end",
        level: .should
      )
    case .slowLookUp:
      row(
        ["S-20"],
        "RFC 7644 section 3.4.2.2; Okta, SCIM FAQs",
        "see whether there is an index for what the filter compares, in small letters where letters "
          + "do not count: Okta looks up whomever it assigns, and waits 60 s for a byte",
        level: .may
      )
    case .writesWait:
      row(
        ["S-20"],
        "Okta, SCIM 2.0 reference, Groups; Okta, SCIM FAQs",
        "do not hold a lock on all that there is while a group is changed: Okta writes a group's name "
          + "with each change of its members, and what it writes meanwhile waits",
        level: .should
      )
    default:
      row(
        ["S-15"],
        "Okta, support article on passwords in custom SCIM integrations",
        "accept the password or ignore it: Okta sends such a placeholder with each create, also "
          + "where passwords are not synchronised",
        makes: .write
      )
    }
  }

  // MARK: What the app holds

  /// A row of what the service provider does with its resources.
  private func resourceRow(
    _ modes: [String],
    _ source: String,
    _ advice: String,
    level: Scenario.Level = .must,
    makes bearing: Bearing = .write
  ) -> Row {
    Row(modes, level: level, .serviceProvider, source, advice, makes: bearing)
  }

  private var groupRow: Row {
    switch self {
    case .groupNotDone:
      resourceRow(
        ["S-01", "S-10"],
        "RFC 7644 section 3.3, section 3.5.1, section 3.5.2",
        "store what is acknowledged before it is acknowledged: Okta believes what a 2xx says, and "
          + "never asks again who belongs to a group"
      )
    case .membersNeverShown:
      resourceRow(
        ["S-01"],
        "RFC 7643 section 4.2",
        "show members in a GET of the group: without them nobody can see whether they were kept",
        level: .should
      )
    case .groupLookUpMisses:
      resourceRow(
        ["S-02"],
        "RFC 7644 section 3.4.2.2; Okta, SCIM 2.0 reference, Groups",
        "let a look-up by displayName find every group, in capital or small letters"
      )
    case .groupFilterIgnored:
      resourceRow(
        ["S-03"],
        "RFC 7644 section 3.4.2.2",
        "apply the filter: Okta links to the group that it is given and then replaces its members"
      )
    case .groupRefusedYetDone:
      resourceRow(
        ["S-04"],
        "RFC 9110 section 15.5; RFC 7644 section 3.12",
        "check a write as a whole before any of it is stored"
      )
    case .groupConflictsWithItself:
      resourceRow(
        ["S-06", "S-10"],
        "RFC 7644 section 3.5.1",
        "let a PUT carry the group's own name: it is no duplicate of itself"
      )
    case .groupChangeLoses:
      resourceRow(
        ["S-07"],
        "RFC 7644 section 3.5.1, section 3.5.2",
        "change what a PATCH names, and no more; keep what a PUT carries: a rename leaves the members, "
          + "a change of members leaves the name and the other members"
      )
    case .groupOverwritten:
      resourceRow(
        ["S-08"],
        "RFC 7644 section 3.3",
        "make another group or refuse with 409: a create is no change of a group that is there"
      )
    case .groupDuplicateStatus:
      resourceRow(
        ["S-08", "S-18"],
        "RFC 7644 section 3.3, section 3.12",
        "where two groups may not have one name, answer the second create with 409 and scimType "
          + "uniqueness; never with a 5xx"
      )
    case .groupStepRefused:
      resourceRow(
        ["S-10"],
        "Okta, SCIM 2.0 reference, Groups; RFC 7644 section 3.5.2",
        "take each step of a group push: after one that is refused Okta sends no members"
      )
    case .membersLost:
      resourceRow(
        ["S-11"],
        "RFC 7644 section 3.5.2.1, section 3.5.2.2",
        "apply each change to the members that are there at that moment: read and write them in one "
          + "transaction"
      )
    case .memberTwice:
      resourceRow(
        ["S-11"],
        "RFC 7644 section 3.5.2.1",
        "add nobody who is a member already: the request is acknowledged and changes nothing"
      )
    case .staleUser:
      resourceRow(
        ["S-12"],
        "RFC 7644 section 3.12",
        "answer a request for a user whom the app does not have with 404 and a SCIM error"
      )
    default:
      resourceRow(
        ["S-12"],
        "RFC 7644 section 3.12; Okta pushes members whom the app has lost",
        "take the others and leave out whom the app does not know, or answer with a SCIM error that "
          + "names the id; never with a 5xx"
      )
    }
  }

  private var directoryRow: Row {
    let replace = "RFC 7644 section 3.5.1"
    return switch self {
    case .createLostAttribute:
      resourceRow(
        ["S-01"],
        "Okta, \"Build your SCIM API service\"",
        "keep at least userName, name, emails and active"
      )
    case .replaceLostAttribute:
      resourceRow(["S-07"], replace, "a PUT keeps each attribute that it carries")
    case .replaceDroppedAttribute:
      resourceRow(
        ["S-07"],
        replace,
        "a PUT keeps each attribute that it carries, unless it is the app's own (readOnly)",
        level: .may,
        makes: []
      )
    case .replaceOtherValue:
      resourceRow(
        ["S-01", "S-07"],
        replace,
        "a PUT replaces what was there: keep what it carries, and answer with it"
      )
    case .patchOtherValue:
      resourceRow(
        ["S-07"],
        "RFC 7644 section 3.5.2",
        "change what the operation names, and no more: Okta would not find the user again"
      )
    case .neverShown:
      resourceRow(
        ["S-01"],
        "RFC 7644 section 3.3, section 3.5.1",
        "an app may leave out what it has no use for; what it is to keep it has to show",
        level: .may,
        makes: []
      )
    case .writeIgnored:
      resourceRow(
        ["S-01"],
        "RFC 7644 section 3.5.1, section 3.5.2",
        "do what is acknowledged, or refuse it so that the admin sees a task"
      )
    case .acknowledgedNotDone:
      resourceRow(
        ["S-01"],
        "RFC 7644 section 3.3, section 3.5",
        "store what is acknowledged before it is acknowledged: Okta believes what a 2xx says"
      )
    case .activeIgnored:
      resourceRow(
        ["F-49", "S-01", "S-05"],
        "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
        "set active as it is told; or refuse, so that the admin sees a task"
      )
    case .activeMissing:
      resourceRow(
        ["S-05"],
        "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
        "show active as false for whoever is deactivated: Okta reads it before it comes back"
      )
    case .goneAfterDeactivation:
      resourceRow(
        ["S-05"],
        "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
        "keep whom Okta deactivates, with active false: it comes back under the same id"
      )
    case .deactivationRefused:
      resourceRow(
        ["S-05"],
        "RFC 7644 section 3.5.1, section 3.5.2",
        "take active false also for a user who is inactive already"
      )
    case .lookUpMisses:
      resourceRow(
        ["S-02"],
        "RFC 7643 section 4.1.1; RFC 7644 section 3.4.2.2",
        "let a look-up by userName find every user, active or not, in capital or small letters"
      )
    case .filterIgnored:
      resourceRow(
        ["S-03"],
        "RFC 7644 section 3.4.2.2; Okta, SCIM 2.0 reference",
        "apply the filter: Okta links to what it is given and then writes over that account"
      )
    case .findsTooMany:
      resourceRow(
        ["S-03"],
        "RFC 7644 section 3.4.2, section 3.4.2.2",
        "let totalResults count what the filter matches, not the whole table",
        makes: .exchanges
      )
    case .nobody404:
      resourceRow(
        [],
        "RFC 7644 section 3.4.2; Okta, SCIM 2.0 reference, Create Users",
        "answer a look-up that matches nobody with 200 and totalResults 0; Okta takes 404 for it too",
        level: .may,
        makes: .exchanges
      )
    case .userTwice:
      resourceRow(
        ["F-46", "S-08"],
        "RFC 7643 section 4.1.1; RFC 7644 section 3.3",
        "let a user name be there once: refuse the second create with 409 and scimType uniqueness",
        makes: .exchanges
      )
    case .secondResource:
      resourceRow(
        ["S-08", "F-46"],
        "RFC 7643 section 4.1.1; RFC 7644 section 3.3",
        "refuse the second create with 409 and scimType uniqueness, whatever the letters' case"
      )
    case .overwritten:
      resourceRow(
        ["S-08", "F-46"],
        "RFC 7644 section 3.3",
        "refuse the second create with 409 and scimType uniqueness, and leave the user as it is"
      )
    case .duplicateStatus:
      resourceRow(
        ["F-46", "S-08", "S-18"],
        "RFC 7644 section 3.3, section 3.12",
        "answer the create of a user who exists with 409 and scimType uniqueness"
      )
    case .refusedWriteApplied:
      resourceRow(
        ["F-45", "F-46"],
        "RFC 9110 section 15.5.2",
        "check the token before anything is changed: Okta repeats the request after a refresh"
      )
    case .refusedYetDone:
      resourceRow(
        ["S-04"],
        "RFC 9110 section 15.5; RFC 7644 section 3.12",
        "change nothing in a request that is refused: check first, then write, or roll back"
      )
    case .echoRefused:
      resourceRow(
        ["S-06"],
        "RFC 7644 section 3.5.1; RFC 7643 section 7",
        "ignore what a client may not change (id, meta, groups, attributes of the app's own): "
          + "Okta puts back what the app itself has shown"
      )
    default:
      resourceRow(
        ["S-06"],
        "RFC 7644 section 3.5.1",
        "leave the user itself out when a PUT's userName is checked for uniqueness"
      )
    }
  }

  // MARK: What the scenario asks for

  private var scenarioRow: Row {
    func row(
      _ modes: [String],
      _ source: String,
      _ advice: String,
      level: Scenario.Level = .must,
      party: Finding.Party
    ) -> Row {
      // Whoever failed has no other reason; what follows from it is asked of it alone.
      Row(modes, level: level, party, source, advice, makes: [])
    }
    let look = "see what the app keeps of what it is sent"
    return switch self {
    case .answerUnfinished:
      row(
        [],
        "Okta, SCIM FAQs",
        "see why the app's answer takes so long; limits.wholeAnswer in the profile allows more",
        level: .may,
        party: .both
      )
    case .eventFailed:
      row(
        ["F-49"],
        "Okta, SCIM 2.0 reference",
        "find out why the app answers as it does",
        party: .serviceProvider
      )
    case .eventWithoutToken:
      row(
        ["F-18", "F-49", "F-51"],
        "RFC 6749 section 6",
        "see why the app gave no answer; its log should tell",
        party: .authorizationServer
      )
    case .grantFailed:
      row(
        [],
        "RFC 6749 section 4.1.3",
        "see the exchange; the code was fresh and the request as registered",
        party: .authorizationServer
      )
    case .noRefreshAllowed:
      row(
        ["F-40"],
        "RFC 6750 section 3.1",
        "the app may be right: authentication.refresh.trigger has this client not refresh here",
        level: .may,
        party: .oktasim
      )
    case .raced:
      row(
        ["F-08", "F-19"],
        "RFC 6749 section 6",
        "the app may be right: each job of this client refreshes for itself, and a refresh may "
          + "end the access token before it",
        level: .may,
        party: .oktasim
      )
    case .rateLimited:
      row(
        ["F-47"],
        "Okta, SCIM concept page",
        "serve who has waited as long as Retry-After says: Okta gives up after ten tries, and an "
          + "admin has to retry the task",
        party: .serviceProvider
      )
    case .unmetExchange:
      row(
        [],
        "Okta, SCIM 2.0 reference",
        "compare the recording with the scenario's lines",
        party: .serviceProvider
      )
    case .unmetRefreshes:
      row(
        [],
        "RFC 6749 section 5.1, section 6",
        "compare expires_in with how long the app accepts the token",
        party: .both
      )
    case .unmetRejected:
      row(
        [],
        "RFC 6749 section 5.1, section 6",
        "see which token the app rejected, and how old it was",
        party: .both
      )
    case .unmetToken:
      row([], "RFC 6749 section 5.1", "see the token response", party: .authorizationServer)
    case .unmetUser: row([], "RFC 7644 section 3.5.1", look, party: .serviceProvider)
    case .unmetGroup: row([], "RFC 7644 section 3.5.2", look, party: .serviceProvider)
    case .unmetAccessToken:
      row(
        [],
        "RFC 6750 section 3.1",
        "see which token it was and what had become of it",
        party: .both
      )
    case .unmetTask, .unmetTasks:
      row([], "Okta, SCIM 2.0 reference", "see how the event ended", party: .serviceProvider)
    default:
      row(
        [],
        "Okta, SCIM 2.0 reference",
        "the event was to send nothing; compare the recording",
        party: .oktasim
      )
    }
  }
}
