import HTTP
import Loop
import Profiles
import SampleApp
import SelfCheck
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
  let hosts: HostPolicy
  let routes: [ConnectTo]
  /// Which faults of the sample app have shown.
  let faultsMet: FaultsMet
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
    hosts: HostPolicy,
    routes: [ConnectTo] = [],
    loop: EventLoop
  ) async throws -> AppUnderTest {
    guard let embedded = profile.embeddedSampleApp, loop.clockKind == .real else {
      return AppUnderTest(
        loop: loop,
        profile: profile,
        seed: seed,
        startedAt: startedAt,
        secured: secured,
        hosts: hosts,
        routes: routes,
        faultsMet: FaultsMet(),
        server: nil
      )
    }
    let settings = SampleAppSettings(
      embedded,
      profile.authentication,
      seed: seed,
      startedAt: startedAt,
      clock: .real
    )
    let met = FaultsMet()
    let app = SampleApp(settings: settings, loop: loop, met: met)
    let server = try LoopbackServer(loop: loop, port: 0, handler: app)
    await app.setBaseURL(server.baseURL)
    return AppUnderTest(
      loop: loop,
      profile: profile.reaching(sampleAppAt: server.baseURL, settings),
      seed: seed,
      startedAt: startedAt,
      secured: secured,
      hosts: hosts,
      routes: routes,
      faultsMet: met,
      server: Server(
        server: server,
        task: Task(executorPreference: loop) { await server.run() }
      )
    )
  }

  /// The app as one scenario reaches it.
  func connect(_ scenario: Scenario) async -> AppConnection {
    if profile.embeddedSampleApp != nil, loop.clockKind == .virtual {
      return connectInProcess(scenario.name)
    }
    let transport = transport(on: loop)
    return AppConnection(
      profile: profile,
      transport: transport,
      isShared: true,
      close: { transport.close() }
    )
  }

  /// A sample app of its own, on the virtual clock.
  func connectInProcess(_ name: String) -> AppConnection {
    SampleAppInProcess(
      profile: profile,
      embedded: profile.embeddedSampleApp ?? EmbeddedSampleApp(),
      seed: seed,
      startedAt: startedAt,
      loop: loop,
      met: faultsMet
    ).connect(name)
  }

  /// A way to the app from a loop; the caller closes it.
  func transport(
    on loop: EventLoop,
    connections: ConnectionPolicy = ConnectionPolicy()
  ) -> SocketTransport {
    let switches = profile.switches
    return SocketTransport(
      loop: loop,
      timeouts: TransportTimeouts(
        connect: DurationText.parse(switches[.connectTimeout]) ?? .seconds(10),
        silence: DurationText.parse(switches[.requestTimeout]) ?? .seconds(60),
        wholeAnswer: profile.wholeAnswerLimit
      ),
      connections: connections,
      hosts: hosts,
      routes: routes,
      secured: secured
    )
  }

  func stop() async {
    server?.server.stop()
    await server?.task.value
  }
}
