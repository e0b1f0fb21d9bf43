import Foundation
import HTTP
import JSON
import Loop
import Synchronization
import Okta
import OAuth
import Profiles
import SampleApp
import TestSupport
import Testing
import World

@testable import Simulation

@Suite struct ScenarioRunTests {
  @Test func `waits that come to more than the budget skip the scenario and say so`() async throws {
    var run = SimulatedRun()
    run.change = { $0.budget = .seconds(59) }
    let result = try await run.perform(
      "authorize\nafter 30s\ntest credentials\nafter 30s\ntest credentials\n"
    )
    #expect(result.verdict == .skipped)
    #expect(
      result.reason == "its waits come to 60 s, more than the budget of 59 s: raise --budget"
    )
    #expect(result.record.outcomes.count == 2)
  }

  private static let expiries =
    "authorize\nassign ada  lastName Byron\nafter access token expires\nupdate ada  lastName King\n"
    + "  expect refreshes 1\nafter access token expires\nupdate ada  lastName Noel\n"
    + "  expect refreshes 1\n"

  @Test(arguments: [
    ("expiry-and-rejection", 10, WaitVariant.skip, 0),
    ("expiry", 10, .skip, 0),
    ("rejection", 10, .spoil, 2),
    // One wait is within it, the next is not.
    ("expiry-and-rejection", 70, .skip, 0),
  ])
  func `what waits longer than the budget has something stand for the end of its token`(
    trigger: String,
    budget: Int,
    variant: WaitVariant,
    rejected: Int
  ) async throws {
    var run = SimulatedRun()
    run.change = { settings in
      settings.budget = .seconds(budget)
      settings.refreshTrigger(trigger)
    }
    let result = try await run.perform(ScenarioRunTests.expiries)
    #expect(result.verdict == .passed, "\(result.reason ?? "")")
    #expect(result.record.variant == variant)
    #expect(result.record.ended < .seconds(budget))
    #expect(result.record.exchanges.count { $0.intent.act == .refresh } == 2)
    #expect(
      result.record.exchanges.count { $0.intent.occasion == .okta && $0.status == 401 } == rejected
    )
  }

  @Test(arguments: [("rejection", Verdict.passed), ("expiry", .skipped), ("never", .skipped)])
  func `an altered token stands for one whose end nobody states`(
    trigger: String,
    verdict: Verdict
  ) async throws {
    var run = SimulatedRun()
    run.app.faults = [.expiresInMissing]
    run.change = { $0.refreshTrigger(trigger) }
    let result = try await run.perform(ScenarioRunTests.expiries)
    #expect(result.record.variant == (verdict == .passed ? .spoil : nil))
    #expect((result.record.skipped == nil) == (verdict == .passed))
  }

  @Test func `a budget that is just enough is enough`() async throws {
    var run = SimulatedRun()
    run.change = { $0.budget = .seconds(60) }
    let result = try await run.perform("authorize\nafter 60s\ntest credentials\n")
    #expect(result.verdict == .passed)
  }

  @Test(arguments: [(59, Verdict.skipped), (60, .passed), (61, .passed)])
  func `a need for short tokens is checked when there is one`(
    most: Int,
    verdict: Verdict
  ) async throws {
    let result = try await SimulatedRun().perform(
      "Needs: lifetime at most \(most)s\nauthorize\ntest credentials\n"
    )
    #expect(result.verdict == verdict)
    #expect(
      result.reason
        == (verdict == .skipped
          ? "needs a lifetime of at most 59 s: the app's tokens live 60 s" : nil)
    )
  }

  @Test func `scenarios beside each other do not meet each other's people`() async throws {
    let results = try await SimulatedRun().perform([
      ("one", "authorize\nassign ada\n"), ("two", "authorize\nassign ada\n"),
    ])
    let logins = results.map { result in
      result.record.exchanges.compactMap { exchange -> String? in
        guard exchange.request.method == "POST", exchange.intent.party == .serviceProvider else {
          return nil
        }
        return try? JSONReader.read(exchange.request.body)["userName"]?.string
      }
    }
    #expect(logins == [["ada.k3f91@example.com"], ["ada.k3f92@example.com"]])
  }

  // MARK: Interruption

  @Test func `an interrupted wait ends at once, and clean-up still runs`() async throws {
    var run = SimulatedRun()
    let interruption = run.interruption
    run.wrap = { transport, loop in
      loop.raise(interruption, at: .seconds(10))
      return transport
    }
    let result = try await run.perform("authorize\nassign ada\nafter 100s\ntest credentials\n")
    #expect(result.verdict == .skipped)
    #expect(result.reason == "interrupted")
    #expect(result.record.ended == .seconds(10))
    #expect(result.record.exchanges.suffix(2).map(\.request.method) == ["GET", "PUT"])
    #expect(result.record.exchanges.last?.intent.occasion == .cleanUp)
  }

  /// formats.md: the exchange on the wire has at most 5 s more.
  @Test(arguments: [Intent.Act.replace, .refresh])
  func `an interrupted exchange is cut five seconds later`(act: Intent.Act) async throws {
    var run = SimulatedRun()
    let interruption = run.interruption
    run.wrap = { transport, loop in
      loop.raise(interruption, at: .seconds(70))
      return Hanging(transport: transport, loop: loop, act: act)
    }
    let result = try await run.perform(
      "authorize\nassign ada\nat 69s\nupdate ada  lastName King\nupdate ada  lastName Byron\n"
    )
    #expect(result.reason == "interrupted")
    #expect(result.record.ended == .seconds(75))
    #expect(result.record.outcomes.count == 3)
  }

  @Test func `an interruption that came before begins nothing`() async throws {
    let run = SimulatedRun()
    run.interruption.raise()
    let results = try await run.perform([("story", "authorize\n")])
    #expect(results.map(\.record.exchanges.count) == [0])
    #expect(results.map(\.reason) == ["not started: the run was interrupted"])
  }

  @Test func `what was not started after a failure is counted as skipped`() async throws {
    var run = SimulatedRun()
    run.app.faults = [.tokenResponseCacheable]
    run.change = { settings in
      settings.stopsAtFirstFailure = true
      settings.jobs = 1
    }
    let results = try await run.perform([("a", "authorize\n"), ("b", "authorize\n")])
    #expect(results.map(\.verdict) == [.failed, .skipped])
    #expect(results[1].reason == "not started: another scenario failed (--fail-fast)")
  }

  @Test(arguments: [0.5, 3, 10, 1e9])
  func `lifetimes of any length can be reckoned with`(factor: Double) {
    // expires_in given as an instant in milliseconds.
    let lifetime = Duration.seconds(1_767_225_600_000)
    #expect(lifetime * factor > .seconds(1_000_000_000))
    #expect(Duration.seconds(2) * 0.5 == .seconds(1))
  }

  // MARK: Careless clients

  typealias Client = (
    keepOld: RefreshPolicy.KeepOldRefreshToken, concurrency: RefreshPolicy.Concurrency
  )

  /// A correct app, however strict, is never blamed for what the profile's client does.
  @Test(arguments: [(.always, .singleFlight), (.whenAbsent, .parallel)] as [Client])
  func `a strict app is not blamed for a careless client`(client: Client) async throws {
    var run = SimulatedRun()
    run.app.graceWindow = .zero
    let app = run.app
    run.change = { settings in
      var refresh = RefreshPolicy()
      refresh.keepOldRefreshToken = client.keepOld
      refresh.concurrency = client.concurrency
      settings.profile = .sampleApp(app, refresh: refresh)
    }
    let result = try await run.perform(
      """
      authorize
      assign ada
      assign bob
      after access token expires
      at once
      update ada  lastName King
      update bob  lastName Byron
      after 70s
      update ada  lastName Noel
      """
    )
    #expect(result.findings.filter { $0.verdict == .failed }.map(\.message) == [])
    #expect(result.findings.contains { $0.id.hasSuffix("spent-token-refused") })
  }

  /// Nor for a client that is told not to refresh, or to do so all the time.
  @Test(arguments: [
    ("trigger=never", "event.no-refresh"), ("trigger=expiry", "event.no-refresh"),
    ("margin=2m", "expectation.refreshes"),
  ])
  func `a client that may not refresh blames nobody`(setting: String, id: String) async throws {
    var run = SimulatedRun()
    let app = run.app
    run.change = { settings in
      var refresh = RefreshPolicy()
      switch setting {
      case "trigger=never": refresh.trigger = .never
      case "trigger=expiry": refresh.trigger = .expiry
      default: (refresh.margin, refresh.capMargin) = (.seconds(120), false)
      }
      settings.profile = .sampleApp(app, refresh: refresh)
    }
    let result = try await run.perform(
      """
      authorize
      assign ada
      spoil access token
      update ada  lastName King
        expect refreshes 1
      after access token expires
      update ada  lastName Noel
        expect refreshes 1
      at end
        expect refreshes 2
        expect user ada  name.familyName Noel
      """
    )
    #expect(Set(result.findings.map(\.id)) == [id])
    #expect(Set(result.findings.map(\.party)) == [.oktasim])
    #expect(result.verdict == .observed)
    #expect(result.warnings == [] && result.cleanUp.left == [])
  }

  @Test func `a token that dies while a slow app works is refreshed once more, for nothing`()
    async throws
  {
    var run = SimulatedRun()
    run.app.accessTokenLifetime = .seconds(2)
    run.wrap = { Slow(transport: $0, loop: $1) }
    let result = try await run.perform(
      """
      authorize
      assign ada
        expect refreshes 0
      after access token expires
      update ada  lastName King
        expect refreshes 1
      """
    )
    let refreshes = result.record.exchanges.filter { $0.intent.act == .refresh }
    #expect(refreshes.count > 2)
    #expect(result.findings.map(\.message) == [])
  }

  @Test func `a token that has ended on the way cannot be spoiled`() async throws {
    var run = SimulatedRun()
    run.app.accessTokenLifetime = .seconds(2)
    run.wrap = { Slow(transport: $0, loop: $1) }
    let result = try await run.perform(
      "authorize\nassign ada\nspoil access token\nupdate ada  lastName King\n  expect rejected 1\n"
    )
    #expect(result.findings.map(\.message) == [])
  }

  @Test func `a scenario without authorize is nobody's fault`() async throws {
    let result = try await SimulatedRun().perform("assign ada\n")
    #expect(result.verdict == .skipped)
    #expect(result.reason == "'assign ada' needs a grant: write 'authorize' before it")
    #expect(result.findings == [])
  }

  // MARK: What an expectation may not be excused by

  /// A failure that was expected explains nothing, and neither does a finding about something else.
  @Test(arguments: [
    // The PUT is not stored, and an answer elsewhere counts wrongly.
    (
      "expect user ada  name.familyName King", [Fault.listItemsPerPageEcho],
      "S-01.acknowledged-not-done"
    ),
    ("expect user ada  title none-such", [], "S-01.acknowledged-not-done"),
  ])
  func `a look at a user is judged beside other findings`(
    line: String,
    faults: [Fault],
    id: String
  ) async throws {
    var run = SimulatedRun()
    run.app.faults = Set(faults)
    run.wrap = { transport, _ in Forgetting(transport: transport) }
    let result = try await run.perform(
      "authorize\nassign ada\nupdate ada  lastName King\n\(line)\n"
    )
    let finding = try #require(result.findings.first { $0.id == id })
    #expect(finding.consequences.map(\.id) == ["expectation.user"])
  }

  @Test func `an event after an expected failure is judged on its own`() async throws {
    let result = try await SimulatedRun().perform(
      """
      authorize
      assign ada  login twin@example.com
      assign bob  login twin@example.com
      at once
      assign cleo  login other@example.com
      assign dan  login other@example.com
        expect task "Conflict"
      after 1s
      update dan  lastName King
      """
    )
    // It has no id, which is no excuse.
    #expect(result.findings.map(\.id) == ["event.failed"])
    #expect(result.findings.first?.message.contains("'update dan  lastName King' failed") == true)
  }

  @Test func `a status that the line admits is no failure`() async throws {
    let result = try await SimulatedRun().perform(
      """
      authorize
      at once
      assign ada  login twin@example.com
      assign bob  login twin@example.com
        expect GET /Users -> 200
        expect POST /Users -> 201|409
      """
    )
    #expect(result.findings.map(\.message) == [])
  }

  @Test func `JSON's null is as good as absent`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Nulling(transport: transport) }
    let result = try await run.perform("authorize\nassign ada\n  expect user ada  title absent\n")
    #expect(result.findings.map(\.message) == [])
  }

  @Test func `nothing is pushed for a person who is no longer assigned`() async throws {
    let result = try await SimulatedRun().perform(
      "authorize\nassign ada\ndeactivate ada\nupdate ada  lastName King\n  expect nothing sent\n"
    )
    #expect(result.findings.map(\.message) == [])
  }

  // MARK: Dead tokens

  /// Also before an event of which nothing is known that could be written.
  @Test func `a dead token is shown before any event`() async throws {
    var run = SimulatedRun()
    run.app.faults = [.expiredTokenAccepted]
    run.change = { $0.profile.scim.capabilities.remove(.createUsers) }
    let result = try await run.perform("authorize\nafter access token expires\nassign ada\n")
    #expect(result.findings.map(\.id) == ["F-01.accepted"])
    let looks = result.record.exchanges.filter { $0.intent.occasion == .look }
    #expect(looks.map(\.request.url.path) == ["/scim/v2/Users"])
  }

  // MARK: What Okta would not do

  static let deviating = """
    authorize
    assign ada
    create ada again
      expect POST /Users -> 409
    create ada again  title Countess
    lose answer of next POST /Users
    assign bob
      expect task "without an answer"
    assign bob  title Baron
    at end
      expect user ada  title absent
      expect user bob  title Baron

    """

  @Test(arguments: [AppFamily.aiw, .oinPatch, .oinPut])
  func `a sound app meets a repeated create and a lost answer`(family: AppFamily) async throws {
    var run = SimulatedRun()
    run.family = family
    let result = try await run.perform(Self.deviating)

    #expect(result.findings.map(\.message) == [])
    #expect(result.verdict == .passed)
    let probes = result.record.exchanges.filter { $0.intent.occasion == .probe }
    #expect(probes.map(\.status) == [409, 409])
    #expect(probes.map(\.intent.deviation) == [.repeatedCreate, .repeatedCreate])
    let lost = result.record.exchanges.filter { $0.fault != nil }
    #expect(lost.map(\.intent.deviation) == [.lostAnswer])
    #expect(lost.map(\.intent.act) == [.create])
    // Both users are the run's own.
    let cleaned = result.record.exchanges.filter {
      $0.intent.occasion == .cleanUp && $0.intent.act != .read
    }
    #expect(cleaned.count == 2)
    #expect(result.warnings == [] && result.cleanUp.left == [])
    #expect(result.cleanUp.inactive == 2)
  }

  @Test(arguments: ["create ada again", "lose answer of next POST /Users", "spoil access token"])
  func `without looks no scenario is run that makes Okta do what it would not`(
    line: String
  ) async throws {
    var run = SimulatedRun()
    run.change = { $0.looks = .left }
    let result = try await run.perform("authorize\nassign ada\n\(line)\n")
    #expect(result.verdict == .skipped)
    #expect(result.reason == "--no-looks: it makes requests that Okta would not")
    #expect(result.record.exchanges.isEmpty)
  }

  /// Nothing can be said of the user, and nothing is.
  @Test func `a look that no living token allows is not judged`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Forgetting(transport: transport) }
    run.change = { settings in
      guard case .authorizationCode(var oauth) = settings.profile.authentication else { return }
      oauth.refresh.trigger = .never
      settings.profile.authentication = .authorizationCode(oauth)
    }
    let result = try await run.perform(
      "authorize\nassign ada\nafter access token expires\ntest credentials\n  expect task \"\"\n"
        + "at end\n  expect user ada  title none-such\n"
    )
    #expect(
      result.record.exchanges.count { $0.intent.occasion == .look && $0.intent.act == .read } == 0
    )
    #expect(result.findings.map(\.id).contains("expectation.user") == false)
    #expect(
      result.record.looks.values.map(\.problem) == ["there is no living access token to look with"]
    )
  }

  /// An app's clock starts before its token arrives, by whole seconds in some.
  ///
  /// Long before its end a refusal says what it says.
  @Test(arguments: [(2, []), (3600, ["expectation.user"])])
  func `a look whose token ends on the way is not judged`(
    lifetime: Int,
    ids: [String]
  ) async throws {
    var run = SimulatedRun()
    run.app.accessTokenLifetime = .seconds(lifetime)
    run.wrap = { transport, _ in RefusingLooks(transport: transport) }
    let result = try await run.perform(
      "authorize\nassign ada\nafter 1s\nupdate ada  lastName King\n  expect user ada  active true\n"
    )
    #expect(result.findings.map(\.id).filter { $0 == "expectation.user" } == ids)
    #expect(result.notJudged.isEmpty == !ids.isEmpty)
  }

  // MARK: Clean-up

  /// An app that answers nothing any more: 30 s, or five after the wish to end, whenever it came.
  @Test(
    arguments: [
      (nil, 90), (10, 15), (62, 67), (70, 75), (85, 90), (95, 90),
    ] as [(Int?, Int)]
  )
  func `clean-up as a whole has a limit`(interruptedAt: Int?, seconds: Int) async throws {
    var run = SimulatedRun()
    let interruption = run.interruption
    let ended = Mutex(Duration.zero)
    run.wrap = { transport, loop in
      if let interruptedAt { loop.raise(interruption, at: .seconds(interruptedAt)) }
      return Hanging(transport: transport, loop: loop, act: .read, occasion: .cleanUp)
    }
    run.closed = { loop in ended.withLock { $0 = loop.now } }
    let result = try await run.perform(
      "authorize\nassign ada\nassign bo\nat 60s\ntest credentials\n"
    )
    let late = ended.withLock(\.self) - .seconds(seconds)
    #expect(late >= .zero && late < .milliseconds(100))
    let words = result.warnings + result.cleanUp.left.map(\.words)
    #expect(words.contains { $0.hasPrefix("ada (") && $0.hasSuffix("the request was given up") })
    #expect(words.contains { $0.hasPrefix("bo (") && $0.hasSuffix("not tried after that") })
    let limit = "the clean-up was ended after 30 s"
    #expect(words.contains(limit) == (interruptedAt.map { $0 > 90 } ?? true))
  }

  // MARK: Large answers

  @Test(arguments: [0, 1 << 20])
  func `what was not kept is not judged, and it is said`(room: Int) async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Padding(transport: transport) }
    run.bodies = BodyBudget(room)
    let result = try await run.perform(
      """
      authorize
      assign ada
        expect user ada  active true
      update ada  lastName King
        expect GET /Users/{ada} -> 200
        expect PUT /Users/{ada} -> 200  name.familyName King
      at end
        expect user ada  name.familyName Byron

      """
    )
    let isKept = room > 0
    #expect(result.findings.map(\.id) == (isKept ? ["expectation.user"] : []))
    #expect(result.notJudged.map(\.line) == (isKept ? [] : [4, 7, 9]))
    #expect(result.warnings.contains { $0.contains("MiB") } == !isKept)
  }

  // MARK: An answer that never ends

  @Test func `an answer that we gave up is observed, never failed`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, loop in Endless(transport: transport, loop: loop, act: .replace) }
    let result = try await run.perform(
      """
      authorize
      assign ada
        expect user ada  active true
      update ada  lastName King
        expect user ada  lastName King
      test credentials

      """
    )
    #expect(result.verdict == .observed)
    #expect(result.findings.map(\.id) == ["exchange.answer-unfinished"])
    let message = try #require(result.findings.first?.message)
    #expect(message.hasPrefix("PUT /scim/v2/Users/"))
    #expect(
      message.hasSuffix(
        ": the app's answer was not complete after 300 s, which is as long as "
          + "is waited for it"
      )
    )
    #expect(result.notJudged.map(\.line) == [5, 6])
  }

  /// An app that has ended is told once, and blamed for nothing; one that comes back is judged.
  @Test(arguments: [nil, Duration.seconds(31)])
  func `an app that dies in a run is told as such`(back: Duration?) async throws {
    var run = SimulatedRun()
    run.wrap = { transport, loop in
      Gone(transport: transport, loop: loop, from: .seconds(30), to: back)
    }
    run.change = { $0.jobs = 2 }
    let update = "authorize\nassign ada\nat 30s\nupdate ada  lastName King\n"
    let results = try await run.perform([
      ("a", update + "at 40s\nupdate ada  lastName Noel\n"),
      ("b", update + "at 40s\ndeactivate ada\n"),
      ("c", "authorize\nassign bob\n"), ("d", "authorize\nassign bob\n"),
    ])
    guard back == nil else {
      #expect(results.map(\.verdict) == [.failed, .failed, .passed, .passed])
      return
    }
    #expect(results.map(\.verdict) == Array(repeating: .notJudged, count: 4))
    #expect(Set(results.map(\.reason)) == ["the app stopped answering at 30.0 s"])
    #expect(results.flatMap(\.findings).map(\.id) == [])
  }

  @Test func `none is expected as it is set`() async throws {
    let result = try await SimulatedRun().perform(
      """
      authorize
      assign ada  title Countess
        expect user ada  title none
      update ada  title none
        expect user ada  title none

      """
    )
    #expect(result.findings.map(\.message).count == 1)
    #expect(result.findings.first?.message.contains("title is 'Countess', not absent") == true)
  }

  /// RFC 6585 section 4: nothing can be said of an app that answers nothing else.
  @Test func `an app that answers 429 to everything is not judged`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in
      SomeAnswers(transport: transport) { intent in
        intent.party == .serviceProvider ? HTTPResponse(status: 429) : nil
      }
    }
    let result = try await run.perform("authorize\nassign ada\nupdate ada  lastName King\n")
    #expect(result.verdict == .notJudged)
    #expect(result.reason?.hasPrefix("the app answered 429 to everything") == true)
    #expect(result.findings.filter { $0.verdict == .failed } == [])
    run.wrap = { transport, _ in
      SomeAnswers(transport: transport) { intent in
        intent.act == .create ? HTTPResponse(status: 429) : nil
      }
    }
    #expect(try await run.perform("authorize\nassign ada\n").verdict != .notJudged)
  }

  @Test func `what no descriptor was left for is skipped, not blamed`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, loop in
      Endless(transport: transport, loop: loop, act: .replace, failure: .outOfDescriptors)
    }
    let result = try await run.perform("authorize\nassign ada\nupdate ada  lastName King\n")
    #expect(result.verdict == .notJudged)
    #expect(result.findings.map(\.id) == [])
    #expect(result.record.isStarved)
    #expect(result.reason?.contains("too many open files") == true)
  }

  @Test func `where no answer ends, nothing is judged`() async throws {
    var run = SimulatedRun()
    run.wrap = { transport, loop in Endless(transport: transport, loop: loop, act: nil) }
    let result = try await run.perform("authorize\nassign ada\n")
    #expect(result.verdict == .notJudged)
    #expect(
      result.reason
        == "no answer from scim.baseURL: the app's answer was not complete after 300 s, "
        + "which is as long as is waited for it"
    )
  }

  /// Okta's side finds the user and links to it; that the look made it, only clean-up knows.
  @Test func `a user that the app made for a dead token is deactivated once`() async throws {
    var run = SimulatedRun()
    run.app.faults = [.expiredTokenAccepted]
    let result = try await run.perform(
      "authorize\ntest credentials\nafter access token expires\nassign ada\n"
    )
    let after = result.record.exchanges.filter { $0.intent.occasion == .cleanUp }
    #expect(after.map(\.request.method) == ["GET", "PUT"])
    #expect(result.warnings == [])
  }

  /// RFC 9110 section 9.2.2: nobody knows what came of a POST whose answer was lost.
  @Test(arguments: [true, false])
  func `a user whose create gave no answer is looked for and deactivated`(
    isMade: Bool
  ) async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Cutting(transport: transport, isMade: isMade) }
    let result = try await run.perform("authorize\nassign ada\n")
    let after = result.record.exchanges.filter { $0.intent.occasion == .cleanUp }
    let wanted = isMade ? ["GET", "GET", "PUT"] : ["GET"]
    #expect(after.map(\.request.method) == wanted)
    #expect(result.warnings == [])
  }
}

/// Cuts each create, before or after the app has seen it.
private struct Cutting: Transport {
  let transport: any Transport
  let isMade: Bool

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let isCut = request.method == "POST" && intent.party == .serviceProvider
    if isCut, !isMade {
      return Exchange(
        request: request,
        result: .failure(.closedBeforeAnswer),
        due: .zero,
        sent: .zero,
        received: .zero,
        intent: intent
      )
    }
    var exchange = await transport.send(request, due: due, intent: intent)
    if isCut { exchange.result = .failure(.closedBeforeAnswer) }
    return exchange
  }
}

/// Answers each PUT as it was sent and keeps nothing of it.
private struct Forgetting: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    guard request.method == "PUT", intent.occasion == .okta else {
      return await transport.send(request, due: due, intent: intent)
    }
    var look = request
    look.method = "GET"
    look.body = []
    var exchange = await transport.send(look, due: due, intent: intent)
    exchange.request = request
    exchange.result = .success(.scim(String(decoding: request.body, as: UTF8.self)))
    return exchange
  }
}

/// Refuses the token of each look at a user.
private struct RefusingLooks: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    guard intent.occasion == .look, intent.act == .read else { return exchange }
    var response = exchange.response
    response?.status = 401
    if let response { exchange.result = .success(response) }
    return exchange
  }
}

/// Gives each user a title of null.
private struct Nulling: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    guard request.method == "GET", request.url.query == nil, let response = exchange.response,
      intent.party == .serviceProvider
    else { return exchange }
    let body = String(decoding: response.body, as: UTF8.self)
    exchange.result = .success(.scim("{\"title\":null," + body.dropFirst()))
    return exchange
  }
}

/// Takes 2.1 s for each answer of the service provider.
private struct Slow: Transport {
  let transport: any Transport
  let loop: EventLoop

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    if intent.party == .serviceProvider {
      try? await loop.sleep(for: .milliseconds(2100))
      exchange.received = loop.now
    }
    return exchange
  }
}

extension EventLoop {
  /// Raises the wish to end at an instant of the loop's clock.
  fileprivate func raise(_ interruption: Interruption, at instant: Duration) {
    _ = Task(executorPreference: self) {
      try await self.sleep(until: instant)
      interruption.raise()
    }
  }
}

/// Answers some requests only after an hour, unless it is cancelled.
private struct Hanging: Transport {
  let transport: any Transport
  let loop: EventLoop
  let act: Intent.Act
  var occasion = Cause.Occasion.okta

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    if intent.act == act, intent.occasion == occasion {
      try? await loop.sleep(for: .seconds(3600))
    }
    return await transport.send(request, due: due, intent: intent)
  }
}

/// Gives each user a note of 70,000 characters.
private struct Padding: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    guard intent.act == .read || intent.act == .replace, var response = exchange.response,
      response.body.first == UInt8(ascii: "{")
    else { return exchange }
    let note = String(repeating: "n", count: 70_000)
    response.body = Array("{\"note\":\"\(note)\",".utf8) + response.body.dropFirst()
    exchange.result = .success(response)
    return exchange
  }
}

/// Has requests of one act, or all to the service provider, fail for a limit of ours: after the app
/// has seen them, or without having sent them.
private struct Endless: Transport {
  let transport: any Transport
  let loop: EventLoop
  let act: Intent.Act?
  var failure = TransportFailure.unfinished(after: .seconds(300))

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    guard intent.party == .serviceProvider, act == nil || intent.act == act else {
      return await transport.send(request, due: due, intent: intent)
    }
    if !failure.isUnreached { _ = await transport.send(request, due: due, intent: intent) }
    let now = loop.now
    return Exchange(
      request: request,
      result: .failure(failure),
      due: now,
      sent: now,
      received: now,
      intent: intent
    )
  }
}

/// Answers some requests in the app's place.
private struct SomeAnswers: Transport {
  var transport: any Transport
  var answer: @Sendable (Intent) -> HTTPResponse?

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    if let answer = answer(intent) { exchange.result = .success(answer) }
    return exchange
  }
}

/// An app that nobody reaches for a time.
private struct Gone: Transport {
  var transport: any Transport
  var loop: EventLoop
  var from: Duration
  var to: Duration?

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let now = loop.now
    guard now >= from, to.map({ now < $0 }) ?? true else {
      return await transport.send(request, due: due, intent: intent)
    }
    return Exchange(
      request: request,
      result: .failure(.unreachable(request.url.origin, reason: "connection refused")),
      due: now,
      sent: now,
      received: now,
      intent: intent
    )
  }
}

extension RunSettings {
  fileprivate mutating func refreshTrigger(_ name: String) {
    guard case .authorizationCode(var oauth) = profile.authentication,
      let trigger = RefreshPolicy.Trigger(rawValue: name)
    else { return }
    oauth.refresh.trigger = trigger
    profile.authentication = .authorizationCode(oauth)
  }
}
