import Foundation
import HTTP
import JSON
import OAuth

/// What a refreshed access token is worth: no less than the one before it (RFC 6749 section 6).
enum RefreshedTokenCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.tokens.flatMap { token -> [Observation] in
      [
        sameAgain(token, record), forbidden(token, record), elsewhere(token, record),
        shorterThanTold(token, record),
      ].compactMap(\.self)
    } + changedScopes(record)
  }

  /// A scope that a refresh states and that is not the one of the grant.
  private static func changedScopes(_ record: ScenarioRecord) -> [Observation] {
    var granted: (scopes: Set<Substring>, text: String)?
    return record.tokenExchanges.compactMap { exchange in
      guard let response = exchange.response,
        let token = try? TokenResponse.read(response, exchange.document)
      else {
        return nil
      }
      // Some servers name it only where they give a refresh token.
      let scopes = token.scope.map { scope in
        Set(scope.split(separator: " ").filter { $0 != "offline_access" })
      }
      guard exchange.intent.act == .refresh else {
        granted = scopes.map { ($0, token.scope ?? "") }
        return nil
      }
      guard let granted, let scopes, granted.scopes != scopes else { return nil }
      let isMore = !scopes.isSubset(of: granted.scopes)
      return Observation(
        id: "F-26.scope-changed",
        failureModes: ["F-26"],
        level: isMore ? .must : .should,
        party: .authorizationServer,
        message:
          "the app's token response to a refresh says scope '\(token.scope ?? "")', the first "
          + "one of the grant '\(granted.text)'",
        advice:
          "a refresh without scope gives the scope that the admin granted, neither more nor less",
        source: "RFC 6749 section 6",
        exchanges: [exchange.number]
      )
    }
  }

  /// A refresh that answers with the access token that was to be replaced, although it is dead.
  private static func sameAgain(_ token: TokenRecord, _ record: ScenarioRecord) -> Observation? {
    guard record.exchange(token.exchange)?.intent.act == .refresh,
      let before = record.tokens.last(where: {
        $0.exchange < token.exchange && $0.token.value == token.token.value
      }), let lifetime = before.token.expiresIn, token.receivedAt >= before.receivedAt + lifetime,
      // One with a new life would be a way of its own.
      let refused = record.provisioning.first(where: {
        $0.number > token.exchange && $0.status == 401
          && $0.intent.token == token.token.value.alias
      })
    else { return nil }
    let others = record.provisioning.filter {
      $0.number > refused.number && $0.status == 401
        && $0.intent.token == token.token.value.alias
    }
    return Observation(
      id: "F-38.same-token",
      failureModes: ["F-38"],
      party: .authorizationServer,
      message:
        "the app answered a refresh with \(token.token.value.alias) again, which had expired "
        + "\((token.receivedAt - before.receivedAt - lifetime).inSeconds) before, and is refused",
      advice: "issue a new access token with each refresh",
      source: "RFC 6749 section 6",
      exchanges: [token.exchange, refused.number] + others.map(\.number)
    )
  }

  /// A refreshed token that may not do what the token before it did.
  private static func forbidden(_ token: TokenRecord, _ record: ScenarioRecord) -> Observation? {
    guard record.exchange(token.exchange)?.intent.act == .refresh else { return nil }
    let all = record.authorized.filter { exchange in
      exchange.status == 403 && exchange.intent.token == token.token.value.alias
    }
    guard let refused = all.first else { return nil }
    let isWrite = refused.request.method != "GET"
    let allowed = record.authorized.last { earlier in
      earlier.number < token.exchange && earlier.response?.isSuccess == true
        && (earlier.request.method != "GET") == isWrite
        && record.tokens.contains {
          $0.grant == token.grant && $0.token.value.alias == earlier.intent.token
        }
    }
    guard let allowed, speaksOfScope(refused, of: token, record) else { return nil }
    return Observation(
      id: "F-26.scope-lost",
      failureModes: ["F-26"],
      party: .both,
      message:
        "the app refused \(refused.request.method) \(refused.request.url.path) with HTTP 403 to "
        + "\(token.token.value.alias), which a refresh gave; "
        + "\(allowed.intent.token ?? "a token before it") was allowed to "
        + (isWrite ? "write" : "read"),
      advice: "a refresh without scope gives the scope that the admin granted",
      source: "RFC 6749 section 6",
      exchanges: [refused.number, token.exchange] + all.dropFirst().map(\.number)
    )
  }

  /// A refreshed token that belongs to other users than the one before it.
  private static func elsewhere(_ token: TokenRecord, _ record: ScenarioRecord) -> Observation? {
    guard record.exchange(token.exchange)?.intent.act == .refresh else { return nil }
    let all = record.authorized.filter { exchange in
      exchange.intent.token == token.token.value.alias && exchange.status == 404
        && record.kind(of: exchange) == .retrieve
    }
    guard let missing = all.first else { return nil }
    let path = missing.request.url.path
    let earlier = record.authorized.filter { exchange in
      guard exchange.number < token.exchange else { return false }
      if exchange.request.url.path == path { return true }
      let id = record.object(exchange.response?.body)?[ignoringCase: "id"]?.textForComparison
      return id.map { path.hasSuffix("/" + FormURLEncoding.percentEncode($0)) } ?? false
    }
    // Some apps delete whom they are told to deactivate.
    guard let known = earlier.last, known.response?.isSuccess == true,
      !earlier.contains(where: { ActivationCheck.toldActive($0, record) == false })
    else { return nil }
    return Observation(
      id: "F-50.user-gone",
      failureModes: ["F-50"],
      party: .both,
      message: "the app answered GET \(missing.request.url.path) with 404 to "
        + "\(token.token.value.alias), which a refresh gave; with \(known.intent.token ?? "the token before") "
        + "it had the user",
      advice: "let a refreshed token belong to the tenant of its grant",
      source: "RFC 6749 section 6",
      exchanges: [missing.number, token.exchange] + all.dropFirst().map(\.number)
    )
  }

  /// Whether a 403 is about the token: it says so, or the token is good for nothing.
  ///
  /// A user may be forbidden for another reason, such as a licence.
  private static func speaksOfScope(
    _ refused: Exchange,
    of token: TokenRecord,
    _ record: ScenarioRecord
  ) -> Bool {
    let challenge = refused.response?.fields.values("WWW-Authenticate").joined() ?? ""
    if challenge.contains("insufficient_scope") { return true }
    if refused.response?.text.lowercased().contains("scope") ?? false { return true }
    return !record.authorized.contains {
      $0.intent.token == token.token.value.alias && $0.response?.isSuccess == true
    }
  }

  /// A token that is a JWT and whose own life is shorter than the response says: milliseconds in the
  /// place of seconds, or two settings.
  ///
  /// The other way round proves nothing: a token may come from a cache with what is left of it.
  private static func shorterThanTold(
    _ token: TokenRecord,
    _ record: ScenarioRecord
  ) -> Observation? {
    guard let told = token.token.expiresIn, let life = lifeOfJWT(token.token.value.exposed()),
      told > life + .seconds(1)
    else { return nil }
    return Observation(
      id: "F-04.jwt-lifetime",
      failureModes: ["F-04", "F-12"],
      party: .authorizationServer,
      message: "the app's token response gives expires_in \(told.inSeconds), but the token itself "
        + "lives \(life.inSeconds) (exp - iat)",
      advice: "let expires_in say, in seconds, how long the token is good",
      source: "RFC 6749 section 5.1; RFC 7519 section 4.1.4",
      exchanges: [token.exchange]
    )
  }

  /// `exp - iat` of a JWT (RFC 7519 section 4.1); nil for any other token.
  private static func lifeOfJWT(_ token: String) -> Duration? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let payload = decode(parts[1]),
      let claims = (try? JSONReader.read(payload))?.object,
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
}
