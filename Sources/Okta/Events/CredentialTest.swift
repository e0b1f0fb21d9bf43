import HTTP
import Profiles

extension CredentialTest: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.testCredentials(cause)
  }

  func logEvent(of failure: StepFailure) -> SystemLogEvent? { .credentialsNotVerified }
}
