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
    case .noTokenServed:
      Row(
        "a GET without a token is served",
        "F-01",
        breaks: "RFC 7644 section 2",
        .at(\.access) { decision, call in
          if !call.isWrite, call.presentation == nil { decision = .serve }
        }
      )
    case .unknownTokenServed:
      Row(
        "a GET with any token is served: its signature is not checked",
        "F-01",
        breaks: "RFC 6750 section 3.1",
        .at(\.access) { decision, call in
          if !call.isWrite, call.presentation?.state == .unknown { decision = .serve }
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
    case .refreshedTokenDead:
      Row(
        "access tokens that came by a refresh are refused",
        "F-63",
        breaks: "RFC 6749 section 6",
        .at(\.tokenState) { state, presented in
          if presented.token.generation > 0 { state = .unknown }
        }
      )
    case .expiredToken404:
      Row(
        "an expired access token is answered 404",
        "F-02",
        breaks: "RFC 6750 section 3.1",
        .expiredToken { decision, call in
          decision = .answer(SCIMRefusal(404, "there is nothing for you here").answer)
        }
      )
    case .expiredToken200Prose:
      Row(
        "an expired access token is answered 200 with a page for people",
        "F-02",
        breaks: "RFC 6750 section 3.1",
        .expiredToken { decision, _ in
          decision = .answer(
            Pages.failure(status: 200, title: "Session expired", "Sign in to go on.")
          )
        }
      )
    case .refusedPatchApplied:
      Row(
        "a PATCH with an expired access token is answered 401, and done",
        "F-45",
        breaks: "RFC 9110 section 15.5.2",
        .expiredToken { decision, call in
          if call.request.method == "PATCH" { decision = .serve }
        },
        .at(\.scimAnswer) { answer, call in
          if call.request.method == "PATCH", call.isExpired, let refusal = call.rightRefusal {
            answer = refusal
          }
        }
      )
    case .refreshNarrowsScope:
      Row(
        "an access token that came by a refresh may only read",
        "F-26",
        breaks: "RFC 6749 section 6",
        .at(\.access) { decision, call in
          guard case .serve = decision, call.isWrite, let token = call.token,
            token.token.generation > 0
          else { return }
          var refusal = SCIMRefusal(403, "the access token may only read").answer
          refusal.fields.append(
            "WWW-Authenticate",
            "Bearer realm=\"sample\", error=\"insufficient_scope\""
          )
          decision = .answer(refusal)
        }
      )
    case .lostUserAfterRefresh:
      Row(
        "a user that was created under an earlier access token is 404 under a refreshed one",
        "F-50",
        breaks: "RFC 7644 section 3.4.1",
        .refusing(\.scimRequest) { call, user throws(SCIMRefusal) in
          guard call.kind == .user, let user, let author = user.created.author,
            let token = call.token?.token, author.grant == token.grant,
            author.generation < token.generation
          else { return }
          throw .unknown(user.id, .user)
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
