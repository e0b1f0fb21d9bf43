import HTTP
import Profiles

extension Reauthentication: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.authorize(cause)
  }
}
