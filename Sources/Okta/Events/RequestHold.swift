import HTTP
import Profiles

extension RequestHold: OktaSteps {
  /// The wait counts against the scenario's budget here, where it can still be left out.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let token = await okta.session?.history.last else {
      throw NotMade("there is no access token to wait for", isUnjudged: false)
    }
    guard let lifetime = token.token.expiresIn else {
      throw NotMade(
        "the app does not say when its access token expires (no expires_in)",
        isUnjudged: false
      )
    }
    let end = token.receivedAt + lifetime + okta.leeway(lifetime)
    try okta.count(wait: max(.zero, end - okta.loop.now))
    okta.lossyTransport.expect(request, .held(until: end))
  }
}
