import HTTP
import Profiles

extension AnswerLoss: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    okta.lossyTransport.expect(request, .lost)
  }
}
