/// Which names say that a secret stands under them.
///
/// An app that gets its token response wrong gets the names wrong, too: `accessToken`,
/// `refresh-token`, `data.token`. Whatever stands where a secret could stand is taken for one.
package enum SecretNames {
  /// Where a name was met.
  package enum Place: Sendable {
    /// An authorization or token request or answer, in which `code` and `state` are OAuth's.
    case authorization
    /// A resource, in which they may be a postal code and a part of a country.
    case resource
  }

  /// The kind of secret that stands under a name; nil where none is expected.
  package static func kind(of name: String, in place: Place) -> SecretAliases.Kind? {
    // Longer names are no names.
    guard name.utf8.count <= 64 else { return nil }
    let bare = String(
      decoding: name.utf8.lazy.filter { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }.map { $0 | 0x20 },
      as: UTF8.self
    )
    if let kind = exact[bare] { return kind }
    if place == .authorization, let kind = ofAuthorization[bare] { return kind }
    guard !harmlessEnds.contains(where: { bare.hasSuffix($0) }) else { return nil }
    return partial.contains { bare.contains($0) } ? .secret : nil
  }

  private static let exact: [String: SecretAliases.Kind] = [
    "accesstoken": .accessToken, "refreshtoken": .refreshToken, "idtoken": .idToken,
    "codeverifier": .codeVerifier, "clientsecret": .clientSecret, "password": .password,
  ]
  private static let ofAuthorization: [String: SecretAliases.Kind] = [
    "code": .code, "authorizationcode": .code, "authcode": .code, "state": .state,
  ]
  private static let partial = [
    "token", "secret", "password", "passwd", "passphrase", "jwt", "assertion", "apikey",
  ]
  /// `token_type`, `token_endpoint`, `token_expires_in`, `passwordLastChanged` and their like.
  private static let harmlessEnds = [
    "type", "types", "endpoint", "uri", "url", "expires", "expiresin", "expiresat", "expiry",
    "lifetime", "format", "method", "methods", "supported", "hint", "changed", "length", "count",
    "policy", "rule",
  ]
}
