import HTTP
import Profiles

extension TokenForgetting: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    if let session = okta.session { await okta.levers.forget(session) }
  }
}
