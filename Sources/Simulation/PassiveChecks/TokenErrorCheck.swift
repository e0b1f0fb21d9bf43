import HTTP
import OAuth

/// How a refused token request is dressed (RFC 6749 section 5.2).
enum TokenErrorCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.tokenExchanges.flatMap { exchange -> [Observation] in
      guard let response = exchange.response, !response.isSuccess else { return [] }
      do throws(TokenResponseError) {
        _ = try TokenResponse.read(response, exchange.document)
        return []
      } catch {
        return dress(error, response, exchange)
      }
    }
  }

  private static func dress(
    _ error: TokenResponseError,
    _ response: HTTPResponse,
    _ exchange: Exchange
  ) -> [Observation] {
    guard case .refused(let status, let code, _) = error else { return [] }
    func observation(_ id: String, _ message: String, _ advice: String) -> Observation {
      Observation(
        id: id,
        failureModes: ["F-15"],
        party: .authorizationServer,
        message: message,
        advice: advice,
        source: "RFC 6749 section 5.2",
        exchanges: [exchange.number]
      )
    }
    // A 5xx, 408 or 429 says nothing about the grant, and needs no OAuth dress.
    if status >= 500, code == nil || status == 503 { return [] }
    if status == 408 || status == 429 { return [] }
    guard let code else {
      return [
        observation(
          "F-15.no-error",
          "the app refused the token request with HTTP \(status) and no error code",
          (status == 404 || status == 405 ? "is this the token endpoint? if it is, " : "")
            + "answer with JSON: {\"error\": \"invalid_grant\"}, so that a client knows what is lost"
        )
      ]
    }
    let known = [
      "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
      "unsupported_grant_type", "invalid_scope",
    ]
    // Others, such as server_error, have no status of their own.
    guard known.contains(code) else { return [] }
    let isUnauthorizedClient = code == "invalid_client" && status == 401
    if status != 400, !isUnauthorizedClient {
      return [
        observation(
          "F-15.wrong-status",
          "the app refused the token request with HTTP \(status) \(code)",
          "answer \(code) with HTTP 400"
        )
      ]
    }
    return []
  }
}
