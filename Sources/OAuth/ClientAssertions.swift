import Foundation
import HTTP
import JSON
import Synchronization
import World

/// What a client with a key of its own shows at the token endpoint in place of a secret: JWTs that it
/// signs itself, each for one request (RFC 7523 sections 2.2 and 3).
///
/// Okta's Express Configuration does so by RS256 (okta-behaviour, section 2.9); what its assertions
/// hold is not published, so that they hold what the RFC asks for and nothing else.
package struct ClientAssertions: Sendable {
  package static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
  /// How long one is good, in seconds.
  ///
  /// Section 3 leaves it open; authorization servers refuse one that is good for long.
  package static let lifetime = 60

  private let key: SigningKey
  private let audience: String
  private let second: @Sendable () -> Int
  private let random: SharedRandom
  private let aliases: SecretAliases
  private var isForged = false

  /// - Parameters:
  ///   - tokenEndpoint: The audience, without a query: "the token endpoint URL of the authorization
  ///     server MAY be used" (section 3, number 3).
  ///   - second: Seconds since 1970, by the app's clock.
  package init(
    key: SigningKey,
    tokenEndpoint: HTTPURL,
    random: SeededRandom,
    aliases: SecretAliases,
    second: @escaping @Sendable () -> Int
  ) {
    self.key = key
    self.audience = tokenEndpoint.origin.description + tokenEndpoint.path
    self.random = SharedRandom(random)
    self.aliases = aliases
    self.second = second
  }

  /// The same, but signed wrongly.
  var forged: ClientAssertions {
    var forged = self
    forged.isForged = true
    return forged
  }

  /// A new one: an app may refuse to see one twice (section 3, number 7).
  func next(for clientID: String) -> Secret {
    let now = second()
    let header: JSONValue = ["alg": "RS256", "typ": "JWT"]
    let claims: JSONValue = [
      "iss": .string(clientID),
      "sub": .string(clientID),
      "aud": .string(audience),
      // With the second, since a run is repeated by its seed.
      "jti": .string(random.alphanumerics(22) + "-\(now)"),
      "iat": .number(JSONNumber(now)),
      "exp": .number(JSONNumber(now + Self.lifetime)),
    ]
    let signed = [header, claims].map { Base64URL.encode($0.compactBytes) }.joined(separator: ".")
    let value = signed + "." + Base64URL.encode(key.signature(of: Array(signed.utf8)))
    let secret = aliases.secret(value, kind: .clientAssertion, isOurs: true)
    guard isForged else { return secret }
    let forged = secret.altered()
    return aliases.secret(forged.exposed(), alias: forged.alias)
  }
}

/// One stream for all who ask as the same client.
private final class SharedRandom: Sendable {
  private let random: Mutex<SeededRandom>

  init(_ random: SeededRandom) { self.random = Mutex(random) }

  func alphanumerics(_ length: Int) -> String { random.withLock { $0.alphanumerics(length) } }
}

/// Base64 with the URL and filename safe alphabet, without padding (RFC 4648 section 5, RFC 7515 appendix C).
enum Base64URL {
  static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
      .replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }
}
