import HTTP
import Loop
import Profiles
import SampleApp
import Simulation
import World

/// The app of a run: one that runs somewhere, or the sample app that the run starts itself.
struct AppUnderTest: Sendable {
  let loop: EventLoop
  let profile: IntegrationProfile
  let seed: UInt64
  /// Seconds since 1970 at the start of the run.
  let startedAt: Int
  let secured: SecureTransportSettings?
  let ownedHosts: [String]
  private let server: Server?

  /// The sample app behind a socket.
  private struct Server: Sendable {
    let server: LoopbackServer
    let task: Task<Void, Never>
  }

  /// Starts the sample app where the profile embeds one and real sockets are to be used.
  static func start(
    profile: IntegrationProfile,
    seed: UInt64,
    startedAt: Int,
    secured: SecureTransportSettings?,
    ownedHosts: [String],
    loop: EventLoop
  ) async throws -> AppUnderTest {
    guard let embedded = profile.embeddedSampleApp, loop.clockKind == .real else {
      return AppUnderTest(
        loop: loop,
        profile: profile,
        seed: seed,
        startedAt: startedAt,
        secured: secured,
        ownedHosts: ownedHosts,
        server: nil
      )
    }
    let settings = SampleAppSettings(embedded, seed: seed, startedAt: startedAt, loop: loop)
    let app = SampleApp(settings: settings, loop: loop)
    let server = try LoopbackServer(loop: loop, port: 0, handler: app)
    await app.setBaseURL(server.baseURL)
    return AppUnderTest(
      loop: loop,
      profile: profile.reaching(sampleAppAt: server.baseURL, settings),
      seed: seed,
      startedAt: startedAt,
      secured: secured,
      ownedHosts: ownedHosts,
      server: Server(
        server: server,
        task: Task(executorPreference: loop) { await server.run() }
      )
    )
  }

  /// The app as one scenario reaches it.
  ///
  /// In virtual time each scenario has an app of its own, so that what it sees does not depend on
  /// which others run beside it.
  func connect(_ scenario: Scenario) async -> AppConnection {
    if let embedded = profile.embeddedSampleApp, loop.clockKind == .virtual {
      let own = SeededRandom(seed: seed).stream(named: "app \(scenario.name)")
      var random = own
      var settings = SampleAppSettings(
        embedded,
        seed: random.next(),
        startedAt: startedAt,
        loop: loop
      )
      settings.baseURL = "http://127.0.0.1:8080"
      let transport = InProcessTransport(
        handler: SampleApp(settings: settings, loop: loop),
        loop: loop
      )
      return AppConnection(
        profile: profile.reaching(sampleAppAt: settings.baseURL, settings),
        transport: transport,
        close: {}
      )
    }
    let limit = DurationText.parse(profile.switches[.requestTimeout]) ?? .seconds(60)
    let transport = SocketTransport(
      loop: loop,
      timeouts: TransportTimeouts(silence: limit),
      secured: secured
    )
    return AppConnection(
      profile: profile,
      transport: HostGuard(transport: transport, ownedHosts: ownedHosts, loop: loop),
      isShared: true,
      close: { transport.close() }
    )
  }

  func stop() async {
    server?.server.stop()
    await server?.task.value
  }
}

/// Keeps a redirect of the app's from leading the browser to a stranger's host.
private struct HostGuard: Transport {
  let transport: any Transport
  let ownedHosts: [String]
  let loop: EventLoop

  func send(
    _ request: HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    let host = request.url.origin.host
    if HostPolicy.allows(host, owned: ownedHosts) {
      return await transport.send(request, due: due, intent: intent)
    }
    let now = loop.now
    return Exchange(
      request: request,
      result: .failure(.foreignHost(host)),
      due: due ?? now,
      sent: now,
      received: now,
      intent: intent
    )
  }
}

extension SampleAppSettings {
  init(_ embedded: EmbeddedSampleApp, seed: UInt64, startedAt: Int, loop: EventLoop) {
    let lifetime: Duration = loop.clockKind == .virtual ? .seconds(3600) : .seconds(2)
    self.init(
      seed: seed,
      accessTokenLifetime: embedded.accessTokenLifetime ?? lifetime,
      refreshTokenLifetime: embedded.refreshTokenLifetime,
      refreshTokenIdleLimit: embedded.refreshTokenIdleLimit,
      rotation: Rotation(rawValue: embedded.rotation.rawValue) ?? .rotate,
      graceWindow: embedded.graceWindow,
      tokenFormat: TokenFormat(rawValue: embedded.tokenFormat.rawValue) ?? .opaque,
      faults: Set(embedded.faults.compactMap { Fault(rawValue: $0) }),
      users: embedded.users,
      calendarStart: startedAt
    )
  }
}

extension IntegrationProfile {
  /// The profile with all that an admin would have filled in about the sample app.
  func reaching(sampleAppAt baseURL: String, _ app: SampleAppSettings) -> IntegrationProfile {
    var profile = self
    profile.scim.baseURL = baseURL + "/scim/v2"
    guard case .authorizationCode(var oauth) = authentication else { return profile }
    oauth.authorizationEndpoint = baseURL + "/oauth/authorize"
    oauth.tokenEndpoint = baseURL + "/oauth/token"
    oauth.revocationEndpoint = baseURL + "/oauth/revoke"
    oauth.redirectURI = app.redirectURIs.first ?? ""
    oauth.clientID = app.clientID
    oauth.clientSecret = Secret(app.clientSecret, alias: "client_secret#1")
    oauth.login = .form(
      FormLogin(
        username: app.adminUsername,
        password: Secret(app.adminPassword, alias: "password#1")
      )
    )
    profile.authentication = .authorizationCode(oauth)
    return profile
  }
}
