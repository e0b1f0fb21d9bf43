import HTTP
import Profiles
import SCIM

extension Deactivation: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    try await okta.takeAccess(of: person, cause)
  }

  func comingWrite(of known: AppUser, from okta: Provisioner) -> SCIMRequest? {
    okta.activation(of: known, false)
  }
}
