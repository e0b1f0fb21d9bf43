import Profiles

/// A lifecycle event in a circumstance: a row of what is explained, in the order in which it is.
struct ExplainedMoment: Sendable {
  /// Stable: programs and the table of fields know it by that.
  var id: String
  var event: LifecycleEvent
  /// What is so when it comes, besides what its name says.
  var circumstance: String?
  /// What has happened before, after the link was made.
  var before: [LifecycleEvent] = []
  /// What has failed after that, at an app that was out of order, and waits as a task.
  var failed: LifecycleEvent?
  var situation = MinimalApp.Situation.usual
  /// Whether it is about tokens that Okta has asked for.
  var needsGrant = false

  /// As a scenario writes it; without the attributes of somebody who is new.
  var title: String {
    event.changes.count == 1 || event.group != nil
      || event.changes.isEmpty && !event.entitlements.isEmpty
      ? "\(event)" : [event.name, event.person].compactMap(\.self).joined(separator: " ")
  }

  /// What an admin does, or Okta by itself.
  ///
  /// A test sees that each event of Okta's own is here.
  static func all(_ profile: IntegrationProfile) -> [ExplainedMoment] {
    let ada = [
      AttributeChange(name: "login", value: "ada@{domain}"),
      AttributeChange(name: "firstName", value: "Ada"),
      AttributeChange(name: "lastName", value: "Lovelace"),
    ]
    let assign = LifecycleEvent.assign("ada", ada)
    var moments = [
      ExplainedMoment(id: "authorize", event: .authorize),
      ExplainedMoment(id: "re-authenticate", event: .reauthenticate, before: [.authorize]),
      ExplainedMoment(id: "test-credentials", event: .testCredentials),
      ExplainedMoment(
        id: "test-credentials.expired",
        event: .testCredentials,
        circumstance: "the access token's stated lifetime is over, as before any other request",
        before: [.skip(MinimalApp.lifetime * 2)],
        needsGrant: true
      ),
      ExplainedMoment(
        id: "test-credentials.rejected",
        event: .testCredentials,
        circumstance: "the app answers with 401, as to any other request",
        situation: .rejectsToken
      ),
      ExplainedMoment(
        id: "refresh",
        event: LifecycleEvent(TokenRefresh(Clauses())),
        needsGrant: true
      ),
      ExplainedMoment(id: "save-connection", event: .saveConnection),
      ExplainedMoment(id: "save-to-app", event: .saveToApp),
      ExplainedMoment(
        id: "assign.new",
        event: assign,
        circumstance: "the app has nobody of this name"
      ),
      ExplainedMoment(
        id: "assign.all-attributes",
        event: .assign("ada", ada + values(of: profile, besides: ada)),
        circumstance: "every attribute that the profile maps has a value"
      ),
      ExplainedMoment(
        id: "assign.link",
        event: assign,
        circumstance: "the app has an active user of this name",
        situation: .knowsPerson(active: true)
      ),
      ExplainedMoment(
        id: "assign.link-inactive",
        event: assign,
        circumstance: "the app has an inactive user of this name",
        situation: .knowsPerson(active: false)
      ),
      ExplainedMoment(
        id: "update",
        event: .update("ada", [AttributeChange(name: "lastName", value: "King")]),
        before: [assign]
      ),
    ]
    if let name = optionalAttribute(of: profile) {
      let filled = AttributeChange(name: name, value: "Countess")
      moments.append(
        ExplainedMoment(
          id: "update.cleared",
          event: .update("ada", [AttributeChange(name: name, value: nil)]),
          circumstance: "an attribute is emptied",
          before: [.assign("ada", ada + [filled])]
        )
      )
    }
    if profile.scim.entitlements { moments += ofEntitlements(ada) }
    return moments + [
      ExplainedMoment(id: "deactivate", event: .deactivate("ada"), before: [assign]),
      ExplainedMoment(
        id: "reactivate",
        event: .reactivate("ada"),
        before: [assign, .deactivate("ada")]
      ),
      ExplainedMoment(id: "unassign", event: .unassign("ada"), before: [assign]),
      ExplainedMoment(
        id: "assign.again",
        event: assign,
        circumstance: "she was assigned before, and unassigned",
        before: [assign, .unassign("ada")]
      ),
    ] + ofPeople(assign) + ofGroups(assign, profile) + [
      ExplainedMoment(id: "import-users", event: LifecycleEvent(UserImport(Clauses())))
    ] + ofAgent(profile) + [
      ExplainedMoment(id: "import-groups", event: LifecycleEvent(GroupImport(Clauses()))),
      ExplainedMoment(id: "import", event: LifecycleEvent(Import(Clauses()))),
    ]
  }

  /// Of an app whose roles and entitlements Okta gives to people.
  private static func ofEntitlements(_ ada: [AttributeChange]) -> [ExplainedMoment] {
    func gives(_ names: [EntitlementChange.Name], _ kinds: [Entitlement.Kind]) -> Clauses {
      var clauses = Clauses(person: "ada")
      clauses.entitlements = kinds.map { EntitlementChange(kind: $0, names: names) }
      return clauses
    }
    var all = gives([.numbered(1)], Entitlement.Kind.allCases)
    all.changes = ada
    let given = LifecycleEvent(Assignment(all))
    return [
      ExplainedMoment(
        id: "assign.entitlements",
        event: given,
        circumstance: "she is given the first role and the first entitlement that the app lists",
        before: [.saveConnection]
      ),
      ExplainedMoment(
        id: "update.entitlements",
        event: LifecycleEvent(ProfileUpdate(gives([.numbered(1)], [.role]))),
        circumstance: "she is given the first role that the app lists",
        before: [.saveConnection, .assign("ada", ada)]
      ),
      ExplainedMoment(
        id: "update.entitlements-taken",
        event: LifecycleEvent(ProfileUpdate(gives([], Entitlement.Kind.allCases))),
        circumstance: "all that she was given is taken",
        before: [.saveConnection, given]
      ),
    ]
  }

  private static func ofPeople(_ assign: LifecycleEvent) -> [ExplainedMoment] {
    let ada = Clauses(person: "ada")
    var later = assign.described.clauses
    later.isBeforeProvisioning = true
    let unprovisioned = LifecycleEvent(Assignment(later))
    return [
      ExplainedMoment(
        id: "push-password",
        event: LifecycleEvent(PasswordPush(ada)),
        before: [assign]
      ),
      ExplainedMoment(id: "suspend", event: LifecycleEvent(Suspension(ada)), before: [assign]),
      ExplainedMoment(
        id: "unsuspend",
        event: LifecycleEvent(Unsuspension(ada)),
        before: [assign, LifecycleEvent(Suspension(ada))]
      ),
      ExplainedMoment(
        id: "delete",
        event: LifecycleEvent(UserDeletion(ada)),
        before: [assign, .deactivate("ada")]
      ),
      ExplainedMoment(
        id: "assign.before-provisioning",
        event: unprovisioned,
        circumstance: "provisioning is switched on later"
      ),
      ExplainedMoment(
        id: "provision",
        event: LifecycleEvent(UserProvisioning(ada)),
        circumstance: "she was assigned before provisioning was on",
        before: [unprovisioned]
      ),
      ExplainedMoment(
        id: "force-sync",
        event: LifecycleEvent(ForcedSync(Clauses())),
        before: [assign]
      ),
      ExplainedMoment(
        id: "retry-tasks",
        event: .retryTasks,
        circumstance: "she was assigned while the app answered with 500",
        failed: assign
      ),
    ]
  }

  /// Of an app behind the on-prem agent.
  private static func ofAgent(_ profile: IntegrationProfile) -> [ExplainedMoment] {
    guard profile.family == .onPrem else { return [] }
    return [
      ExplainedMoment(
        id: "import-users.incremental",
        event: .importChangedUsers,
        circumstance: "an import of all users has come before",
        before: [.importUsers]
      )
    ]
  }

  /// Of a group with a description, which SCIM 1.1 alone carries.
  private static func described(_ version: SCIMSettings.Version) -> [ExplainedMoment] {
    guard version == .v1 else { return [] }
    var team = Clauses()
    team.group = "team"
    team.description = "Analysts"
    return [
      ExplainedMoment(
        id: "push-group.described",
        event: LifecycleEvent(GroupPush(team)),
        circumstance: "the group has a description, and is new to the app"
      )
    ]
  }

  private static func ofGroups(
    _ assign: LifecycleEvent,
    _ profile: IntegrationProfile
  ) -> [ExplainedMoment] {
    var team = Clauses()
    team.group = "team"
    var withAda = team
    withAda.members = ["ada"]
    var adding = team
    adding.membership = MembershipChange(added: ["ada"])
    var removing = team
    removing.membership = MembershipChange(removed: ["ada"])
    var renamed = team
    renamed.newName = "crew"
    func unlink(_ manner: UnlinkManner) -> LifecycleEvent {
      var clauses = team
      clauses.unlinkManner = manner
      return LifecycleEvent(GroupUnlink(clauses))
    }
    let push = LifecycleEvent(GroupPush(withAda))
    let pushEmpty = LifecycleEvent(GroupPush(team))
    let pushed = [assign, push]
    return [
      ExplainedMoment(
        id: "push-group.new",
        event: push,
        circumstance: "the app has no group of this name",
        before: [assign]
      ),
      ExplainedMoment(
        id: "push-group.empty",
        event: pushEmpty,
        circumstance: "the group is empty, and new to the app"
      ),
    ] + described(profile.scim.version) + [
      ExplainedMoment(
        id: "push-group.link",
        event: push,
        circumstance: "the app has a group of this name",
        before: pushed + [unlink(.leave)]
      ),
      ExplainedMoment(
        id: "change-group.add",
        event: LifecycleEvent(GroupChange(adding)),
        before: [assign, pushEmpty]
      ),
      ExplainedMoment(
        id: "change-group.remove",
        event: LifecycleEvent(GroupChange(removing)),
        before: pushed
      ),
      ExplainedMoment(
        id: "rename-group",
        event: LifecycleEvent(GroupRename(renamed)),
        before: pushed
      ),
      ExplainedMoment(id: "push-now", event: LifecycleEvent(FullGroupPush(team)), before: pushed),
      ExplainedMoment(
        id: "push-now.empty",
        event: LifecycleEvent(FullGroupPush(team)),
        circumstance: "the group is empty",
        before: [pushEmpty]
      ),
      ExplainedMoment(
        id: "deactivate-push",
        event: LifecycleEvent(GroupPushDeactivation(team)),
        before: pushed
      ),
      ExplainedMoment(
        id: "activate-push",
        event: LifecycleEvent(GroupPushActivation(team)),
        before: pushed + [LifecycleEvent(GroupPushDeactivation(team))]
      ),
      ExplainedMoment(id: "unlink-group.leave", event: unlink(.leave), before: pushed),
      ExplainedMoment(id: "unlink-group.delete", event: unlink(.delete), before: pushed),
    ]
  }

  /// Events that an admin or a scenario makes and Okta does not, or that send nothing themselves.
  static let notOktas: [any DescribedEvent.Type] = [
    AuthorizationRefusal.self, TokenSpoiling.self, TokenForgetting.self, RepeatedCreate.self,
    UserLookUp.self,
    RepeatedGroupCreate.self, SpecProbe.self,
    ClockSkip.self, AnswerLoss.self, AnswerCut.self, RequestHold.self, RefreshTrial.self,
    AccessProbe.self, CodeExchange.self, Revocation.self, HookCall.self, OrgSwitch.self,
    StaleLink.self, UnregisteredRedirect.self,
  ]

  /// A value for each attribute that is mapped and has none yet: its own name.
  private static func values(
    of profile: IntegrationProfile,
    besides given: [AttributeChange]
  ) -> [AttributeChange] {
    let made = given.map(\.name) + ["email", "displayName", "locale"]
    var changes: [AttributeChange] = []
    for name in profile.attributeMappings.map(\.from).filter({ !$0.isEmpty })
    where !made.contains(name) && !changes.contains(where: { $0.name == name }) {
      changes.append(AttributeChange(name: name, value: "<\(name)>"))
    }
    return changes
  }

  /// One that a person may be without.
  private static func optionalAttribute(of profile: IntegrationProfile) -> String? {
    let mapped = profile.attributeMappings.map(\.from).filter { !$0.isEmpty }
    let needed = ["login", "email", "firstName", "lastName", "displayName", "locale"]
    return mapped.contains("title") ? "title" : mapped.first { !needed.contains($0) }
  }
}
