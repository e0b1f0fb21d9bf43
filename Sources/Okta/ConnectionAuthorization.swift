import Browser
import Foundation
import HTTP
import Loop
import OAuth
import Profiles
import World

/// "Authenticate with …": authorization request, login, consent, code exchange.
package struct ConnectionAuthorization: Sendable {
  let settings: AuthorizationCodeSettings
  let switches: Switches
  let transport: any Transport
  let loop: EventLoop
  let budget: WaitBudget
  let aliases: SecretAliases
  let profileFolder: String
  /// Seconds since 1970 at the start of the run, for cookies that expire.
  let startedAt: Int

  /// Makes a grant and gives its first tokens to `session`.
  func perform(
    _ session: TokenSession,
    random: SeededRandom,
    _ cause: Cause
  ) async throws(GrantFailure) {
    var random = random
    let pkce = switches[.pkce] == "S256" ? PKCE.random(using: &random) : nil
    let state = makeState(&random)
    aliases.secret(state, kind: .state, isOurs: true)
    let request = AuthorizationRequest(
      endpoint: settings.authorizationEndpoint,
      clientID: settings.clientID,
      redirectURI: settings.redirectURI,
      state: state,
      scopes: settings.scopes,
      scopePosition: switches[.scopePosition] == "first" ? .first : .last,
      codeChallenge: pkce?.challenge
    )
    let landing = try await follow(request, cause)
    let response: AuthorizationResponse
    do throws(AuthorizationError) {
      response = try AuthorizationResponse.read(landing.url, state: state)
    } catch {
      throw GrantFailure(
        stage: .response(error),
        message: "\(error)",
        exchange: landing.exchange,
        lacksCode: AuthorizationResponse.lacksCode(landing.url)
      )
    }
    let grant = TokenRequest.Grant.authorizationCode(
      aliases.secret(response.code, kind: .code),
      redirectURI: settings.redirectURI,
      codeVerifier: pkce.map { aliases.secret($0.verifier, kind: .codeVerifier, isOurs: true) }
    )
    try await session.begin(grant, cause)
  }

  private func follow(
    _ request: AuthorizationRequest,
    _ cause: Cause
  ) async throws(GrantFailure) -> (url: String, exchange: Int?) {
    guard let start = HTTPURL(request.url) else {
      preconditionFailure("the profile's reader lets no endpoint pass that is no URL")
    }
    do throws(BrowserError) {
      switch settings.login {
      case .command(let arguments):
        let url = try await LoginCommand(arguments, folder: folder(of: arguments)).run(
          start,
          redirectURI: settings.redirectURI,
          loop: loop
        )
        return (url, nil)
      case .form(let login):
        var browser = AdminBrowser(
          transport: transport,
          loop: loop,
          budget: budget,
          aliases: aliases,
          cause: cause,
          startedAtUnixSeconds: startedAt
        )
        let landing = try await browser.authorize(
          start,
          redirectURI: settings.redirectURI,
          login: BrowserLogin(
            username: login.username,
            password: login.password.exposed().isEmpty
              ? login.password : aliases.secret(login.password.exposed(), kind: .password),
            oneTimeCode: oneTimeCode(login),
            fields: login.fields,
            button: login.button,
            consentButton: login.consentButton,
            origins: login.origins.compactMap { HTTPURL($0)?.origin }
          ),
          decision: .consent
        )
        return (landing.url, landing.exchange.number)
      }
    } catch {
      throw GrantFailure(
        stage: .browser(error.reason),
        message: error.description,
        exchange: error.exchange
      )
    }
  }

  private func oneTimeCode(_ login: FormLogin) -> OneTimeCode? {
    guard let secret = login.totp?.exposed(), !secret.isEmpty else { return nil }
    let alias = aliases.secret(secret, kind: .password).alias
    for spelling in OneTimeCode.spellings(of: secret) { aliases.secret(spelling, alias: alias) }
    return OneTimeCode(base32: secret)
  }

  /// The profile's folder where the program is kept there, so that `./login.sh` is found from
  /// wherever the run was started; nil for the current folder.
  private func folder(of arguments: [String]) -> String? {
    guard let program = arguments.first, program.contains("/"), !program.hasPrefix("/") else {
      return nil
    }
    // One that may not be executed is that one all the same; starting it says so.
    let path = "\(profileFolder)/\(program)"
    return FileManager.default.fileExists(atPath: path) ? profileFolder : nil
  }

  /// Opaque to the app: it has to come back unchanged (RFC 6749 section 4.1.2).
  private func makeState(_ random: inout SeededRandom) -> String {
    switch switches[.state] {
    case "long": random.alphanumerics(600)
    case "special-characters": random.alphanumerics(24) + "=+./~-_" + random.alphanumerics(8) + "=="
    default: random.alphanumerics(40)
    }
  }
}

extension TokenSession {
  /// Begins a grant, or says why there is none.
  func begin(_ grant: TokenRequest.Grant, _ cause: Cause) async throws(GrantFailure) {
    do throws(TokenSessionError) {
      try await begin(grant, for: cause)
    } catch {
      throw GrantFailure(
        stage: .codeExchange(error),
        message: "\(error)",
        exchange: error.exchange,
        asked: grant
      )
    }
  }
}

extension GrantFailure: Error {}
