import HTTP
import JSON

/// What the authorization server says about itself (RFC 8414).
enum AuthorizationServerMetadata {
  static let path = "/.well-known/oauth-authorization-server"

  static func answer(_ settings: SampleAppSettings) -> HTTPResponse {
    let baseURL = settings.baseURL
    let isByKey = settings.clientKey != nil
    let metadata: JSONValue = [
      "issuer": .string(baseURL),
      "authorization_endpoint": .string(baseURL + "/oauth/authorize"),
      "token_endpoint": .string(baseURL + "/oauth/token"),
      "revocation_endpoint": .string(baseURL + "/oauth/revoke"),
      "response_types_supported": ["code"],
      "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
      "token_endpoint_auth_methods_supported": isByKey
        ? ["private_key_jwt"] : ["client_secret_basic", "client_secret_post"],
      "code_challenge_methods_supported": ["S256"],
      "authorization_response_iss_parameter_supported": true,
    ]
    return HTTPResponse(
      status: 200,
      fields: ["Content-Type": "application/json"],
      body: metadata.compactBytes
    )
  }
}
