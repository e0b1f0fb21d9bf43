import HTTP
import Loop
import Okta
import Profiles
import Synchronization
import TestSupport
import Testing

@testable import Simulation

/// A limit of the app's in a whole scenario, on the virtual clock.
@Suite struct RateLimitRunTests {
  /// Answers some requests of one act with 429: the first, or those that follow so many.
  struct Limited: Transport {
    var transport: any Transport
    var act: Intent.Act
    var occasion = Cause.Occasion.okta
    var after: Int
    var times: Int
    var retryAfter: String?
    private let met = Counter()

    final class Counter: Sendable {
      private let value = Mutex(0)
      func next() -> Int {
        value.withLock { value in
          value += 1
          return value
        }
      }
    }

    init(
      _ transport: any Transport,
      _ act: Intent.Act,
      _ occasion: Cause.Occasion = .okta,
      after: Int = 0,
      times: Int = 1,
      retryAfter: String? = nil
    ) {
      self.transport = transport
      self.act = act
      self.occasion = occasion
      self.after = after
      self.times = times
      self.retryAfter = retryAfter
    }

    func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
      guard intent.act == act, intent.occasion == occasion, case let number = met.next() - after,
        (1...times).contains(number)
      else {
        return await transport.send(request, due: due, intent: intent)
      }
      // Nothing is done.
      var read = request
      read.method = "GET"
      var exchange = await transport.send(read, due: due, intent: intent)
      exchange.request = request
      let body =
        #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"429","detail":"slow"}"#
      let answer = HTTPResponse.json(
        body,
        status: 429,
        type: "application/scim+json",
        fields: retryAfter.map { ["Retry-After": $0] } ?? [:]
      )
      exchange.result = .success(answer)
      exchange.document = JSONBody(answer.body)
      return exchange
    }
  }

  private let story = """
    authorize
    assign ada  lastName Lovelace
      expect GET /Users -> 200
      expect POST /Users -> 201
    update ada  lastName King
      expect GET /Users/{ada} -> 200
      expect PUT /Users/{ada} -> 200
      expect refreshes 1
    at end
      expect user ada  name.familyName King

    """

  /// Tokens live 60 s, and the pause 300 s (F-47): one refresh, then success; who looks at what was sent
  /// sees the write once.
  @Test func `a pause outlasts the token`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Limited(transport, .replace) }
    let result = try await run.perform(story)
    #expect(result.findings.map(\.id) == ["S-19.retry-after"])
    #expect(result.verdict == .warning)
    let puts = result.record.exchanges.filter {
      $0.intent.act == .replace && $0.intent.occasion == .okta
    }
    #expect(puts.map(\.status) == [429, 200])
    #expect(puts.map(\.intent.token) == ["access_token#1", "access_token#2"])
    #expect(result.seconds >= .seconds(300))
  }

  @Test func `a whole number of seconds is no finding`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Limited(transport, .replace, times: 2, retryAfter: "30") }
    // 30 + 60 s: the token's end is met on the way.
    let result = try await run.perform(story)
    #expect(result.findings.map(\.id) == [])
    #expect(result.verdict == .passed)
    let notes = Timeline(record: result.record).rows.map(\.note)
    #expect(notes.contains { $0.hasSuffix("Retry-After: 30") })
    #expect(notes.contains { $0.hasSuffix("again, 60 s after a 429") })
  }

  /// What the run does not wait for says nothing about the app but how it dresses its 429.
  @Test func `a pause beyond the budget leaves the scenario unjudged`() async throws {
    var run = SimulatedRun()
    run.change = { $0.budget = .seconds(120) }
    run.wrap = { transport, _ in Limited(transport, .replace) }
    let result = try await run.perform(story)
    #expect(result.verdict == .notJudged)
    #expect(result.reason?.contains("Okta would wait 300 s and try again") == true)
    #expect(result.findings.map(\.id) == ["S-19.retry-after"])
    #expect(result.record.tasks.count == 0)
  }

  /// Ten tries: 300 s, doubled eight times, are 153,300 s.
  @Test func `what is answered 429 ten times fails, with the words of the admin`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Limited(transport, .replace, times: 10, retryAfter: "300") }
    let result = try await run.perform(story)
    let finding = try #require(result.findings.first { $0.id == "event.rate-limited" })
    #expect(finding.verdict == .failed)
    #expect(finding.failureModes == ["F-47"])
    #expect(result.seconds >= .seconds(153_300))
    #expect(
      result.record.tasks.map(\.task.message)
        == [
          "Error while trying to push profile update for Ada King: Too Many Requests. "
            + "Errors reported by remote server: slow"
        ]
    )
    #expect(result.record.tasks.map(\.task.logEvent) == [.rateLimitExceeded])
  }

  /// Shorter waits than Okta's prove nothing against the app.
  @Test func `ten short tries are not the app's fault`() async throws {
    var run = SimulatedRun()
    run.change = { $0.profile.switches = Switches(["rateLimitScale": "0.001"]) }
    run.wrap = { transport, _ in Limited(transport, .replace, times: 10, retryAfter: "300") }
    let result = try await run.perform(story)
    let finding = try #require(result.findings.first { $0.id == "event.rate-limited" })
    #expect(finding.verdict == .observed)
    #expect(finding.party == .oktasim)
  }

  /// A limit says nothing of the user, and silence about it would be a green line.
  @Test(arguments: [("5", true), ("6", false), (nil, false)])
  func `a look waits shortly, or says that it saw nothing`(
    retryAfter: String?,
    isJudged: Bool
  ) async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Limited(transport, .read, .look, retryAfter: retryAfter) }
    let result = try await run.perform(
      "authorize\nassign ada  lastName Lovelace\n  expect user ada  name.familyName Lovelace\n"
    )
    #expect(result.notJudged.isEmpty == isJudged)
    if !isJudged {
      #expect(result.notJudged[0].what.hasSuffix("the app answered the look with 429"))
    }
  }

  // MARK: Tasks

  @Test func `a retry that works is judged, whatever failed before`() async throws {
    var run = SimulatedRun()
    run.app.faults = [.putNotStored]
    let text = """
      authorize
      assign ada  lastName Lovelace
      cut answer of next PUT
      update ada  lastName King
        expect task "push profile update"
        expect tasks 1
      retry tasks
        expect tasks 0
        expect user ada  name.familyName King

      """
    let result = try await run.perform(text)
    #expect(result.findings.map(\.id) == ["S-01.acknowledged-not-done"])
    #expect(result.notJudged == [])
    run.app.faults = []
    #expect(try await run.perform(text).verdict == .passed)
  }

  @Test func `an open task that nobody expects is told with what left it`() async throws {
    var run = SimulatedRun()
    run.family = .oinPatch
    run.app.faults = [.patch501]
    let result = try await run.perform(
      "authorize\nassign ada\ndeactivate ada\nat end\n  expect tasks 0\n"
    )
    #expect(result.findings.map(\.id) == ["event.failed"])
    #expect(result.findings[0].consequences.map(\.what) == ["expect tasks 0"])
    #expect(result.record.tasks.map(\.event) == [.deactivate("ada")])
    // That there are fewer than expected has another reason than what failed.
    let fewer = try await run.perform(
      "authorize\nassign ada\ndeactivate ada\ntest credentials\n  expect tasks 2\n"
    )
    #expect(fewer.findings.map(\.id) == ["event.failed", "expectation.tasks"])
    run.app.faults = []
    let wrong = try await run.perform("authorize\nassign ada\n  expect tasks 1\n")
    #expect(wrong.findings.map(\.id) == ["expectation.tasks"])
    #expect(wrong.findings[0].message == "'expect tasks 1' does not fit: 0 tasks are open")
  }
}
