import HTTP
import OAuth
import Okta

/// A refresh with a good refresh token that the app does not grant, and why that is.
enum RefreshCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    var grant = Grant()
    var observations: [Observation] = []
    for exchange in record.tokenExchanges {
      if exchange.intent.act == .exchangeCode { grant = Grant() }
      guard let response = exchange.response else { continue }
      do throws(TokenResponseError) {
        let token = try TokenResponse.read(response, exchange.document)
        grant.note(token, exchange)
      } catch {
        guard exchange.intent.act == .refresh, !grant.isDead else { continue }
        // It acted, and may have spent the refresh token, but gave nothing to go on with: that is
        // told of the token response, and what follows is no news.
        if response.isSuccess, !error.endsGrant {
          grant.isDead = true
          continue
        }
        if error.endsGrant {
          grant.isDead = true
          if let observation = carelessness(exchange, record) {
            observations.append(observation)
            continue
          }
        }
        if let observation = observation(error, exchange, grant, record) {
          observations.append(observation)
        }
      }
    }
    return observations
  }

  /// What is known of the grant before a refresh.
  private struct Grant {
    var lastResponse: TokenResponse?
    var lastExchange: Exchange?
    var refreshCount = 0
    var rotation = Rotation.none
    var isDead = false

    enum Rotation {
      case none
      case rotated
      case repeated
      case omitted
    }

    mutating func note(_ token: TokenResponse, _ exchange: Exchange) {
      if exchange.intent.act == .refresh {
        refreshCount += 1
        let spent = RefreshCheck.spent(by: exchange)
        rotation =
          token.refreshToken == nil ? .omitted : token.refreshToken == spent ? .repeated : .rotated
      }
      lastResponse = token
      lastExchange = exchange
    }
  }

  private static func spent(by exchange: Exchange) -> String? {
    FormURLEncoding.decode(String(decoding: exchange.request.body, as: UTF8.self))["refresh_token"]
  }

  /// A refresh token that another request had spent, or may have: an app may refuse it.
  ///
  /// RFC 6749 section 10.4, RFC 9700 section 4.14.2: what was rotated may be refused, and so may
  /// the new one then.
  private static func carelessness(
    _ exchange: Exchange,
    _ record: ScenarioRecord
  ) -> Observation? {
    if givenAgain(exchange, record) != nil { return nil }
    let token = spent(by: exchange)
    let others = record.tokenExchanges.filter { other in
      other.number != exchange.number && other.intent.act == .refresh
        && other.sent <= exchange.received && spent(by: other) == token
    }
    var observation = Observation(
      id: "",
      level: .may,
      party: .oktasim,
      message: "",
      advice: "",
      source: "RFC 6749 section 10.4; RFC 9700 section 4.14.2",
      exchanges: [exchange.number]
    )
    let alias = exchange.intent.token ?? "the refresh token"
    for other in others {
      guard let response = other.response else {
        observation.id = "F-18.spent-token-refused"
        observation.failureModes = ["F-18"]
        observation.message =
          "the app refused \(alias), which the request of exchange \(other.number) had spent, though "
          + "its answer never came"
        observation.advice =
          "give a client that repeats its refresh within some seconds the same answer again"
        return observation
      }
      guard let answer = try? TokenResponse.read(response, other.document),
        let new = answer.refreshToken,
        new != token
      else { continue }
      // Each caller refreshes for itself: which of them came first is chance.
      if other.received > exchange.sent || record.refreshesInParallel {
        observation.id = "F-19.spent-token-refused"
        observation.failureModes = ["F-19"]
        observation.message =
          "the app refused \(alias), which exchange \(other.number) was spending at the same time"
        observation.advice =
          "to serve clients that refresh in parallel, honour a rotated token for some seconds more"
      } else {
        observation.id = "F-43.spent-token-refused"
        observation.failureModes = ["F-43"]
        observation.message =
          "the app refused \(alias), which it had replaced in exchange \(other.number)"
        observation.advice = "the app is right; a client has to keep the new refresh token"
      }
      return observation
    }
    return nil
  }

  private static func observation(
    _ error: TokenResponseError,
    _ exchange: Exchange,
    _ grant: Grant,
    _ record: ScenarioRecord
  ) -> Observation? {
    guard case .refused(let status, let code, _) = error, let last = grant.lastExchange else {
      return nil
    }
    let age = exchange.sent - (giver(of: exchange, record) ?? last).received
    let lifetime = grant.lastResponse?.expiresIn.map { Duration.seconds($0) }
    let token = exchange.intent.token ?? "the refresh token"
    var observation = Observation(
      id: "",
      party: .authorizationServer,
      message: "\(error); \(token) was \(age.inSeconds) old and had "
        + (wasSpent(before: exchange, record) ? "been used before" : "not been used before"),
      advice: "",
      source: "RFC 6749 section 6",
      exchanges: [exchange.number]
    )
    if status >= 500 || code == nil || !error.endsGrant {
      return undecided(observation, status, code)
    }
    if let again = givenAgain(exchange, record) {
      observation.id = "F-21.given-again-refused"
      observation.failureModes = ["F-21"]
      observation.source = "RFC 6749 section 6"
      observation.message =
        "\(error); \(token) had been spent, but exchange \(again) gave it once more"
      observation.advice =
        "within its grace window a spent refresh token is answered with the successor, not with itself"
      return observation
    }
    if wasLost(exchange, record) {
      observation.id = "F-18.lost-answer"
      observation.failureModes = ["F-18"]
      observation.level = .may
      observation.source = "RFC 6819 section 5.2.2.3"
      observation.message = "\(error); \(token) had been spent in a request whose answer was lost"
      observation.advice =
        "let a spent refresh token work for some seconds, or until its successor is used: a client "
        + "that lost an answer has nothing else"
      return observation
    }
    if let rival = rival(of: exchange, record) {
      return concurrent(observation, exchange, rival, record)
    }
    if isLongIdle(age, lifetime) {
      observation.id = "F-28.refresh-token-ended"
      observation.failureModes = ["F-28", "F-48"]
      observation.level = .may
      observation.source = "RFC 9700 section 4.14.2"
      observation.advice =
        "the app lets a refresh token die within \(age.inSeconds): Okta refreshes only when it has "
        + "something to send, so a quiet time of that length costs an admin a new authentication"
      return observation
    }
    if grant.refreshCount > 0 { return afterRefresh(observation, grant) }
    guard let lifetime, age >= lifetime else {
      observation.id = "refresh.refused"
      observation.failureModes = ["F-14"]
      observation.advice =
        "a refresh token that was handed out has to work (RFC 6749 section 6); where the app lets one "
        + "grant live at a time, set authentication.grants to one-at-a-time"
      return observation
    }
    observation.id = "F-27.refused-after-expiry"
    observation.failureModes = ["F-27"]
    observation.message += "; the access token had expired \((age - lifetime).inSeconds) before"
    observation.source = "RFC 6749 section 1.5, section 6"
    observation.advice =
      "keep the refresh token when its access token expires: the time after is what it is for"
    return observation
  }

  /// A refusal that does not say that the grant has ended.
  private static func undecided(
    _ start: Observation,
    _ status: Int,
    _ code: String?
  ) -> Observation? {
    var observation = start
    switch (status, code) {
    // Its dress is told of.
    case (..<500, nil) where status != 429 && status != 408: return nil
    case (429, _):
      observation.id = "F-47.refresh-limited"
      observation.failureModes = ["F-47"]
      observation.level = .may
      observation.source = "RFC 6585 section 4"
      observation.advice =
        "limit token requests per client, not per tenant's burst; scenarios at once may be a burst "
        + "that Okta is not: run with --jobs 1"
    case (_, "invalid_client"):
      observation.id = "F-32.invalid-client"
      observation.failureModes = ["F-32"]
      observation.advice =
        "the same credentials were good for the code: check them alike for refresh_token"
    case (..<500, let code?):
      observation.id = "F-15.refresh-refused"
      observation.failureModes = ["F-15"]
      observation.source = "RFC 6749 section 5.2, section 6"
      observation.advice =
        "a refresh needs grant_type, refresh_token and the client's credentials, and no more; where "
        + "the refresh token is what is wrong, the error is invalid_grant, not \(code)"
    default:
      observation.id = "F-30.refresh-failed"
      observation.failureModes = ["F-30", "F-36"]
      observation.advice =
        "answer a good refresh token with a token response; a failure inside the app is a 5xx "
        + "after which the same refresh token still works"
    }
    return observation
  }

  private static func wasSpent(before exchange: Exchange, _ record: ScenarioRecord) -> Bool {
    let token = spent(by: exchange)
    return record.tokenExchanges.contains {
      $0.number < exchange.number && $0.received <= exchange.sent
        && $0.intent.act == .refresh && spent(by: $0) == token
    }
  }

  /// The token response that gave the refresh token.
  private static func giver(of exchange: Exchange, _ record: ScenarioRecord) -> Exchange? {
    let token = spent(by: exchange)
    return record.tokenExchanges.last { other in
      guard other.received <= exchange.sent, let response = other.response else { return false }
      return (try? TokenResponse.read(response, other.document))?.refreshToken == token
    }
  }

  /// The token response that gave the refresh token again after it had been spent and replaced.
  private static func givenAgain(_ exchange: Exchange, _ record: ScenarioRecord) -> Int? {
    let token = spent(by: exchange)
    let before = record.tokenExchanges.filter {
      $0.number < exchange.number && $0.intent.act == .refresh && spent(by: $0) == token
    }
    func given(_ other: Exchange) -> String? {
      other.response.flatMap { try? TokenResponse.read($0, other.document) }?.refreshToken
    }
    guard before.contains(where: { given($0).map { $0 != token } ?? false }) else { return nil }
    return before.last { given($0) == token }?.number
  }

  /// Whether the refresh token was spent before in a request that was made to go wrong.
  private static func wasLost(_ exchange: Exchange, _ record: ScenarioRecord) -> Bool {
    record.exchanges.contains { other in
      other.fault != nil && other.number < exchange.number
        && other.intent.act == .refresh && other.intent.token == exchange.intent.token
    }
  }

  /// Another refresh with the same refresh token that was under way at the same time.
  private static func rival(of exchange: Exchange, _ record: ScenarioRecord) -> Exchange? {
    record.tokenExchanges.first { other in
      other.number != exchange.number && other.intent.act == .refresh
        && other.intent.token == exchange.intent.token
        && other.sent < exchange.received && exchange.sent < other.received
    }
  }

  /// Either of two is right: all are answered, or one is and its tokens stay good (RFC 6819
  /// section 5.2.2.3 warns of the rest).
  private static func concurrent(
    _ start: Observation,
    _ exchange: Exchange,
    _ rival: Exchange,
    _ record: ScenarioRecord
  ) -> Observation {
    var observation = start
    let winners = record.tokens.filter { token in
      record.exchange(token.exchange)?.intent.token == exchange.intent.token
    }.map(\.token.value.alias)
    let livesOn = record.provisioning.contains { later in
      later.sent > exchange.received && later.response?.isSuccess == true
        && later.intent.token.map { winners.contains($0) } ?? false
    }
    observation.id = livesOn ? "F-19.one-wins" : "F-19.concurrent-refresh"
    observation.failureModes = ["F-19"]
    observation.level = livesOn ? .may : .must
    observation.source = "RFC 6819 section 5.2.2.3; RFC 9700 section 4.14.2"
    observation.message =
      "the app refused \(exchange.intent.token ?? "a refresh token") that exchange \(rival.number) "
      + "spent at the same time" + (livesOn ? "" : ", and nobody can go on")
    observation.advice =
      "answer refreshes that come together alike, for some seconds, or let the first one's tokens "
      + "stay good"
    return observation
  }

  /// Whether the pause was long enough for an honest limit on idle refresh tokens.
  ///
  /// The standards leave such limits open; after five lifetimes a refusal is taken for one.
  private static func isLongIdle(_ age: Duration, _ lifetime: Duration?) -> Bool {
    guard let lifetime else { return false }
    return age > lifetime * 5
  }

  private static func afterRefresh(_ start: Observation, _ grant: Grant) -> Observation {
    var observation = start
    switch grant.rotation {
    case .repeated:
      observation.id = "F-14.repeated-token-refused"
      observation.failureModes = ["F-14"]
      observation.advice =
        "the last response repeated the refresh token, so it has to go on working"
    case .omitted:
      observation.id = "F-13.kept-token-refused"
      observation.failureModes = ["F-13", "F-14"]
      observation.advice =
        "the last response had no refresh token, so a client keeps the one it has (RFC 6749 "
        + "section 6): it has to go on working, or a new one has to be sent"
    case .rotated, .none:
      observation.id = "F-14.rotated-token-refused"
      observation.failureModes = ["F-13", "F-14"]
      observation.advice =
        "store the refresh token that the last response gave before it is sent, and accept it"
    }
    return observation
  }
}
