import JSON

/// Whether a profile has what a scenario asks for.
package enum Needs {
  /// The first need that `profile` does not meet, with the reason in words; nil where all are met.
  ///
  /// `lifetime at most …` is not judged here: only a token response tells the lifetime. The window of
  /// an app that the run does not start shows in the scenario itself.
  package static func unmetNeed(
    of scenario: Scenario,
    in profile: IntegrationProfile
  ) -> String? {
    for need in scenario.needs {
      if let reason = reason(need, profile) { return "needs \(need.words): \(reason)" }
    }
    let hooks = scenario.events.lazy.compactMap { ($0.event.described as? HookCall)?.name }
    for name in hooks {
      if let reason = hookReason(name, profile) { return reason }
    }
    if scenario.events.contains(where: { $0.event.described is UnregisteredRedirect }),
      let reason = browserReason(profile)
    {
      return reason
    }
    if profile.hasOneGrantAtATime, scenario.orgs.count > 1,
      secondLoginReason(profile) != nil
    {
      return "each org's grant would end the other's: one is alive at a time at this app, and the "
        + "profile has no secondLogin"
    }
    if profile.family != .onPrem,
      scenario.events.contains(where: { $0.event.described is IncrementalUserImport })
    {
      return "incremental imports are the on-prem agent's alone"
    }
    if !profile.scim.entitlements, scenario.events.contains(where: { $0.event.isAboutEntitlements })
    {
      return "the profile does not set scim.entitlements"
    }
    let mapped = Set(profile.attributeMappings.map(\.from).filter { !$0.isEmpty })
    let unmapped = scenario.events.lazy.flatMap { $0.event.changes.map(\.name) }
      .first { !mapped.contains($0) }
    return unmapped.map { "the profile does not map \($0)" }
  }

  /// Why a profile does not meet a need; nil where it does.
  package static func reason(_ need: Need, _ profile: IntegrationProfile) -> String? {
    switch need {
    case .capability(let capability):
      profile.scim.capabilities.contains(capability) ? nil : "the profile does not switch it on"
    case .entitlements:
      profile.scim.entitlements ? nil : "the profile does not set scim.entitlements"
    case .userSchema:
      profile.scim.importsUserSchema ? nil : "the profile does not set scim.importUserSchema"
    case .revocation:
      revocationReason(profile)
    case .hook(let name):
      hookReason(name, profile)
    case .secondClient:
      // The sample app that the run starts has one.
      profile.secondClient != nil || profile.embeddedSampleApp != nil
        ? nil : "the profile has no secondClient"
    case .secondLogin:
      secondLoginReason(profile)
    case .lifetimeAtMost:
      nil
    case .windowAtMost(let bound):
      (profile.embeddedSampleApp?.graceWindow).flatMap { window in
        window > bound ? "the app's is \(DurationText.format(window))" : nil
      }
    }
  }

  /// Why this program's own browser does not sign in; nil where it does.
  private static func browserReason(_ profile: IntegrationProfile) -> String? {
    guard case .authorizationCode = profile.authentication else {
      return "nobody signs in in the profile's authentication mode"
    }
    // A browser of its own goes wherever it is sent.
    return profile.signsInByForm
      ? nil : "login.command could let its browser connect to a host that is not the app's"
  }

  private static func secondLoginReason(_ profile: IntegrationProfile) -> String? {
    guard case .authorizationCode = profile.authentication else {
      return "nobody signs in in the profile's authentication mode"
    }
    return profile.secondLogin != nil || profile.embeddedSampleApp != nil
      ? nil : "the profile has no secondLogin"
  }

  private static func hookReason(_ name: String, _ profile: IntegrationProfile) -> String? {
    if profile.hookNames.contains(name) { return nil }
    if name == Hook.endAdminSession, profile.signsInByForm { return nil }
    return "the profile has no hook '\(name)'"
  }

  private static func revocationReason(_ profile: IntegrationProfile) -> String? {
    guard case .authorizationCode(let settings) = profile.authentication else {
      return "the profile's authentication mode makes no grant"
    }
    // The run fills in the sample app's endpoints, and it has this one.
    return settings.revocationEndpoint == nil && profile.embeddedSampleApp == nil
      ? "the profile has no revocationEndpoint" : nil
  }
}

extension Need {
  /// As a scenario writes it.
  package var words: String {
    switch self {
    case .capability(let capability): capability.rawValue
    case .entitlements: "entitlements"
    case .userSchema: "user-schema"
    case .revocation: "revocation"
    case .hook(let name): "hook \(Word.written(name))"
    case .secondClient: "second-client"
    case .secondLogin: "second-login"
    case .lifetimeAtMost(let lifetime): "lifetime at most \(DurationText.format(lifetime))"
    case .windowAtMost(let window): "window at most \(DurationText.format(window))"
    }
  }

  package static func read(_ words: [Word], source: SourceText) throws(SourceError) -> [Need] {
    var needs: [Need] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word.text {
      case "entitlements": needs.append(.entitlements)
      case "user-schema": needs.append(.userSchema)
      case "revocation": needs.append(.revocation)
      case "second-client": needs.append(.secondClient)
      case "second-login": needs.append(.secondLogin)
      case "hook":
        guard let name = rest.popFirst() else {
          throw source.mistake(
            "'hook' needs a name",
            at: word.span,
            help: "write 'hook restart-app'"
          )
        }
        needs.append(.hook(name.text))
      case "lifetime":
        needs.append(.lifetimeAtMost(try bound(of: word, &rest, "30s", source: source)))
      case "window":
        needs.append(.windowAtMost(try bound(of: word, &rest, "10s", source: source)))
      default:
        needs.append(.capability(try capability(word, source: source)))
      }
    }
    return needs
  }

  /// Reads `at most 30s`.
  private static func bound(
    of word: Word,
    _ rest: inout ArraySlice<Word>,
    _ example: String,
    source: SourceText
  ) throws(SourceError) -> Duration {
    let help = "write '\(word.text) at most \(example)'"
    guard rest.popFirst()?.is("at") == true, rest.popFirst()?.is("most") == true,
      let bound = rest.popFirst()
    else { throw source.mistake("'\(word.text)' needs a bound", at: word.span, help: help) }
    guard let duration = DurationText.parse(bound.text), duration > .zero else {
      throw source.mistake("'\(bound.text)' is not a duration", at: bound.span, help: help)
    }
    return duration
  }

  private static func capability(
    _ word: Word,
    source: SourceText
  ) throws(SourceError) -> Capability {
    if let capability = Capability(rawValue: word.text) { return capability }
    let known =
      Capability.allCases.map(\.rawValue) + [
        "entitlements", "user-schema", "revocation", "hook", "second-client", "second-login",
      ]
    throw source.mistake(
      "'\(word.text)' is not a need",
      at: word.span,
      help: Suggestion.help(
        for: word.text,
        among: known,
        otherwise:
          "write \(Suggestion.list(known + ["lifetime at most 30s", "window at most 10s"]))"
      )
    )
  }
}
