import HTTP
import Profiles

extension AppSave: OktaSteps {
  /// Each Save sends the request of the connection test (lab capture, 2026-10).
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.testCredentials(cause)
  }

  func logEvent(of failure: StepFailure) -> SystemLogEvent? { .credentialsNotVerified }
}
