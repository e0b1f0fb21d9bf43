import HTTP
import Loop
import Profiles
import SampleApp
import Synchronization
import Testing
import World

@testable import Simulation

/// The grant that a run makes first, where its scenarios share an app.
@Suite struct ProbeGrantTests {
  private static let scenarios = [
    (name: "ada", text: "authorize\nassign ada\nafter 1 lifetime\nupdate ada  lastName King\n"),
    (name: "bo", text: "authorize\nassign bo\n"),
    (name: "cy", text: "authorize\nassign cy\n"),
  ]

  private func perform(
    _ faults: Set<Fault> = [],
    lifetime: Duration = .seconds(60),
    scenarios: [(name: String, text: String)] = scenarios,
    change: @escaping @Sendable (inout RunSettings) -> Void = { _ in },
    wrap: @escaping @Sendable (any Transport, EventLoop) -> any Transport = { transport, _ in
      transport
    }
  ) async throws -> (results: [ScenarioResult], probe: ProbeResult?) {
    let probe = ProbeBox()
    var run = SimulatedRun()
    run.app.accessTokenLifetime = lifetime
    run.app.faults = faults
    run.sharesApp = true
    run.wrap = wrap
    run.change = { settings in
      settings.profile.endpointPlaces.tokenEndpoint =
        .init(line: 12, text: "    \"tokenEndpoint\": \"…\",")
      change(&settings)
    }
    run.probed = { probe.set($0) }
    let results = try await run.perform(scenarios)
    return (results, probe.value)
  }

  @Test func `it is made first, is a probe and tells how long tokens live`() async throws {
    let (results, probe) = try await perform()
    let made = try #require(probe)
    #expect(made.lifetime == .seconds(60))
    #expect(!made.isOneGrantAtATime)
    #expect(made.result.findings.map(\.id) == [])
    let exchanges = made.result.record.exchanges
    #expect(Set(exchanges.map(\.intent.occasion)) == [.probe])
    #expect(exchanges.count { $0.intent.act == .exchangeCode } == 1)
    #expect(results.map(\.verdict) == [.passed, .passed, .passed])
    // One scenario made its grant between the two looks, the others after them.
    let looks = exchanges.filter { $0.intent.act == .page }
    #expect(looks.count == 2)
    let grants = results.map { result in
      result.record.exchanges.first { $0.intent.act == .exchangeCode }?.sent ?? .zero
    }
    #expect(grants[0] > looks[0].received && grants[0] < looks[1].sent)
    #expect(grants[1] >= looks[1].received && grants[2] >= looks[1].received)
  }

  @Test func `what it finds of the token response stands at the profile's token endpoint`()
    async throws
  {
    let (_, probe) = try await perform([.tokenResponseExpiresInString])
    let finding = try #require(probe?.result.findings.first)
    #expect(finding.id == FindingKind.expiresInType.id)
    #expect(finding.file.hasSuffix("profile.json"))
    #expect(finding.line == 12)
    #expect(probe?.result.record.scenario.source.line(12) == "    \"tokenEndpoint\": \"…\",")
    #expect(!finding.rerun.contains("probe-grant"))
  }

  @Test(arguments: [Duration.seconds(60), .seconds(3)])
  func `where a new grant ends the one before, scenarios run in a row`(lifetime: Duration)
    async throws
  {
    let (results, probe) = try await perform([.newGrantEndsOld], lifetime: lifetime)
    #expect(probe?.isOneGrantAtATime == true)
    #expect(probe?.result.findings.map(\.verdict) == [.observed])
    #expect(results.map(\.verdict) == [.passed, .passed, .passed], "\(results.map(\.reason))")
    let spans = results.map { ($0.record.started, $0.record.ended) }.sorted { $0.0 < $1.0 }
    for (before, after) in zip(spans, spans.dropFirst()) { #expect(before.1 <= after.0) }
    let report = TextReport(scenarios: [], style: TextStyle(.plain), showsBodies: false)
    #expect(try report.notice(of: #require(probe))?.hasPrefix("notice: a new grant ends") == true)
    #expect(PolicySheet(results, probe).inWords.contains("a new grant ends the one before"))
  }

  /// Why it is made.
  @Test func `without it, scenarios end each other's grants there`() async throws {
    let (results, probe) = try await perform([.newGrantEndsOld], change: { $0.looks = .left })
    #expect(probe == nil)
    #expect(results.contains { $0.verdict == .failed })
  }

  @Test func `a run of nothing but what Okta sends makes none`() async throws {
    let (results, probe) = try await perform(change: { $0.looks = .left })
    #expect(probe == nil)
    #expect(results.map(\.verdict) == [.passed, .passed, .passed])
  }

  @Test func `one scenario alone needs none`() async throws {
    #expect(try await perform(scenarios: [Self.scenarios[0]]).probe == nil)
  }

  /// Its own trouble is no scenario's, and holds none up.
  @Test func `where it fails, scenarios go on and tell why`() async throws {
    let (results, probe) = try await perform(wrap: { transport, _ in
      Refusing(transport: transport)
    })
    #expect(probe?.problem != nil && probe?.result.verdict == .notJudged)
    #expect(probe?.result.findings.isEmpty == true)
    #expect(results.map(\.verdict) == [.passed, .passed, .passed], "\(results.map(\.reason))")
  }

  /// The first ones end before they make a grant: one is left out, one fails to.
  @Test func `another grant is waited for until there is one`() async throws {
    var scenarios = Self.scenarios
    scenarios.insert(
      (name: "left", text: "authorize\nafter 20 lifetimes\nassign di\n"),
      at: 0
    )
    let (results, probe) = try await perform(
      [.newGrantEndsOld],
      scenarios: scenarios,
      change: { $0.isQuick = true }
    )
    #expect(probe?.isOneGrantAtATime == true)
    #expect(results.map(\.verdict) == [.skipped, .passed, .passed, .passed])
  }

  @Test func `a profile that says so is not told again`() async throws {
    let (results, probe) = try await perform([.newGrantEndsOld]) { settings in
      guard case .authorizationCode(var oauth) = settings.profile.authentication else { return }
      oauth.grants = .oneAtATime
      settings.profile.authentication = .authorizationCode(oauth)
    }
    #expect(probe?.isOneGrantAtATime == false)
    #expect(probe?.result.findings.map(\.id) == [])
    #expect(results.map(\.verdict) == [.passed, .passed, .passed])
  }

  /// A one-time code is good for one login.
  @Test func `a login with a second factor is not spent on it`() async throws {
    let (_, probe) = try await perform(change: { settings in
      guard case .authorizationCode(var oauth) = settings.profile.authentication,
        case .form(var login) = oauth.login
      else { return }
      login.totp = Secret("GEZDGNBVGY3TQOJQ", alias: "secret#1")
      oauth.login = .form(login)
      settings.profile.authentication = .authorizationCode(oauth)
    })
    #expect(probe == nil)
  }

  /// Whoever does not answer it does not hold up the run for longer than that.
  @Test func `a sign-in that hangs is given up`() async throws {
    let (results, probe) = try await perform(wrap: { transport, loop in
      Hanging(transport: transport, loop: loop)
    })
    #expect(probe?.problem != nil)
    #expect(results.map(\.verdict) == [.passed, .passed, .passed])
    #expect(results.allSatisfy { $0.record.started <= .seconds(21) })
  }
}

private final class ProbeBox: Sendable {
  private let result = Mutex<ProbeResult?>(nil)
  var value: ProbeResult? { result.withLock(\.self) }
  func set(_ value: ProbeResult) { result.withLock { $0 = value } }
}

private struct Hanging: Transport {
  let transport: any Transport
  let loop: EventLoop

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    guard intent.occasion == .probe else { return exchange }
    exchange.result =
      (try? await loop.sleep(for: .seconds(3600))) == nil
      ? .failure(.cancelled) : .failure(.silent(for: .seconds(3600)))
    return exchange
  }
}

/// Refuses each page that is opened for the probe.
private struct Refusing: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    if intent.occasion == .probe { exchange.result = .success(.scim("{}", status: 503)) }
    return exchange
  }
}
