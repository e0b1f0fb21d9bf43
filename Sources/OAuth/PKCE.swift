import World

/// Proof Key for Code Exchange by S256 (RFC 7636).
package struct PKCE: Sendable, Equatable {
  package let verifier: String

  /// - Parameter verifier: 43 to 128 unreserved characters (section 4.1).
  package init(verifier: String) {
    self.verifier = verifier
  }

  package static func random(using random: inout SeededRandom) -> PKCE {
    PKCE(verifier: random.alphanumerics(64))
  }

  /// BASE64URL(SHA256(verifier)) without padding (section 4.2).
  package var challenge: String {
    Base64URL.encode(SHA256.digest(Array(verifier.utf8)))
  }
}
