import HTTP
import OAuth
import Profiles
import World

extension Revocation: OktaSteps {
  /// What the app answers is for the judge; what is revoked stays where it is, so that it can be seen
  /// to be refused.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let session = okta.session,
      case .authorizationCode(let settings) =
        okta.profile.authentication,
      let endpoint = settings.revocationEndpoint.flatMap(HTTPURL.init)
    else { return }
    let revoked: (token: Secret, hint: RevocationRequest.Hint)?
    switch token {
    case .access: revoked = await session.presentToken.map { ($0.value, .accessToken) }
    case .refresh: revoked = await session.presentRefreshToken.map { ($0, .refreshToken) }
    }
    guard let revoked else { return }
    let request = RevocationRequest(
      token: revoked.token,
      hint: revoked.hint,
      client: session.client
    )
    let userAgent =
      okta.profile.switches[.tokenRequestUserAgent] == "scim-client" ? OktaHeaders.userAgent : nil
    let exchange = await okta.transport.send(
      request.httpRequest(to: endpoint, userAgent: userAgent),
      due: nil,
      intent: Intent(
        .revoke,
        cause: cause,
        grant: await session.history.last?.grant,
        token: revoked.token.alias
      )
    )
    if case .failure(let failure) = exchange.result {
      throw StepFailure(
        step: "Error revoking the \(token.rawValue)",
        exchange: exchange.number,
        reason: .transport(failure)
      )
    }
  }
}
