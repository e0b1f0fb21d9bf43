import JSON

extension Fault {
  /// The rows of what the token endpoint answers.
  var tokenAnswerRow: Row? {
    switch self {
    case .tokenResponseExpiresInString:
      Row(
        "expires_in is a string",
        "F-12",
        breaks: "RFC 6749 section 5.1",
        .at(\.tokenAnswer) { answer, _ in
          answer.editJSON { body in
            if let number = body["expires_in"]?.number { body["expires_in"] = .string(number.text) }
          }
        }
      )
    case .expiresInMissing:
      Row(
        "the token response has no expires_in",
        "F-11",
        breaks: "RFC 6749 section 5.1",
        .at(\.tokenAnswer) { answer, _ in answer.editJSON { $0["expires_in"] = nil } }
      )
    case .tokenTypeMissing:
      Row(
        "the token response has no token_type",
        breaks: "RFC 6749 section 5.1",
        .at(\.tokenAnswer) { answer, _ in answer.editJSON { $0["token_type"] = nil } }
      )
    case .tokenResponseCacheable:
      Row(
        "token responses lack Cache-Control: no-store",
        "F-16",
        breaks: "RFC 6749 section 5.1",
        .at(\.tokenAnswer) { answer, _ in
          answer.fields.remove("Cache-Control")
          answer.fields.remove("Pragma")
        }
      )
    case .noRefreshToken:
      Row(
        "the code exchange gives no refresh token",
        "F-17",
        breaks: "Okta, SCIM integration: use OAuth2 with refresh token",
        .at(\.tokenAnswer) { answer, call in
          if !call.isRefresh { answer.editJSON { $0["refresh_token"] = nil } }
        }
      )
    case .rotationWithheld:
      Row(
        "a refresh replaces the refresh token, and its answer leaves the new one out",
        "F-63",
        breaks: "RFC 6749 section 6",
        .at(\.tokenAnswer) { answer, call in
          guard call.isRefresh else { return }
          answer.editJSON { body in
            if body["refresh_token"]?.string != call.form["refresh_token"] {
              body["refresh_token"] = nil
            }
          }
        }
      )
    case .refreshRepeatsAccessToken:
      Row(
        "a refresh answers with the access token that the client has, although it is dead",
        "F-38",
        breaks: "RFC 6749 section 6",
        .at(\.tokenAnswer) { answer, call in
          guard call.isRefresh, let grant = call.grant else { return }
          answer.editJSON { $0["access_token"] = .string(grant.firstAccessToken) }
        }
      )
    case .refreshError401:
      Row(
        "a refresh with a dead refresh token is answered 401; they die after five idle lifetimes",
        "F-15",
        breaks: "RFC 6749 section 5.2",
        .at(\.policy) { settings, _ in settings.endIdleGrants() },
        .at(\.tokenAnswer) { answer, call in
          if call.isRefresh, answer.status == 400,
            answer.jsonObject?["error"] == "invalid_grant"
          {
            answer.setStatus(401)
          }
        }
      )
    case .refreshErrorWithoutCode:
      Row(
        "a refused token request is answered with code and msg in place of error; refresh tokens die "
          + "after five idle lifetimes",
        "F-15",
        breaks: "RFC 6749 section 5.2",
        .at(\.policy) { settings, _ in settings.endIdleGrants() },
        .at(\.tokenAnswer) { answer, _ in
          let status = answer.status
          answer.editJSON { body in
            guard body["error"] != nil else { return }
            body = [
              "code": .number(JSONNumber(status)),
              "msg": body["error_description"] ?? "refused",
            ]
          }
        }
      )
    default: nil
    }
  }
}

extension SampleAppSettings {
  /// A policy that an app may have: where no refresh token ever dies, none is ever refused.
  fileprivate mutating func endIdleGrants() {
    refreshTokenIdleLimit = refreshTokenIdleLimit ?? accessTokenLifetime * 5
  }
}
