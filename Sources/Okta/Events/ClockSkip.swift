import HTTP
import Profiles

extension ClockSkip: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    okta.clock.skip(duration)
  }
}
