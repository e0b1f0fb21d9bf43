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
    default: nil
    }
  }
}
