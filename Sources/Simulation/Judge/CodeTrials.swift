import HTTP
import OAuth

/// A code exchange that no careful client makes, and what came of it.
struct CodeTrial: Sendable {
  var exchange: Int
  /// The grant that the code gave or would give.
  var grant: Int
  var deviation: Intent.Deviation
  /// The code's alias.
  var code: String
  var event: Int?
  var sent: Duration
  var received: Duration
  /// When the browser had brought the code; nil where it was not seen.
  var codeSince: Duration?
  /// The access token that came; nil where none did.
  var accessToken: String?
  var status: Int?
  var error: String?

  var isGranted: Bool { accessToken != nil }

  static let deviations: Set<Intent.Deviation> = [
    .atOnce, .spentCode, .keptCode, .otherRedirectURI, .otherVerifier, .noVerifier, .otherClient,
  ]

  var manner: String {
    switch deviation {
    case .spentCode: "\(code) once more"
    case .otherRedirectURI: "\(code) with another redirect_uri"
    case .otherVerifier: "\(code) with another code_verifier"
    case .noVerifier: "\(code) without the code_verifier"
    case .otherClient: "\(code) from another client"
    default: code
    }
  }

  /// The error codes that say what is wrong (RFC 6749 section 5.2, RFC 7636 section 4.6).
  var codes: [String] {
    switch deviation {
    case .otherClient: ["invalid_grant", "invalid_client", "unauthorized_client"]
    case .noVerifier: ["invalid_grant", "invalid_request"]
    default: ["invalid_grant"]
    }
  }

  /// What it is where the app grants it; nil where that depends on more.
  fileprivate var kindIfGranted: FindingKind? {
    switch deviation {
    case .spentCode: .codeAcceptedAgain
    case .otherRedirectURI: .otherRedirectAccepted
    case .otherVerifier, .noVerifier: .otherVerifierAccepted
    case .otherClient: .codeOfOtherClient
    default: nil
    }
  }
}

extension GrantModel {
  mutating func takeCodeTrial(
    _ reading: Reading,
    _ number: Int,
    _ deviation: Intent.Deviation,
    _ observations: inout Observations
  ) {
    let exchange = reading.exchange
    var trial = CodeTrial(
      exchange: reading.number,
      grant: number,
      deviation: deviation,
      code: reading.intent.token ?? "the code",
      event: reading.intent.event,
      sent: exchange.sent,
      received: exchange.received,
      codeSince: lastPage
    )
    // Whether the app has acted nobody knows.
    guard reading.isSound, let token = reading.token else {
      if codeTrials.count < GrantModel.mostTrials { codeTrials.append(trial) }
      return
    }
    trial.status = reading.status
    switch token {
    case .success(let response):
      trial.accessToken = accessAlias(response.accessToken)
      if let kind = trial.kindIfGranted {
        observations.add(
          Observation(kind, "the app granted \(trial.manner)", [trial.exchange])
        )
      } else {
        if grants[number] == nil { open(number, reading) }
        issue(response, reading, number, &observations)
      }
      if deviation == .keptCode, let age = trial.age, age > GrantModel.longestCode {
        observations.add(
          Observation(
            .codeLivesLong,
            "the app granted \(trial.code) when it was \(age.inSeconds) old",
            [trial.exchange]
          )
        )
      }
    case .failure(let error):
      if case .refused(_, let code, _) = error { trial.error = code }
      if let observation = refused(trial, error) { observations.add(observation) }
    }
    if codeTrials.count < GrantModel.mostTrials { codeTrials.append(trial) }
  }

  /// RFC 6749 section 4.1.2 recommends ten minutes at most, and names no least; nobody's browser and
  /// server take less than this.
  private static let longestCode = Duration.seconds(600)
  private static let shortestCode = Duration.seconds(10)

  private func refused(_ trial: CodeTrial, _ error: TokenResponseError) -> Observation? {
    guard case .refused(let status, let code, _) = error else { return nil }
    // An outage, a limit and what has no code at all are told of by themselves.
    if [408, 429, 503].contains(status) || status < 500 && code == nil { return nil }
    if trial.deviation == .keptCode, code == "invalid_grant" {
      guard let age = trial.age, age < GrantModel.shortestCode else { return nil }
      return Observation(
        .codeEndsEarly,
        "the app refused \(trial.code), which nobody had used, when it was \(age.inSeconds) old",
        [trial.exchange]
      )
    }
    // That the client is not taken is told of the exchange as it should be.
    if ["invalid_client", "unauthorized_client"].contains(code) { return nil }
    // The loser of a race may meet whatever a race meets; but an error of the server's own is none.
    if let code, trial.codes.contains(code), status < 500 { return nil }
    var observation = Observation(
      .trialErrorCode,
      "the app answered \(trial.manner) with HTTP \(status)\(code.map { " \($0)" } ?? "")",
      [trial.exchange],
      // It is refused all the same, and no grant hangs on the code that says so.
      level: status < 500 ? .may : nil
    )
    observation.advice =
      "answer with HTTP 400 and invalid_grant: " + FindingKind.trialErrorCode.row.advice
    return observation
  }

  /// A code that was used before; what it gave may end with that (RFC 6749 section 4.1.2).
  func reuseOfCode(in grant: Int, before exchange: Int) -> CodeTrial? {
    codeTrials.last {
      $0.grant == grant && $0.exchange < exchange && [.spentCode, .atOnce].contains($0.deviation)
    }
  }

  /// What only the end of the scenario tells of codes.
  func judgeCodes(_ observations: inout Observations) {
    var events: [Int] = []
    for trial in codeTrials where trial.deviation == .atOnce {
      if let event = trial.event, !events.contains(event) { events.append(event) }
    }
    for event in events {
      let race = codeTrials.filter { $0.deviation == .atOnce && $0.event == event }
      let winners = race.filter(\.isGranted)
      guard Set(winners.compactMap(\.accessToken)).count > 1 else { continue }
      observations.add(
        Observation(
          .codeRaceGrants,
          "\(race.count) exchanges of \(race[0].code) were sent at once, and \(winners.count) of them "
            + "brought access tokens",
          winners.map(\.exchange)
        )
      )
    }
    for trial in codeTrials
    where trial.deviation == .spentCode && !trial.isGranted && trial.status != nil {
      guard let grant = grants[trial.grant] else { continue }
      let refreshed = grant.lastResponse.flatMap {
        $0.exchange > trial.exchange ? $0.exchange : nil
      }
      let served = grant.lastSuccess.flatMap { $0 > trial.exchange ? $0 : nil }
      guard let alive = refreshed ?? served else { continue }
      observations.add(
        Observation(
          .codeReuseIgnored,
          "the app refused \(trial.manner), and what it had given stayed good",
          [trial.exchange, alive]
        )
      )
    }
    for trial in codeTrials where isSpent(by: trial) {
      observations.add(
        Observation(
          .codeBurned,
          "the app refused \(trial.manner), and then the exchange as it should be",
          [trial.exchange] + refusedCodes.filter { $0 > trial.exchange }.prefix(1)
        )
      )
    }
  }

  /// Whether the right exchange of the same code was refused after it.
  private func isSpent(by trial: CodeTrial) -> Bool {
    switch trial.deviation {
    case .otherRedirectURI, .otherVerifier, .noVerifier, .otherClient:
      !trial.isGranted && trial.status != nil && refusedCodes.contains { $0 > trial.exchange }
        && (grants[trial.grant].map { $0.openedBy < trial.exchange } ?? true)
    default: false
    }
  }
}

extension CodeTrial {
  /// How old the code was; nil where nobody saw it come.
  fileprivate var age: Duration? { codeSince.map { sent - $0 } }
}
