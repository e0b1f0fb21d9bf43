import Foundation
import HTTP
import JSON

/// An assertion of a client that has a key (RFC 7523 section 3), read as far as a right server reads it.
struct ClientAssertion {
  static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
  /// Seconds that a client's clock may be ahead.
  private static let leeway = 5
  /// Seconds that one may be good for at the most.
  private static let longestLife = 300

  let clientID: String
  let id: String
  /// In seconds since 1970.
  let expiry: Int
  private let claims: JSONObject
  private let signed: [UInt8]
  private let signature: [UInt8]

  init(_ form: [FormField]) throws(TokenRefusal) {
    guard form.given("client_assertion_type") == Self.type else {
      throw .invalidRequest("client_assertion_type is not \(Self.type)")
    }
    let parts = (form.given("client_assertion") ?? "")
      .split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
    guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
      let signature = Self.bytes(parts[2])
    else { throw .invalidClient("client_assertion is no JWT") }
    guard header["alg"]?.string == "RS256" else {
      throw .invalidClient("client_assertion is not signed by RS256")
    }
    guard let subject = claims["sub"]?.string, claims["iss"]?.string == subject else {
      throw .invalidClient("iss and sub of client_assertion are not the client")
    }
    guard let id = claims["jti"]?.string, let expiry = claims["exp"]?.number?.integer else {
      throw .invalidClient("client_assertion has no jti or no exp")
    }
    if let named = form.given("client_id"), named != subject {
      throw .invalidRequest("client_id is not the client that authenticates")
    }
    clientID = subject
    self.id = id
    self.expiry = expiry
    self.claims = claims
    signed = Array((parts[0] + "." + parts[1]).utf8)
    self.signature = signature
  }

  /// - Parameters:
  ///   - key: The client's.
  ///   - audiences: What the server calls itself.
  ///   - now: In seconds since 1970.
  /// - Returns: nil where it is good.
  func refusal(key: SigningKey, audiences: [String], now: Int) -> TokenRefusal? {
    guard key.isSignature(signature, of: signed) else {
      return .invalidClient("the signature of client_assertion is wrong")
    }
    let named = claims["aud"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] } ?? []
    guard named.contains(where: audiences.contains) else {
      return .invalidClient("client_assertion is meant for another server")
    }
    guard expiry > now else { return .invalidClient("client_assertion has expired") }
    guard expiry - now <= Self.longestLife + Self.leeway,
      (claims["iat"]?.number?.integer).map({ $0 <= now + Self.leeway }) ?? true
    else { return .invalidClient("client_assertion is good for too long, or not yet") }
    return nil
  }

  private static func object(_ part: String) -> JSONObject? {
    bytes(part).flatMap { JSONBody($0).object }
  }

  /// Base64 for URLs, without padding (RFC 4648 section 5).
  private static func bytes(_ text: String) -> [UInt8]? {
    guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    return Data(base64Encoded: plain + padding).map { [UInt8]($0) }
  }
}

/// The assertions that were shown and could be shown again.
struct ShownAssertions {
  /// When each has expired, in seconds since 1970.
  private var expiries: [String: Int] = [:]
  private var swept = 0

  /// - Returns: Whether it was shown before (RFC 7523 section 3, number 7).
  mutating func isRepeated(_ assertion: ClientAssertion, now: Int) -> Bool {
    if now > swept {
      expiries = expiries.filter { $0.value > now }
      swept = now
    }
    return expiries.updateValue(assertion.expiry, forKey: assertion.id) != nil
  }
}
