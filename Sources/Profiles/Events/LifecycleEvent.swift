/// What an admin, or Okta itself, does.
package struct LifecycleEvent: Sendable {
  package let described: any DescribedEvent

  package init(_ described: some DescribedEvent) { self.described = described }

  /// The words that name it: `assign`, `create again`.
  package var name: String { form.name }
  /// The person it is about, if it is about one.
  package var person: String? { described.clauses.person }
  /// The group it is about, if it is about one.
  package var group: String? { described.clauses.group }
  /// What it changes of the person's Okta profile.
  package var changes: [AttributeChange] { described.clauses.changes }
  /// What it changes of the person's roles and entitlements.
  package var entitlements: [EntitlementChange] { described.clauses.entitlements }
  package var capability: Capability? { described.capability }
  package var needsGrant: Bool { described.needsGrant }
  package var makesGrant: Bool { described.makesGrant }
  package var takesAccess: Bool { described.takesAccess }
  package var writes: EventEffect { described.writes }
  package var isDeviation: Bool { described.isDeviation }
  /// Whether it changes the app for all who use it.
  package var changesApp: Bool { described is HookCall }
  /// Whether it is what Okta does by itself with its access token.
  package var presentsAccessToken: Bool { !needsGrant && !makesGrant && !changesApp }
  /// Whether it reads lists of the app's.
  package var isImport: Bool {
    described is Import || described is UserImport || described is GroupImport
  }
  /// Whether it is about roles or entitlements, which only an entitlement app has.
  package var isAboutEntitlements: Bool {
    !entitlements.isEmpty || (described as? SpecProbe)?.request == .listEntitlements
  }
  /// Whether it has something kept back until the access token is dead.
  package var holdsUntilExpiry: Bool { described is RequestHold }
  /// How long it waits itself; nil where it does not.
  package var wait: Duration? {
    guard case .after(let duration)? = (described as? CodeExchange)?.manner else { return nil }
    return duration
  }
  /// Whether it is about refresh tokens, all of which are shown again at the end.
  package var isTrial: Bool {
    described is RefreshTrial || (described as? TokenRefresh)?.times != nil
  }

  var form: EventForm { type(of: described).form }
}

extension LifecycleEvent: Equatable {
  package static func == (left: LifecycleEvent, right: LifecycleEvent) -> Bool {
    left.described.isEqual(to: right.described)
  }
}

extension LifecycleEvent: CustomStringConvertible {
  /// The event as a scenario writes it: `update ada  lastName King`.
  package var description: String { form.text(described.clauses) }
}
