import HTTP

extension Fault {
  /// The rows of limits: of who asks for more than three creates within a second.
  ///
  /// The limit itself is right; what it says of when to come back, and what it does, is not.
  var limitRow: Row? {
    switch self {
    case .limitWithoutRetryAfter:
      Row(
        "the fourth create within a second is answered 429 without Retry-After",
        "S-19",
        breaks: "RFC 6585 section 4",
        .limitedCreate(Self.limited(nil))
      )
    case .limitWithDate:
      Row(
        "the fourth create within a second is answered 429 with a date in Retry-After",
        "S-19",
        breaks: "Okta, SCIM concept page",
        .limitedCreate(Self.limited("Fri, 31 Dec 2100 23:59:59 GMT"))
      )
    case .limitWithFraction:
      Row(
        "the fourth create within a second is answered 429 with Retry-After: 0.5",
        "S-19",
        breaks: "RFC 9110 section 10.2.3",
        .limitedCreate(Self.limited("0.5"))
      )
    case .limitedYetDone:
      Row(
        "the fourth create within a second is answered 429, and done",
        "S-04",
        breaks: "RFC 9110 section 15.5",
        .at(\.scimAnswer) { answer, call in
          if call.isBeyondLimit, answer.status == 201 { answer = Self.limited("1") }
        }
      )
    case .limitNeverEnds:
      Row(
        "whoever has met the limit of three creates within a second is let create nobody any more",
        "F-47",
        breaks: "RFC 6585 section 4",
        .at(\.access) { decision, call in
          guard case .serve = decision, call.isCreate, call.hasMetLimit else { return }
          decision = .answer(Self.limited("1"))
        }
      )
    case .limitSharedWithTokens:
      Row(
        "a refresh within a second after four creates is answered 429: one limit for all",
        "F-47",
        breaks: "RFC 6585 section 4",
        .refusing(\.tokenRequest) { call, _ throws(TokenRefusal) in
          if call.isRefresh, call.recentCreates > SCIMCall.mostCreates {
            throw TokenRefusal("temporarily_unavailable", "too many requests", status: 429)
          }
        }
      )
    default: nil
    }
  }

  /// - Parameter retryAfter: nil for none.
  private static func limited(_ retryAfter: String?) -> HTTPResponse {
    var answer = SCIMRefusal(429, "more than three creates within a second").answer
    if let retryAfter { answer.fields.append("Retry-After", retryAfter) }
    return answer
  }
}

extension Behaviour {
  /// How a create that is one too many is answered.
  fileprivate static func limitedCreate(_ answer: HTTPResponse) -> Behaviour {
    .at(\.access) { decision, call in
      if case .serve = decision, call.isBeyondLimit { decision = .answer(answer) }
    }
  }
}

extension SCIMCall {
  fileprivate var isCreate: Bool { request.method == "POST" && kind == .user }
  fileprivate var isBeyondLimit: Bool { isCreate && recentCreates > SCIMCall.mostCreates }
}
