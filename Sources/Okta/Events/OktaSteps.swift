import HTTP
import Profiles
import SCIM

/// What Okta does with a lifecycle event.
protocol OktaSteps: DescribedEvent {
  /// Sends what Okta sends; throws `GrantFailure` or `StepFailure`.
  func perform(by okta: Provisioner, _ cause: Cause) async throws

  /// What it does with one of Okta's jobs, whose failure is a task on the dashboard; nil for what an
  /// admin does at the connection, and for what Okta would not do.
  var job: ProvisioningJob? { get }

  /// Members of the group whom a push of it left out, since the app does not have them or has them
  /// inactive (Okta help, group push; the System Log tells of users that were ignored).
  func leftOut(by okta: Provisioner) -> [String]

  /// Any one of these an on-prem app must name for it to send anything.
  var features: [ManagementFeature] { get }

  /// Does what has failed once more, as Okta knows the person now.
  func retry(by okta: Provisioner, _ cause: Cause) async throws

  /// With what the words of its task begin, before the reason.
  func opening(of failure: StepFailure, app: String) -> String

  /// What the System Log has of its failure; nil for what is none of Okta's.
  func logEvent(of failure: StepFailure) -> SystemLogEvent?

  /// The read and the write that it is about to make, as far as they are known before it, for a look
  /// at how the app treats a dead token.
  func coming(from okta: Provisioner) async -> [SCIMRequest]

  /// The write that it is about to make of a user whom Okta knows; nil for none.
  func comingWrite(of known: AppUser, from okta: Provisioner) -> SCIMRequest?
}

extension OktaSteps {
  var job: ProvisioningJob? { nil }
  var features: [ManagementFeature] { capability?.features ?? [] }
  func leftOut(by okta: Provisioner) -> [String] { [] }

  func retry(by okta: Provisioner, _ cause: Cause) async throws {
    try await perform(by: okta, cause)
  }

  /// Okta, support article "Forest Admin provisioning error", SCIM 2.0 reference.
  ///
  /// Assumed for what is no create: of a deactivation no document has the words. For a group a reported
  /// text (okta-behaviour 16.14).
  func opening(of failure: StepFailure, app: String) -> String {
    let start =
      failure.person.map {
        "Automatic provisioning of user \($0["displayName"] ?? $0.name) to app \(app) failed: "
      } ?? failure.group.map { "Unable to update Group Push mapping target App group \($0): " }
      ?? ""
    return start + (failure.step.isEmpty ? "" : "\(failure.step): ")
  }

  func logEvent(of failure: StepFailure) -> SystemLogEvent? { job?.kind.logEvent(of: failure) }

  /// For an event without a person the read of the connection test; where it writes nothing itself,
  /// a write that puts back what the app itself gave.
  func coming(from okta: Provisioner) -> [SCIMRequest] {
    guard let person = clauses.person else {
      let known = okta.directory.all.first { $0.id != nil && $0.representation != nil }
      return [.connectionTest] + [known?.putBack].compactMap(\.self)
    }
    guard let known = okta.directory[person], let id = known.id else {
      return [.connectionTest]
    }
    return [.retrieve(.user, id: id)] + [comingWrite(of: known, from: okta)].compactMap(\.self)
  }

  func comingWrite(of known: AppUser, from okta: Provisioner) -> SCIMRequest? { known.putBack }
}

extension AppUser {
  /// What the app last said of the user, as it stands.
  var putBack: SCIMRequest? {
    guard let id, let representation else { return nil }
    return .replace(.user, id: id, with: representation)
  }
}
