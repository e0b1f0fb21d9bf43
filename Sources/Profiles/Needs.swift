import JSON

/// Whether a profile has what a scenario asks for.
package enum Needs {
  /// The first need that `profile` does not meet, with the reason in words; nil where all are met.
  ///
  /// `lifetime at most …` is not judged here: only a token response tells the lifetime.
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
    let mapped = Set(profile.attributeMappings.map(\.from))
    let unmapped = scenario.events.lazy.flatMap { $0.event.changes.map(\.name) }
      .first { !mapped.contains($0) }
    return unmapped.map { "the profile does not map \($0)" }
  }

  private static func reason(_ need: Need, _ profile: IntegrationProfile) -> String? {
    switch need {
    case .capability(let capability):
      profile.scim.capabilities.contains(capability) ? nil : "the profile does not switch it on"
    case .revocation:
      revocationReason(profile)
    case .hook(let name):
      hookReason(name, profile)
    case .secondClient:
      // The sample app that the run starts has one.
      profile.secondClient != nil || profile.embeddedSampleApp != nil
        ? nil : "the profile has no secondClient"
    case .secondLogin:
      profile.secondLogin != nil || profile.embeddedSampleApp != nil
        ? nil : "the profile has no secondLogin"
    case .lifetimeAtMost:
      nil
    }
  }

  private static func hookReason(_ name: String, _ profile: IntegrationProfile) -> String? {
    profile.hookNames.contains(name) ? nil : "the profile has no hook '\(name)'"
  }

  private static func revocationReason(_ profile: IntegrationProfile) -> String? {
    // The run fills in the sample app's endpoints, and it has this one.
    guard profile.embeddedSampleApp == nil else { return nil }
    guard case .authorizationCode(let settings) = profile.authentication else {
      return "the profile's authentication mode makes no grant"
    }
    return settings.revocationEndpoint == nil ? "the profile has no revocationEndpoint" : nil
  }
}

extension Need {
  /// As a scenario writes it.
  package var words: String {
    switch self {
    case .capability(let capability): capability.rawValue
    case .revocation: "revocation"
    case .hook(let name): "hook \(Word.written(name))"
    case .secondClient: "second-client"
    case .secondLogin: "second-login"
    case .lifetimeAtMost(let lifetime): "lifetime at most \(DurationText.format(lifetime))"
    }
  }

  static func read(_ words: [Word], source: SourceText) throws(SourceError) -> [Need] {
    var needs: [Need] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word.text {
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
        let example = "write 'lifetime at most 30s'"
        guard rest.popFirst()?.is("at") == true, rest.popFirst()?.is("most") == true,
          let bound = rest.popFirst()
        else { throw source.mistake("'lifetime' needs a bound", at: word.span, help: example) }
        guard let lifetime = DurationText.parse(bound.text), lifetime > .zero else {
          throw source.mistake("'\(bound.text)' is not a duration", at: bound.span, help: example)
        }
        needs.append(.lifetimeAtMost(lifetime))
      default:
        needs.append(.capability(try capability(word, source: source)))
      }
    }
    return needs
  }

  private static func capability(
    _ word: Word,
    source: SourceText
  ) throws(SourceError) -> Capability {
    if let capability = Capability(rawValue: word.text) { return capability }
    let known =
      Capability.allCases.map(\.rawValue) + ["revocation", "hook", "second-client", "second-login"]
    throw source.mistake(
      "'\(word.text)' is not a need",
      at: word.span,
      help: Suggestion.help(
        for: word.text,
        among: known,
        otherwise: "write \(Suggestion.list(known + ["lifetime at most 30s"]))"
      )
    )
  }
}
