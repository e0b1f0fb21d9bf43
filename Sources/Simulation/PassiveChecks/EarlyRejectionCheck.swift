import HTTP

/// A good access token that the app refuses before its end.
enum EarlyRejectionCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.provisioning.compactMap { exchange in
      guard exchange.status == 401, !record.isAltered(exchange) else { return nil }
      guard let token = record.token(of: exchange) else {
        // Refused throughout, it is the profile's mistake; the scenario says so and is skipped.
        let isAccepted = record.provisioning.contains { $0.response?.isSuccess == true }
        return !isOAuth(record) && isAccepted ? fixedCredential(exchange) : nil
      }
      let age = exchange.sent - token.receivedAt
      // The app counts from when it made the token and until it answers; an app that counts in
      // whole seconds may be up to one early.
      let request = record.tokenExchanges.first { $0.number == token.exchange }
      let made = request?.sent ?? token.receivedAt
      if let lifetime = token.token.expiresIn,
        exchange.received - made >= lifetime - .seconds(1)
      {
        return nil
      }
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
        refresh.context.purpose == .refresh && refresh.response?.isSuccess == false
          && refresh.sent <= exchange.received
      }
      if grantEnded { return nil }
      let isReplay = exchange.context.attempt > 1
      let life = token.token.expiresIn.map { "lives \($0.inSeconds)" } ?? "has no stated end"
      return Observation(
        id: isReplay ? "F-38.fresh-token-refused" : "F-04.refused-early",
        failureModes: isReplay ? ["F-06", "F-38"] : ["F-04", "F-05"],
        party: isReplay ? .both : .serviceProvider,
        message:
          "the app refused \(token.token.value.alias) with 401 when it was \(age.inSeconds) old; "
          + "it \(life)",
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
