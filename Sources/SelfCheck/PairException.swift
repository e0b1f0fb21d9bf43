import SampleApp

/// An id that two faults together cannot show, though no exchange by itself says so.
package struct PairException: Sendable {
  package var id: String
  package var fault: Fault
  package var beside: [Fault]
  package var reason: String

  /// Few, each with why no judge could tell.
  package static let all = [
    PairException(
      id: "S-09.page-loses",
      fault: .usersEndAt100,
      beside: [.createWithoutID],
      reason: "whoever is missing was never linked, so that nobody waits for them on a page"
    ),
    PairException(
      id: "F-38.same-token",
      fault: .refreshRepeatsAccessToken,
      beside: [.expiredTokenAccepted],
      reason: "an app that takes expired tokens goes on taking the one that it gives again"
    ),
    PairException(
      id: "F-25.altered-accepted",
      fault: .refreshAnyToken,
      beside: [.firstRefresh503EndsGrant],
      reason: "the altered token met the outage, so that nobody saw it taken for the right one"
    ),
    PairException(
      id: "F-31.link-ends-itself",
      fault: .adminIsAUser,
      beside: [.deactivateIgnored],
      reason: "the admin stays active at the app, so nothing ends the link"
    ),
    PairException(
      id: "F-27.refused-after-expiry",
      fault: .refreshDiesWithAccessToken,
      beside: [.rotationWithheld],
      reason: "one refusal of a refresh token that was spent before it was late"
    ),
    PairException(
      id: "F-27.refused-after-expiry",
      fault: .refreshDiesWithAccessToken,
      beside: [.earlyDeath, .firstRefresh403HTML],
      reason: "one refusal of a refresh token that an early refresh may as well have spent"
    ),
    PairException(
      id: "F-27.refused-after-expiry",
      fault: .refreshDiesWithAccessToken,
      beside: [.expiresInZero],
      reason: "of a token that is said to live no time nobody can tell what is late"
    ),
    PairException(
      id: "F-08.old-token-refused",
      fault: .refreshEndsAccessToken,
      beside: [.expiresInZero],
      reason: "of a token that is said to live no time nobody can tell that it ended early"
    ),
    PairException(
      id: "F-14.repeated-token-refused",
      fault: .rotationOldTokenReturned,
      beside: [.refreshTokenNotASCII],
      reason: "the refresh token that is given again is not the spent one, letter for letter"
    ),
    PairException(
      id: "F-50.reads-other-tenant",
      fault: .tenantsShareUsers,
      beside: [.createAnsweredLate, .createRefusedYetMade],
      reason: "without an answer to the create Okta knows no id that could be asked for"
    ),
    PairException(
      id: "F-49.active-ignored",
      fault: .putNotStored,
      beside: [.expiredToken200Prose, .expiredToken500],
      reason: "an unclear answer to a write with the dead token leaves both states possible"
    ),
    PairException(
      id: "S-01.never-shown",
      fault: .createExternalIDIgnored,
      beside: [.putConflictsWithItself, .putRefusesReadOnly],
      reason: "where the create's answer is lost and the PUT refused, nothing was acknowledged"
    ),
    PairException(
      id: "S-09.page-loses",
      fault: .usersEndAt100,
      beside: [.usersTotalOfRest],
      reason: "a total that falls from page to page may tell that resources were removed meanwhile"
    ),
    PairException(
      id: "S-09.page-loses",
      fault: .usersPageSkips,
      beside: [.usersTotalOfRest, .usersPageOverlaps, .usersPagesReversed],
      reason: "one shift undoes the other, or the list adds up in another wrong way, which is told"
    ),
    PairException(
      id: "S-09.short-page",
      fault: .usersPageSkips,
      beside: [.usersTotalOfRest, .usersPageOverlaps],
      reason: "no page is short where the total falls, or where the two shifts undo each other"
    ),
    PairException(
      id: "S-09.order-changes",
      fault: .usersPagesReversed,
      beside: [.usersTotalOfRest],
      reason: "a total that falls from page to page may tell that resources were removed meanwhile"
    ),
    PairException(
      id: "S-09.page-repeats",
      fault: .usersStartIndexIgnored,
      beside: [.usersTotalOfRest],
      reason: "a total that falls from page to page may tell that resources were removed meanwhile"
    ),
    PairException(
      id: "S-09.page-repeats",
      fault: .usersPageOverlaps,
      beside: [.usersPageSkips, .usersPagesReversed],
      reason: "one shift undoes the other, or some are lost too, which is told as another order"
    ),
    PairException(
      id: "S-09.order-changes",
      fault: .usersOrderByCount,
      beside: [.usersPageOverlaps, .usersStartIndexIgnored],
      reason: "a list that has some on two pages has no order that another could be held against"
    ),
    PairException(
      id: "S-09.total-moves",
      fault: .usersTotalOfPage,
      beside: [.usersPagesOf50],
      reason: "pages of one size have one total, which goes there and back too seldom"
    ),
    PairException(
      id: "S-09.short-page",
      fault: .usersPagesOf50,
      beside: [.usersTotalOfPage, .usersCountOver100Refused],
      reason:
        "no page is short by a total that counts it alone, or where the larger ones are refused"
    ),
    PairException(
      id: "S-09.page-repeats",
      fault: .groupsPageOverlaps,
      beside: [.groupsPageSkips, .groupsPagesReversed],
      reason: "one shift undoes the other, or some are lost too, which is told as another order"
    ),
    PairException(
      id: "S-09.page-loses",
      fault: .groupsPageSkips,
      beside: [.groupsPageOverlaps, .groupsPagesReversed],
      reason: "one shift undoes the other, or the list adds up in another wrong way, which is told"
    ),
    PairException(
      id: "S-09.page-loses",
      fault: .usersTotalOfPage,
      beside: [.createWithoutID],
      reason: "whoever is missing was never linked, so that nobody waits for them on a page"
    ),
    PairException(
      id: "S-01.group-not-done",
      fault: .groupAddIgnored,
      beside: [.groupAddRefusedYetDone],
      reason: "what is refused and not done is right"
    ),
    PairException(
      id: "S-04.group-refused-yet-done",
      fault: .groupAddRefusedYetDone,
      beside: [.groupAddIgnored],
      reason: "what is refused and not done is right"
    ),
    PairException(
      id: "F-14.repeated-token-refused",
      fault: .rotationOldTokenReturned,
      beside: [.listStartIndexAsString],
      reason: "nobody is created behind such a list, so that nothing asks for a second refresh"
    ),
    PairException(
      id: "F-22.reuse-ends-grant",
      fault: .raceEndsGrant,
      beside: [.windowRepeatsSpentToken],
      reason: "the token that the window gave was spent, and its refusal says as much"
    ),
    PairException(
      id: "F-55.state-missing",
      fault: .refusalLosesState,
      beside: [.stateAltered],
      reason: "the grant before the refusal was not made, so that nothing is refused"
    ),
    PairException(
      id: "S-04.group-refused-yet-done",
      fault: .groupPutRefusedYetDone,
      beside: [.createWithoutID],
      reason: "nobody has an id who could be a member, so that the refused PUT changes nothing"
    ),
    PairException(
      id: "S-03.total-differs",
      fault: .listTotalOfTable,
      beside: [.passwordNeedsSymbol],
      reason: "nobody is created, and a table of nobody has the total that is right"
    ),
    PairException(
      id: "F-55.granted-all-the-same",
      fault: .refusalGrants,
      beside: [.codeEmpty],
      reason: "a code that is empty grants nothing"
    ),
    PairException(
      id: "F-26.scope-lost",
      fault: .refreshNarrowsScope,
      beside: [.createRefusedYetMade],
      reason: "no write with the first token was taken, so that the next may do no less"
    ),
    PairException(
      id: "F-05.ends-with-hook",
      fault: .newGrantEndsOld,
      beside: [.refreshAnySecret],
      reason: "of a token that was given for an old secret nobody can say how long it is to live"
    ),
    PairException(
      id: "F-15.wrong-code",
      fault: .deadTokenInvalidRequest,
      beside: [.rotationOldTokenReturned],
      reason: "the token that is refused is one that should be good, which says more than the code"
    ),
    PairException(
      id: "S-06.echo-refused",
      fault: .putRefusesUnknown,
      beside: [.putFailsAfterRefresh],
      reason: "the only PUT there is the clean-up's, and ends before the other fault is reached"
    ),
    PairException(
      id: "S-04.group-refused-yet-done",
      fault: .groupAddRefusedYetDone,
      beside: [.lookUpIgnoresFilter],
      reason: "the second person is not linked, so that nobody is added to a group with members"
    ),
    PairException(
      id: "F-45.refused-write-applied",
      fault: .refusedPatchApplied,
      beside: [.activeNullWhenInactive],
      reason: "what was applied shows as null, which says neither"
    ),
    PairException(
      id: "F-31.old-secret-served",
      fault: .refreshAnySecret,
      beside: [.secretChangeEndsGrants],
      reason: "the grant is over before the old secret is shown"
    ),
    PairException(
      id: "F-14.repeated-token-refused",
      fault: .rotationOldTokenReturned,
      beside: [.charsetRefused],
      reason: "no group can be made, so that its change sends nothing after the token's end"
    ),
    PairException(
      id: "S-01.group-not-done",
      fault: .groupAddDoubles,
      beside: [.groupAddRefusedYetDone],
      reason: "the removal that it does not do stands in a PATCH that the other fault refuses"
    ),
    PairException(
      id: "F-13.kept-token-refused",
      fault: .rotationWithheld,
      beside: [.listStartIndexAsString],
      reason:
        "nobody is assigned, so that the group's change sends nothing that needs another token"
    ),
    PairException(
      id: "F-01.accepted",
      fault: .expiredTokenAccepted,
      beside: [.acceptRefused],
      reason: "who answers everything with 406 serves no token, dead or alive"
    ),
    PairException(
      id: "S-04.group-refused-yet-done",
      fault: .groupPutRefusedYetDone,
      beside: [.groupSecondPutRefused],
      reason: "the other fault refuses the PUT that renames, and does not do it"
    ),
  ]

  static func reason(_ id: String, of fault: Fault, beside other: Fault) -> String? {
    all.first { $0.id == id && $0.fault == fault && $0.beside.contains(other) }?.reason
      ?? besides.first { row in
        row.beside == other && row.hides.contains { $0.id == id && $0.fault == fault }
      }?.reason
  }
}
