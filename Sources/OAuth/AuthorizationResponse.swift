import HTTP

/// What the app sent the browser back with (RFC 6749 section 4.1.2).
///
/// Parameters that it does not know, such as `iss` (RFC 9207), are accepted and ignored.
package struct AuthorizationResponse: Sendable, Equatable {
  package var code: String

  /// Reads the query of the URL that the browser was sent to.
  ///
  /// - Parameter state: What the authorization request carried.
  package static func read(
    _ url: String,
    state: String
  ) throws(AuthorizationError) -> AuthorizationResponse {
    let withoutFragment = url.prefix { $0 != "#" }
    let query = withoutFragment.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    let parameters = FormURLEncoding.decode(String(query))
    // A refusal is reported even if the app lost the state on the way: it is the better message.
    if let error = parameters["error"] {
      throw .refused(
        error: error,
        description: parameters["error_description"],
        keepsState: parameters["state"] == state
      )
    }
    guard let returned = parameters["state"] else {
      // RFC 6749 section 4.1.2: code and state stand in the query.
      let fragment = url[withoutFragment.endIndex...].dropFirst()
      throw FormURLEncoding.decode(String(fragment))["state"] == state
        ? .inFragment : .stateMissing
    }
    guard returned == state else { throw .stateAltered(sent: state, returned: returned) }
    let codes = parameters.filter { $0.name == "code" }
    guard codes.count < 2 else { throw .codeRepeated }
    guard let code = codes.first?.value, !code.isEmpty else { throw .codeMissing }
    return AuthorizationResponse(code: code)
  }

  /// Whether the URL that the browser was sent to has no code at all, whatever its state.
  package static func lacksCode(_ url: String) -> Bool {
    let parameters = FormURLEncoding.decode(
      String(url.split(separator: "?", maxSplits: 1).dropFirst().first ?? "")
    )
    return parameters["code"]?.isEmpty ?? true
  }
}

/// An authorization that brought no code that may be used.
package enum AuthorizationError: Error, Sendable, Equatable {
  /// RFC 6749 section 4.1.2.1.
  case refused(error: String, description: String?, keepsState: Bool)
  case stateMissing
  /// The answer stands behind `#`, where it is kept from servers.
  case inFragment
  case stateAltered(sent: String, returned: String)
  case codeMissing
  /// A parameter must not be included more than once (RFC 6749 section 3.1).
  case codeRepeated
  /// The admin said no, and there is a code.
  case grantedInstead
}

extension AuthorizationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .refused(let error, let description, _):
      "the app refused the authorization request: \(error)"
        + (description.map { " (\($0))" } ?? "")
    case .stateMissing:
      "the app sent the browser back without the state of the request"
    case .inFragment:
      "the app sent the browser back with its answer in the fragment (#), not in the query (?)"
    case .stateAltered(let sent, let returned):
      "the app sent the browser back with another state: '\(returned)' (\(returned.count) characters) "
        + "instead of '\(sent)' (\(sent.count))"
    case .codeMissing:
      "the app sent the browser back without a code"
    case .grantedInstead:
      "the app sent the browser back with a code although the admin had refused"
    case .codeRepeated:
      "the app sent the browser back with more than one code"
    }
  }
}
