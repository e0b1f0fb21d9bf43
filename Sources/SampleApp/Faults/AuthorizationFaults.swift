import HTTP

extension Fault {
  /// The rows of the redirect and of the authorization endpoint.
  var authorizationRow: Row? {
    switch self {
    case .stateAltered:
      Row(
        "the redirect carries another state",
        "F-54",
        breaks: "RFC 6749 section 4.1.2",
        .at(\.redirect) { parameters, _ in
          parameters = parameters.map {
            $0.name == "state" ? FormField("state", $0.value + "0") : $0
          }
        }
      )
    case .stateMissing:
      Row(
        "the redirect carries no state",
        "F-54",
        breaks: "RFC 6749 section 4.1.2",
        .at(\.redirect) { parameters, _ in parameters.removeAll { $0.name == "state" } }
      )
    case .codeEmpty:
      Row(
        "the redirect carries an empty code",
        breaks: "RFC 6749 section 4.1.2",
        .at(\.redirect) { parameters, _ in
          parameters = parameters.map { $0.name == "code" ? FormField("code", "") : $0 }
        }
      )
    case .redirectURIAnyHost:
      Row(
        "a redirect URI of any host is taken that has the path of a registered one",
        "F-54",
        breaks: "RFC 6749 section 3.1.2.3",
        .at(\.redirectURI) { decision, facts in
          let path = HTTPURL(facts.asked)?.path
          if facts.registered.contains(where: { HTTPURL($0)?.path == path }) { decision = .take }
        }
      )
    case .redirectErrorSentAnywhere:
      Row(
        "the error is sent to the redirect URI that is not registered",
        "F-54",
        breaks: "RFC 6749 section 4.1.2.1",
        .at(\.redirectURI) { decision, _ in
          if decision == .tellPerson { decision = .sendError }
        }
      )
    default: nil
    }
  }
}
