import Browser
import Foundation
import HTTP
import Loop
import OAuth
import Profiles
import Synchronization
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
  /// The browser of the last authorization, with its cookies.
  let lastBrowser: LastBrowser?

  /// The admin who authorized last signs out, where a page of the app's offered it.
  ///
  /// - Returns: Whether one did.
  func signOut(_ cause: Cause) async throws(BrowserError) -> Bool {
    guard var browser = lastBrowser?.take() else { return false }
    return try await browser.signOut(for: cause)
  }

  /// Makes a grant and gives its first tokens to `session`.
  func perform(
    _ session: TokenSession,
    random: SeededRandom,
    _ cause: Cause
  ) async throws(GrantFailure) {
    let grant = try await code(random: random, cause)
    try await session.begin(grant, cause)
  }

  /// Takes the admin to where the app gives a code: what a token request would exchange.
  func code(random: SeededRandom, _ cause: Cause) async throws(GrantFailure) -> TokenRequest.Grant {
    let (landing, pkce, state) = try await land(random: random, .consent, cause)
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
    return .authorizationCode(
      aliases.secret(response.code, kind: .code),
      redirectURI: switches.isOn(.exchangeRedirectURI) ? settings.redirectURI : nil,
      codeVerifier: pkce.map { aliases.secret($0.verifier, kind: .codeVerifier, isOurs: true) }
    )
  }

  /// Takes the admin to the question for consent, who says no; what the app makes of it is a failure
  /// of the grant, as it was meant.
  func refuse(random: SeededRandom, _ cause: Cause) async -> GrantFailure {
    do throws(GrantFailure) {
      let (landing, _, state) = try await land(random: random, .refuse, cause)
      var failure: GrantFailure
      do throws(AuthorizationError) {
        let response = try AuthorizationResponse.read(landing.url, state: state)
        aliases.secret(response.code, kind: .code)
        let error = AuthorizationError.grantedInstead
        failure = GrantFailure(stage: .response(error), message: "\(error)")
      } catch {
        failure = GrantFailure(stage: .response(error), message: "\(error)")
      }
      failure.exchange = landing.exchange
      if landing.hasRefused {
        failure.refusal = .made
      } else if case .response(.grantedInstead) = failure.stage {
        failure.refusal = .notAsked
      }
      return failure
    } catch {
      return error
    }
  }

  /// Asks for a code at a redirect URI that the app does not know.
  ///
  /// Throws where the browser is sent to it, and where it ends on a page, which may be how the app
  /// refuses. An error at the redirect URI that is registered is a refusal as well. A code is not
  /// exchanged, and the browser is not the one of the grant.
  func ask(
    forCodeAt redirectURI: String,
    random: SeededRandom,
    _ cause: Cause
  ) async throws(GrantFailure) {
    let (landing, _, _) = try await land(random: random, .consent, at: redirectURI, cause)
    let sent = SentParameters(landing.url)
    if let code = sent["code"] { aliases.secret(code, kind: .code) }
    if HTTPURL(landing.url)?.origin == HTTPURL(settings.redirectURI)?.origin {
      guard sent.holdsGrant else { return }
      throw GrantFailure(
        stage: .browser(.wrongRedirectURI),
        message:
          "the app sent the browser with a code to the redirect URI that is registered, though "
          + "the request named \(redirectURI)",
        exchange: landing.exchange
      )
    }
    let what =
      sent.holdsGrant
      ? "with a code"
      : sent["error"].map { "with the error '\(Quotation($0, upTo: 40))'" } ?? "without a code"
    throw GrantFailure(
      stage: .unregistered(sent.holdsGrant ? .code : .error),
      message: "the app sent the browser \(what) to \(redirectURI), which is not registered",
      exchange: landing.exchange
    )
  }

  /// - Parameter unregistered: A redirect URI to ask for that the app does not know; nil for the
  ///   profile's.
  private func land(
    random: SeededRandom,
    _ decision: AdminBrowser.Decision,
    at unregistered: String? = nil,
    _ cause: Cause
  ) async throws(GrantFailure) -> (landing: Landing, pkce: PKCE?, state: String) {
    var random = random
    let pkce = switches[.pkce] == "S256" ? PKCE.random(using: &random) : nil
    let state = makeState(&random)
    aliases.secret(state, kind: .state, isOurs: true)
    let request = AuthorizationRequest(
      endpoint: settings.authorizationEndpoint,
      clientID: settings.client.id,
      redirectURI: unregistered ?? settings.redirectURI,
      state: state,
      scopes: settings.scopes,
      scopePosition: switches[.scopePosition] == "first" ? .first : .last,
      codeChallenge: pkce?.challenge
    )
    let landing = try await follow(request, decision, isUnregistered: unregistered != nil, cause)
    return (landing, pkce, state)
  }

  /// Where the app has sent the browser in the end.
  private struct Landing {
    var url: String
    var exchange: Int?
    var hasRefused = false
  }

  private func follow(
    _ request: AuthorizationRequest,
    _ decision: AdminBrowser.Decision,
    isUnregistered: Bool,
    _ cause: Cause
  ) async throws(GrantFailure) -> Landing {
    guard let start = HTTPURL(request.url) else {
      preconditionFailure("the profile's reader lets no endpoint pass that is no URL")
    }
    var hasRefused = false
    do throws(BrowserError) {
      switch settings.login {
      case .command(let arguments):
        let url = try await LoginCommand(arguments, folder: folder(of: arguments)).run(
          start,
          redirectURI: request.redirectURI,
          loop: loop
        )
        return Landing(url: url)
      case .form(let login):
        var browser = AdminBrowser(
          transport: transport,
          loop: loop,
          budget: budget,
          aliases: aliases,
          cause: cause,
          startedAtUnixSeconds: startedAt
        )
        defer {
          hasRefused = browser.hasRefused
          if !isUnregistered { lastBrowser?.keep(browser) }
        }
        let landing = try await browser.authorize(
          start,
          redirectURI: request.redirectURI,
          unlike: isUnregistered ? settings.redirectURI : nil,
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
          decision: decision
        )
        return Landing(
          url: landing.url,
          exchange: landing.exchange.number,
          hasRefused: browser.hasRefused
        )
      }
    } catch {
      throw GrantFailure(
        stage: .browser(error.reason),
        message: error.description,
        exchange: error.exchange,
        refusal: hasRefused ? .made : nil
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

/// What a URL carries, in its query and behind `#`, where servers do not see it.
private struct SentParameters {
  private let fields: [FormField]

  init(_ url: String) {
    let parts = url.split(separator: "#", maxSplits: 1)
    let query = parts.first?.split(separator: "?", maxSplits: 1).dropFirst().first
    fields = [query, parts.dropFirst().first].compactMap(\.self).flatMap {
      FormURLEncoding.decode(String($0))
    }
  }

  subscript(name: String) -> String? {
    fields.first { $0.name == name && !$0.value.isEmpty }?.value
  }

  /// Whether whoever gets it has something of the app's.
  var holdsGrant: Bool { ["code", "access_token", "id_token"].contains { self[$0] != nil } }
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

/// What one authorization leaves to the next thing that its admin does.
final class LastBrowser: Sendable {
  private let browser = Mutex<AdminBrowser?>(nil)

  func keep(_ browser: AdminBrowser) { self.browser.withLock { $0 = browser } }

  func take() -> AdminBrowser? {
    browser.withLock { browser in
      defer { browser = nil }
      return browser
    }
  }
}
