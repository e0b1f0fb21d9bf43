import HTTP
import Profiles

extension OrgSwitch: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {}
}
