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
    default: nil
    }
  }
}
