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
    default: nil
    }
  }
}
