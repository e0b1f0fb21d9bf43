import HTTP
import OAuth
import Okta
import Profiles

/// A change of the app from outside, as a hook of the profile's made it.
struct HookFact: Sendable {
  var name: String
  var event: Int
  var started: Duration
  var ended: Duration
  /// How often it had been called before: some hooks undo every second time what they did.
  var callsBefore: Int

  /// Of those that undo, whether this call did.
  var isUndone: Bool { callsBefore % 2 == 1 }

  /// Hooks after which a grant has to live on, and what a grant that ends with one is.
  var kindIfGrantEnds: FindingKind? {
    switch name {
    case "restart-app": .endsWithRestart
    case "end-admin-session": .endsWithSession
    case "rotate-client-secret": .endsWithSecret
    case "change-sign-in-policy": .endsWithSignInPolicy
    default: nil
    }
  }

  /// Hooks after which a grant has to end, and what a refresh that is granted then is.
  var kindIfGrantLives: FindingKind? {
    switch name {
    case "revoke-grant": .removedGrantLives
    case "deactivate-admin": isUndone ? nil : .adminLeftGrantLives
    default: nil
    }
  }

  /// The hooks that a scenario has called.
  static func all(_ scenario: Scenario, _ outcomes: [Outcome]) -> [HookFact] {
    var calls: [String: Int] = [:]
    let events = Dictionary(
      uniqueKeysWithValues: scenario.events.map { ($0.index, $0.event) }
    )
    return outcomes.sorted { $0.event < $1.event }.compactMap { outcome in
      guard outcome.isSuccess, let call = events[outcome.event]?.described as? HookCall else {
        return nil
      }
      let before = calls[call.name, default: 0]
      calls[call.name] = before + 1
      return HookFact(
        name: call.name,
        event: outcome.event,
        started: outcome.started,
        ended: outcome.ended,
        callsBefore: before
      )
    }
  }
}

extension GrantModel {
  /// The last hook that may have ended what was good until then.
  private func hook(
    before refusal: RefreshRefusal,
    _ last: GrantState.Response,
    _ fits: (HookFact) -> Bool
  ) -> HookFact? {
    // Sent together, either may have come first.
    let asked = issues.first { $0.exchange == last.exchange }?.sent ?? last.received
    return hooks.last { hook in
      hook.ended >= asked && hook.started < refusal.received && fits(hook)
        && refusal.state.lastSuccessSent.map { $0 <= hook.ended } ?? true
    }
  }

  /// A refresh that is refused since the app was changed from outside.
  func endedByHook(_ refusal: RefreshRefusal) -> Observation? {
    guard let last = refusal.state.lastResponse else { return nil }
    if let hook = hook(before: refusal, last, { $0.kindIfGrantEnds != nil }),
      let kind = hook.kindIfGrantEnds, isRightfulSecret(refusal, hook)
    {
      return Observation(
        kind,
        "\(refusal.error); it was refused after hook \(hook.name)",
        [refusal.exchange]
      )
    }
    guard let hook = hook(before: refusal, last, { $0.kindIfGrantLives != nil }) else { return nil }
    return Observation(
      .endedByHook,
      "\(refusal.error); it was refused after hook \(hook.name)",
      [refusal.exchange]
    )
  }

  /// With a secret that is not the client's nobody is served, which says nothing about the grant.
  private func isRightfulSecret(_ refusal: RefreshRefusal, _ hook: HookFact) -> Bool {
    hook.name != "rotate-client-secret" || hook.isUndone
  }

  /// Whether the client's secret was another one at an instant.
  func hasOtherSecret(at instant: Duration) -> Bool {
    hooks.last { $0.name == "rotate-client-secret" && $0.ended <= instant }
      .map { !$0.isUndone } ?? false
  }

  /// An access token that is refused before its end since the app was changed from outside.
  func endedByHook(_ refusal: EarlyRefusal, _ message: String) -> Observation? {
    let hook = hooks.last {
      $0.ended >= refusal.life.askedFor && $0.ended <= refusal.sent && $0.kindIfGrantEnds != nil
    }
    guard let hook else { return nil }
    let kind: FindingKind =
      hook.name == "end-admin-session" ? .endsWithSession : .accessEndsWithHook
    return Observation(
      kind,
      message + "; hook \(hook.name) had been called before",
      [refusal.exchange]
    )
  }

  /// Whether a token may have been ended by what a hook is for.
  func isEndedOnPurpose(_ refusal: EarlyRefusal) -> Bool {
    hooks.contains {
      $0.ended >= refusal.life.askedFor && $0.ended <= refusal.sent && $0.kindIfGrantLives != nil
    }
  }

  /// Refreshes that were granted although the grant, or the secret, should have ended.
  func judgeHooks(_ observations: inout Observations) {
    for hook in hooks {
      let kind =
        hook.name == "rotate-client-secret" && !hook.isUndone
        ? FindingKind.oldSecretServed : hook.kindIfGrantLives
      guard let kind else { continue }
      let end =
        hooks.first { $0.event > hook.event && $0.name == hook.name }?.started ?? .seconds(1 << 40)
      let granted = grants.values.filter { $0.openedAt <= hook.started }
        .flatMap { $0.refreshTokens.values.flatMap(\.spends) }
        .filter { spend in
          guard case .granted = spend.outcome else { return false }
          return spend.sent >= hook.ended && spend.sent < end
        }
        .map(\.exchange).sorted()
      guard let first = granted.first else { continue }
      observations.add(
        Observation(
          kind,
          "the app granted a refresh after hook \(hook.name)",
          [first] + granted.dropFirst()
        )
      )
    }
  }
}
