import HTTP
import JSON

/// A token response (RFC 6749 section 5.1), read as far as a client can go on with it.
///
/// What is wrong but can be lived with is in `problems`.
package struct TokenResponse: Sendable, Equatable {
  package var accessToken: String
  package var tokenType: String?
  /// Seconds, as the wire has it.
  package var expiresIn: Int?
  package var refreshToken: String?
  package var scope: String?
  package var problems: [Problem]
  /// The whole document.
  package var document: JSONObject

  /// A departure from the standard that does not keep a client from going on.
  package enum Problem: Sendable, Equatable {
    case tokenTypeMissing
    case tokenTypeUnknown(String)
    case expiresInMissing
    /// A number of seconds, but not written as one: the text as it stands in the response.
    case expiresInNotANumber(String)
    /// A number, but not one of digits alone.
    case expiresInNotWhole(String)
    /// It is no number of seconds at all, so it is taken as missing.
    case expiresInUnusable(String)
    /// Zero or negative.
    case expiresInNotPositive(Int)
    /// More than a year: probably milliseconds, or an instant.
    case expiresInHuge(Int)
    /// Characters that no bearer token, or no refresh token, may have: which field.
    case charactersOf(String)
    /// A token response is a 200.
    case status(Int)
    case scopeNotAString(String)
    case cacheable(String?)
    case notJSONMediaType(String?)
    case refreshTokenNotAString(String)
  }

  /// - Parameter body: The response's, as its sender read it.
  package static func read(
    _ response: HTTPResponse,
    _ body: JSONBody
  ) throws(TokenResponseError) -> TokenResponse {
    let document = try object(in: body, of: response)
    // An error of null is none.
    guard response.isSuccess, document["error"]?.isNull ?? true else {
      throw .refused(
        status: response.status,
        error: document["error"]?.string,
        errorDescription: document["error_description"]?.string
      )
    }
    guard let accessToken = document["access_token"], !accessToken.isNull else {
      throw .missingField("access_token", status: response.status)
    }
    guard let token = accessToken.string else {
      throw .wrongKind(
        field: "access_token",
        expected: "a string",
        found: accessToken.kindInWords
      )
    }
    guard !token.isEmpty else { throw .missingField("access_token", status: response.status) }
    var result = TokenResponse(
      accessToken: token,
      tokenType: document["token_type"]?.string,
      scope: document["scope"]?.string,
      problems: [],
      document: document
    )
    result.readTokenType()
    result.readExpiresIn()
    result.readRefreshToken()
    result.readCharacters()
    result.readScope()
    if response.status != 200 { result.problems.append(.status(response.status)) }
    result.readHeaders(of: response)
    return result
  }

  private static func object(
    in body: JSONBody,
    of response: HTTPResponse
  ) throws(TokenResponseError) -> JSONObject {
    if let object = body.object { return object }
    guard response.isSuccess else {
      throw .refused(status: response.status, error: nil, errorDescription: nil)
    }
    let (status, mediaType) = (response.status, response.mediaType?.essence)
    switch body {
    case .empty: throw .notJSON(status: status, mediaType: mediaType, "the body is empty")
    case .unreadable(let problem):
      throw .notJSON(status: status, mediaType: mediaType, problem)
    case .value(let value):
      throw .wrongKind(
        field: "the body",
        expected: "a JSON object",
        found: value.kindInWords
      )
    }
  }

  private mutating func readTokenType() {
    guard let tokenType else { return problems.append(.tokenTypeMissing) }
    // Case insensitive: RFC 6749 section 5.1.
    if tokenType.lowercased() != "bearer" { problems.append(.tokenTypeUnknown(tokenType)) }
  }

  private mutating func readExpiresIn() {
    guard let value = document["expires_in"], !value.isNull else {
      return problems.append(.expiresInMissing)
    }
    switch value {
    case .number(let number):
      if let seconds = number.integer, TokenResponse.isReadable(seconds) {
        expiresIn = seconds
      } else if number.integer == nil, let seconds = number.double, seconds.magnitude < 1e15 {
        expiresIn = Int(seconds)
        problems.append(.expiresInNotWhole(number.text))
      }
    case .string(let text):
      if let seconds = Int(text.trimmingSpace), TokenResponse.isReadable(seconds) {
        expiresIn = seconds
        problems.append(.expiresInNotANumber("\"\(text)\""))
      }
    default: break
    }
    guard let expiresIn else { return problems.append(.expiresInUnusable(value.compactText)) }
    if expiresIn <= 0 { problems.append(.expiresInNotPositive(expiresIn)) }
    if expiresIn > 31_536_000 { problems.append(.expiresInHuge(expiresIn)) }
  }

  /// Whether a count of seconds is one that can be reckoned with: some thirty million years.
  ///
  /// An instant in nanoseconds, which some app may send, is not.
  private static func isReadable(_ seconds: Int) -> Bool {
    seconds.magnitude < 1_000_000_000_000_000
  }

  private mutating func readRefreshToken() {
    guard let value = document["refresh_token"], !value.isNull else { return }
    if let token = value.string, !token.isEmpty {
      refreshToken = token
    } else {
      let isEmpty = value.string?.isEmpty ?? false
      problems.append(.refreshTokenNotAString(isEmpty ? "an empty string" : value.kindInWords))
    }
  }

  /// RFC 6750 section 2.1 (b64token), RFC 6749 appendix A.17 (VSCHAR).
  private mutating func readCharacters() {
    let isToken = accessToken.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-._~+/=".utf8.contains(byte)
      }
    }
    if !isToken { problems.append(.charactersOf("access_token")) }
    let isVisible = (refreshToken ?? "").utf8.allSatisfy { (0x20...0x7E).contains($0) }
    if !isVisible { problems.append(.charactersOf("refresh_token")) }
  }

  private mutating func readScope() {
    guard let value = document["scope"], !value.isNull, value.string == nil else { return }
    problems.append(.scopeNotAString(value.kindInWords))
  }

  private mutating func readHeaders(of response: HTTPResponse) {
    let cacheControl = response.fields.values("Cache-Control").joined(separator: ", ")
    if !cacheControl.lowercased().contains("no-store") {
      problems.append(.cacheable(cacheControl.isEmpty ? nil : cacheControl))
    }
    if response.mediaType?.isJSON != true {
      problems.append(.notJSONMediaType(response.mediaType?.essence))
    }
  }
}

/// A token response that a client cannot go on with.
package enum TokenResponseError: Error, Sendable, Equatable {
  /// The status is not 2xx, or the body carries `error` (RFC 6749 section 5.2).
  case refused(status: Int, error: String?, errorDescription: String?)
  /// A 2xx response without a field that section 5.1 requires.
  case missingField(String, status: Int)
  /// A field of the wrong kind.
  case wrongKind(field: String, expected: String, found: String)
  case notJSON(status: Int, mediaType: String?, String)
}

extension TokenResponseError {
  /// Whether the grant is lost: only these two say so (RFC 6749 section 5.2); a failure of the
  /// server, of the network or of the client's own authentication does not.
  package var endsGrant: Bool {
    if case .refused(let status, let error, _) = self {
      // A 5xx is the server's trouble, whatever its body says.
      return status < 500 && (error == "invalid_grant" || error == "unauthorized_client")
    }
    return false
  }
}

extension TokenResponseError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .refused(let status, let error, let description):
      "the app refused the token request: HTTP \(status)"
        + (error.map { " \($0)" } ?? "") + (description.map { " (\($0))" } ?? "")
    case .missingField(let field, let status):
      "the app's token response (HTTP \(status)) has no \(field)"
    case .wrongKind(let field, let expected, let found):
      "the app's token response gives \(found) for \(field); RFC 6749 asks for \(expected)"
    case .notJSON(let status, let mediaType, let problem):
      "the app's token response (HTTP \(status), \(mediaType ?? "no media type")) is not JSON: "
        + problem
    }
  }
}
