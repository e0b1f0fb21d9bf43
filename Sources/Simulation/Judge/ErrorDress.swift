import HTTP
import SCIM
import World

/// How the service provider's errors are dressed: a 401 (RFC 6750 section 3) and all others (RFC
/// 7644 section 3.12).
enum ErrorDress {
  /// - Parameter expectsBearer: Whether the profile's credential is a bearer token.
  static func observe(_ reading: Reading, expectsBearer: Bool) -> [Observation] {
    guard let response = reading.exchange.response, response.status >= 400 else { return [] }
    let internals = internals(response, reading)
    if response.status == 401 {
      let ofBearer =
        expectsBearer ? [challenge(response, reading), unauthorizedBody(response, reading)] : []
      return (ofBearer + [internals]).compactMap(\.self)
    }
    // Okta sends no DELETE of a user: how an app refuses the clean-up's is nobody's business; nor are
    // its words for a startIndex or a count that Okta does not send, or for an endpoint that it may do
    // without.
    let isNeverOktas =
      reading.intent.occasion == .cleanUp && reading.intent.act == .delete
      || [.startIndexZero, .largeCount, .withoutPaging].contains(reading.intent.deviation)
      || reading.specRequest?.isOfDiscovery == true
    if reading.isDead || isNeverOktas { return [internals].compactMap(\.self) }
    return [
      body(response, reading), duplicate(response, reading), notAcceptable(response, reading),
      internals,
    ].compactMap(\.self)
  }

  // MARK: 401

  private static func challenge(_ response: HTTPResponse, _ reading: Reading) -> Observation? {
    let challenges = response.fields.values("WWW-Authenticate")
    let text = challenges.joined(separator: ", ")
    guard !challenges.isEmpty else {
      return Observation(
        .challengeMissing,
        "the app answered 401 without WWW-Authenticate",
        [reading.number]
      )
    }
    // Several schemes may stand in one field; each starts a word of its own, outside of quotes.
    let unquoted = text.replacing(/"(\\.|[^"\\])*"/, with: "")
    let words = unquoted.split { $0 == " " || $0 == "," }.map { $0.lowercased() }
    guard words.contains("bearer") else {
      return Observation(
        .challengeScheme,
        "the app answered 401 to a bearer token with WWW-Authenticate: \(text)",
        [reading.number]
      )
    }
    // A description may speak of the error as well; only the parameter counts.
    let parameters = text.matches(
      of: /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,"]+))/
    )
    let isTold = parameters.contains { match in
      match.1.lowercased() == "error" && (match.2 ?? match.3) == "invalid_token"
    }
    // Whoever showed none is not told what is wrong with it.
    if isTold || reading.intent.deviation?.isWithoutToken == true { return nil }
    return Observation(
      .challengeError,
      "the app refused an access token without error=\"invalid_token\" in WWW-Authenticate",
      [reading.number]
    )
  }

  /// RFC 7644 asks for a SCIM error as the body of every error, RFC 6750 for none with a 401, and
  /// Okta shows `detail` if there is one: a departure is worth a warning, no more.
  private static func unauthorizedBody(
    _ response: HTTPResponse,
    _ reading: Reading
  ) -> Observation? {
    let problem: String
    switch reading.error {
    case nil: return nil
    case .success(let error):
      if error.problems.isEmpty { return nil }
      // RFC 7644 lets an error do without a detail; Okta's own test does not.
      problem =
        error.problems == [.detailMissing]
        ? "has no detail"
        : "is no SCIM error: " + error.problems.map(words).joined(separator: ", ")
    case .failure(let error):
      switch error {
      case .empty: problem = "is empty"
      case .notJSON: problem = "is not JSON (\(response.mediaType?.essence ?? "no media type"))"
      case .notAnObject: problem = "is no JSON object"
      }
    }
    return Observation(.unauthorizedBody, "the body of the app's 401 \(problem)", [reading.number])
  }

  // MARK: Others

  private static func body(_ response: HTTPResponse, _ reading: Reading) -> Observation? {
    let problem: String
    switch reading.error {
    case nil: return nil
    case .success(let error):
      let departures = error.problems.filter { $0 != .detailMissing }
      if departures.isEmpty { return nil }
      problem = departures.map(words).joined(separator: ", ")
    case .failure(let error): problem = "\(error)"
    }
    // What a proxy or a framework says before the service provider is reached is no SCIM error; a
    // limit stands in front of it as a rule.
    let isFromSCIM =
      response.mediaType?.isJSON == true && response.status < 500 && response.status != 429
    return Observation(
      .errorBody,
      "the app's HTTP \(response.status) is no SCIM error: \(problem)",
      [reading.number],
      level: isFromSCIM ? .must : .should
    )
  }

  /// A create that is refused as a duplicate.
  private static func duplicate(_ response: HTTPResponse, _ reading: Reading) -> Observation? {
    guard response.status == 409, reading.intent.act == .create else { return nil }
    // SCIM 1.1 has no scimType.
    if reading.version.errors == .list { return nil }
    if case .success(let error) = reading.error, error.scimType == "uniqueness" { return nil }
    return Observation(
      .uniqueness,
      "the app refused a duplicate with 409, without scimType uniqueness",
      [reading.number]
    )
  }

  /// An app that knows its own media type only (RFC 7644 section 3.8).
  private static func notAcceptable(_ response: HTTPResponse, _ reading: Reading) -> Observation? {
    guard response.status == 406, let accepted = reading.exchange.request.fields["Accept"] else {
      return nil
    }
    return Observation(
      .acceptRefused,
      "the app answered \(reading.request) with HTTP 406: it has nothing for Accept: \(accepted)"
        + reading.saying,
      [reading.number]
    )
  }

  /// What the words of an error tell of the app's inside.
  private static func internals(_ response: HTTPResponse, _ reading: Reading) -> Observation? {
    guard let line = Internals.line(in: reading.words) else { return nil }
    return Observation(
      .internalsShown,
      "the app's HTTP \(response.status) shows what is inside of it: \(Quotation(line, upTo: 80))",
      [reading.number]
    )
  }

  private static func words(_ problem: SCIMError.Problem) -> String {
    switch problem {
    case .schemaMissing: "schemas lacks \(SCIMSchema.error)"
    case .statusMissing: "it has no status"
    case .statusNotAString(let kind): "status is \(kind), not a string"
    case .statusDiffers(let text): "status says \(text)"
    case .detailMissing: "it has no detail"
    case .listMissing: "it has no Errors"
    }
  }
}
