import HTTP
import World

/// A request to the revocation endpoint (RFC 7009 section 2.1).
package struct RevocationRequest: Sendable {
  package enum Hint: String, Sendable {
    case accessToken = "access_token"
    case refreshToken = "refresh_token"
  }

  package var token: Secret
  package var hint: Hint
  package var client: ClientAuthentication

  package init(token: Secret, hint: Hint, client: ClientAuthentication) {
    self.token = token
    self.hint = hint
    self.client = client
  }

  /// As of a token request.
  package func form() -> [FormField] {
    [FormField("token", token.exposed()), FormField("token_type_hint", hint.rawValue)]
      + client.formFields()
  }

  /// The request, with its fields in the order of the token request.
  package func httpRequest(to endpoint: HTTPURL, userAgent: String?) -> HTTPRequest {
    FormRequest(form: form(), client: client).httpRequest(to: endpoint, userAgent: userAgent)
  }
}
