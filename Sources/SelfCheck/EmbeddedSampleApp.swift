import HTTP
import Loop
import OAuth
import Profiles
import SampleApp
import Simulation
import World

extension SampleAppSettings {
  /// The settings for what a profile says of the sample app that its run starts.
  ///
  /// The reader of profiles has refused a fault that there is not.
  ///
  /// - Parameters:
  ///   - authentication: The app lives by what the profile says of grants.
  ///   - startedAt: Seconds since 1970 at the start of the run.
  package init(
    _ embedded: EmbeddedSampleApp,
    _ authentication: Authentication,
    seed: UInt64,
    startedAt: Int,
    clock: EventLoop.ClockKind
  ) {
    let lifetime: Duration = clock == .virtual ? .seconds(3600) : .seconds(2)
    self.init(
      seed: seed,
      accessTokenLifetime: embedded.accessTokenLifetime ?? lifetime,
      refreshTokenLifetime: embedded.refreshTokenLifetime,
      refreshTokenIdleLimit: embedded.refreshTokenIdleLimit,
      rotation: Rotation(embedded.rotation),
      graceWindow: embedded.graceWindow,
      tokenFormat: TokenFormat(embedded.tokenFormat),
      faults: Set(embedded.faults.map(Fault.init(named:))),
      users: embedded.users,
      calendarStart: startedAt
    )
    groups = embedded.groups
    traits = SampleAppTraits(embedded.traits)
    audience = embedded.audience
    givesOfflineAccessOnly = embedded.refreshTokens == .offlineAccess
    hasOneGrantAtATime = authentication.hasOneGrantAtATime
    credentials =
      switch authentication {
      case .authorizationCode, .clientCredentials: .oauth2
      case .bearer: .bearer
      case .header: .header
      case .basic: .basic
      case .unauthenticated: .open
      }
    apiField = authentication.field
    if authentication.client?.authentication == .privateKeyJWT {
      clientKey = ClientKey.made.signing
    }
  }
}

extension SampleAppTraits {
  /// Of texts that a command line has let pass.
  package init(_ texts: [String]) {
    do throws(Problem) {
      try self.init(texts.joined(separator: ","), duration: DurationText.parse)
    } catch {
      preconditionFailure("traits that the command line has let pass are read: \(error)")
    }
  }
}

extension SampleAppSettings.Rotation {
  fileprivate init(_ rotation: EmbeddedSampleApp.Rotation) {
    self =
      switch rotation {
      case .rotate: .rotate
      case .fixed: .fixed
      case .omit: .omit
      case .retireOnUse: .retireOnUse
      }
  }
}

extension SampleAppSettings.TokenFormat {
  fileprivate init(_ format: EmbeddedSampleApp.TokenFormat) {
    self =
      switch format {
      case .opaque: .opaque
      case .jwtLike: .jwtLike
      case .large: .large
      }
  }
}

extension Fault {
  /// The names that a profile may give under `embeddedSampleApp.faults`.
  package static var names: [String] { allCases.map(\.rawValue) }

  fileprivate init(named name: String) {
    guard let fault = Fault(rawValue: name) else {
      preconditionFailure("a profile with the fault '\(name)', which there is not, was not refused")
    }
    self = fault
  }
}

extension IntegrationProfile {
  /// The profile with all that an admin would have filled in about the sample app.
  package func reaching(
    sampleAppAt baseURL: String,
    _ app: SampleAppSettings
  ) -> IntegrationProfile {
    var profile = self
    profile.scim.baseURL = baseURL + (profile.scim.version == .v1 ? "/scim/v1" : "/scim/v2")
    func filled(_ client: ClientSettings) -> ClientSettings {
      ClientSettings(
        id: app.clientID,
        secret: Secret(app.clientSecret, alias: "client_secret#1"),
        authentication: client.authentication,
        key: app.clientKey == nil ? nil : .made
      )
    }
    switch authentication {
    case .authorizationCode(var oauth):
      let query = embeddedSampleApp?.authorizationQuery ?? ""
      oauth.authorizationEndpoint =
        baseURL + "/oauth/authorize" + (query.isEmpty ? "" : "?" + query)
      oauth.tokenEndpoint = baseURL + "/oauth/token"
      oauth.revocationEndpoint = baseURL + "/oauth/revoke"
      oauth.redirectURI = app.redirectURIs.first ?? ""
      oauth.client = filled(oauth.client)
      // On the virtual clock no program can reach the app, which is in this process.
      if embeddedSampleApp?.clock == .virtual || !oauth.login.isCommand {
        oauth.login = .form(
          FormLogin(
            username: app.adminUsername,
            password: Secret(app.adminPassword, alias: "password#1")
          )
        )
      }
      profile.authentication = .authorizationCode(oauth)
    case .clientCredentials(var oauth):
      oauth.tokenEndpoint = baseURL + "/oauth/token"
      oauth.client = filled(oauth.client)
      profile.authentication = .clientCredentials(oauth)
    case .bearer(let open):
      profile.authentication = .bearer(Secret(app.apiToken, alias: open.alias))
    case .header(let open, let field):
      profile.authentication = .header(Secret(app.apiToken, alias: open.alias), field: field)
    case .basic(_, let open):
      profile.authentication = .basic(
        username: app.apiUsername,
        password: Secret(app.apiPassword, alias: open.alias)
      )
    case .unauthenticated: break
    }
    profile.secondClient = ClientSettings(
      id: app.secondClientID,
      secret: Secret(app.secondClientSecret, alias: "client_secret#2")
    )
    profile.secondLogin = .form(
      FormLogin(
        username: app.secondAdminUsername,
        password: Secret(app.secondAdminPassword, alias: "password#3")
      )
    )
    profile.hooks = Dictionary(
      uniqueKeysWithValues: Hook.known.map { ($0.0, .url(SampleApp.hookURL($0.0, at: baseURL))) }
    )
    return profile
  }
}

/// The sample app within the process of a run in virtual time.
///
/// Each scenario has an app of its own, so that what it sees does not depend on which others run
/// beside it.
package struct SampleAppInProcess: Sendable {
  package var profile: IntegrationProfile
  package var embedded: EmbeddedSampleApp
  package var seed: UInt64
  /// Seconds since 1970 at the start of the run.
  package var startedAt: Int
  package var loop: EventLoop
  /// Learns which faults have shown.
  package var met: FaultsMet
  /// Stands between Okta's side and the app; for faults on the way.
  package var wrap: @Sendable (any Transport, EventLoop) -> any Transport = { transport, _ in
    transport
  }
  /// What stands before the app and may answer in its place.
  package var front: @Sendable (any RequestHandler) -> any RequestHandler = { $0 }

  package init(
    profile: IntegrationProfile,
    embedded: EmbeddedSampleApp,
    seed: UInt64,
    startedAt: Int,
    loop: EventLoop,
    met: FaultsMet = FaultsMet()
  ) {
    self.met = met
    self.profile = profile
    self.embedded = embedded
    self.seed = seed
    self.startedAt = startedAt
    self.loop = loop
  }

  /// The app as one scenario reaches it.
  package func connect(_ scenario: Scenario) -> AppConnection { connect(scenario.name) }

  /// An app of its own for each name.
  package func connect(_ name: String) -> AppConnection {
    var random = SeededRandom(seed: seed).stream(named: "app \(name)")
    let settings = SampleAppSettings(
      embedded,
      profile.authentication,
      seed: random.next(),
      startedAt: startedAt,
      clock: .virtual
    )
    let app = SampleApp(settings: settings, loop: loop, met: met)
    return AppConnection(
      profile: profile.reaching(sampleAppAt: settings.baseURL, settings),
      transport: wrap(InProcessTransport(handler: front(app), loop: loop), loop),
      close: {}
    )
  }
}
