import HTTP
import Profiles

extension AnswerCut: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    okta.lossyTransport.expect(request, .cut)
  }
}
