import HTTP

/// What the app does with an access token after its end, or with one that it never gave.
enum ExpiredTokenCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.provisioning.compactMap { exchange in
      guard let status = exchange.status else { return nil }
      let isWrite = exchange.request.method != "GET"
      if record.isAltered(exchange) {
        return observation(
          exchange,
          status,
          "an altered access token",
          acceptedID: "F-01.altered-accepted",
          modes: [],
          isWrite: isWrite
        )
      }
      guard let token = record.token(of: exchange), let lifetime = token.token.expiresIn else {
        return nil
      }
      let overdue = exchange.sent - (token.receivedAt + lifetime)
      guard overdue >= record.leeway.duration(for: lifetime) else { return nil }
      return observation(
        exchange,
        status,
        "\(token.token.value.alias), which had expired \(overdue.inSeconds) before",
        acceptedID: isWrite ? "F-01.accepted-on-write" : "F-01.accepted",
        modes: ["F-01"],
        isWrite: isWrite
      )
    }
  }

  private static func observation(
    _ exchange: Exchange,
    _ status: Int,
    _ token: String,
    acceptedID: String,
    modes: [String],
    isWrite: Bool
  ) -> Observation? {
    if status == 401 { return nil }
    let request = "\(exchange.request.method) \(exchange.request.url.path)"
    if (200..<300).contains(status) {
      return Observation(
        id: acceptedID,
        failureModes: modes,
        party: .serviceProvider,
        message: "the app answered \(request) with HTTP \(status) to \(token)",
        advice: "check the end of the token on each request and refuse with 401 invalid_token",
        source: "RFC 6750 section 3.1; RFC 7644 section 7.4",
        exchanges: [exchange.number]
      )
    }
    return Observation(
      id: isWrite ? "F-02.wrong-status-on-write" : "F-02.wrong-status",
      failureModes: ["F-02"],
      party: .serviceProvider,
      message: "the app refused \(token), on \(request) with HTTP \(status) instead of 401",
      advice:
        "refuse with 401 and WWW-Authenticate: Bearer error=\"invalid_token\"; a client that "
        + "refreshes on 401 never does on \(status)",
      source: "RFC 6750 section 3.1",
      exchanges: [exchange.number]
    )
  }
}
