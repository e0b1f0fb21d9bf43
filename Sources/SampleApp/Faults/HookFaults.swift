import HTTP

extension Fault {
  /// The rows of what changes from outside, and other tenants, do to grants.
  var hookRow: Row? {
    let standsAlone = "RFC 6749 section 1.5"
    func ends(_ hook: String, accessAlone: Bool = false) -> Behaviour {
      .at(\.hook) { effects, name in
        guard name == hook else { return }
        if accessAlone { effects.endsAccessTokens = true } else { effects.endsGrants = true }
      }
    }
    func keeps(_ hook: String) -> Behaviour {
      .at(\.hook) { effects, name in if name == hook { effects.endsGrants = false } }
    }
    return switch self {
    case .restartEndsGrants:
      Row("a restart ends all grants", "F-29", breaks: standsAlone, ends("restart-app"))
    case .restartEndsAccessTokens:
      Row(
        "a restart ends all access tokens; refresh tokens stay good",
        "F-05",
        breaks: "RFC 6750 section 3.1",
        ends("restart-app", accessAlone: true)
      )
    case .sessionEndEndsGrants:
      Row(
        "the end of the admin's session ends the grants",
        "F-57",
        breaks: standsAlone,
        ends("end-admin-session")
      )
    case .sessionEndEndsAccessTokens:
      Row(
        "the end of the admin's session ends the access tokens",
        "F-57",
        breaks: standsAlone,
        ends("end-admin-session", accessAlone: true)
      )
    case .secretChangeEndsGrants:
      Row(
        "a new client secret ends the grants",
        "F-32",
        breaks: "RFC 6749 section 5.2",
        ends("rotate-client-secret")
      )
    case .oldSecretServed:
      Row(
        "a client secret that was replaced is still good",
        "F-31",
        breaks: "RFC 6749 section 2.3.1",
        .at(\.client) { claim, _ in
          if claim.secret == "sample-client-secret" { claim.refusal = nil }
        }
      )
    case .signInPolicyEndsGrants:
      Row(
        "a change of how admins sign in ends the grants",
        "F-62",
        breaks: "RFC 6749 section 6",
        ends("change-sign-in-policy")
      )
    case .adminLeavesGrantLives:
      Row(
        "the grants of an admin who was deactivated live on",
        "F-31",
        breaks: "RFC 6819 section 5.2.2.4",
        keeps("deactivate-admin")
      )
    case .refreshEndsAccessToken:
      Row(
        "a refresh ends the access token before it",
        "F-08",
        breaks: "nothing: RFC 6749 section 6 leaves it open",
        .at(\.tokenState) { state, token in
          if state == .live, token.token.generation < token.grant.refreshCount { state = .unknown }
        }
      )
    case .refreshTokenNotASCII:
      Row(
        "the refresh token ends with an é",
        "F-09",
        breaks: "RFC 6749 appendix A.17",
        .at(\.tokenAnswer) { answer, _ in
          answer.editJSON { object in
            if let token = object["refresh_token"]?.string {
              object["refresh_token"] = .string(token + "é")
            }
          }
        },
        .at(\.refreshLookUp) { value, _ in value.removeAll { $0 == "é" } }
      )
    case .expiresInZero:
      Row(
        "the expires_in of a code exchange is 0",
        "F-10",
        breaks: "RFC 6749 section 5.1",
        .at(\.tokenAnswer) { answer, call in
          if call.isRefresh { return }
          answer.editJSON { if $0["expires_in"] != nil { $0["expires_in"] = 0 } }
        }
      )
    case .createAnsweredLate:
      Row(
        "a create is made, and answered after 90 s",
        "F-51",
        breaks: "Okta, SCIM FAQs: 60 s",
        .at(\.front) { door, _ in
          if door.request.method == "POST", door.request.url.path.hasSuffix("/Users") {
            door.delay = .seconds(90)
          }
        }
      )
    case .reuseEndsAllGrants:
      Row(
        "a spent refresh token that is shown again ends all grants of its client",
        "F-50",
        breaks: "RFC 9700 section 4.14.2",
        .at(\.grantEnd) { ends, ending in
          if case .reused(let grant) = ending.event, ending.grant.clientID == grant.clientID {
            ends = true
          }
        }
      )
    case .tenantsShareUsers:
      Row(
        "a token of one tenant's is served all users",
        "F-50",
        breaks: "RFC 7644 section 7.1",
        .at(\.tenant) { tenant, _ in tenant = nil }
      )
    case .removedGrantLives:
      Row(
        "the grants of an integration that was removed live on",
        "F-31",
        breaks: "RFC 9700 section 4.14.2",
        keeps("revoke-grant")
      )
    default: nil
    }
  }
}
