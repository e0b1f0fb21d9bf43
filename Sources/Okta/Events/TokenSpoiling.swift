import HTTP
import Profiles

extension TokenSpoiling: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    await okta.session?.spoil()
  }
}
