import Foundation
import HTTP
import World

/// How a client proves at the token endpoint who it is (RFC 6749 section 2.3.1).
package struct ClientAuthentication: Sendable, Equatable {
  package enum Method: String, Sendable {
    /// `client_id` and `client_secret` in the form.
    case post = "client_secret_post"
    /// The Basic scheme.
    case basic = "client_secret_basic"
    /// Both at once, which RFC 6749 section 2.3 forbids and clients in the field do.
    case both

    /// The identifier alone, as public clients do (RFC 7591 section 2).
    case none

    package var other: Method { self == .post ? .basic : .post }
  }

  package var clientID: String
  package var clientSecret: Secret
  package var method: Method

  package init(clientID: String, clientSecret: Secret, method: Method) {
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.method = method
  }

  /// What it adds to the form.
  var formFields: [FormField] {
    switch method {
    case .post, .both:
      [FormField("client_id", clientID), FormField("client_secret", clientSecret.exposed())]
    case .basic: []
    case .none: [FormField("client_id", clientID)]
    }
  }

  /// The Authorization field, or nil.
  ///
  /// Each part is form-encoded before the two are joined (RFC 6749 section 2.3.1, appendix B).
  package var authorizationField: String? {
    guard method == .basic || method == .both else { return nil }
    let pair =
      FormURLEncoding.encode(clientID) + ":" + FormURLEncoding.encode(clientSecret.exposed())
    return "Basic " + Data(pair.utf8).base64EncodedString()
  }
}
