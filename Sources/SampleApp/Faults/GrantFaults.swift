extension Fault {
  /// The rows of what a grant allows, and how long it lives.
  var grantRow: Row? {
    switch self {
    case .refreshDiesWithAccessToken:
      Row(
        "a refresh token is refused once the access token issued with it has expired",
        "F-27",
        breaks: "RFC 6749 section 1.5",
        .at(\.refreshRule) { decision, facts in
          if facts.isLate { decision.refuse(.invalidGrant("the refresh token has expired")) }
        }
      )
    case .rotationOldTokenReturned:
      Row(
        "a refresh consumes the refresh token, yet its answer repeats it",
        "F-14",
        breaks: "RFC 6749 section 6",
        .at(\.refreshRule) { decision, facts in
          if facts.token.useCount > 0 {
            decision.refuse(.invalidGrant("the refresh token has been used"))
          }
        },
        .at(\.tokenAnswer) { answer, call in
          guard call.isRefresh, answer.isSuccess, let old = call.form["refresh_token"] else {
            return
          }
          answer.editJSON { $0["refresh_token"] = .string(old) }
        }
      )
    case .secondRefreshRefused:
      Row(
        "the second refresh of a grant is refused: what the first one gave was not stored",
        "F-14",
        breaks: "RFC 6749 section 6",
        .at(\.refreshRule) { decision, facts in
          // A repeated first one is no second.
          if facts.grant.refreshCount > 0, facts.token.isNewest {
            decision.refuse(.invalidGrant("the refresh token is not known"))
          }
        }
      )
    case .refreshNeedsScope:
      Row(
        "a refresh without scope is refused with invalid_scope",
        "F-26",
        breaks: "RFC 6749 section 6",
        .at(\.refreshRule) { decision, facts in
          if facts.scope == nil {
            decision.refuse(TokenRefusal("invalid_scope", "scope is missing"))
          }
        }
      )
    case .lateRefresh500:
      Row(
        "a refresh is answered 500 once the access token has expired",
        "F-27",
        breaks: "RFC 6749 section 1.5",
        .at(\.refreshRule) { decision, facts in
          if facts.isLate {
            decision.refuse(TokenRefusal("server_error", "internal error", status: 500))
          }
        }
      )
    case .firstRefresh403HTML:
      Row(
        "the first refresh of a grant is answered 403 with a page of something in front",
        "F-59",
        breaks: "RFC 6749 section 5.2",
        .at(\.refreshRule) { decision, facts in
          if facts.grant.refreshAttempts == 1 {
            decision.refuse(TokenRefusal("blocked", "something in front answers", status: 403))
          }
        },
        .at(\.tokenAnswer) { answer, call in
          if call.isRefresh, answer.status == 403 { answer = Pages.blocked }
        }
      )
    case .firstRefresh503EndsGrant:
      Row(
        "the first refresh of a grant is answered 503, and the grant is gone",
        "F-30",
        breaks: "RFC 9110 section 15.6.4",
        .at(\.refreshRule) { decision, facts in
          if facts.grant.refreshAttempts == 1 {
            decision.refuse(
              TokenRefusal("temporarily_unavailable", "try again later", status: 503),
              endingGrant: true
            )
          }
        }
      )
    case .grantEndsAfterThreeLifetimes:
      Row(
        "all tokens of a grant die three access token lifetimes after its authorization",
        "F-61",
        breaks: "RFC 6749 section 1.5",
        .at(\.refreshRule) { decision, facts in
          if facts.instant - facts.grant.openedAt >= facts.accessTokenLifetime * 3 {
            decision.refuse(.invalidGrant("the grant has ended"))
          }
        },
        .at(\.tokenState) { state, presented in
          if presented.instant - presented.grant.openedAt >= presented.lifetime * 3 {
            state = .unknown
          }
        }
      )
    case .newGrantEndsOld:
      Row(
        "a new authorization of the same person and client revokes the older grant",
        "F-58",
        breaks: "RFC 6749 section 1.5",
        .at(\.grantEnd) { ends, ending in
          if ending.isSucceeded { ends = true }
        }
      )
    case .refreshEndsOtherGrants:
      Row(
        "a refresh of one grant revokes all other grants of the client",
        "F-58",
        breaks: "RFC 6749 section 6",
        .at(\.grantEnd) { ends, ending in
          guard case .refreshed(let grant) = ending.event, grant.number != ending.grant.number,
            grant.clientID == ending.grant.clientID
          else { return }
          ends = true
        }
      )
    case .adminIsAUser:
      Row(
        "the admin who authorizes is a user, and all grants of that person end with the user's"
          + " deactivation",
        "F-31",
        breaks: "Okta, Deactivate Users",
        .at(\.people) { people, settings in
          let name = settings.adminUsername
          people.append([
            "userName": .string(name),
            "name": ["givenName": "Admin", "familyName": "Istrator"],
            "displayName": "Admin Istrator",
            "emails": [["value": .string(name), "type": "work", "primary": true]],
            "active": true,
          ])
        },
        .at(\.grantEnd) { ends, ending in
          if case .deactivated(let person) = ending.event,
            person.lowercased() == ending.grant.person?.lowercased()
          {
            ends = true
          }
        }
      )
    default: nil
    }
  }
}
