import Foundation
import HTTP
import Loop
import Profiles
import SampleApp
import TestSupport
import Testing

@testable import Simulation

/// A machine that is busy with us: what we did not see in time is not the app's silence.
@Suite struct StallTests {
  /// One scenario keeps the loop busy for three seconds, with another one beside it, whose app
  /// answers in time, and `requestTimeout` two seconds.
  @Test func `a stall of our own is nobody's silence`() async throws {
    let server = try EventLoop.start()
    defer { server.stop() }
    let (app, settings) = try await Task(executorPreference: server) {
      var settings = SampleAppSettings(seed: 5, accessTokenLifetime: .seconds(3600))
      let handler = SampleApp(settings: settings, loop: server)
      let listener = try LoopbackServer(loop: server, port: 0, handler: handler)
      settings.baseURL = listener.baseURL
      await handler.setBaseURL(listener.baseURL)
      return (listener, settings)
    }.value
    let serving = Task(executorPreference: server) { await app.run() }
    let (results, late) = try await onLoop(clock: .real) { loop in
      let run = RunSettings.make(
        profile: .sampleApp(settings),
        scenarios: [
          try .make("authorize\nassign ada\n", name: "busy"),
          try .make(
            "authorize\n" + String(repeating: "test credentials\n", count: 200) + "assign bo\n",
            name: "beside"
          ),
        ]
      )
      let (_, continuation) = AsyncStream.makeStream(of: ScenarioResult.self)
      let results = await Run(settings: run, loop: loop, interruption: Interruption()) { scenario in
        let transport = SocketTransport(
          loop: loop,
          timeouts: TransportTimeouts(silence: .seconds(2))
        )
        return AppConnection(
          profile: run.profile,
          transport: scenario.name == "busy" ? Busy(transport: transport) : transport
        ) { transport.close() }
      }.perform(results: continuation)
      return (results, loop.longestDelay)
    }
    app.stop()
    await serving.value
    #expect(results.map(\.verdict) == [.passed, .passed], "\(results.map(\.reason))")
    #expect(late > .seconds(2))
  }

  @Test func `an answer that was missed for a stall ends no event for the app`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Missing(transport: transport) }
    let result = try await run.perform("authorize\nassign ada\nupdate ada  lastName King\n")
    #expect(result.verdict == .notJudged)
    #expect(result.findings.map(\.id) == [])
    #expect(result.reason?.hasPrefix("oktasim was itself late in exchange ") == true)
  }
}

/// Spends three seconds of its loop's time before each create.
private struct Busy: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    if intent.act == .create {
      let end = ContinuousClock.now + .seconds(3)
      while ContinuousClock.now < end {}
    }
    return await transport.send(request, due: due, intent: intent)
  }
}

/// Has the answers to PUT come while nobody looks.
private struct Missing: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    guard intent.act == .replace else { return exchange }
    exchange.result = .failure(.silent(for: .seconds(60)))
    exchange.wasDelayed = true
    return exchange
  }
}
