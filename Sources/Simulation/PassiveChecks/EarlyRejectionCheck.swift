import HTTP
import OAuth

/// A good access token that the app refuses before its end.
enum EarlyRejectionCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    let observations = rejections(record)
    // Where the token after it is refused as well, on the same request, the token's age is not the
    // trouble: that is one finding.
    let replayed = observations.filter { $0.id == "F-38.fresh-token-refused" }
      .flatMap(\.exchanges).compactMap { record.exchange($0) }
    return observations.filter { observation in
      guard observation.id == "F-04.refused-early",
        let first = observation.exchanges.first.flatMap({ record.exchange($0) })
      else { return true }
      return !replayed.contains { second in
        second.number > first.number && second.intent.event == first.intent.event
          && second.request.method == first.request.method
          && second.request.url == first.request.url
      }
    }
  }

  private static func rejections(_ record: ScenarioRecord) -> [Observation] {
    record.provisioning.compactMap { exchange in
      guard exchange.status == 401, !record.isAltered(exchange) else { return nil }
      guard let token = record.token(of: exchange) else {
        // Refused throughout, it is the profile's mistake; the scenario says so and is skipped.
        let isAccepted = record.provisioning.contains { $0.response?.isSuccess == true }
        return !isOAuth(record) && isAccepted ? fixedCredential(exchange) : nil
      }
      // Told of the token response.
      guard hasSoundCharacters(token, record), !isGivenAgain(token, record) else { return nil }
      let age = exchange.sent - token.receivedAt
      // The app counts from when it made the token and until it answers; an app that counts in
      // whole seconds may be up to one early.
      let request = record.tokenExchanges.first { $0.number == token.exchange }
      let made = request?.sent ?? token.receivedAt
      let life = token.token.expiresIn
      if let life, exchange.received - made >= life { return nil }
      let isByLessThanASecond = life.map { exchange.received - made >= $0 - .seconds(1) } ?? false
      // A token that a refresh or a new grant has replaced meanwhile may be refused: RFC 6749 leaves
      // that open. The app replaces it when it is asked, before the client knows.
      let isReplaced = record.tokens.contains { later in
        guard later.exchange > token.exchange, let request = record.exchange(later.exchange)
        else { return false }
        return request.sent < exchange.received
      }
      let isDropped =
        token.ending == .replaced && token.endedAt.map { exchange.sent >= $0 } ?? false
      if isReplaced || isDropped { return nil }
      // The app may take the access tokens of a grant along when it ends the grant.
      let grantEnded = record.tokenExchanges.contains { refresh in
        refresh.intent.act == .refresh && refresh.response?.isSuccess == false
          && refresh.sent <= exchange.received
      }
      if grantEnded { return nil }
      let isReplay = exchange.intent.attempt > 1
      let words = life.map { "lives \($0.inSeconds)" } ?? "has no stated end"
      if isByLessThanASecond {
        return Observation(
          id: "F-04.refused-in-last-second",
          failureModes: ["F-04"],
          level: .may,
          party: .serviceProvider,
          message:
            "the app refused \(token.token.value.alias) with 401 when it was \(age.inSeconds) old; "
            + "it \(words)",
          advice:
            "an app that counts in whole seconds may be that early; whether this one is earlier "
            + "shows with tokens of 5 s and more",
          source: "RFC 6749 section 5.1",
          exchanges: [exchange.number]
        )
      }
      return Observation(
        id: isReplay ? "F-38.fresh-token-refused" : "F-04.refused-early",
        failureModes: isReplay ? ["F-06", "F-38"] : ["F-04", "F-05"],
        party: isReplay ? .both : .serviceProvider,
        message:
          "the app refused \(token.token.value.alias) with 401 when it was \(age.inSeconds) old; "
          + "it \(words)",
        advice:
          isReplay
          ? "a token must be usable when it is handed out: compare keys, audience and clocks of "
            + "the authorization server and the service provider"
          : "let expires_in say how long the service provider accepts the token",
        source: "RFC 6749 section 5.1",
        exchanges: [exchange.number]
      )
    }
  }

  private static func isGivenAgain(_ token: TokenRecord, _ record: ScenarioRecord) -> Bool {
    record.tokens.contains {
      $0.exchange < token.exchange && $0.token.value == token.token.value
    }
  }

  private static func hasSoundCharacters(_ token: TokenRecord, _ record: ScenarioRecord) -> Bool {
    guard let exchange = record.exchange(token.exchange), let response = exchange.response,
      let read = try? TokenResponse.read(response, exchange.document)
    else { return true }
    return !read.problems.contains(.charactersOf("access_token"))
  }

  private static func isOAuth(_ record: ScenarioRecord) -> Bool {
    switch record.profile.authentication {
    case .authorizationCode, .clientCredentials: true
    case .bearer, .header, .basic: false
    }
  }

  private static func fixedCredential(_ exchange: Exchange) -> Observation {
    Observation(
      id: "credential.refused",
      party: .serviceProvider,
      message: "the app refused with 401 a credential that it had accepted",
      advice: "let a pasted credential work until it is revoked: Okta cannot renew it",
      source: "RFC 7644 section 2",
      exchanges: [exchange.number]
    )
  }
}
