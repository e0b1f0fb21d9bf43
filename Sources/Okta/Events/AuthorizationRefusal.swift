import HTTP
import OAuth
import Profiles

extension AuthorizationRefusal: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let authorization = okta.authorization else { return }
    throw await authorization.refuse(random: okta.authorizationRandom(cause), cause)
  }
}
