import JSON

/// The mistakes of a scenario that only show beside its profile.
package enum ScenarioChecks {
  /// Refuses a scenario that sets an attribute which the profile does not map, or that calls a hook, or
  /// gives a role, which it neither has nor is said to need, or that has what another family alone has.
  package static func check(
    _ scenario: Scenario,
    against profile: IntegrationProfile
  ) throws(Mistakes) {
    let mapped = profile.attributeMappings.map(\.from).filter { !$0.isEmpty }
    var mistakes = Mistakes()
    for event in scenario.events {
      for change in event.event.changes where !mapped.contains(change.name) {
        mistakes.add(mistake(change.name, in: event, of: scenario, mapped: mapped))
      }
      if event.event.isAboutEntitlements, !profile.scim.entitlements,
        !scenario.needs.contains(.entitlements)
      {
        mistakes.add(
          scenario.source.mistake(
            "the profile's app has no roles and entitlements",
            at: span(of: event),
            help: "set \"entitlements\": true in its scim, or write 'Needs: entitlements' above"
          )
        )
      }
      if event.event.described is IncrementalUserImport, profile.family != .onPrem {
        mistakes.add(
          scenario.source.mistake(
            "incremental imports are the on-prem agent's alone",
            at: span(of: event),
            help: "write 'import users', or \"family\": \"on-prem\" in the profile"
          )
        )
      }
      if let call = event.event.described as? HookCall, !scenario.needs.contains(.hook(call.name)),
        !profile.hookNames.contains(call.name)
      {
        mistakes.add(mistake(call.name, in: event, of: scenario, hooks: profile.hookNames))
      }
    }
    try mistakes.throwIfAny()
  }

  private static func mistake(
    _ name: String,
    in event: ScenarioEvent,
    of scenario: Scenario,
    mapped: [String]
  ) -> SourceError {
    let isOktas = OktaUserSchema.names.contains(name)
    let problem =
      isOktas
      ? "'\(name)' is not mapped to an attribute of the app"
      : "'\(name)' is neither in Okta's user profile nor mapped"
    let otherwise = "add it to the profile's attributeMappings"
    let help =
      isOktas
      ? otherwise
      : Suggestion.help(for: name, among: mapped + OktaUserSchema.names, otherwise: otherwise)
    return scenario.source.mistake(
      problem,
      at: place(of: name, in: event, source: scenario.source),
      help: help
    )
  }

  private static func mistake(
    _ name: String,
    in event: ScenarioEvent,
    of scenario: Scenario,
    hooks: [String]
  ) -> SourceError {
    scenario.source.mistake(
      "the profile has no hook '\(name)'",
      at: place(of: name, in: event, source: scenario.source),
      help: Suggestion.help(
        for: name,
        among: hooks + Hook.known.map(\.0),
        otherwise: "add it to the profile's hooks, or write 'Needs: hook \(name)' above"
      )
    )
  }

  /// Where the attribute, or the hook, stands on the event's line; the whole event where it is not found.
  private static func place(
    of name: String,
    in event: ScenarioEvent,
    source: SourceText
  ) -> Span {
    let line = Array(source.line(event.line).unicodeScalars)
    let wanted = Array(name.unicodeScalars)
    // Behind the person, who may be called the same.
    let start = event.column - 1 + event.event.form.lead.joined(separator: " ").unicodeScalars.count
    var isPersonAhead = event.event.person == name
    for index in line.indices.dropFirst(start) where line[index...].starts(with: wanted) {
      let isWhole = !isNameScalar(line, index - 1) && !isNameScalar(line, index + wanted.count)
      guard isWhole else { continue }
      if isPersonAhead {
        isPersonAhead = false
        continue
      }
      return Span(line: event.line, column: index + 1, length: wanted.count)
    }
    return span(of: event)
  }

  private static func span(of event: ScenarioEvent) -> Span {
    Span(line: event.line, column: event.column, length: event.text.unicodeScalars.count)
  }

  private static func isNameScalar(_ line: [Unicode.Scalar], _ index: Int) -> Bool {
    guard line.indices.contains(index) else { return false }
    let scalar = line[index]
    return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
      || scalar == "-"
  }
}
