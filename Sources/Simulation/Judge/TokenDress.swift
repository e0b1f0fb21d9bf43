import Foundation
import HTTP
import JSON
import OAuth

/// How a token response is dressed (RFC 6749 section 5.1), and how a refusal (section 5.2).
enum TokenDress {
  static func observe(_ reading: Reading) -> [Observation] {
    guard let response = reading.exchange.response, let token = reading.token else { return [] }
    switch token {
    case .success(let token):
      return token.problems.map { observation($0, reading.number, token) }
        + [refreshToken(token, reading), shorterThanTold(token, reading)].compactMap(\.self)
    case .failure(let error):
      return response.isSuccess
        ? [unusable(error, reading.number)] : refusal(error, response, reading)
    }
  }

  // MARK: A token response

  private static func observation(
    _ problem: TokenResponse.Problem,
    _ exchange: Int,
    _ token: TokenResponse
  ) -> Observation {
    func observation(_ kind: FindingKind, _ words: String) -> Observation {
      Observation(kind, "the app's \(words)", [exchange])
    }
    switch problem {
    case .tokenTypeMissing:
      return observation(.tokenTypeMissing, "token response has no token_type")
    case .tokenTypeUnknown(let type):
      return observation(
        .tokenTypeUnknown,
        "token response gives token_type '\(type)', not Bearer"
      )
    case .expiresInMissing:
      return observation(
        .expiresInMissing,
        "token response has no expires_in, so only a 401 can tell that the token is dead"
      )
    case .expiresInNotANumber(let text):
      return observation(
        .expiresInType,
        "token response gives expires_in as \(text); RFC 6749 asks for a number of seconds"
      )
    case .expiresInNotWhole(let text):
      return observation(
        .expiresInFraction,
        "token response gives expires_in as \(text), not as digits alone"
      )
    case .expiresInUnusable(let text):
      return observation(.expiresInUnusable, "token response gives expires_in as \(text)")
    case .expiresInNotPositive(let seconds):
      return observation(.expiresInNotPositive, "token response gives expires_in \(seconds)")
    case .expiresInHuge(let seconds):
      return observation(
        .expiresInHuge,
        "token response gives expires_in \(seconds), which is more than a year"
      )
    case .cacheable(let field):
      return observation(
        .cacheable,
        "token response may be cached: "
          + (field.map { "Cache-Control is '\($0)'" } ?? "it has no Cache-Control")
      )
    case .notJSONMediaType(let type):
      return observation(
        .tokenMediaType,
        "token response is JSON but its Content-Type is \(type ?? "missing")"
      )
    case .charactersOf(let field):
      return observation(
        .tokenCharacters,
        "\(field) has characters that no such token may have"
      )
    case .status(let status):
      return observation(.tokenStatus, "token response is an HTTP \(status), not a 200")
    case .scopeNotAString(let kind):
      return observation(.scopeType, "token response gives \(kind) for scope")
    case .refreshTokenNotAString(let kind):
      return observation(.refreshTokenType, "token response gives \(kind) for refresh_token")
    }
  }

  private static func refreshToken(_ token: TokenResponse, _ reading: Reading) -> Observation? {
    guard reading.intent.act == .exchangeCode, token.refreshToken == nil,
      // One that is there in another form has been told of.
      !token.problems.contains(where: {
        if case .refreshTokenNotAString = $0 { true } else { false }
      })
    else { return nil }
    let life = token.expiresIn.map { "this link will live \($0) s" }
    return Observation(
      .noRefreshToken,
      "the app gave no refresh token: \(life ?? "when the token dies, so does the link")",
      [reading.number],
      // Without a stated end the link may live; with one it cannot.
      level: life == nil ? .should : .must
    )
  }

  private static func unusable(_ error: TokenResponseError, _ exchange: Int) -> Observation {
    if case .refused = error { return Observation(.errorWithSuccess, "\(error)", [exchange]) }
    return Observation(.tokenUnusable, "\(error)", [exchange])
  }

  /// A token that is a JWT and whose own life is shorter than the response says: milliseconds in the
  /// place of seconds, or two settings.
  ///
  /// The other way round proves nothing: a token may come from a cache with what is left of it.
  private static func shorterThanTold(_ token: TokenResponse, _ reading: Reading) -> Observation? {
    guard let told = token.expiresIn.map({ Duration.seconds($0) }),
      let life = lifeOfJWT(token.accessToken), told > life + .seconds(1)
    else { return nil }
    return Observation(
      .jwtLifetime,
      "the app's token response gives expires_in \(told.inSeconds), but the token itself "
        + "lives \(life.inSeconds) (exp - iat)",
      [reading.number]
    )
  }

  /// `exp - iat` of a JWT (RFC 7519 section 4.1); nil for any other token.
  private static func lifeOfJWT(_ token: String) -> Duration? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let payload = decode(parts[1]),
      let claims = JSONBody(payload).object,
      let end = claims["exp"]?.number?.double, let start = claims["iat"]?.number?.double,
      end > start, end - start < 1e9
    else { return nil }
    return .milliseconds(Int64((end - start) * 1000))
  }

  /// Base64 for URLs, without padding (RFC 4648 section 5).
  private static func decode(_ text: Substring) -> [UInt8]? {
    let usual = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - usual.utf8.count % 4) % 4)
    return Data(base64Encoded: usual + padding).map { Array($0) }
  }

  // MARK: A refusal

  private static let known: Set = [
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
    "unsupported_grant_type", "invalid_scope",
  ]

  private static func refusal(
    _ error: TokenResponseError,
    _ response: HTTPResponse,
    _ reading: Reading
  ) -> [Observation] {
    guard case .refused(let status, let code, _) = error else { return [] }
    if let observation = elsewhere(response, code, reading) { return [observation] }
    // A 5xx, 408 or 429 says nothing about the grant, and needs no OAuth dress.
    if status >= 500, code == nil || status == 503 { return [] }
    if status == 408 || status == 429 { return [] }
    guard let code else {
      var observation = Observation(
        .tokenErrorMissing,
        "the app refused the token request with HTTP \(status) and no error code",
        [reading.number]
      )
      if status == 404 || status == 405 {
        observation.advice =
          "is this the token endpoint? if it is, " + FindingKind.tokenErrorMissing.row.advice
      }
      return [observation]
    }
    // Others, such as server_error, have no status of their own.
    guard known.contains(code) else { return [] }
    let isUnauthorizedClient = code == "invalid_client" && status == 401
    if status == 400 || isUnauthorizedClient { return [] }
    return [
      Observation(
        .tokenErrorStatus,
        "the app refused the token request with HTTP \(status) \(code)",
        [reading.number]
      )
    ]
  }

  /// An answer that is not the token endpoint's own: a redirect, or a page of something before it.
  private static func elsewhere(
    _ response: HTTPResponse,
    _ code: String?,
    _ reading: Reading
  ) -> Observation? {
    let target = reading.exchange.request.url
    let url = "\(target.origin)\(target.path)"
    if [301, 302, 303, 307, 308].contains(response.status), code == nil {
      let place = response.fields["Location"].map { " to \($0.prefix { $0 != "?" })" } ?? ""
      return Observation(
        .tokenEndpointRedirects,
        "the app answered the token request to \(url) with a redirect\(place) "
          + "(HTTP \(response.status))",
        [reading.number]
      )
    }
    guard (400..<500).contains(response.status), ![404, 405, 408, 429].contains(response.status),
      code == nil, response.mediaType?.essence == "text/html"
    else { return nil }
    let fields = reading.exchange.request.fields
    let missing = ["User-Agent", "Origin", "Referer", "Cookie"].filter { !fields.contains($0) }
    return Observation(
      .tokenEndpointFiltered,
      "something in front of the token endpoint \(url) answered with HTTP \(response.status) and "
        + "a page, not the token endpoint; the request had no \(missing.joined(separator: ", "))",
      [reading.number]
    )
  }
}
