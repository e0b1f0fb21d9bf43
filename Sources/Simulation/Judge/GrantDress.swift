import OAuth
import Okta

/// What the app sends the browser back with (RFC 6749 section 4.1.2).
enum GrantDress {
  static func observe(_ outcomes: [Outcome]) -> [Observation] {
    let observed = outcomes.flatMap(observe)
    // Who loses the state of a grant loses that of a refusal.
    let isLost = observed.contains { [.stateMissing, .stateAltered].contains($0.kind) }
    return isLost ? observed.filter { $0.kind != .refusalWithoutState } : observed
  }

  private static func observe(_ outcome: Outcome) -> [Observation] {
    guard case .noGrant(let failure) = outcome.ending else { return [] }
    if let refusal = failure.refusal { return observe(refusal, failure, outcome) }
    let kind: FindingKind
    var message = failure.message
    switch failure.stage {
    // The answer went to somebody else.
    case .browser(.wrongRedirectURI): kind = .redirectURI
    case .browser: return []
    case .codeExchange: return [refusedMethod(failure)].compactMap(\.self)
    case .unregistered(.code): kind = .unregisteredRedirect
    case .unregistered(.error): kind = .errorToUnregistered
    case .response(.stateMissing): kind = .stateMissing
    case .response(.inFragment): kind = .answerInFragment
    case .response(.stateAltered): kind = .stateAltered
    case .response(.codeMissing), .response(.codeRepeated), .response(.grantedInstead):
      kind = .codeMissing
    // The app said no, which it may: nothing to judge but the state that it has to send along.
    case .response(.refused(_, _, let keepsState)):
      if keepsState { return [] }
      kind = .refusalWithoutState
      message += ", and lost the state of the request"
    }
    var observation = Observation(kind, message, failure.exchange.map { [$0] } ?? [])
    observation.event = outcome.event
    let isAboutState = [.stateMissing, .stateAltered].contains(kind)
    guard failure.lacksCode, isAboutState else { return [observation] }
    var missing = Observation(
      .codeMissing,
      "the app sent the browser back without a code",
      observation.exchanges
    )
    missing.event = outcome.event
    return [observation, missing]
  }

  /// What the app made of an admin's no.
  private static func observe(
    _ refusal: GrantFailure.Refusal,
    _ failure: GrantFailure,
    _ outcome: Outcome
  ) -> [Observation] {
    guard refusal == .made else { return [] }
    var found: [(kind: FindingKind, message: String)] = []
    switch failure.stage {
    case .response(.refused(let error, _, let keepsState)):
      if error != "access_denied" { found.append((.refusalWithOtherError, failure.message)) }
      if !keepsState {
        found.append(
          (.refusalWithoutState, failure.message + ", and lost the state of the request")
        )
      }
    case .response(.grantedInstead): found = [(.grantedInstead, failure.message)]
    case .response: found = [(.refusalWithoutError, failure.message)]
    case .browser(.wrongRedirectURI): found = [(.redirectURI, failure.message)]
    case .browser(.noWayOn), .browser(.circle), .browser(.refused), .browser(.unreadable),
      .browser(.wrongPlace):
      found = [(.refusalUnanswered, failure.message)]
    case .browser, .codeExchange, .unregistered: break
    }
    return found.map { kind, message in
      var observation = Observation(kind, message, failure.exchange.map { [$0] } ?? [])
      observation.event = outcome.event
      return observation
    }
  }

  /// A client that is refused for how it authenticates (RFC 6749 section 2.3.1).
  private static func refusedMethod(_ failure: GrantFailure) -> Observation? {
    guard let other = failure.otherMethod, other.isAccepted else { return nil }
    var observation = Observation(
      .otherMethodAccepted,
      "the app refused the client with \(other.refused.rawValue) and took it with \(other.method.rawValue)"
        + (other.offer == nil ? "" : "; its metadata offer both"),
      [failure.exchange, other.exchange, other.offer].compactMap(\.self),
      // Without metadata it may be meant so, and the profile is what has to be changed.
      level: other.offer == nil ? .should : .must
    )
    if other.offer == nil {
      observation.advice =
        other.refused == .post
        ? "let the form carry client_id and client_secret, as Okta is reported to send them; to go on "
          + "with this app, set authentication.clientAuthentication to \(other.method.rawValue)"
        : "accept the Basic scheme, which each server that knows client passwords must; to go on with "
          + "this app, set authentication.clientAuthentication to \(other.method.rawValue)"
    }
    return observation
  }
}
