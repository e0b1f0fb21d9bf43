import HTTP
import Loop
import Okta
import Profiles
import SampleApp
import TestSupport
import Testing

@testable import Simulation

/// Whole imports against the sample app, on the virtual clock.
@Suite struct ImportTests {
  private func run(
    users: Int,
    scenarios: Int = 1,
    faults: Set<Fault> = [],
    cleanUp: CleanUpMode = .deactivate,
    _ text: String
  ) async throws -> [ScenarioResult] {
    var app = SampleAppSettings(
      seed: 5,
      accessTokenLifetime: .seconds(60),
      faults: faults,
      users: users
    )
    app.groups = 3
    var run = SimulatedRun(app: app)
    run.sharesApp = scenarios > 1
    run.change = { settings in
      settings.profile.scim.capabilities.formUnion([.importUsers, .importGroups])
      settings.cleanUp = cleanUp
    }
    // So that what one writes comes between what another reads.
    if scenarios > 1 { run.wrap = { LateTransport(transport: $0, loop: $1) } }
    // Each with some more people first, so that they are not in step.
    return try await run.perform(
      (0..<scenarios).map { number in
        let people = (0..<number % 5).map { "assign p\($0)\n" }.joined()
        return ("s\(number)", text.replacing("authorize\n", with: "authorize\n" + people))
      }
    )
  }

  /// F-44: the union of ids is the set, each once, with one refresh.
  @Test func `an import goes on where it was when the token dies between two pages`() async throws {
    let result = try await run(
      users: 203,
      """
      authorize
      hold next page until access token expires
      import users
        expect refreshes 1
        expect rejected 1
      """
    )[0]
    #expect(result.findings.map(\.message) == [])
    #expect(result.verdict == .passed)
    let pages = result.record.exchanges.filter {
      $0.intent.act == .page && $0.intent.occasion == .okta && $0.status == 200
    }
    #expect(pages.map { $0.intent.query?.startIndex } == [1, 101, 201])
    let ids = pages.flatMap { page in
      (page.document.object?["Resources"]?.array ?? []).compactMap { $0["id"]?.string }
    }
    #expect(ids.count == 203)
    #expect(Set(ids).count == 203)
    #expect(Set(pages.map(\.intent.token)) == ["access_token#1", "access_token#2"])
  }

  /// What did not happen is said, and is no pass.
  @Test func `where the list has one page, a held page leaves the scenario out`() async throws {
    let result = try await run(
      users: 100,
      """
      authorize
      hold next page until access token expires
      import users
      """
    )[0]
    #expect(result.verdict == .skipped)
    #expect(result.reason?.hasPrefix("the app's list has one page") == true)
    #expect(result.reason?.contains("F-44") == true)
  }

  @Test(arguments: [1, 100, 101, 250])
  func `an import in pages meets a dead token in an app of any size`(users: Int) async throws {
    let result = try await run(
      users: users,
      """
      authorize
      assign ada
      assign bob
      hold next page until access token expires
      import users  in 3 pages
      """
    )[0]
    #expect(result.verdict == .passed, "\(result.reason ?? "")")
    let rejected = result.record.exchanges.filter { $0.status == 401 }
    #expect(rejected.count == 1)
    #expect((rejected[0].intent.query?.startIndex ?? 0) > 1)
  }

  /// Users of other scenarios come, change and go while a list is read.
  @Test(arguments: [CleanUpMode.deactivate, .delete], [0, 4, 150])
  func `a sound app is not blamed for what others write meanwhile`(
    cleanUp: CleanUpMode,
    users: Int
  ) async throws {
    let results = try await run(
      users: users,
      scenarios: 12,
      faults: [.lookUpHidesInactive],
      cleanUp: cleanUp,
      """
      authorize
      assign ada
      import
      assign bob
      update ada  title Countess
      import users  in 3 pages
      deactivate bob
      import
      import groups  in 3 pages
      """
    )
    let found = results.flatMap(\.findings).filter { $0.id.hasPrefix("S-09") }
    #expect(found.map(\.message) == [])
    #expect(results.count == 12)
    // The lists did change while they were read.
    let totals = Set(
      results.flatMap(\.record.exchanges).filter { $0.intent.act == .page }.compactMap {
        $0.document.object?["totalResults"]?.integer
      }
    )
    #expect(totals.count > 5)
  }

  /// What is wrong all the time is found beside others' writes as well.
  @Test(arguments: [
    (Fault.usersPagesReversed, "S-09.order-changes"), (.usersEndAt100, "S-09.page-loses"),
    (.usersPastEnd404, "S-09.past-end-refused"), (.usersStartIndexIgnored, "S-09.page-repeats"),
  ])
  func `a fault is found beside others' writes`(fault: Fault, id: String) async throws {
    let results = try await run(
      users: 150,
      scenarios: 6,
      faults: [fault],
      """
      authorize
      assign ada
      import users
      import users  in 3 pages
      """
    )
    #expect(results.allSatisfy { $0.findings.contains { $0.id == id } })
  }

  @Test func `what is off sends nothing and succeeds`() async throws {
    let result = try await SimulatedRun().perform("authorize\nimport\n  expect nothing sent\n")
    #expect(result.verdict == .passed)
  }
}

/// Each request takes some milliseconds to the app and back.
private struct LateTransport: Transport {
  var transport: any Transport
  var loop: EventLoop

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let sent = loop.now
    let way = Duration.milliseconds(1 + request.body.count % 3 + request.url.target.utf8.count % 2)
    try? await loop.sleep(for: way)
    var exchange = await transport.send(request, due: due, intent: intent)
    try? await loop.sleep(for: way)
    exchange.sent = sent
    exchange.received = loop.now
    return exchange
  }
}
