import HTTP

extension Fault {
  /// The rows of refreshes that no careful client makes.
  var trialRow: Row? {
    switch self {
    case .refreshAnyToken:
      Row(
        "a refresh token is looked up by its first eight characters",
        "F-25",
        breaks: "RFC 6749 section 5.2",
        .at(\.refreshLookUp) { value, known in
          if known.contains(value) { return }
          let start = value.prefix(8)
          value = known.first { $0.hasPrefix(start) } ?? value
        }
      )
    case .refreshAnyClient:
      Row(
        "a refresh token is good for any client",
        "F-24",
        breaks: "RFC 6749 section 6",
        .at(\.refreshOwner) { clientID, grant in clientID = grant.clientID }
      )
    case .refreshAnySecret:
      Row(
        "a refresh does not look at the client's secret",
        "F-24",
        breaks: "RFC 6749 section 3.2.1",
        .at(\.client) { claim, call in
          if call.isRefresh, claim.secret != nil { claim.refusal = nil }
        }
      )
    case .refreshWithoutClient:
      Row(
        "a refresh without a client secret is answered",
        "F-24",
        breaks: "RFC 6749 section 3.2.1",
        .at(\.client) { claim, call in
          if call.isRefresh, claim.secret == nil { claim.refusal = nil }
        }
      )
    case .refusedClientSpendsToken:
      Row(
        "a refresh that is refused with invalid_client has used up its refresh token",
        "F-23",
        breaks: "RFC 6749 section 5.2",
        .at(\.refusedRefresh) { isSpent, refusal in
          if refusal.error == "invalid_client" { isSpent = true }
        }
      )
    case .raceEndsGrant:
      Row(
        "a second refresh with one token within a second ends the grant",
        "F-19",
        breaks: "RFC 6819 section 5.2.2.3",
        .at(\.renewal) { renewal, facts in
          if facts.isRaced { renewal = Renewal(answer: .refusal, endsGrant: true) }
        }
      )
    case .raceGivesPairs:
      Row(
        "refreshes that come together each get tokens of their own, later ones are refused",
        "F-20",
        breaks: "RFC 9700 section 4.14.2",
        .at(\.renewal) { renewal, facts in
          guard let age = facts.sinceReplaced else { return }
          renewal =
            age < .milliseconds(50)
            ? Renewal(answer: .new) : Renewal(answer: .refusal, endsGrant: renewal.endsGrant)
        }
      )
    case .windowWithholdsToken:
      Row(
        "a spent refresh token is answered, but without a refresh token",
        "F-21",
        breaks: "RFC 6749 section 6",
        .at(\.renewal) { renewal, facts in
          if facts.sinceReplaced != nil, renewal.answer == .again { renewal.isTokenWithheld = true }
        }
      )
    case .windowRepeatsSpentToken:
      Row(
        "a spent refresh token is answered with itself, and refused from then on",
        "F-21",
        breaks: "RFC 6749 section 6",
        .at(\.renewal) { renewal, facts in
          guard facts.sinceReplaced != nil else { return }
          renewal =
            facts.token.useCount > 1
            ? Renewal(answer: .refusal, endsGrant: renewal.endsGrant)
            : Renewal(answer: .again, isTokenRepeated: true)
        }
      )
    case .spentTokenLives:
      Row(
        "a spent refresh token is answered for ever",
        "F-22",
        breaks: "RFC 9700 section 4.14.2",
        .at(\.renewal) { renewal, facts in
          if renewal.answer == .refusal, facts.sinceReplaced != nil {
            renewal = Renewal(answer: .again)
          }
        }
      )
    case .reuseLeavesFamily:
      Row(
        "a spent refresh token is refused after its window, and its grant lives on",
        "F-22",
        breaks: "RFC 9700 section 4.14.2",
        .at(\.renewal) { renewal, facts in
          if renewal.answer == .refusal, facts.sinceReplaced != nil { renewal.endsGrant = false }
        }
      )
    case .unknownToken500:
      Row(
        "a refresh with a token that is not known is answered 500",
        "F-15",
        breaks: "RFC 6749 section 5.2",
        .at(\.tokenAnswer) { answer, call in
          guard call.isRefresh, answer.status == 400,
            answer.jsonObject?["error_description"]?.string?.contains("not known") == true
          else { return }
          answer.setStatus(500)
          answer.editJSON { $0["error"] = "server_error" }
        }
      )
    case .deadTokenInvalidRequest:
      Row(
        "a refresh with a dead or unknown token is answered invalid_request",
        "F-15",
        breaks: "RFC 6749 section 5.2",
        .at(\.tokenAnswer) { answer, call in
          guard call.isRefresh, answer.jsonObject?["error"]?.string == "invalid_grant" else {
            return
          }
          answer.editJSON { $0["error"] = "invalid_request" }
        }
      )
    default: nil
    }
  }
}

extension RefreshFacts {
  /// How long ago the token was replaced; nil for one that was not.
  fileprivate var sinceReplaced: Duration? {
    guard case .retired(_, let retiredAt) = token.state else { return nil }
    return instant - retiredAt
  }

  fileprivate var isRaced: Bool { sinceReplaced.map { $0 < .seconds(1) } ?? false }
}
