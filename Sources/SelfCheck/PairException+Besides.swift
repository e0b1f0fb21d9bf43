import SampleApp

extension PairException {
  /// What one fault keeps from being shown, of all pairs that were run: with what it is hidden by, which is
  /// found itself.
  static let besides: [(beside: Fault, reason: String, hides: [(id: String, fault: Fault)])] = [
    (
      .acceptRefused,
      "the app answers 406 to what Okta accepts, which is told, so that what "
        + "would show the other never comes",
      [
        ("F-01.altered-accepted", .unknownTokenServed),
        ("F-01.no-token-accepted", .noTokenServed),
        ("F-02.wrong-status", .expiredToken200Prose),
        ("F-02.wrong-status", .expiredToken403),
        ("F-02.wrong-status", .expiredToken404),
        ("F-02.wrong-status", .expiredToken500),
        ("F-02.wrong-status", .expiredTokenRedirect),
        ("F-14.rotated-token-refused", .secondRefreshRefused),
        ("F-58.revocation-ends-other", .revocationEndsAll),
        ("okta-spec.R2", .userWithoutActive),
      ]
    ),
    (
      .activeNotShownByPUT,
      "the user is not shown as it is, which is told, so that nobody can "
        + "tell what became of it",
      [
        ("S-05.active-missing", .activeMissingWhenInactive),
        ("S-05.active-missing", .activeNullWhenInactive),
      ]
    ),
    (
      .charsetRefused, "no body of Okta's is read, which is told",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("okta-spec.R2", .userWithoutActive),
        ("okta-spec.R3", .listTotalOfTable),
      ]
    ),
    (
      .codeEndsAtOnce, "no grant, or no second one, comes about, which is told",
      [
        ("F-32.other-method-accepted", .tokenEndpointBasicOnly)
      ]
    ),
    (
      .createAgainWipes,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-04.refused-yet-done", .limitedYetDone),
        ("S-09.page-loses", .usersTotalOfPage),
      ]
    ),
    (
      .createAnsweredLate,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("F-14.repeated-token-refused", .rotationOldTokenReturned),
        ("F-26.scope-lost", .refreshNarrowsScope),
        ("S-01.acknowledged-not-done", .createAgainApplies),
        ("S-01.acknowledged-not-done", .putLosesSilently),
        ("S-04.group-refused-yet-done", .groupPutRefusedYetDone),
        ("SCIM.put-lost-attribute", .putLosesSilently),
      ]
    ),
    (
      .createCaseSensitive,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-01.acknowledged-not-done", .createAgainApplies)
      ]
    ),
    (
      .createDuplicate500,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-01.acknowledged-not-done", .createAgainApplies)
      ]
    ),
    (
      .createRefusedYetMade,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("F-14.repeated-token-refused", .rotationOldTokenReturned),
        ("S-01.acknowledged-not-done", .putLosesSilently),
        ("S-04.group-refused-yet-done", .groupPutRefusedYetDone),
        ("SCIM.put-lost-attribute", .putLosesSilently),
      ]
    ),
    (
      .createWithoutID,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("F-14.repeated-token-refused", .rotationOldTokenReturned),
        ("F-50.user-gone", .lostUserAfterRefresh),
        ("S-09.page-loses", .usersEndAt100),
      ]
    ),
    (
      .expiredToken200Prose,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-01.acknowledged-not-done", .createAgainApplies),
        ("S-16.no-active", .userWithoutActive),
        ("S-16.no-meta", .userWithoutMeta),
      ]
    ),
    (
      .expiredToken403,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-16.no-active", .userWithoutActive),
        ("S-16.no-meta", .userWithoutMeta),
      ]
    ),
    (
      .expiredToken404,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-16.no-active", .userWithoutActive),
        ("S-16.no-meta", .userWithoutMeta),
      ]
    ),
    (
      .expiredToken500,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-01.acknowledged-not-done", .createAgainApplies),
        ("S-16.no-active", .userWithoutActive),
        ("S-16.no-meta", .userWithoutMeta),
      ]
    ),
    (
      .expiredTokenAccepted,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-01.acknowledged-not-done", .createAgainApplies),
        ("S-16.no-active", .userWithoutActive),
        ("S-16.no-meta", .userWithoutMeta),
      ]
    ),
    (
      .expiredTokenRedirect,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-16.no-active", .userWithoutActive),
        ("S-16.no-meta", .userWithoutMeta),
      ]
    ),
    (
      .expiresInMissing,
      "of a token that does not say how long it lives nobody can tell what "
        + "is late",
      [
        ("S-01.group-not-done", .groupChangeForgetsName)
      ]
    ),
    (
      .expiresInZero, "of a token that is said to live no time nobody can tell what is late",
      [
        ("F-01.accepted", .expiredTokenAccepted),
        ("F-02.wrong-status", .expiredToken200Prose),
        ("F-02.wrong-status", .expiredToken403),
        ("F-02.wrong-status", .expiredToken404),
        ("F-02.wrong-status", .expiredToken500),
        ("F-02.wrong-status", .expiredTokenRedirect),
        ("F-27.refused-after-expiry", .lateRefresh500),
        ("F-58.new-grant-ends-old", .refreshEndsOtherGrants),
      ]
    ),
    (
      .firstRefresh403HTML,
      "the refresh is answered in another wrong way, which is told, so that "
        + "the other does not come about",
      [
        ("F-58.revocation-ends-other", .revocationEndsAll),
        ("S-01.group-not-done", .groupChangeForgetsName),
      ]
    ),
    (
      .firstRefresh503EndsGrant,
      "the refresh is answered in another wrong way, which is told, so that "
        + "the other does not come about",
      [
        ("F-50.reads-other-tenant", .tenantsShareUsers),
        ("F-58.revocation-ends-other", .revocationEndsAll),
      ]
    ),
    (
      .groupAddIgnored,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-11.members-lost", .groupPatchesRace),
        ("S-11.members-lost", .groupRemoveEmpties),
      ]
    ),
    (
      .groupAddRefusedYetDone,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-01.group-not-done", .groupPatchesRace),
        ("S-07.group-change-loses", .groupRenameDropsMembers),
        ("S-11.members-lost", .groupAddReplaces),
        ("S-11.members-lost", .groupPatchesRace),
        ("S-12.stale-member", .groupAddReplaces),
        ("S-12.stale-member", .groupPatchesRace),
        ("S-12.stale-member", .staleMember500),
        ("S-12.stale-member", .staleMemberDropsAll),
        ("S-12.stale-member", .staleMemberRefused),
      ]
    ),
    (
      .groupAgainOverwrites,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-04.group-refused-yet-done", .groupAddRefusedYetDone)
      ]
    ),
    (
      .groupChangeForgetsName,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-12.stale-member", .groupPutDropsOldMembers)
      ]
    ),
    (
      .groupPatchesRace,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-11.member-twice", .groupAddDoubles)
      ]
    ),
    (
      .groupPutConflictsWithItself,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-07.group-change-loses", .groupRenameDropsMembers)
      ]
    ),
    (
      .groupPutKeepsMembers,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-04.group-refused-yet-done", .groupPutRefusedYetDone),
        ("S-07.group-change-loses", .groupPutDropsOldMembers),
        ("S-07.group-change-loses", .groupRenameDropsMembers),
      ]
    ),
    (
      .groupPutRefusedYetDone,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-12.stale-member", .staleMember500),
        ("S-12.stale-member", .staleMemberRefused),
      ]
    ),
    (
      .groupRemoveEmpties,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-11.member-twice", .groupAddDoubles)
      ]
    ),
    (
      .groupRemoveRefused,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-01.group-not-done", .groupAddDoubles),
        ("S-01.group-not-done", .groupPatchesRace),
        ("S-11.member-twice", .groupAddDoubles),
      ]
    ),
    (
      .groupRenameIgnored,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-12.stale-member", .groupPutDropsOldMembers)
      ]
    ),
    (
      .groupRenameRefusedYetDone,
      "the group is not as it would have to be for the other to show, which "
        + "is told",
      [
        ("S-04.group-refused-yet-done", .groupAddRefusedYetDone),
        ("S-12.stale-member", .groupAddReplaces),
        ("S-12.stale-member", .groupPatchesRace),
      ]
    ),
    (
      .limitNeverEnds,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-12.stale-member", .groupAddReplaces),
        ("S-12.stale-member", .groupPatchesRace),
        ("S-12.stale-member", .groupPutDropsOldMembers),
      ]
    ),
    (
      .limitSharedWithTokens,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-01.group-not-done", .groupChangeForgetsName)
      ]
    ),
    (
      .limitedYetDone,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-12.stale-member", .groupAddReplaces),
        ("S-12.stale-member", .groupPatchesRace),
        ("S-12.stale-member", .groupPutDropsOldMembers),
      ]
    ),
    (
      .listDoubles,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-09.page-loses", .groupsPageSkips)
      ]
    ),
    (
      .listEmptyBody,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-20.slow-look-up", .lookUpSlow),
        ("okta-spec.R2", .userWithoutActive),
      ]
    ),
    (
      .listOfPage,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-20.slow-look-up", .lookUpSlow),
        ("okta-spec.R2", .userWithoutActive),
      ]
    ),
    (
      .listNull,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-20.slow-look-up", .lookUpSlow),
        ("okta-spec.R2", .userWithoutActive),
      ]
    ),
    (
      .listStartIndexAsString,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-04.group-refused-yet-done", .groupPutRefusedYetDone),
        ("okta-spec.R2", .userWithoutActive),
      ]
    ),
    (
      .listTotalAsString,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("F-14.repeated-token-refused", .rotationOldTokenReturned),
        ("S-04.group-refused-yet-done", .groupPutRefusedYetDone),
        ("S-09.page-loses", .usersTotalOfPage),
        ("okta-spec.R2", .userWithoutActive),
      ]
    ),
    (
      .lookUpIgnoresFilter,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("F-14.repeated-token-refused", .rotationOldTokenReturned),
        ("S-09.page-loses", .usersTotalOfPage),
        ("S-12.stale-member", .groupPutDropsOldMembers),
      ]
    ),
    (
      .lostUserAfterRefresh,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("S-06.echo-refused", .putRefusesUnknown),
        ("S-08.overwritten", .createAgainWipes),
        ("S-08.second-resource", .createCaseSensitive),
        ("SCIM.put-body", .putEchoEmpty),
      ]
    ),
    (
      .oldSecretServed, "no grant, or no second one, comes about, which is told",
      [
        ("F-05.ends-with-hook", .newGrantEndsOld)
      ]
    ),
    (
      .passwordNeedsSymbol,
      "somebody is not made, not linked or not there, which is told, so that "
        + "what would show the other is not sent",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("F-14.repeated-token-refused", .rotationOldTokenReturned),
        ("S-04.group-refused-yet-done", .groupPutRefusedYetDone),
        ("okta-spec.R2", .userWithoutActive),
        ("okta-spec.R3", .listTotalOfTable),
      ]
    ),
    (
      .putFailsAfterRefresh,
      "the user is not shown as it is, which is told, so that nobody can "
        + "tell what became of it",
      [
        ("SCIM.put-body", .putEchoEmpty)
      ]
    ),
    (
      .putKeepsOldName,
      "the user is not shown as it is, which is told, so that nobody can "
        + "tell what became of it",
      [
        ("S-01.acknowledged-not-done", .createAgainApplies)
      ]
    ),
    (
      .refreshNeedsScope,
      "the refresh is answered in another wrong way, which is told, so that "
        + "the other does not come about",
      [
        ("F-58.revocation-ends-other", .revocationEndsAll)
      ]
    ),
    (
      .scopeRefused,
      "the refresh is answered in another wrong way, which is told, so that "
        + "the other does not come about",
      [
        ("F-26.scope-changed", .scopeShrinks),
        ("F-26.scope-changed", .scopeWidened),
      ]
    ),
    (
      .refreshedTokenDead,
      "the refresh is answered in another wrong way, which is told, so that "
        + "the other does not come about",
      [
        ("F-50.reads-other-tenant", .tenantsShareUsers)
      ]
    ),
    (
      .refusalWithoutError,
      "the refresh is answered in another wrong way, which is told, so that "
        + "the other does not come about",
      [
        ("F-55.state-missing", .refusalLosesState)
      ]
    ),
    (
      .refusedWriteApplied,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-01.acknowledged-not-done", .createAgainApplies)
      ]
    ),
    (
      .scimJSONNotParsed, "no body of Okta's is read, which is told",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("F-14.repeated-token-refused", .rotationOldTokenReturned),
        ("okta-spec.R2", .userWithoutActive),
        ("okta-spec.R3", .listTotalOfTable),
      ]
    ),
    (
      .scimJSONRefused, "no body of Okta's is read, which is told",
      [
        ("F-13.kept-token-refused", .rotationWithheld),
        ("F-14.repeated-token-refused", .rotationOldTokenReturned),
        ("okta-spec.R2", .userWithoutActive),
        ("okta-spec.R3", .listTotalOfTable),
      ]
    ),
    (
      .secretChangeEndsGrants, "no grant, or no second one, comes about, which is told",
      [
        ("F-31.old-secret-served", .oldSecretServed)
      ]
    ),
    (
      .stateAltered, "no grant, or no second one, comes about, which is told",
      [
        ("F-55.granted-all-the-same", .refusalGrants)
      ]
    ),
    (
      .stateMissing, "no grant, or no second one, comes about, which is told",
      [
        ("F-55.granted-all-the-same", .refusalGrants)
      ]
    ),
    (
      .tokenEndpointBasicOnly, "no grant, or no second one, comes about, which is told",
      [
        ("F-53.code-ends-early", .codeEndsAtOnce)
      ]
    ),
    (
      .userWithoutActive,
      "the user is not shown as it is, which is told, so that nobody can "
        + "tell what became of it",
      [
        ("F-49.active-ignored", .patchIgnored204),
        ("S-09.page-loses", .usersEndAt100),
        ("S-09.page-loses", .usersTotalOfPage),
      ]
    ),
    (
      .usersNeedPaging, "the list adds up in another wrong way, which is told",
      [
        ("S-09.total-moves", .usersTotalOfPage)
      ]
    ),
    (
      .usersPageOverlaps, "the list adds up in another wrong way, which is told",
      [
        ("S-09.order-changes", .usersOrderByToken)
      ]
    ),
    (
      .usersStartIndexIgnored, "the list adds up in another wrong way, which is told",
      [
        ("S-09.order-changes", .usersOrderByToken)
      ]
    ),
    (
      .windowRepeatsSpentToken,
      "the refresh is answered in another wrong way, which is told, so that "
        + "the other does not come about",
      [
        ("F-19.concurrent-refresh", .raceEndsGrant)
      ]
    ),
    (
      .writeRoutes403,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-16.no-active", .userWithoutActive),
        ("S-16.no-meta", .userWithoutMeta),
      ]
    ),
    (
      .writeRoutesAcceptExpired,
      "what becomes of the dead token, which is told, stands where the other "
        + "would show",
      [
        ("S-01.acknowledged-not-done", .createAgainApplies),
        ("S-16.no-active", .userWithoutActive),
        ("S-16.no-meta", .userWithoutMeta),
      ]
    ),
    (
      .typedReadRefused, "the read that would show it is refused, which is told",
      [
        ("okta-spec.R2", .userWithoutActive)
      ]
    ),
  ]
}
