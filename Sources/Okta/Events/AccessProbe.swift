import HTTP
import OAuth
import Profiles
import SCIM

extension AccessProbe: OktaSteps {
  /// Whatever the app answers is for the judge, and changes nothing of what Okta knows.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let session = okta.session else { return }
    var cause = cause
    cause.occasion = .probe
    let request = SCIMRequest.list(.user, startIndex: 1, count: 2)
    let exchange: Exchange
    switch token {
    case .none:
      exchange = await okta.sender.sendWithoutToken(request, cause)
    case .altered:
      guard let present = await session.presentToken else { return }
      let altered = present.altered()
      okta.aliases.secret(altered.value.exposed(), alias: altered.value.alias)
      exchange = await okta.sender.send(request, about: nil, altered, cause)
    case .given(let number):
      let given = await session.history.map(\.token)
      // An app that has not given so many yet has none to be asked about.
      guard given.indices.contains(number - 1) else { return }
      exchange = await okta.sender.send(
        request,
        about: nil,
        given[number - 1],
        cause,
        deviation: .namedAccessToken
      )
    }
    try exchange.requireAnswer {
      StepFailure(step: "Error showing \(token)", exchange: $0, reason: $1)
    }
  }
}
