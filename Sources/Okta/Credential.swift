import HTTP
import Loop
import OAuth
import Profiles
import World

/// What Okta shows the app's service provider.
package enum Credential: Sendable {
  case session(TokenSession)
  /// The same for every request.
  case fixed(PastedField)
  /// Nothing: the app does not ask who it is.
  case nothing
}

/// A field of a request with what an admin has pasted.
package struct PastedField: Sendable {
  package var name = Authentication.usualField
  package var value: Secret
}

extension Credential {
  init(
    _ profile: IntegrationProfile,
    transport: any Transport,
    clock: OrgClock,
    aliases: SecretAliases,
    loop: EventLoop,
    numbers: GrantNumbers,
    client: (ClientSettings) -> ClientAuthentication
  ) {
    func session(
      _ tokenEndpoint: String,
      _ client: ClientAuthentication,
      _ refresh: RefreshPolicy,
      _ renewal: TokenSession.Renewal
    ) -> Credential {
      guard let endpoint = HTTPURL(tokenEndpoint) else {
        preconditionFailure("the profile's reader lets no endpoint pass that is no URL")
      }
      let userAgent =
        profile.switches[.tokenRequestUserAgent] == "scim-client" ? OktaHeaders.userAgent : nil
      return .session(
        TokenSession(
          policy: refresh,
          renewal: renewal,
          client: client,
          clock: clock,
          aliases: aliases,
          loop: loop,
          numbers: numbers
        ) { request, intent in
          let message = request.httpRequest(to: endpoint, userAgent: userAgent)
          return await transport.send(message, due: nil, intent: intent)
        }
      )
    }
    func known(_ secret: Secret, _ kind: SecretAliases.Kind) -> Secret {
      aliases.secret(secret.exposed(), kind: kind)
    }
    func repeated(_ parameter: String) -> Bool {
      ["both", parameter].contains(profile.switches[.refreshParameters])
    }
    switch profile.authentication {
    case .authorizationCode(let settings):
      self = session(
        settings.tokenEndpoint,
        client(settings.client),
        settings.refresh,
        .refreshToken(
          scope: repeated("scope") ? settings.askedScope : nil,
          redirectURI: repeated("redirect-uri") ? settings.redirectURI(profile.switches) : nil
        )
      )
    case .clientCredentials(let settings):
      self = session(
        settings.tokenEndpoint,
        client(settings.client),
        settings.refresh,
        .clientCredentials(scopes: settings.scopes)
      )
    case .bearer(let token):
      let value = known(token, .accessToken)
      self = .fixed(
        PastedField(value: Secret("Bearer \(value.exposed())", alias: "Bearer \(value.alias)"))
      )
    case .header(let value, let field):
      self = .fixed(PastedField(name: field, value: known(value, .credentials)))
    case .basic(let username, let password):
      let pair = Array("\(username):\(known(password, .password).exposed())".utf8)
      let value = aliases.secret(base64(pair), kind: .credentials)
      self = .fixed(
        PastedField(value: Secret("Basic \(value.exposed())", alias: "Basic \(value.alias)"))
      )
    case .unauthenticated:
      self = .nothing
    }
  }
}

/// Makes what a client authenticates with.
struct ClientProofs: Sendable {
  /// The token endpoint of the profile; nil where it has none, and so no client.
  var tokenEndpoint: HTTPURL?
  var aliases: SecretAliases
  var random: SeededRandom
  /// Seconds since 1970, by the app's clock.
  var second: @Sendable () -> Int

  func authentication(of client: ClientSettings) -> ClientAuthentication {
    let method: ClientAuthentication.Method =
      switch client.authentication {
      case .post: .post
      case .basic: .basic
      case .both: .both
      case .privateKeyJWT: .privateKeyJWT
      }
    guard method == .privateKeyJWT else {
      return ClientAuthentication(
        clientID: client.id,
        clientSecret: aliases.secret(client.secret.exposed(), kind: .clientSecret),
        method: method
      )
    }
    guard let key = client.key, let tokenEndpoint else {
      preconditionFailure("the profile's reader lets no such client pass without a key")
    }
    if !key.text.exposed().isEmpty {
      aliases.secret(key.text.exposed(), alias: key.text.alias)
    }
    return ClientAuthentication(
      clientID: client.id,
      assertions: ClientAssertions(
        key: key.signing,
        tokenEndpoint: tokenEndpoint,
        random: random.stream(named: "assertions of \(client.id)"),
        aliases: aliases,
        second: second
      )
    )
  }
}
