import OAuth
import Okta

/// What the app sends the browser back with (RFC 6749 section 4.1.2).
enum AuthorizationCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.outcomes.compactMap { outcome in
      guard case .noGrant(let failure) = outcome.ending else { return nil }
      let line = record.event(outcome.event)?.line
      switch failure.stage {
      case .response(let error): return observation(error, failure, line: line)
      case .browser(.wrongRedirectURI): return misled(failure, line: line)
      case .browser, .codeExchange: return nil
      }
    }
  }

  /// The answer went to somebody else.
  private static func misled(_ failure: GrantFailure, line: Int?) -> Observation {
    Observation(
      id: "F-54.redirect-uri",
      failureModes: ["F-54"],
      party: .authorizationServer,
      message: failure.message,
      advice: "send the browser to the redirect_uri of the request, character for character, or "
        + "refuse the request with a page",
      source: "RFC 6749 section 3.1.2.3, section 4.1.2",
      exchanges: failure.exchange.map { [$0] } ?? [],
      line: line
    )
  }

  private static func observation(
    _ error: AuthorizationError,
    _ failure: GrantFailure,
    line: Int?
  ) -> Observation? {
    let exchanges = failure.exchange.map { [$0] } ?? []
    switch error {
    case .stateMissing:
      return Observation(
        id: "F-54.state-missing",
        failureModes: ["F-54"],
        party: .authorizationServer,
        message: failure.message,
        advice: "add the state of the authorization request, unchanged, to the redirect",
        source: "RFC 6749 section 4.1.2",
        exchanges: exchanges,
        line: line
      )
    case .inFragment:
      return Observation(
        id: "F-54.fragment",
        failureModes: ["F-54"],
        party: .authorizationServer,
        message: failure.message,
        advice: "answer response_type=code in the query of the redirect URI",
        source: "RFC 6749 section 4.1.2",
        exchanges: exchanges,
        line: line
      )
    case .stateAltered:
      return Observation(
        id: "F-54.state-altered",
        failureModes: ["F-54"],
        party: .authorizationServer,
        message: failure.message,
        advice: "send the state back character for character; decode it once and encode it once",
        source: "RFC 6749 section 4.1.2",
        exchanges: exchanges,
        line: line
      )
    case .codeMissing, .codeRepeated:
      return Observation(
        id: "F-54.code-missing",
        failureModes: ["F-54"],
        party: .authorizationServer,
        message: failure.message,
        advice: "after consent the redirect carries one code",
        source: "RFC 6749 section 4.1.2",
        exchanges: exchanges,
        line: line
      )
    // The app said no, which it may: nothing to judge but the state that it has to send along.
    case .refused(_, _, let keepsState):
      if keepsState { return nil }
      return Observation(
        id: "F-55.state-missing",
        failureModes: ["F-55"],
        party: .authorizationServer,
        message: failure.message + ", and lost the state of the request",
        advice: "an error redirect carries the state as well",
        source: "RFC 6749 section 4.1.2.1",
        exchanges: exchanges,
        line: line
      )
    }
  }
}
