/// The type of a System Log event (Okta, event types).
///
/// Which one an act leaves is inferred from what the catalogue says of each, but for those that a
/// document or a capture names.
package enum SystemLogEvent: String, Sendable {
  /// The app refused the credential, or no token could be had.
  case authenticationFailure = "application.integration.authentication_failure"
  /// The app answered 429.
  case rateLimitExceeded = "application.integration.rate_limit_exceeded"
  /// "Okta couldn't verify api credentials": the connection test and saving.
  case credentialsNotVerified = "application.configuration.update"
  /// "Okta couldn't download application configuration".
  case schemaNotImported = "application.configuration.import_schema"
  /// "Sync user in external application": the app took Okta's Accept for none of its own (Okta,
  /// support article on that failure).
  case userSync = "application.provision.user.sync"
  case userVerification = "application.provision.user.verify_exists"
  /// "Push new user to external application".
  case userPush = "application.provision.user.push"
  case profilePush = "application.provision.user.push_profile"
  case passwordPush = "application.provision.user.push_password"
  case userDeactivation = "application.provision.user.deactivate"
  case userReactivation = "application.provision.user.reactivate"
  case userImport = "application.provision.user.import_profile"
  case groupImport = "application.provision.group.import"
  /// "Fired when group no longer exists on a remote application".
  case groupVerification = "application.provision.group.verify_exists"
  case groupRemoval = "application.provision.group.remove"
  case groupRename = "application.provision.group_push.mapping.app.group.renamed.failed"
  /// "Group push mapping change failed and cannot be retried".
  case groupPush = "application.provision.group_push.mapping.update.or.delete.failed.with.error"
}

extension StepFailure {
  /// What the System Log has of it, whatever the event was; nil where that is the event's.
  var ofIntegration: SystemLogEvent? {
    switch reason {
    case .token: return .authenticationFailure
    case .answer(let response, _):
      switch response.status {
      case 401: return .authenticationFailure
      case 429: return .rateLimitExceeded
      case 404 where group != nil: return .groupVerification
      default: return nil
      }
    case .transport, .unusable, .wrongNumber, .notProvisioned, .notMade: return nil
    }
  }
}

extension ProvisioningJob.Kind {
  /// What the System Log has of its failure.
  func logEvent(of failure: StepFailure) -> SystemLogEvent {
    switch self {
    case .assignment:
      if failure.isAnswer(406) { return .userSync }
      return failure.isOfLookUp ? .userVerification : .userPush
    case .profileUpdate: return .profilePush
    case .deactivation: return .userDeactivation
    case .reactivation: return .userReactivation
    case .passwordPush: return .passwordPush
    case .groupPush: return .groupPush
    case .groupRename: return .groupRename
    case .groupDeletion: return .groupRemoval
    }
  }
}
