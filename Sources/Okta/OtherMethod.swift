import HTTP
import JSON
import OAuth
import Profiles

/// The other way to authenticate a client, tried after the one of the profile was refused.
package struct OtherMethod: Sendable {
  /// The one that was refused.
  package var refused: ClientAuthentication.Method
  /// The one that was tried.
  package var method: ClientAuthentication.Method
  /// Whether the app took it.
  package var isAccepted: Bool
  package var exchange: Int
  /// The exchange with the authorization server's metadata, if they offer the one that was refused.
  package var offer: Int?
}

extension Provisioner {
  /// Tries the request that was refused with the client's other way to authenticate, and reads whether
  /// the metadata offer the one that was refused; nil where it was not for the client.
  ///
  /// A look: the tokens that it may bring are thrown away.
  package func look(atRefused failure: GrantFailure, event: Int) async -> OtherMethod? {
    guard failure.refusesClient, let asked = failure.asked, let session else { return nil }
    let cause = self.cause(event, .look)
    guard let (method, exchange) = await session.look(asked, for: cause) else { return nil }
    let token = exchange.response.flatMap { try? TokenResponse.read($0, exchange.document) }
    var other = OtherMethod(
      refused: session.client.method,
      method: method,
      isAccepted: token != nil,
      exchange: exchange.number
    )
    if other.isAccepted { other.offer = await offer(of: other.refused, cause) }
    return other
  }

  /// The exchange with metadata of this token endpoint that offer the method.
  private func offer(of method: ClientAuthentication.Method, _ cause: Cause) async -> Int? {
    guard let endpoint = profile.authentication.tokenEndpoint.flatMap({ HTTPURL($0) }) else {
      return nil
    }
    // RFC 8414 section 3; what OpenID Connect Discovery has says the same of the token endpoint.
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
      let request = HTTPRequest(
        method: "GET",
        url: HTTPURL(origin: endpoint.origin, target: path),
        fields: [
          "Accept": "application/json", "Host": endpoint.origin.hostField,
          "Connection": "Keep-Alive",
        ]
      )
      let exchange = await transport.send(
        request,
        due: nil,
        intent: Intent(.discover, cause: cause)
      )
      guard exchange.response?.isSuccess == true, let metadata = exchange.document.object,
        metadata["token_endpoint"]?.string.flatMap({ HTTPURL($0) }) == endpoint
      else { continue }
      // RFC 8414 section 2: left out, it is client_secret_basic.
      let methods = metadata["token_endpoint_auth_methods_supported"] ?? ["client_secret_basic"]
      let isOffered = methods.array?.contains(.string(method.rawValue)) ?? false
      return isOffered ? exchange.number : nil
    }
    return nil
  }
}

extension GrantFailure {
  /// Whether the token endpoint refused the client, as far as it says.
  package var refusesClient: Bool {
    guard case .codeExchange(.response(.refused(let status, let error, _), _)) = stage else {
      return false
    }
    return status == 401 || error == "invalid_client" || error == "unauthorized_client"
  }
}
