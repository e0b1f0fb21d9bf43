import HTTP
import OAuth
import Profiles
import World

extension CodeExchange: OktaSteps {
  /// What the app makes of it is for the judge; a grant that Okta should have got and has not is a
  /// failure of the event.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard let session = okta.session, let authorization = okta.authorization else { return }
    if manner == .again { return try await again(okta, session, cause) }
    let code = try await authorization.code(random: okta.authorizationRandom(cause), cause)
    switch manner {
    case .again: return
    case .atOnce(let times):
      try await exchange(code, times, session, cause)
    case .after(let duration):
      try await okta.wait(for: duration, cause)
      let exchange = try await attempt(code, .keptCode, session, cause, keeps: true)
      // Whether it may end by then is for the judge.
      if let failure = failure(of: exchange, code), !failure.saysThatCodeIsOver { throw failure }
    case .anotherRedirectURI, .anotherVerifier, .noVerifier, .anotherClients:
      if let (wrong, client, deviation) = try wrong(code, okta) {
        _ = try await attempt(wrong, by: client, deviation, session, cause, keeps: false)
      }
      try await finish(code, session, cause)
    }
  }

  private func again(_ okta: Provisioner, _ session: TokenSession, _ cause: Cause) async throws {
    guard let code = await session.beginning else { return }
    _ = try await attempt(code, .spentCode, session, cause, keeps: false)
    // What becomes of the tokens that it gave (RFC 6749 section 4.1.2).
    if let token = await session.presentToken {
      var look = cause
      look.occasion = .look
      _ = await okta.sender.send(
        .list(.user, startIndex: 1, count: 2),
        about: nil,
        token,
        look,
        deviation: .namedAccessToken
      )
    }
    if let token = await session.presentRefreshToken {
      _ = try? await session.attempt(
        TokenSession.Trial(token: token, deviation: .namedRefreshToken),
        for: cause
      )
    }
  }

  private func exchange(
    _ code: TokenRequest.Grant,
    _ times: Int,
    _ session: TokenSession,
    _ cause: Cause
  ) async throws {
    let exchanges = await withTaskGroup(of: Exchange?.self) { group -> [Exchange] in
      for _ in 0..<times {
        group.addTask {
          try? await session.attempt(code, .atOnce, for: cause, keeps: true)
        }
      }
      return await group.reduce(into: []) { exchanges, exchange in
        if let exchange { exchanges.append(exchange) }
      }
    }
    let failures = exchanges.compactMap { failure(of: $0, code) }
    guard failures.count == exchanges.count else { return }
    // One whose answer never came may be the one that won.
    let lost = exchanges.first { $0.failure != nil }
    if let failure = lost.flatMap({ failure(of: $0, code) }) ?? failures.last { throw failure }
  }

  /// The request with what is wrong about it; nil where there is nothing that could be wrong.
  private func wrong(
    _ code: TokenRequest.Grant,
    _ okta: Provisioner
  ) throws(StepFailure) -> (TokenRequest.Grant, ClientAuthentication?, Intent.Deviation)? {
    guard case .authorizationCode(let value, let redirectURI, let verifier) = code else {
      return nil
    }
    func with(_ redirectURI: String?, _ verifier: Secret?) -> TokenRequest.Grant {
      .authorizationCode(value, redirectURI: redirectURI, codeVerifier: verifier)
    }
    switch manner {
    case .anotherRedirectURI:
      guard let redirectURI else { return nil }
      return (with(redirectURI + "/another", verifier), nil, .otherRedirectURI)
    case .anotherVerifier:
      guard let altered = verifier?.altered() else { return nil }
      let known = okta.aliases.secret(altered.exposed(), alias: altered.alias)
      return (with(redirectURI, known), nil, .otherVerifier)
    case .noVerifier:
      return verifier == nil ? nil : (with(redirectURI, nil), nil, .noVerifier)
    case .anotherClients:
      guard let second = okta.secondClient else {
        throw StepFailure(
          step: "Error exchanging the code",
          reason: .unusable("the profile has no secondClient")
        )
      }
      return (code, second, .otherClient)
    case .again, .atOnce, .after: return nil
    }
  }

  /// Exchanges the code as it should be; that the refused request before has used it up is for the
  /// judge.
  private func finish(
    _ code: TokenRequest.Grant,
    _ session: TokenSession,
    _ cause: Cause
  ) async throws(GrantFailure) {
    do throws(GrantFailure) {
      try await session.begin(code, cause)
    } catch {
      if !error.saysThatCodeIsOver { throw error }
    }
  }

  private func attempt(
    _ code: TokenRequest.Grant,
    by client: ClientAuthentication? = nil,
    _ deviation: Intent.Deviation,
    _ session: TokenSession,
    _ cause: Cause,
    keeps: Bool
  ) async throws(GrantFailure) -> Exchange {
    do throws(TokenSessionError) {
      return try await session.attempt(code, by: client, deviation, for: cause, keeps: keeps)
    } catch {
      throw GrantFailure(stage: .codeExchange(error), message: "\(error)")
    }
  }

  /// Why an exchange brought no grant; nil where it did.
  private func failure(of exchange: Exchange, _ code: TokenRequest.Grant) -> GrantFailure? {
    switch exchange.result {
    case .failure(let error):
      return failure(.transport(error, exchange: exchange.number), exchange, code)
    case .success(let response):
      do throws(TokenResponseError) {
        _ = try TokenResponse.read(response, exchange.document)
        return nil
      } catch {
        return failure(.response(error, exchange: exchange.number), exchange, code)
      }
    }
  }

  private func failure(
    _ error: TokenSessionError,
    _ exchange: Exchange,
    _ code: TokenRequest.Grant
  ) -> GrantFailure {
    GrantFailure(
      stage: .codeExchange(error),
      message: "\(error)",
      exchange: exchange.number,
      asked: code
    )
  }
}

extension GrantFailure {
  /// Whether the app has refused the code itself, and nothing else.
  fileprivate var saysThatCodeIsOver: Bool {
    if case .codeExchange(.response(.refused(_, "invalid_grant", _), _)) = stage {
      true
    } else {
      false
    }
  }
}
