import HTTP

extension Fault {
  /// The rows of the access token at the SCIM API.
  var accessRow: Row? {
    switch self {
    case .earlyDeath:
      Row(
        "the API refuses access tokens after half of their lifetime",
        "F-04",
        breaks: "RFC 6749 section 5.1",
        .at(\.tokenState) { state, presented in
          if state == .live, presented.age >= presented.lifetime / 2 { state = .expired }
        }
      )
    case .expiredTokenAccepted:
      Row(
        "the API accepts expired access tokens",
        "F-01",
        breaks: "RFC 6750 section 3.1",
        .expiredToken { decision, _ in decision = .serve }
      )
    case .expiredToken403:
      Row(
        "an expired access token is answered 403",
        "F-02",
        breaks: "RFC 6750 section 3.1",
        .expiredToken { decision, _ in decision = .answer(Self.expired(403)) }
      )
    case .expiredToken500:
      Row(
        "an expired access token is answered 500",
        "F-02",
        breaks: "RFC 6750 section 3.1",
        .expiredToken { decision, _ in
          decision = .answer(SCIMRefusal(500, "internal error").answer)
        }
      )
    case .expiredTokenRedirect:
      Row(
        "an expired access token is answered with a redirect to the login page",
        "F-02",
        breaks: "RFC 6750 section 3.1",
        .expiredToken { decision, call in
          let login = call.baseURL + "/oauth/login"
          decision = .answer(HTTPResponse(status: 302, fields: ["Location": login]))
        }
      )
    case .writeRoutesAcceptExpired:
      Row(
        "expired access tokens are refused for GET, accepted for POST, PUT, PATCH and DELETE",
        "F-01",
        breaks: "RFC 6750 section 3.1",
        .expiredToken { decision, call in if call.isWrite { decision = .serve } }
      )
    case .writeRoutes403:
      Row(
        "an expired access token is answered 401 for GET, 403 for POST, PUT, PATCH and DELETE",
        "F-02",
        breaks: "RFC 6750 section 3.1",
        .expiredToken { decision, call in
          if call.isWrite { decision = .answer(Self.expired(403)) }
        }
      )
    case .refusedWriteApplied:
      Row(
        "a write with an expired access token is answered 401, and done",
        "F-45",
        breaks: "RFC 9110 section 15.5.2",
        .expiredToken { decision, call in if call.isWrite { decision = .serve } },
        .at(\.scimAnswer) { answer, call in
          if call.isWrite, call.isExpired, let refusal = call.rightRefusal { answer = refusal }
        }
      )
    default: nil
    }
  }

  private static func expired(_ status: Int) -> HTTPResponse {
    SCIMRefusal(status, "the access token has expired").answer
  }
}

extension Behaviour {
  /// What becomes of a request with an expired access token.
  fileprivate static func expiredToken(
    _ change: @escaping Seam<AccessDecision, SCIMCall, Never>.Change
  ) -> Behaviour {
    .at(\.access) { decision, call in
      if call.isExpired { change(&decision, call) }
    }
  }
}
