import HTTP
import Profiles
import SCIM

/// How a 401 is dressed (RFC 6750 section 3).
enum ChallengeCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    guard isBearer(record) else { return [] }
    return record.provisioning.flatMap { exchange -> [Observation] in
      guard let response = exchange.response, response.status == 401 else { return [] }
      return challenge(response, exchange) + body(response, exchange)
    }
  }

  private static func isBearer(_ record: ScenarioRecord) -> Bool {
    switch record.profile.authentication {
    case .authorizationCode, .clientCredentials, .bearer: true
    case .header, .basic: false
    }
  }

  private static func challenge(
    _ response: HTTPResponse,
    _ exchange: Exchange
  ) -> [Observation] {
    func observation(
      _ id: String,
      _ level: Scenario.Level,
      _ message: String
    ) -> Observation {
      Observation(
        id: id,
        failureModes: ["F-03"],
        level: level,
        party: .serviceProvider,
        message: message,
        advice: "answer with WWW-Authenticate: Bearer error=\"invalid_token\"",
        source: "RFC 6750 section 3",
        exchanges: [exchange.number]
      )
    }
    let challenges = response.fields.values("WWW-Authenticate")
    let text = challenges.joined(separator: ", ")
    guard !challenges.isEmpty else {
      return [
        observation(
          "F-03.challenge-missing",
          .must,
          "the app answered 401 without WWW-Authenticate"
        )
      ]
    }
    // Several schemes may stand in one field; each starts a word of its own, outside of quotes.
    let unquoted = text.replacing(/"(\\.|[^"\\])*"/, with: "")
    let words = unquoted.split { $0 == " " || $0 == "," }.map { $0.lowercased() }
    guard words.contains("bearer") else {
      return [
        observation(
          "F-03.challenge-scheme",
          .must,
          "the app answered 401 to a bearer token with WWW-Authenticate: \(text)"
        )
      ]
    }
    // A description may speak of the error as well; only the parameter counts.
    let parameters = text.matches(
      of: /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,"]+))/
    )
    let isTold = parameters.contains { match in
      match.1.lowercased() == "error" && (match.2 ?? match.3) == "invalid_token"
    }
    if isTold { return [] }
    return [
      observation(
        "F-03.error-missing",
        .should,
        "the app refused an access token without error=\"invalid_token\" in WWW-Authenticate"
      )
    ]
  }

  /// RFC 7644 asks for a SCIM error as the body of every error, RFC 6750 for none with a 401, and
  /// Okta shows `detail` if there is one: a departure is worth a warning, no more.
  private static func body(_ response: HTTPResponse, _ exchange: Exchange) -> [Observation] {
    let problem: String
    do throws(ResourceError) {
      let error = try SCIMError.read(exchange.document, status: 401)
      if error.problems.isEmpty { return [] }
      // RFC 7644 lets an error do without a detail; Okta's own test does not.
      problem =
        error.problems == [.detailMissing]
        ? "has no detail"
        : "is no SCIM error: " + error.problems.map(SCIMErrorCheck.words).joined(separator: ", ")
    } catch {
      switch error {
      case .empty: problem = "is empty"
      case .notJSON: problem = "is not JSON (\(response.mediaType?.essence ?? "no media type"))"
      case .notAnObject: problem = "is no JSON object"
      }
    }
    return [
      Observation(
        id: "F-03.body",
        failureModes: ["F-03"],
        level: .should,
        party: .serviceProvider,
        message: "the body of the app's 401 \(problem)",
        advice:
          "answer with a SCIM error; Okta shows its detail to the admin and, where the body is no "
          + "JSON, a parse error",
        source: "RFC 7644 section 3.12; Okta, SCIM 2.0 SPEC test, step 11",
        exchanges: [exchange.number]
      )
    ]
  }
}
