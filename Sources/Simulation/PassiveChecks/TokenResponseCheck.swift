import HTTP
import OAuth
import Okta

/// Every successful token response (RFC 6749 section 5.1).
enum TokenResponseCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.tokenExchanges.flatMap { exchange -> [Observation] in
      guard let response = exchange.response, response.isSuccess else { return [] }
      do throws(TokenResponseError) {
        let token = try TokenResponse.read(response, exchange.document)
        return token.problems.compactMap { observation($0, exchange, token) }
          + refreshToken(token, exchange)
      } catch {
        return [unusable(error, exchange)]
      }
    }
  }

  private static func observation(
    _ problem: TokenResponse.Problem,
    _ exchange: Exchange,
    _ token: TokenResponse
  ) -> Observation? {
    var observation = Observation(
      id: "",
      party: .authorizationServer,
      message: "",
      advice: "",
      source: "RFC 6749 section 5.1",
      exchanges: [exchange.number]
    )
    switch problem {
    case .tokenTypeMissing:
      observation.id = "token-response.token-type-missing"
      observation.message = "the app's token response has no token_type"
      observation.advice = "add \"token_type\": \"Bearer\""
    case .tokenTypeUnknown(let type):
      observation.id = "token-response.token-type"
      observation.source = "RFC 6749 section 7.1"
      observation.message = "the app's token response gives token_type '\(type)', not Bearer"
      observation.advice = "Okta sends the token as a bearer token (RFC 6750): say so"
    case .expiresInMissing:
      observation.id = "F-11.expires-in-missing"
      observation.failureModes = ["F-11"]
      observation.level = .should
      observation.message =
        "the app's token response has no expires_in, so only a 401 can tell that the token is dead"
      observation.advice = "add expires_in, in seconds"
    case .expiresInNotANumber(let text):
      observation.id = "F-12.expires-in-type"
      observation.failureModes = ["F-12"]
      observation.message =
        "the app's token response gives expires_in as \(text); RFC 6749 asks for a number of seconds"
      observation.advice = "write it as a JSON number: \"expires_in\": \(token.expiresIn ?? 0)"
    case .expiresInNotWhole(let text):
      observation.id = "F-12.expires-in-fraction"
      observation.failureModes = ["F-12"]
      observation.level = .should
      observation.source = "RFC 6749 appendix A.14"
      observation.message =
        "the app's token response gives expires_in as \(text), not as digits alone"
      observation.advice = "write whole seconds: \"expires_in\": \(token.expiresIn ?? 0)"
    case .expiresInUnusable(let text):
      observation.id = "F-12.expires-in-unusable"
      observation.failureModes = ["F-12"]
      observation.message = "the app's token response gives expires_in as \(text)"
      observation.advice = "write the lifetime as a JSON number of seconds"
    case .expiresInNotPositive(let seconds):
      observation.id = "F-10.expires-in-not-positive"
      observation.failureModes = ["F-10"]
      observation.message = "the app's token response gives expires_in \(seconds)"
      observation.advice = "a token must live for at least a second to be used"
    case .expiresInHuge(let seconds):
      observation.id = "F-12.expires-in-huge"
      observation.failureModes = ["F-10", "F-12"]
      observation.level = .should
      observation.message =
        "the app's token response gives expires_in \(seconds), which is more than a year"
      observation.advice = "the unit is seconds from the response, not milliseconds or an instant"
    case .cacheable(let field):
      observation.id = "F-16.cacheable"
      observation.failureModes = ["F-16"]
      observation.message =
        "the app's token response may be cached: "
        + (field.map { "Cache-Control is '\($0)'" } ?? "it has no Cache-Control")
      observation.advice = "add Cache-Control: no-store to each response that carries a token"
    case .notJSONMediaType(let type):
      observation.id = "token-response.media-type"
      observation.level = .should
      observation.message =
        "the app's token response is JSON but its Content-Type is \(type ?? "missing")"
      observation.advice = "answer with Content-Type: application/json"
    case .charactersOf(let field):
      observation.id = "F-09.token-characters"
      observation.failureModes = ["F-09"]
      observation.source =
        field == "access_token" ? "RFC 6750 section 2.1" : "RFC 6749 appendix A.17"
      observation.message = "the app's \(field) has characters that no such token may have"
      observation.advice =
        field == "access_token"
        ? "use letters, digits and -._~+/, with = at the end: it goes into a header as it is"
        : "use printable ASCII"
    case .status(let status):
      observation.id = "token-response.status"
      observation.message = "the app's token response is an HTTP \(status), not a 200"
      observation.advice = "answer with 200 OK"
    case .scopeNotAString(let kind):
      observation.id = "token-response.scope-type"
      observation.failureModes = ["F-26"]
      observation.message = "the app's token response gives \(kind) for scope"
      observation.advice = "write scopes as one string with spaces (RFC 6749 section 3.3)"
    case .refreshTokenNotAString(let kind):
      observation.id = "token-response.refresh-token-type"
      observation.explains = .refreshes
      observation.message = "the app's token response gives \(kind) for refresh_token"
      observation.advice = "write it as a JSON string that is not empty"
    }
    return observation
  }

  private static func refreshToken(
    _ token: TokenResponse,
    _ exchange: Exchange
  ) -> [Observation] {
    guard exchange.intent.act == .exchangeCode, token.refreshToken == nil,
      // One that is there in another form has been told of.
      !token.problems.contains(where: {
        if case .refreshTokenNotAString = $0 { true } else { false }
      })
    else { return [] }
    let form = FormURLEncoding.decode(String(decoding: exchange.request.body, as: UTF8.self))
    guard form["grant_type"] == "authorization_code" else { return [] }
    let life = token.expiresIn.map { "this link will live \($0) s" }
    return [
      Observation(
        id: "F-17.no-refresh-token",
        failureModes: ["F-17"],
        // Without a stated end the link may live; with one it cannot.
        level: life == nil ? .should : .must,
        party: .authorizationServer,
        message:
          "the app gave no refresh token: \(life ?? "when the token dies, so does the link")",
        advice:
          "issue a refresh token; where the app asks for a scope for it, put the scope into "
          + "authentication.scopes or the query of authorizationEndpoint",
        source: "RFC 6749 section 1.5; Okta, \"Use OAuth 2.0 with refresh token\"",
        exchanges: [exchange.number],
        explains: .refreshes
      )
    ]
  }

  private static func unusable(_ error: TokenResponseError, _ exchange: Exchange) -> Observation {
    if case .refused = error {
      return Observation(
        id: "F-15.error-with-success",
        failureModes: ["F-15"],
        party: .authorizationServer,
        message: "\(error)",
        advice: "answer a refused token request with HTTP 400",
        source: "RFC 6749 section 5.2",
        exchanges: [exchange.number]
      )
    }
    return Observation(
      id: "token-response.unusable",
      party: .authorizationServer,
      message: "\(error)",
      advice: "answer with a JSON object that holds access_token, token_type and expires_in",
      source: "RFC 6749 section 5.1",
      exchanges: [exchange.number]
    )
  }
}
