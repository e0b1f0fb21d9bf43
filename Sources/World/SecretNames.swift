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
    // By bytes: every member of every answer comes by here.
    var bare: [UInt8] = []
    bare.reserveCapacity(64)
    for byte in name.utf8 where (0x61...0x7A).contains(byte | 0x20) { bare.append(byte | 0x20) }
    if place == .authorization, bare.count <= 17,
      let kind = ofAuthorization[String(decoding: bare, as: UTF8.self)]
    {
      return kind
    }
    guard partial.contains(where: { stands($0, in: bare) }),
      !harmlessEnds.contains(where: { bare.count >= $0.count && bare.suffix($0.count) == $0[...] })
    else { return nil }
    return exact[String(decoding: bare, as: UTF8.self)] ?? .secret
  }

  private static func stands(_ part: [UInt8], in name: [UInt8]) -> Bool {
    guard name.count >= part.count else { return false }
    for start in 0...(name.count - part.count) where name[start] == part[0] {
      if name[start..<start + part.count] == part[...] { return true }
    }
    return false
  }

  private static let exact: [String: SecretAliases.Kind] = [
    "accesstoken": .accessToken, "refreshtoken": .refreshToken, "idtoken": .idToken,
    "clientsecret": .clientSecret, "clientassertion": .clientAssertion, "password": .password,
  ]
  private static let ofAuthorization: [String: SecretAliases.Kind] = [
    "code": .code, "authorizationcode": .code, "authcode": .code, "codeverifier": .codeVerifier,
    "state": .state, "refresh": .refreshToken,
  ]
  private static let partial = [
    "token", "secret", "password", "passwd", "passphrase", "jwt", "assertion", "apikey",
  ].map { Array($0.utf8) }
  /// `token_type`, `token_endpoint`, `token_expires_in`, `passwordLastChanged` and their like.
  private static let harmlessEnds = [
    "type", "types", "endpoint", "uri", "url", "expires", "expire", "expiresin", "expiresat",
    "expiry", "expiration", "exp", "lifetime", "ttl", "age", "at", "time", "date", "seconds", "id",
    "name", "version", "status", "scope", "scopes", "issuer", "format", "method", "methods",
    "supported", "enabled", "required", "hint", "changed", "created", "updated", "length", "size",
    "count", "limit", "policy", "rule",
  ].map { Array($0.utf8) }
}
