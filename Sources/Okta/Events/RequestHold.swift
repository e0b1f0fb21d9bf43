import HTTP
import Profiles

extension RequestHold: OktaSteps {
  /// The wait counts against the scenario's budget here, where it can still be left out.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let token = await okta.session?.history.last else {
      throw NotMade.withoutToken
    }
    guard let rest = okta.timeToEnd(of: token) else { throw NotMade.withoutLifetime }
    try okta.count(wait: max(.zero, rest), isForToken: true)
    okta.lossyTransport.expect(request, .held(until: okta.loop.now + rest))
  }
}
