import HTTP
import World

/// A request to the token endpoint.
package struct TokenRequest: Sendable {
  package enum Grant: Sendable, Equatable {
    /// RFC 6749 section 4.1.3.
    ///
    /// - Parameter redirectURI: nil to send none.
    case authorizationCode(Secret, redirectURI: String?, codeVerifier: Secret?)
    /// RFC 6749 section 6.
    ///
    /// - Parameters:
    ///   - scope: nil to send none, so that the scope stays as it was granted.
    ///   - redirectURI: nil to send none, as RFC 6749 has it.
    case refreshToken(Secret, scope: String? = nil, redirectURI: String? = nil)
    /// RFC 6749 section 4.4.2.
    case clientCredentials(scopes: [String])

    /// What the request does that begins such a grant.
    package var beginning: Intent.Act {
      if case .clientCredentials = self { .requestToken } else { .exchangeCode }
    }
  }

  package var grant: Grant
  package var client: ClientAuthentication

  package init(grant: Grant, client: ClientAuthentication) {
    self.grant = grant
    self.client = client
  }

  /// What the body holds; a client that signs assertions signs another one each time.
  package func form() -> [FormField] {
    var fields: [FormField]
    switch grant {
    case .authorizationCode(let code, let redirectURI, let codeVerifier):
      fields = [
        FormField("grant_type", "authorization_code"),
        FormField("code", code.exposed()),
      ]
      if let redirectURI { fields.append(FormField("redirect_uri", redirectURI)) }
      if let codeVerifier { fields.append(FormField("code_verifier", codeVerifier.exposed())) }
    case .refreshToken(let token, let scope, let redirectURI):
      fields = [
        FormField("grant_type", "refresh_token"),
        FormField("refresh_token", token.exposed()),
      ]
      if let scope { fields.append(FormField("scope", scope)) }
      if let redirectURI { fields.append(FormField("redirect_uri", redirectURI)) }
    case .clientCredentials(let scopes):
      fields = [FormField("grant_type", "client_credentials")]
      if !scopes.isEmpty { fields.append(FormField("scope", scopes.joined(separator: " "))) }
    }
    return fields + client.formFields()
  }

  /// The alias of what it spends, for the record.
  package var spends: String? {
    switch grant {
    case .authorizationCode(let code, _, _): code.alias
    case .refreshToken(let token, _, _): token.alias
    case .clientCredentials: nil
    }
  }

  /// - Parameter userAgent: nil to send none.
  package func httpRequest(to endpoint: HTTPURL, userAgent: String?) -> HTTPRequest {
    FormRequest(form: form(), client: client).httpRequest(to: endpoint, userAgent: userAgent)
  }
}

/// A form that a client sends to an endpoint of the authorization server.
struct FormRequest {
  var form: [FormField]
  var client: ClientAuthentication

  /// The request with its fields in the order of Okta's SCIM requests.
  ///
  /// No token request of Okta's was ever published; a client that does both with one HTTP library
  /// would order them alike.
  ///
  /// - Parameter userAgent: nil to send none.
  func httpRequest(to endpoint: HTTPURL, userAgent: String?) -> HTTPRequest {
    let body = Array(FormURLEncoding.encode(form).utf8)
    var fields = HTTPFields()
    fields.append("Accept", "application/json")
    fields.append("Content-Type", FormURLEncoding.mediaType)
    if let userAgent { fields.append("User-Agent", userAgent) }
    if let authorization = client.authorizationField {
      fields.append("Authorization", authorization)
    }
    fields.append("Content-Length", String(body.count))
    fields.append("Host", endpoint.origin.hostField)
    fields.append("Connection", "Keep-Alive")
    fields.append("Accept-Encoding", "gzip,deflate")
    return HTTPRequest(method: "POST", url: endpoint, fields: fields, body: body)
  }
}
