import HTTP

/// What the app does with an access token after its end, or with one that it never gave.
enum ExpiredTokenCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    let observations = record.provisioning.compactMap { observe($0, record) }
    // Writes are worth a word of their own only where reads are in order.
    let readIDs = Set(observations.map(\.id).filter { !$0.hasSuffix("-on-write") })
    return observations.map { observation in
      var observation = observation
      let readID = observation.id.replacing("-on-write", with: "")
      if readIDs.contains(readID) { observation.id = readID }
      return observation
    }
  }

  /// Whether an exchange carried a token that no app may accept.
  static func concerns(_ exchange: Exchange, _ record: ScenarioRecord) -> Bool {
    record.isAltered(exchange) || overdue(exchange, record) != nil
  }

  /// How long the token had been dead for certain; nil for a token that may be alive.
  private static func overdue(_ exchange: Exchange, _ record: ScenarioRecord) -> Duration? {
    guard let token = record.token(of: exchange), let lifetime = token.token.expiresIn,
      // Another finding tells that nobody can live so shortly.
      lifetime > .zero
    else { return nil }
    let overdue = exchange.sent - (token.receivedAt + lifetime)
    return overdue >= record.leeway.duration(for: lifetime) ? overdue : nil
  }

  private static func observe(_ exchange: Exchange, _ record: ScenarioRecord) -> Observation? {
    guard let status = exchange.status else { return noAnswer(exchange, record) }
    let isWrite = exchange.request.method != "GET"
    let isServed = carriesWhatWasAsked(exchange, record)
    if !isServed, isAnsweredSoAnyway(exchange, record) { return nil }
    if record.isAltered(exchange) {
      return observation(
        exchange,
        status,
        isServed,
        "an altered access token",
        accepted: "altered-accepted",
        modes: [],
        advice: "check the token itself, by its signature or where tokens are kept, on each request"
      )
    }
    guard let overdue = overdue(exchange, record) else { return nil }
    return observation(
      exchange,
      status,
      isServed,
      "\(exchange.intent.token ?? "the access token"), which had expired \(overdue.inSeconds) before",
      accepted: isWrite ? "accepted-on-write" : "accepted",
      modes: ["F-01"]
    )
  }

  /// A dead token that has the connection closed, where living ones are answered.
  private static func noAnswer(_ exchange: Exchange, _ record: ScenarioRecord) -> Observation? {
    switch exchange.failure {
    case .closedBeforeAnswer, .closedInsideAnswer, .malformedAnswer, .silent: break
    default: return nil
    }
    guard concerns(exchange, record), record.authorized.contains(where: isSuccess),
      let failure = exchange.failure
    else { return nil }
    let token = exchange.intent.token ?? "the access token"
    let request = "\(exchange.request.method) \(exchange.request.url.path)"
    return Observation(
      id: "F-02.no-answer",
      failureModes: ["F-02"],
      party: .serviceProvider,
      message:
        "the app gave no proper answer to \(request) with \(token), which was no longer good: "
        + "\(failure)",
      advice: "refuse with 401 and WWW-Authenticate: Bearer error=\"invalid_token\"",
      source: "RFC 6750 section 3.1",
      exchanges: [exchange.number]
    )
  }

  /// Whether the app answers so whatever the token: it serves nothing at all at this base URL, or
  /// refuses this kind of request with this status.
  private static func isAnsweredSoAnyway(_ exchange: Exchange, _ record: ScenarioRecord) -> Bool {
    guard let status = exchange.status else { return false }
    let kind = record.kind(of: exchange)
    var (isAnswered, isServed, isTheSame) = (false, false, false)
    // Written as a loop: with closures the optimizer of Swift 6.3.1 aborts where tests are enabled.
    for other in record.authorized {
      guard let living = other.status else { continue }
      isAnswered = true
      if (200..<300).contains(living) { isServed = true }
      if living == status, record.kind(of: other) == kind { isTheSame = true }
    }
    if isAnswered, !isServed { return true }
    // A 200 is no refusal of living tokens.
    return isTheSame && !(200..<300).contains(status)
  }

  private static func isSuccess(_ exchange: Exchange) -> Bool {
    exchange.response?.isSuccess ?? false
  }

  /// Whether a 2xx serves the request; prose, a login page or an error in a 200 refuse it.
  private static func carriesWhatWasAsked(_ exchange: Exchange, _ record: ScenarioRecord) -> Bool {
    guard let response = exchange.response, response.isSuccess else { return false }
    let object = record.object(response.body)
    switch record.kind(of: exchange) {
    case .list, .find:
      return object?[ignoringCase: "Resources"] != nil
        || object?[ignoringCase: "totalResults"] != nil
    case .retrieve, .create, .replace, .modify:
      return response.body.isEmpty || object?[ignoringCase: "id"] != nil
        || object?[ignoringCase: "userName"] != nil
    case .other: return true
    }
  }

  private static func observation(
    _ exchange: Exchange,
    _ status: Int,
    _ isServed: Bool,
    _ token: String,
    accepted: String,
    modes: [String],
    advice: String =
      "check the end of the token on each request and refuse with 401 invalid_token; "
      + "where the app allows for clocks that differ, say by how much with --leeway"
  ) -> Observation? {
    // A rate limit or an outage in front of the app says nothing about the token.
    if [401, 429, 503].contains(status) { return nil }
    let request = "\(exchange.request.method) \(exchange.request.url.path)"
    if isServed {
      return Observation(
        id: "F-01.\(accepted)",
        failureModes: modes,
        party: .serviceProvider,
        message: "the app answered \(request) with HTTP \(status) to \(token)",
        advice: advice,
        source: "RFC 6750 section 3.1; RFC 7644 section 7.4",
        exchanges: [exchange.number]
      )
    }
    return Observation(
      id: exchange.request.method == "GET" ? "F-02.wrong-status" : "F-02.wrong-status-on-write",
      failureModes: ["F-02"],
      party: .serviceProvider,
      message: "the app refused \(token), on \(request) with HTTP \(status)"
        + ((200..<300).contains(status) ? " and nothing of what was asked for," : "")
        + " instead of 401",
      advice:
        "refuse with 401 and WWW-Authenticate: Bearer error=\"invalid_token\"; a client that "
        + "refreshes on 401 never does on \(status)",
      source: "RFC 6750 section 3.1",
      exchanges: [exchange.number]
    )
  }
}
