import HTTP
import OAuth
import Profiles
import World

extension RefreshTrial: OktaSteps {
  /// Whatever the app answers is for the judge; only where it answers nothing has the event failed.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let session = okta.session else { return }
    let stepName = "Error refreshing the access token"
    let given = await session.refreshTokens
    if given.isEmpty { throw StepFailure(step: stepName, reason: .token(.noRefreshToken)) }
    // An app that gives one for good has no second.
    guard let shown = await shown(of: session) else { return }
    if manner == .anotherClients, okta.secondClient == nil {
      throw StepFailure(step: stepName, reason: .unusable("the profile has no secondClient"))
    }
    let exchange: Exchange
    do throws(TokenSessionError) {
      exchange = try await session.attempt(await trial(shown, session, okta), for: cause)
    } catch {
      throw StepFailure(step: stepName, exchange: error.exchange, reason: .token(error))
    }
    if case .failure(let failure) = exchange.result {
      throw StepFailure(step: stepName, exchange: exchange.number, reason: .transport(failure))
    }
  }

  /// The token itself; nil where the app has not given so many.
  private func shown(of session: TokenSession) async -> Secret? {
    switch token {
    case .last: return await session.presentRefreshToken
    case .number(let number):
      let given = await session.refreshTokens
      return given.indices.contains(number - 1) ? given[number - 1].value : nil
    }
  }

  private func trial(
    _ token: Secret,
    _ session: TokenSession,
    _ okta: Provisioner
  ) async -> TokenSession.Trial {
    var client = session.client
    switch manner {
    case nil: return .init(token: token, deviation: .namedRefreshToken)
    case .scope(let scope): return .init(token: token, scope: scope, deviation: .otherScope)
    case .sameScope, .lessScope:
      // What nobody has named cannot be asked for.
      guard let granted = await session.grantedScope ?? okta.askedScope else {
        return .init(token: token, deviation: .namedRefreshToken)
      }
      var names = granted.split(separator: " ")
      if manner == .lessScope, names.count > 1,
        let last = names.lastIndex(where: { $0 != "offline_access" })
      {
        names.remove(at: last)
      }
      let scope = names.joined(separator: " ")
      return .init(token: token, scope: scope, deviation: .grantedScope)
    case .altered:
      return .init(token: known(token.altered(), okta), deviation: .alteredRefreshToken)
    case .wrongSecret:
      client = client.withWrongProof(okta.aliases)
      return .init(token: token, client: client, deviation: .wrongClientSecret)
    case .noAuthentication:
      client.method = .none
      return .init(token: token, client: client, deviation: .noClientAuthentication)
    case .anotherClients:
      return .init(token: token, client: okta.secondClient, deviation: .otherClient)
    }
  }

  /// So that it is redacted, too.
  private func known(_ secret: Secret, _ okta: Provisioner) -> Secret {
    okta.aliases.secret(secret.exposed(), alias: secret.alias)
  }
}
