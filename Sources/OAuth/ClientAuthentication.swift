import Foundation
import HTTP
import World

/// How a client proves at the token endpoint who it is.
package struct ClientAuthentication: Sendable {
  package enum Method: String, Sendable {
    /// `client_id` and `client_secret` in the form.
    case post = "client_secret_post"
    /// The Basic scheme.
    case basic = "client_secret_basic"
    /// Both at once, which RFC 6749 section 2.3 forbids and clients in the field do.
    case both
    /// An assertion that the client's key has signed (RFC 7523; OpenID Connect Core section 9).
    case privateKeyJWT = "private_key_jwt"

    /// The identifier alone, as public clients do (RFC 7591 section 2).
    case none

    /// What a client that has the means for this one can try besides; nil for nothing.
    package var other: Method? {
      switch self {
      case .post: .basic
      case .basic, .both, .none: .post
      case .privateKeyJWT: nil
      }
    }
  }

  /// What the client has to prove it with.
  package enum Proof: Sendable {
    /// RFC 6749 section 2.3.1.
    case secret(Secret)
    case assertions(ClientAssertions)
  }

  package var clientID: String
  package var proof: Proof
  package var method: Method

  /// - Parameter method: One of those that go with a secret.
  package init(clientID: String, clientSecret: Secret, method: Method) {
    self.clientID = clientID
    self.proof = .secret(clientSecret)
    self.method = method
  }

  package init(clientID: String, assertions: ClientAssertions) {
    self.clientID = clientID
    self.proof = .assertions(assertions)
    self.method = .privateKeyJWT
  }

  /// The same client, whose proof no app may accept.
  ///
  /// - Parameter aliases: Where a secret is made known, so that it is redacted.
  package func withWrongProof(_ aliases: SecretAliases) -> ClientAuthentication {
    var client = self
    switch proof {
    case .secret(let secret):
      let wrong = secret.altered()
      client.proof = .secret(aliases.secret(wrong.exposed(), alias: wrong.alias))
    case .assertions(let assertions): client.proof = .assertions(assertions.forged)
    }
    return client
  }

  /// What it adds to the form; an assertion is another one each time.
  func formFields() -> [FormField] {
    switch (method, proof) {
    case (.post, .secret(let secret)), (.both, .secret(let secret)):
      [FormField("client_id", clientID), FormField("client_secret", secret.exposed())]
    case (.privateKeyJWT, .assertions(let assertions)):
      // `client_id` may be left out (RFC 7521 section 4.2), but apps find the key by it.
      [
        FormField("client_id", clientID),
        FormField("client_assertion_type", ClientAssertions.type),
        FormField("client_assertion", assertions.next(for: clientID).exposed()),
      ]
    case (.basic, _): []
    case (.none, _), (.post, _), (.both, _), (.privateKeyJWT, _):
      [FormField("client_id", clientID)]
    }
  }

  /// The Authorization field, or nil.
  ///
  /// Each part is form-encoded before the two are joined (RFC 6749 section 2.3.1, appendix B).
  package var authorizationField: String? {
    guard method == .basic || method == .both, case .secret(let secret) = proof else { return nil }
    let pair = FormURLEncoding.encode(clientID) + ":" + FormURLEncoding.encode(secret.exposed())
    return "Basic " + Data(pair.utf8).base64EncodedString()
  }
}
