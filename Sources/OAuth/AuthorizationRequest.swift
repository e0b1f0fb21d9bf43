import HTTP

/// The URL that sends the admin's browser to the app (RFC 6749 section 4.1.1).
package struct AuthorizationRequest: Sendable, Equatable {
  package enum ScopePosition: Sendable {
    case first
    case last
  }

  /// As configured; a query that it already has is kept (RFC 6749 section 3.1).
  package var endpoint: String
  package var clientID: String
  package var redirectURI: String
  package var state: String
  package var scopes: [String]
  package var scopePosition: ScopePosition
  /// Of a PKCE verifier, by S256 (RFC 7636 section 4.3).
  package var codeChallenge: String?

  package init(
    endpoint: String,
    clientID: String,
    redirectURI: String,
    state: String,
    scopes: [String] = [],
    scopePosition: ScopePosition = .last,
    codeChallenge: String? = nil
  ) {
    self.endpoint = endpoint
    self.clientID = clientID
    self.redirectURI = redirectURI
    self.state = state
    self.scopes = scopes
    self.scopePosition = scopePosition
    self.codeChallenge = codeChallenge
  }

  /// The endpoint with its own query, then the parameters.
  ///
  /// Their order is that of both samples that Okta has published (app-provisioning-connection
  /// guide, management API): response_type, state, client_id, redirect_uri.
  package var url: String {
    var parameters = [
      FormField("response_type", "code"),
      FormField("state", state),
      FormField("client_id", clientID),
      FormField("redirect_uri", redirectURI),
    ]
    if !scopes.isEmpty {
      let scope = FormField("scope", scopes.joined(separator: " "))
      switch scopePosition {
      case .first: parameters.insert(scope, at: 0)
      case .last: parameters.append(scope)
      }
    }
    if let codeChallenge {
      parameters.append(FormField("code_challenge", codeChallenge))
      parameters.append(FormField("code_challenge_method", "S256"))
    }
    let query = parameters.map {
      "\(FormURLEncoding.percentEncode($0.name))=\(FormURLEncoding.percentEncode($0.value))"
    }.joined(separator: "&")
    let base = AuthorizationRequest.encoded(endpoint.prefix { $0 != "#" })
    guard base.contains("?") else { return "\(base)?\(query)" }
    return base.hasSuffix("?") || base.hasSuffix("&") ? "\(base)\(query)" : "\(base)&\(query)"
  }

  /// The endpoint with each character escaped that may not stand in a URL (RFC 3986 section 2).
  ///
  /// Admins write scopes with literal spaces (Bynder, Okta guide); what is escaped already stays.
  private static func encoded(_ endpoint: Substring) -> String {
    let allowed = "-._~:/?[]@!$&'()*+,;="
    let characters = Array(endpoint)
    return characters.indices.map { index in
      let character = characters[index]
      let isEscape =
        character == "%"
        && characters[index...].dropFirst().prefix(2).count(where: \.isHexDigit) == 2
      let isPlain =
        character.isASCII
        && (character.isLetter || character.isNumber || allowed.contains(character))
      return isEscape || isPlain
        ? String(character) : FormURLEncoding.percentEncode(String(character))
    }.joined()
  }
}
