import HTTP
import Profiles

extension TokenForgetting: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    await okta.session?.forget()
  }
}
