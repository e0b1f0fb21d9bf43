import OAuth
import Okta

/// What the app sends the browser back with (RFC 6749 section 4.1.2).
enum GrantDress {
  static func observe(_ outcome: Outcome) -> [Observation] {
    guard case .noGrant(let failure) = outcome.ending else { return [] }
    let kind: FindingKind
    var message = failure.message
    switch failure.stage {
    // The answer went to somebody else.
    case .browser(.wrongRedirectURI): kind = .redirectURI
    case .browser, .codeExchange: return []
    case .response(.stateMissing): kind = .stateMissing
    case .response(.inFragment): kind = .answerInFragment
    case .response(.stateAltered): kind = .stateAltered
    case .response(.codeMissing), .response(.codeRepeated): kind = .codeMissing
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
}
