import JSON
import OAuth
import World

/// What an Okta admin fills in about an app, read from `profile.json` and complete: defaults are
/// in their places, variables are resolved.
package struct IntegrationProfile: Sendable {
  package var name: String
  package var family: AppFamily
  package var scim: SCIMSettings
  package var authentication: Authentication
  /// The family's default table with the profile's own entries laid over it.
  package var attributeMappings: [AttributeMapping]
  package var switches: Switches
  /// The e-mail domain of made-up people.
  package var peopleDomain: String
  /// Set when the run is to start the sample app itself; the URLs are then filled in by the run.
  package var embeddedSampleApp: EmbeddedSampleApp?
  /// A second client that is registered at the app, to show it what belongs to the first.
  package var secondClient: ClientSettings?
  /// Another tenant's admin, who signs in for every org but the first.
  package var secondLogin: Login?
  /// What changes the app from outside, by name.
  package var hooks: [String: Hook]
  /// How long the whole of an answer may take (`limits.wholeAnswer`); nil for five times
  /// `okta.requestTimeout`.
  package var wholeAnswerLimit: Duration?
  /// How long after its end an access token may still be honoured; nil for the usual.
  package var leeway: Duration?
  /// Whether requests carry `X-Request-Id`, which Okta's do not.
  package var sendsRequestID: Bool
  package var endpointPlaces = EndpointPlaces()
  /// Environment variables that it takes values from and that were left open.
  package var unsetVariables: [String] = []
  /// The profile's file as it was named on the command line.
  package var file: String
  /// The folder that holds the profile and its scenarios.
  package var folder: String

  package init(
    name: String,
    family: AppFamily,
    scim: SCIMSettings,
    authentication: Authentication,
    attributeMappings: [AttributeMapping],
    switches: Switches,
    peopleDomain: String,
    embeddedSampleApp: EmbeddedSampleApp? = nil,
    wholeAnswerLimit: Duration? = nil,
    leeway: Duration? = nil,
    sendsRequestID: Bool = false,
    secondClient: ClientSettings? = nil,
    hooks: [String: Hook] = [:],
    secondLogin: Login? = nil,
    file: String,
    folder: String
  ) {
    self.name = name
    self.family = family
    self.scim = scim
    self.authentication = authentication
    self.attributeMappings = attributeMappings
    self.switches = switches
    self.peopleDomain = peopleDomain
    self.embeddedSampleApp = embeddedSampleApp
    self.wholeAnswerLimit = wholeAnswerLimit
    self.leeway = leeway
    self.sendsRequestID = sendsRequestID
    self.secondClient = secondClient
    self.hooks = hooks
    self.secondLogin = secondLogin
    self.file = file
    self.folder = folder
  }

  /// Where the file names the app's endpoints, or else what they would stand in.
  package struct EndpointPlaces: Sendable, Equatable {
    package var authorizationEndpoint = Place()
    package var tokenEndpoint = Place()
    package var revocationEndpoint = Place()
    package var baseURL = Place()

    package init() {}
  }

  /// What is no mistake and may surprise.
  package var notices: [String] {
    guard family == .onPrem, scim.version == .v2, !scim.baseURL.isEmpty,
      !scim.baseURL.split(separator: "/").contains("v2")
    else { return [] }
    // Okta, support article "OPP Agent with SCIM 2.0 Support Feature Enabled …".
    return [
      "Okta's on-prem agent speaks SCIM 2.0 only to a base URL with /v2/ in it (agent 2.1.0), "
        + "else SCIM 1.1: scim.baseURL has none"
    ]
  }

  /// What an admin fills in and nobody else may read.
  package var secrets: [Secret] {
    let own: [Secret] =
      switch authentication {
      case .authorizationCode(let settings): settings.client.secrets + settings.login.secrets
      case .clientCredentials(let settings): settings.client.secrets
      case .bearer(let secret), .header(let secret, _), .basic(_, let secret): [secret]
      case .unauthenticated: []
      }
    return own + (secondClient?.secrets ?? [])
  }

  /// A line of the file.
  package struct Place: Sendable, Equatable {
    /// From 1.
    package var line = 1
    /// As it stands there, but for secrets and for what else is on the line.
    package var text = ""

    package init() {}

    package init(line: Int, text: String) {
      self.line = line
      self.text = text
    }
  }
}

/// How the app was made in Okta; it sets the verbs (reference: Okta, "SCIM 2.0 reference").
package enum AppFamily: String, Sendable, CaseIterable {
  /// App Integration Wizard: everything is GET and PUT.
  case aiw
  /// Okta Integration Network with PATCH declared: activation by PATCH.
  case oinPatch = "oin-patch"
  /// Okta Integration Network without PATCH: everything is GET and PUT.
  case oinPut = "oin-put"
  /// On-Prem Provisioning agent.
  case onPrem = "on-prem"
}

/// What is switched on under "To App" and "To Okta".
package enum Capability: String, Sendable, CaseIterable {
  case createUsers, updateUsers, deactivateUsers, syncPassword, pushGroups, importUsers
  case importGroups
}

package struct SCIMSettings: Sendable, Equatable {
  package enum Version: String, Sendable, CaseIterable {
    case v1 = "1.1"
    case v2 = "2.0"
  }

  package var version: Version
  /// Without a closing slash; empty until the embedded sample app runs.
  package var baseURL: String
  /// The attribute that finds a user: `userName` unless the profile says otherwise.
  package var uniqueIdentifier: String
  package var capabilities: Set<Capability>
  /// Whether the app has entitlement management (Okta Identity Governance): Okta discovers its roles
  /// and entitlements, and gives them to people.
  package var entitlements = false
  package var entitlementFields = EntitlementFields()
  /// Whether *Import User Schema* is on: Okta reads the app's schemas, without entitlements.
  package var importsUserSchema = false

  package init(
    version: Version,
    baseURL: String,
    uniqueIdentifier: String,
    capabilities: Set<Capability>
  ) {
    self.version = version
    self.baseURL = baseURL
    self.uniqueIdentifier = uniqueIdentifier
    self.capabilities = capabilities
  }
}

/// A client as the app's authorization server knows it.
package struct ClientSettings: Sendable {
  package var id: String
  /// Empty where it has a key.
  package var secret: Secret
  package var authentication: Authentication.ClientAuthentication
  /// There where it authenticates by one.
  package var key: ClientKey?

  package init(
    id: String,
    secret: Secret,
    authentication: Authentication.ClientAuthentication = .post,
    key: ClientKey? = nil
  ) {
    self.id = id
    self.secret = secret
    self.authentication = authentication
    self.key = key
  }

  /// What nobody else may read.
  fileprivate var secrets: [Secret] {
    [secret, key?.text].compactMap(\.self).filter { !$0.exposed().isEmpty }
  }
}

/// How Okta authenticates to the app's SCIM service provider.
package enum Authentication: Sendable {
  case authorizationCode(AuthorizationCodeSettings)
  case clientCredentials(ClientCredentialsSettings)
  /// `Authorization: Bearer TOKEN`, a token that an admin pasted.
  case bearer(Secret)
  /// `Authorization: VALUE`, sent raw; of an on-prem app the field may have another name.
  case header(Secret, field: String = Authentication.usualField)
  case basic(username: String, password: Secret)
  /// Nothing is shown: the on-prem agent's "None".
  case unauthenticated

  package enum Mode: String, Sendable, CaseIterable {
    case oauth2
    case clientCredentials = "oauth2-client-credentials"
    case bearer, header, basic
    case unauthenticated = "none"

    /// The family that alone has it; nil for every family (Okta help, "Connect to a SCIM connector").
    package var family: AppFamily? { self == .unauthenticated ? .onPrem : nil }
  }

  /// The field that credentials stand in.
  package static let usualField = "Authorization"

  /// The field that credentials stand in here.
  package var field: String {
    if case .header(_, let field) = self { field } else { Authentication.usualField }
  }

  package enum ClientAuthentication: String, Sendable, CaseIterable {
    case post = "client_secret_post"
    case basic = "client_secret_basic"
    case both
    case privateKeyJWT = "private_key_jwt"
  }

  /// As whom tokens are asked for; nil where none are.
  package var client: ClientSettings? {
    switch self {
    case .authorizationCode(let settings): settings.client
    case .clientCredentials(let settings): settings.client
    case .bearer, .header, .basic, .unauthenticated: nil
    }
  }

  /// nil where no token is asked for.
  package var tokenEndpoint: String? {
    switch self {
    case .authorizationCode(let settings): settings.tokenEndpoint
    case .clientCredentials(let settings): settings.tokenEndpoint
    case .bearer, .header, .basic, .unauthenticated: nil
    }
  }
}

package struct AuthorizationCodeSettings: Sendable {
  package var authorizationEndpoint: String
  package var tokenEndpoint: String
  package var revocationEndpoint: String?
  package var redirectURI: String
  package var client: ClientSettings
  package var scopes: [String]
  package var refresh: RefreshPolicy
  package var grants: Grants
  package var login: Login

  /// What the authorization request asks for; nil for no scope.
  package var askedScope: String? { scopes.isEmpty ? nil : scopes.joined(separator: " ") }

  package enum Grants: String, Sendable, CaseIterable {
    /// Each scenario makes a grant of its own.
    case perScenario = "per-scenario"
    /// A new grant retires the old one at this app, so scenarios run in a row.
    case oneAtATime = "one-at-a-time"
  }

  package init(
    authorizationEndpoint: String,
    tokenEndpoint: String,
    revocationEndpoint: String? = nil,
    redirectURI: String,
    client: ClientSettings,
    scopes: [String],
    refresh: RefreshPolicy,
    grants: Grants,
    login: Login
  ) {
    self.authorizationEndpoint = authorizationEndpoint
    self.tokenEndpoint = tokenEndpoint
    self.revocationEndpoint = revocationEndpoint
    self.redirectURI = redirectURI
    self.client = client
    self.scopes = scopes
    self.refresh = refresh
    self.grants = grants
    self.login = login
  }
}

package struct ClientCredentialsSettings: Sendable {
  package var tokenEndpoint: String
  package var client: ClientSettings
  package var scopes: [String]
  package var refresh: RefreshPolicy

  package init(
    tokenEndpoint: String,
    client: ClientSettings,
    scopes: [String],
    refresh: RefreshPolicy
  ) {
    self.tokenEndpoint = tokenEndpoint
    self.client = client
    self.scopes = scopes
    self.refresh = refresh
  }
}

/// How the simulated admin signs in and consents.
package enum Login: Sendable {
  /// The browser fills the app's own forms.
  case form(FormLogin)
  /// A program that gets the authorization URL as its last argument and prints the final URL.
  case command([String])

  fileprivate var secrets: [Secret] {
    guard case .form(let form) = self else { return [] }
    // An empty one stands for a login that asks for none.
    return ([form.password] + (form.totp.map { [$0] } ?? [])).filter { !$0.exposed().isEmpty }
  }

  /// Whether a program signs in.
  package var isCommand: Bool {
    if case .command = self { true } else { false }
  }

  /// Whether a one-time code is asked for.
  package var hasSecondFactor: Bool {
    if case .form(let form) = self { form.totp != nil } else { false }
  }
}

package struct FormLogin: Sendable {
  /// Empty for a login that asks for none.
  package var username: String
  package var password: Secret
  /// What one-time codes are computed from (RFC 6238), in Base32.
  package var totp: Secret?
  /// Form field names to values, for fields that cannot be guessed.
  package var fields: [String: String]
  /// The text or the name of the button that signs in.
  package var button: String?
  /// The text or the name of the button that consents.
  package var consentButton: String?
  /// Origins that get what is typed besides the authorization endpoint's.
  package var origins: [String]

  package init(
    username: String,
    password: Secret,
    fields: [String: String] = [:],
    button: String? = nil,
    consentButton: String? = nil,
    origins: [String] = []
  ) {
    self.username = username
    self.password = password
    self.fields = fields
    self.button = button
    self.consentButton = consentButton
    self.origins = origins
  }
}

/// One line of the mapping from Okta's user profile to the app's.
package struct AttributeMapping: Sendable, Equatable {
  /// What kind of JSON value goes to the app.
  package enum ValueType: String, Sendable, CaseIterable {
    case string, boolean, number
  }

  /// The name in Okta's user profile; empty for a constant.
  package var from: String
  /// What everybody has; nil where it comes from the profile of the person.
  package var constant: String?
  package var type: ValueType
  /// A SCIM path: `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`.
  package var to: String

  package init(from: String, to: String, type: ValueType = .string) {
    self.from = from
    self.to = to
    self.type = type
  }

  package init(constant: String, to: String, type: ValueType = .string) {
    from = ""
    self.constant = constant
    self.to = to
    self.type = type
  }
}

/// The sample app that a run starts itself, on a free loopback port.
package struct EmbeddedSampleApp: Sendable, Equatable {
  package enum Rotation: String, Sendable, CaseIterable {
    /// A new refresh token with every refresh; the old one lives on for the grace window.
    case rotate
    /// The answer repeats the refresh token.
    case fixed
    /// The answer has no refresh token; the old one stays good.
    case omit
    /// A new refresh token; the old one dies when its successor or new access token is first used.
    case retireOnUse = "retire-on-use"
  }

  package enum TokenFormat: String, Sendable, CaseIterable {
    case opaque
    case jwtLike = "jwt-like"
    /// 4 KiB.
    case large
  }

  /// Which authorization requests get a refresh token.
  package enum RefreshTokens: String, Sendable, CaseIterable {
    case always
    /// Those whose scope has `offline_access`.
    case offlineAccess = "offline-access"
  }

  package enum Clock: String, Sendable, CaseIterable {
    case real, virtual
  }

  package var clock = Clock.real
  /// nil: 2 s on the real clock, 60 min on the virtual one.
  package var accessTokenLifetime: Duration?
  /// nil: no end.
  package var refreshTokenLifetime: Duration?
  /// nil: no limit.
  package var refreshTokenIdleLimit: Duration?
  package var rotation = Rotation.rotate
  package var graceWindow = Duration.seconds(10)
  package var tokenFormat = TokenFormat.opaque
  package var refreshTokens = RefreshTokens.always
  /// What an authorization request has to name for tokens that its API takes; nil where none has to.
  package var audience: String?
  /// What an admin has written behind the `?` of its authorization endpoint; empty for nothing.
  package var authorizationQuery = ""
  package var faults: [String] = []
  /// As the command line writes them; a profile has none.
  package var traits: [String] = []
  /// How many users it has at the start.
  package var users = 0
  /// How many groups it has at the start.
  package var groups = 0

  package init() {}
}

extension IntegrationProfile {
  /// Whether a new grant ends the one before at this app, as the profile says.
  package var hasOneGrantAtATime: Bool { authentication.hasOneGrantAtATime }

  /// Whether the admins of the first org and of the others are of two tenants of the app.
  package var hasTenants: Bool {
    guard case .authorizationCode = authentication else { return false }
    return secondLogin != nil
  }

  /// Whether the browser goes through the app's pages.
  var signsInByForm: Bool {
    guard case .authorizationCode(let settings) = authentication, case .form = settings.login else {
      return false
    }
    return true
  }
}

extension Authentication {
  package var hasOneGrantAtATime: Bool {
    guard case .authorizationCode(let settings) = self else { return false }
    return settings.grants == .oneAtATime
  }
}
