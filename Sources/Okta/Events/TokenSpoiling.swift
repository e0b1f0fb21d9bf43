import HTTP
import Profiles

extension TokenSpoiling: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    if let session = okta.session { await okta.levers.spoil(session) }
  }
}
