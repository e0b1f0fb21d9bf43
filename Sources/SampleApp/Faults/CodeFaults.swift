import HTTP

extension Fault {
  /// The rows of codes, and of authorizations that the admin refuses.
  var codeRow: Row? {
    let once = "RFC 6749 section 4.1.2"
    let refusal = "RFC 6749 section 4.1.2.1"
    return switch self {
    case .codeLivesOn:
      Row(
        "a code may be exchanged again and again",
        "F-52",
        breaks: once,
        .at(\.codeRule) { decision, _ in decision.allow(.used) }
      )
    case .codeReuseLeavesTokens:
      Row(
        "a code that comes again is refused, and what it gave lives on",
        "F-52",
        breaks: once,
        .at(\.codeRule) { decision, _ in decision.endsGrant = false }
      )
    case .codeReuse500:
      Row(
        "a code that comes again is answered 500",
        "F-15",
        breaks: "RFC 6749 section 5.2",
        .at(\.tokenAnswer) { answer, call in
          guard !call.isRefresh, answer.status == 400,
            answer.jsonObject?["error_description"]?.string?.contains("used before") == true
          else { return }
          answer.setStatus(500)
          answer.editJSON { $0["error"] = "server_error" }
        }
      )
    case .codeRaceGrants:
      Row(
        "exchanges of one code that come together are all granted, later ones are refused",
        "F-52",
        breaks: once,
        .at(\.codeRule) { decision, facts in
          if let age = facts.sinceUsed, age < .milliseconds(50) { decision.allow(.used) }
        }
      )
    case .codeNeverEnds:
      Row(
        "a code that nobody has used never ends",
        "F-53",
        breaks: once,
        .at(\.codeRule) { decision, _ in decision.allow(.expired) }
      )
    case .codeEndsAtOnce:
      Row(
        "a code is refused after two seconds",
        "F-53",
        breaks: once,
        .at(\.codeRule) { decision, facts in
          if facts.age > .seconds(2), decision.refusal == nil { decision.refusal = .expired }
        }
      )
    case .codeAnyRedirect:
      Row(
        "a code is exchanged with any redirect_uri",
        "F-54",
        breaks: "RFC 6749 section 4.1.3",
        .at(\.codeRule) { decision, _ in decision.allow(.otherRedirectURI) }
      )
    case .codeAnyVerifier:
      Row(
        "a code is exchanged with any code_verifier",
        "F-54",
        breaks: "RFC 7636 section 4.6",
        needs: ["okta.pkce=S256"],
        .at(\.codeRule) { decision, _ in decision.allow(.otherVerifier) }
      )
    case .codeWithoutVerifier:
      Row(
        "a code is exchanged without the code_verifier",
        "F-54",
        breaks: "RFC 7636 section 4.6",
        needs: ["okta.pkce=S256"],
        .at(\.codeRule) { decision, _ in decision.allow(.noVerifier) }
      )
    case .codeAnyClient:
      Row(
        "a code is exchanged for any client",
        "F-54",
        breaks: "RFC 6749 section 4.1.3",
        .at(\.codeRule) { decision, _ in decision.allow(.otherClient) }
      )
    case .refusalGrants:
      Row(
        "an authorization that the admin refuses is granted",
        "F-55",
        breaks: refusal,
        .at(\.consent) { decision, _ in if decision == "deny" { decision = "allow" } }
      )
    case .refusalShowsPage:
      Row(
        "an authorization that the admin refuses ends on a page",
        "F-55",
        breaks: refusal,
        .at(\.front) { door, _ in
          let form = FormURLEncoding.decode(String(decoding: door.request.body, as: UTF8.self))
          guard door.request.url.path == "/oauth/consent", form["decision"] == "deny" else {
            return
          }
          door.answer = Pages.failure(
            status: 200,
            title: "Access was not allowed",
            "You may close this window."
          )
        }
      )
    case .refusalLosesState:
      Row(
        "the redirect after a refusal carries no state",
        "F-55",
        breaks: refusal,
        .at(\.redirect) { parameters, _ in
          if parameters["error"] != nil { parameters.removeAll { $0.name == "state" } }
        }
      )
    case .refusalWithoutError:
      Row(
        "the redirect after a refusal carries no error",
        "F-55",
        breaks: refusal,
        .at(\.redirect) { parameters, _ in
          parameters.removeAll { ["error", "error_description"].contains($0.name) }
        }
      )
    case .refusalServerError:
      Row(
        "a refusal is told as server_error",
        "F-55",
        breaks: refusal,
        .at(\.redirect) { parameters, _ in
          parameters = parameters.map {
            $0.name == "error" ? FormField("error", "server_error") : $0
          }
        }
      )
    default: nil
    }
  }

  /// The rows of revocations, and of the scope of a refresh.
  var revocationRow: Row? {
    let revocation = "RFC 7009 section 2.1"
    let scope = "RFC 6749 section 6"
    return switch self {
    case .revocationRefused:
      Row(
        "the revocation of a refresh token is answered 400 unsupported_token_type",
        "F-31",
        breaks: revocation,
        .at(\.revocation) { decision, facts in
          if facts.isAccessToken { return }
          decision.refusal = TokenRefusal("unsupported_token_type", "only access tokens end")
        }
      )
    case .revocationIgnored:
      Row(
        "the revocation of a refresh token is answered 200 and does nothing",
        "F-31",
        breaks: revocation,
        .at(\.revocation) { decision, facts in
          if !facts.isAccessToken { decision.ends = .nothing }
        }
      )
    case .revocationLateIgnored:
      Row(
        "the revocation of a refresh token does nothing once its access token has expired",
        "F-60",
        breaks: revocation,
        .at(\.revocation) { decision, facts in if facts.isLate { decision.ends = .nothing } }
      )
    case .revocationLeavesWindow:
      Row(
        "a revoked refresh token is refused, and the one before it still good within its window",
        "F-21",
        breaks: revocation,
        .at(\.revocation) { decision, facts in
          if !facts.isAccessToken { decision.ends = .refreshTokenAlone }
        }
      )
    case .revocationEndsAll:
      Row(
        "the revocation of a refresh token ends all grants of its client",
        "F-58",
        breaks: revocation,
        .at(\.revocation) { decision, facts in
          if !facts.isAccessToken { decision.ends = .allOfClient }
        }
      )
    case .revokedAccessServed:
      Row(
        "the revocation of an access token is answered 200 and does nothing",
        "F-07",
        breaks: revocation,
        .at(\.revocation) { decision, facts in
          if facts.isAccessToken { decision.ends = .nothing }
        }
      )
    case .scopeWidened:
      Row(
        "a refresh gives each scope that it asks for",
        "F-26",
        breaks: scope,
        .at(\.refreshScope) { decision, _ in decision.refusal = nil }
      )
    case .scopeRefused:
      Row(
        "a refresh that asks for a scope is refused with invalid_scope",
        "F-26",
        breaks: scope,
        .at(\.refreshScope) { decision, facts in
          if facts.asked != nil {
            decision.refusal = decision.refusal ?? TokenRefusal("invalid_scope", "no scope here")
          }
        }
      )
    case .scopeShrinks:
      Row(
        "after a refresh that asked for less the grant has no more than that",
        "F-26",
        breaks: scope,
        needs: [#"authentication.scopes=["users","groups"]"#],
        .at(\.refreshScope) { decision, facts in decision.isKept = facts.asked != nil }
      )
    case .refusedScopeSpendsToken:
      Row(
        "a refresh that is refused with invalid_scope has used up its refresh token",
        "F-23",
        breaks: "RFC 6749 section 5.2",
        .at(\.refusedRefresh) { isSpent, refusal in
          if refusal.error == "invalid_scope" { isSpent = true }
        }
      )
    default: nil
    }
  }
}

extension CodeDecision {
  /// Lets a code pass that would be refused for this.
  fileprivate mutating func allow(_ reason: Refusal) {
    guard refusal == reason else { return }
    refusal = nil
    endsGrant = false
  }
}
