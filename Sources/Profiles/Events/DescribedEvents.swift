/// Every event that a scenario may have, in the order in which help lists them.
package enum DescribedEvents {
  /// A new one is a file beside this one, and a row here.
  package static let all: [any DescribedEvent.Type] = [
    AuthorizationRefusal.self,
    Authorization.self,
    Reauthentication.self,
    CredentialTest.self,
    ConnectionSave.self,
    AppSave.self,
    TokenSpoiling.self,
    TokenForgetting.self,
    Assignment.self,
    ProfileUpdate.self,
    Unassignment.self,
    Deactivation.self,
    Reactivation.self,
    Suspension.self,
    Unsuspension.self,
    UserDeletion.self,
    PasswordPush.self,
    UserProvisioning.self,
    ForcedSync.self,
    GroupPush.self,
    GroupChange.self,
    GroupRename.self,
    FullGroupPush.self,
    GroupPushDeactivation.self,
    GroupPushActivation.self,
    GroupUnlink.self,
    RepeatedCreate.self,
    StaleLink.self,
    UserImport.self,
    GroupImport.self,
    Import.self,
    ClockSkip.self,
    AnswerLoss.self,
    AnswerCut.self,
    RequestHold.self,
    RefreshTrial.self,
    TokenRefresh.self,
    AccessProbe.self,
    SpecProbe.self,
    CodeExchange.self,
    Revocation.self,
    HookCall.self,
    OrgSwitch.self,
    TaskRetry.self,
  ]

  /// The words with which lines begin: `assign`, `test credentials`.
  static let leads = all.map { $0.form.lead.joined(separator: " ") }

  /// What the format has and later work brings.
  static let notYet: [String] = []
}
