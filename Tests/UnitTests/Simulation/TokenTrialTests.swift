import HTTP
import JSON
import Loop
import Synchronization
import Testing

@testable import Simulation

/// Refreshes that no careful client makes, at apps that are right in their own way.
@Suite struct TokenTrialTests {
  /// Each refresh retires the access token before it, as some servers do: of five at once any may have
  /// been the last at the app, whose answer came first or in the middle.
  @Test(arguments: 0..<5)
  func `which of refreshes at once came last nobody knows`(last: Int) async throws {
    var run = SimulatedRun()
    run.app.rotation = .fixed
    run.wrap = { transport, _ in OneLives(transport: transport, last: last) }
    let result = try await run.perform(
      "authorize\nrefresh 5 times at once\ntest credentials\ntest credentials\n"
    )
    #expect(result.findings.map(\.id) == [])
    #expect(result.verdict == .passed, "\(result.reason ?? "")")
  }

  /// An app that gives one refresh token for good has no second to be asked about.
  @Test func `a token that the app has not given is not asked for`() async throws {
    var run = SimulatedRun()
    run.app.rotation = .fixed
    let result = try await run.perform(
      "authorize\nrefresh\nrefresh with refresh token #2\nprobe access token #7\ntest credentials\n"
    )
    #expect(result.verdict == .passed, "\(result.reason ?? "")")
    #expect(result.record.exchanges.count { $0.intent.act == .refresh } == 1)
  }

  /// The app acted, and what its answer held is a secret although nobody got it.
  @Test func `what a lost token response holds is known to be secret`() async throws {
    let told = Mutex<[String]>([])
    var run = SimulatedRun()
    run.wrap = { transport, _ in
      Listening(transport: transport) { token in told.withLock { $0.append(token) } }
    }
    let result = try await run.perform(
      "authorize\nforget access token\nlose answer of next token request\ntest credentials\n"
        + "  expect task \"closed the connection\"\n"
    )
    let lost = try #require(told.withLock { $0.last })
    #expect(told.withLock { $0.count } == 2)
    #expect(
      result.record.exchanges.allSatisfy { $0.response.map { !$0.text.contains(lost) } ?? true }
    )
    #expect(!result.record.shown("the app says \(lost)").contains(lost))
  }
}

/// Refuses the access tokens of refreshes at once but that of one of them.
private final class OneLives: Transport {
  private let transport: any Transport
  private let last: Int
  private let given = Mutex<[String]>([])

  init(transport: any Transport, last: Int) {
    self.transport = transport
    self.last = last
  }

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    if intent.deviation == .atOnce, let body = exchange.response?.body,
      let token = (try? JSONReader.read(body))?.object?["access_token"]?.string
    {
      given.withLock { $0.append(token) }
    }
    let isDead = given.withLock { given in
      given.enumerated().contains { place, token in
        place != last && request.fields["Authorization"] == "Bearer \(token)"
      }
    }
    guard isDead, intent.party == .serviceProvider else { return exchange }
    exchange.result = .success(
      HTTPResponse(
        status: 401,
        fields: [
          "WWW-Authenticate": "Bearer error=\"invalid_token\"",
          "Content-Type": "application/scim+json",
        ],
        body: Array(
          #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401","detail":"dead"}"#
            .utf8
        )
      )
    )
    return exchange
  }
}

/// Tells of each access token that the app gives.
private struct Listening: Transport {
  let transport: any Transport
  let heard: @Sendable (String) -> Void

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let exchange = await transport.send(request, due: due, intent: intent)
    if intent.party == .tokenEndpoint, let body = exchange.response?.body,
      let token = (try? JSONReader.read(body))?.object?["access_token"]?.string
    {
      heard(token)
    }
    return exchange
  }
}
