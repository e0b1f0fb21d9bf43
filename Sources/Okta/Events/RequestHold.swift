import HTTP
import Profiles

extension RequestHold: OktaSteps {
  /// The wait counts against the scenario's budget here, where it can still be left out.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let token = await okta.session?.history.last else {
      throw NotMade.withoutToken
    }
    guard let lifetime = token.token.expiresIn else { throw NotMade.withoutLifetime }
    let end = token.receivedAt + lifetime + okta.leeway(lifetime)
    try okta.count(wait: max(.zero, end - okta.loop.now), isForToken: true)
    okta.lossyTransport.expect(request, .held(until: end))
  }
}
