import HTTP
import JSON
import Loop
import Profiles
import SampleApp
import Simulation
import Synchronization
import TestSupport
import Testing
import World

@testable import Load

/// Loads of the sample app on the virtual clock.
@Suite struct LoadRunTests {
  private static let mix = EventMix([
    .assign: 1, .update: 4, .deactivate: 1, .reactivate: 1, .group: 2,
  ])

  private static func open(_ pace: Pace) -> LoadSettings.Arrival {
    .open([LoadStream(pace: pace, mix: mix)], [])
  }

  private func load(
    _ faults: Set<Fault> = [],
    orgs: Int = 5,
    progress: @escaping @Sendable (LoadProgress) -> Void = { _ in },
    _ change: (inout LoadSettings) -> Void
  ) async throws -> LoadResult {
    let app = SampleAppSettings(seed: 7, accessTokenLifetime: .seconds(600), faults: faults)
    var profile = IntegrationProfile.sampleApp(app)
    profile.scim.capabilities.insert(.pushGroups)
    var settings = LoadSettings(
      profile: profile,
      orgs: orgs,
      users: 2,
      arrival: Self.open(Pace(.poisson, rate: 1, for: .seconds(300))),
      duration: .seconds(300),
      mix: Self.mix,
      jobsAtOnce: 2,
      seed: 3,
      namespace: "n1",
      again: "oktasim load",
      runStart: Timestamp.virtualStart
    )
    change(&settings)
    let final = settings
    return try await onLoop { loop in
      let transport = InProcessTransport(
        handler: SampleApp(settings: app, loop: loop),
        loop: loop
      )
      let lanes = [LoadLane(loop: loop, transport: transport)]
      let run = LoadRun(
        settings: final,
        lanes: lanes,
        interruption: Interruption(),
        onProgress: progress
      )
      return await run.perform()
    }
  }

  @Test func `every event is due, begun, done, and counted once`() async throws {
    let result = try await load { _ in }
    let figures = result.figures
    #expect(result.setUp.grants == 5 && result.setUp.people == 10)
    #expect(figures.due > 240 && figures.due < 360)
    #expect(figures.started == figures.due && figures.ended == figures.due)
    #expect(figures.succeeded == figures.due && figures.failed == 0)
    #expect(figures.startedLate == 0 && figures.dropped == 0 && figures.unstarted == 0)
    #expect(figures.intervals.reduce(0) { $0 + $1.ended } == figures.due)
    #expect(Int(figures[.events].response.count) == figures.due)
    let kinds = EventMix.Kind.allCases.map { figures[.event($0)].response.count }
    #expect(Int(kinds.reduce(0, +)) == figures.due)
    #expect(result.grantsLost == 0 && result.tasksOpen == 0 && result.invalid == nil)
    #expect(result.left == [])
  }

  @Test func `the same seed is the same load`() async throws {
    let (first, second) = (try await load { _ in }, try await load { _ in })
    #expect(first.figures == second.figures)
    #expect(try await load { $0.seed = 4 }.figures != first.figures)
  }

  /// Refresh is lazy: of dead tokens each org's first event refreshes, and no other.
  @Test(arguments: [(LoadSettings.Tokens.dead, 5), (.natural, 0)])
  func `dead tokens are refreshed once an org`(tokens: LoadSettings.Tokens, count: Int) async throws
  {
    let result = try await load { $0.tokens = tokens }
    #expect(result.figures.refreshes == count)
    #expect(result.figures[.exchange(.refresh, nil)].service.count == Int64(count))
  }

  @Test func `a grant that its refresh ends is lost`() async throws {
    let result = try await load([.firstRefresh503EndsGrant]) { $0.tokens = .dead }
    #expect(result.grantsLost > 0)
    #expect(result.figures.failed > 0 && result.tasksOpen > 0)
    let judged = try Threshold("grants.lost > 0").judge(result)
    #expect(judged.isBroken && judged.measured == "\(result.grantsLost)")
  }

  /// More than the org may have in flight is held back, never late.
  @Test func `what Okta's rules hold back is not the generator's fault`() async throws {
    let result = try await load(orgs: 1) { settings in
      settings.jobsAtOnce = 1
      settings.arrival = Self.open(Pace(.constant, rate: 1_000, for: .seconds(1)))
      settings.duration = .seconds(1)
      settings.maxBacklog = 100
    }
    let figures = result.figures
    #expect(figures.heldBack > 0 && figures.startedLate == 0 && result.invalid == nil)
    #expect(figures.dropped > 0)
    // Whoever was to leave and was not looked at can still sign in.
    #expect(figures.leaversLeft > 0)
    #expect(figures.leavers.count == figures[.event(.deactivate)].response.count)
    #expect(figures.due == 1_000 && figures.ended + figures.dropped == 1_000)
    #expect(figures[.events].response.maximum > figures[.events].service.maximum)
  }

  @Test func `so many are under way at any time`() async throws {
    let result = try await load { settings in
      settings.arrival = .closed(4)
      settings.duration = .seconds(1)
    }
    #expect(result.figures.mostUnfinished == 4)
    #expect(result.figures.succeeded == result.figures.due && result.figures.due > 100)
  }

  @Test func `what is due before the warm-up is over is not measured`() async throws {
    let result = try await load { $0.warmUp = .seconds(200) }
    #expect(result.figures.due > 60 && result.figures.due < 140)
    #expect(result.figures.ended == result.figures.due)
    #expect(result.figures.intervals[..<200].allSatisfy { $0.due == 0 && $0.ended == 0 })
  }

  // MARK: What the app did wrong

  private static let crowd: [(fault: Fault, kind: EventMix.Kind, id: String)] = [
    (.crowdedGroupWriteLost, .group, "S-01.group-not-done"),
    (.crowdedCreateTwice, .assign, "F-46.user-twice"),
  ]

  @Test(arguments: crowd)
  func `what is wrong where many come at once is found, and how it was`(
    _ one: (fault: Fault, kind: EventMix.Kind, id: String)
  ) async throws {
    func result(_ faults: Set<Fault>, isJudged: Bool = true) async throws -> LoadResult {
      try await load(faults, orgs: 12) { settings in
        settings.isJudged = isJudged
        settings.duration = .seconds(30)
        settings.arrival = .open(
          [],
          [5, 10, 15].map {
            LoadStory.Burst(at: .seconds($0), kind: one.kind, count: .number(48), org: nil)
          }
        )
      }
    }
    let wrong = try await result([one.fault])
    let finding = try #require(wrong.findings.first { $0.id == one.id })
    #expect(finding.verdict == .failed && finding.count > 0 && finding.orgs.count > 1)
    #expect((1...20).contains(finding.evidence.count))
    #expect(LoadVerdict(wrong, []).outcome == .failed)
    #expect(try await result([]).findings.isEmpty)
    #expect(try await result([one.fault], isJudged: false).findings.isEmpty)
  }

  @Test
  func `a refresh that is answered with a spent token is found when the token is shown again`()
    async throws
  {
    let wrong = try await load([.crowdedRefreshTwice], orgs: 12) { settings in
      settings.tokens = .dead
      settings.duration = .seconds(1_500)
      settings.arrival = .open(
        [],
        [1, 700, 1_400].map {
          LoadStory.Burst(at: .seconds($0), kind: .update, count: .number(12), org: nil)
        }
      )
    }
    #expect(wrong.findings.map(\.id) == ["F-14.repeated-token-refused"])
    #expect(wrong.grantsLost > 0)
  }

  // MARK: Before its time

  @Test func `a load that is to end where a condition is broken ends there, and says so`()
    async throws
  {
    func result(_ condition: String) async throws -> LoadResult {
      try await load([.putNotStored]) { settings in
        settings.abortsOnFail = true
        settings.thresholds = (try? [Threshold(condition)]) ?? []
      }
    }
    let ended = try await result("events.count > 50")
    let abort = try #require(ended.abort)
    #expect(abort.hasPrefix("events.count > 50 was broken after "))
    #expect(
      ended.figures.due < 150 && ended.figures.due == ended.figures.ended + ended.figures.unstarted
    )
    // What nothing has come of yet breaks nothing before the end.
    let whole = try await result("create-group.p99 > 1h")
    #expect(whole.abort == nil && whole.figures.due > 240)
  }

  @Test func `why grants were lost is told by what the app said`() async throws {
    let result = try await load([.firstRefresh503EndsGrant]) { $0.tokens = .dead }
    #expect(
      result.lostGrants == ["the app refused the token request: HTTP 400 invalid_grant": 5]
    )
  }

  @Test func `how a load does is told each second`() async throws {
    let progress = Mutex<[LoadProgress]>([])
    _ = try await load(progress: { one in progress.withLock { $0.append(one) } }) { _ in }
    let all = progress.withLock(\.self)
    #expect(all.count >= 299)
    let last = try #require(all.last)
    #expect(last.due > 240 && last.ended == last.due && last.unfinished == 0)
    #expect(last.words.hasPrefix("299s  "))
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.due <= $1.due && $0.elapsed < $1.elapsed })
  }

  // MARK: What lasts longer than a load

  /// Two loads of one app, the second with what the first has left.
  private func loads(
    first: @escaping @Sendable (inout LoadSettings) -> Void,
    then: @escaping @Sendable (LoadResult, LoadSettings, [LoadLane], SampleApp) async throws -> Void
  ) async throws {
    let app = SampleAppSettings(seed: 7, accessTokenLifetime: .seconds(60))
    var settings = LoadSettings(
      profile: .sampleApp(app),
      orgs: 3,
      users: 4,
      arrival: Self.open(Pace(.constant, rate: 1, for: .seconds(30))),
      duration: .seconds(30),
      mix: EventMix([.assign: 1, .update: 1]),
      jobsAtOnce: 2,
      seed: 3,
      namespace: "n1",
      again: "oktasim load",
      runStart: Timestamp.virtualStart
    )
    settings.profile.scim.capabilities.insert(.pushGroups)
    first(&settings)
    let final = settings
    try await onLoop { loop in
      let handler = SampleApp(settings: app, loop: loop)
      let lanes = [
        LoadLane(loop: loop, transport: InProcessTransport(handler: handler, loop: loop))
      ]
      let result = await LoadRun(settings: final, lanes: lanes, interruption: Interruption())
        .perform()
      try await then(result, final, lanes, handler)
    }
  }

  /// Users whom the app holds active.
  private func activeUsers(_ app: SampleApp) async throws -> Int {
    func send(_ method: String, _ target: String, _ fields: HTTPFields, _ body: String) async throws
      -> JSONValue
    {
      let origin = Origin(scheme: .http, host: "127.0.0.1", port: 8080)
      let answer = await app.respond(
        to: HTTPRequest(
          method: method,
          url: HTTPURL(origin: origin, target: target),
          fields: fields,
          body: Array(body.utf8)
        )
      )
      return try JSONReader.read(answer.body)
    }
    let tokens = try await send(
      "POST",
      "/oauth/token",
      ["Content-Type": FormURLEncoding.mediaType],
      "grant_type=client_credentials&client_id=okta&client_secret=sample-client-secret"
    )
    let list = try await send(
      "GET",
      "/scim/v2/Users?count=1000",
      ["Authorization": "Bearer \(tokens["access_token"]?.string ?? "")"],
      ""
    )
    return try #require(list["Resources"]?.array).count { $0["active"] == true }
  }

  @Test func `grants that were kept are taken up, and stay good`() async throws {
    try await loads {
      $0.savedGrants = try? SavedGrants($0.profile)
    } then: { first, settings, lanes, _ in
      #expect(first.setUp.grants == 3 && first.setUp.resumed == 0)
      let kept = try #require(first.grants)
      #expect(kept.count == 3)
      // As a file has them.
      var again = settings
      again.savedGrants = try SavedGrants(kept.content, settings.profile)
      #expect(again.savedGrants == kept)
      again.namespace = "n2"
      // Else the people of the set-up would have them refreshed.
      again.users = 0
      // An hour later: the access tokens are dead, and nobody signs in.
      try await lanes[0].loop.sleep(for: .seconds(3600))
      let second = await LoadRun(settings: again, lanes: lanes, interruption: Interruption())
        .perform()
      #expect(second.setUp.grants == 3 && second.setUp.resumed == 3)
      #expect(second.figures.failed == 0 && second.figures.refreshes == 3)
      #expect(second.findings.map(\.id) == [])
      #expect(second.grantsLost == 0)
      // What the first had kept is spent.
      #expect(try #require(second.grants) != kept)
    }
  }

  @Test func `grants of another client or app are not taken`() throws {
    let profile = IntegrationProfile.sampleApp(SampleAppSettings())
    let content = try SavedGrants(profile).content
    var other = profile
    guard case .authorizationCode(var oauth) = other.authentication else { return }
    oauth.client.id = "another"
    other.authentication = .authorizationCode(oauth)
    #expect(throws: SavedGrants.Problem.self) { try SavedGrants(content, other) }
    oauth.client.id = "okta"
    oauth.tokenEndpoint += "2"
    other.authentication = .authorizationCode(oauth)
    #expect(throws: SavedGrants.Problem.self) { try SavedGrants(content, other) }
    other.authentication = .bearer(Secret("t", alias: "t"))
    #expect(throws: SavedGrants.Problem.self) { try SavedGrants(other) }
    #expect(throws: SavedGrants.Problem.self) { try SavedGrants(Array("{}".utf8), profile) }
    #expect(throws: SavedGrants.Problem.self) { try SavedGrants([0], profile) }
  }

  @Test func `who is left when the time for the clean-up is over is cleaned up later`() async throws
  {
    try await loads {
      $0.cleanUpLimit = .milliseconds(1)
      $0.mix = EventMix([.assign: 1, .group: 1])
      $0.arrival = .open(
        [LoadStream(pace: Pace(.constant, rate: 1, for: .seconds(30)), mix: $0.mix)],
        []
      )
    } then: { first, settings, lanes, app in
      #expect(first.leftInApp.count > 6 && first.leftInApp.contains(where: \.isGroup))
      #expect(first.left.count == first.leftInApp.count)
      let file = LeftFile(settings, first.leftInApp)
      let read = try #require(LeftFile(file.content))
      #expect(read == file)
      #expect(try await activeUsers(app) > 0)
      var later = settings
      later.cleanUpLimit = .seconds(300)
      let outcome = await CleanUpRun(later, lanes, Interruption()).perform(read)
      #expect(outcome.left == [])
      #expect(outcome.report.inactive + outcome.report.deletedGroups == file.left.count)
      #expect(try await activeUsers(app) == 0)
    }
  }

  @Test(arguments: [
    "", "{}", #"{ "format": "oktasim-left/1" }"#,
    #"{"format":"oktasim-left/1","baseURL":"u","seed":"1","namespace":"n","left":[{"org":"o1"}]}"#,
  ])
  func `a file that lists nobody whom a load has left is refused`(text: String) {
    #expect(LeftFile(Array(text.utf8)) == nil)
  }

  // MARK: It ends

  /// An app that says 429 to all, and nothing of when.
  private struct Overrun: RequestHandler {
    let app: SampleApp

    func respond(to request: HTTPRequest) async -> HTTPResponse {
      request.url.path.hasPrefix("/scim")
        ? HTTPResponse(status: 429) : await app.respond(to: request)
    }
  }

  @Test(arguments: [nil, Duration.seconds(320)])
  func `where all is 429 a load ends, and says that events were not made`(
    limit: Duration?
  ) async throws {
    let app = SampleAppSettings(seed: 7)
    var settings = Self.settings(app, orgs: 2, .assign, rate: 1, for: .seconds(20))
    settings.timeLimit = limit
    let final = settings
    let (result, took) = try await onLoop { loop in
      let handler = Overrun(app: SampleApp(settings: app, loop: loop))
      let lanes = [
        LoadLane(loop: loop, transport: InProcessTransport(handler: handler, loop: loop))
      ]
      let result = await LoadRun(settings: final, lanes: lanes, interruption: Interruption())
        .perform()
      return (result, loop.now)
    }
    let figures = result.figures
    #expect(figures.ended + figures.unstarted == figures.due && figures.succeeded == 0)
    if limit == nil {
      // Okta's own patience: nine pauses, each twice as long as the one before.
      #expect(figures.failed > 0 && took > .seconds(86_400))
    } else {
      #expect(figures.notMade > 0 && took < .seconds(1_000))
    }
  }

  /// An app that takes long for some requests.
  private struct Slow: RequestHandler {
    let app: SampleApp
    let loop: EventLoop
    let target: String
    let delay: Duration

    func respond(to request: HTTPRequest) async -> HTTPResponse {
      if request.url.target.contains(target) { try? await loop.sleep(for: delay) }
      return await app.respond(to: request)
    }
  }

  /// An import of twenty pages is under way.
  @Test(arguments: [(nil, 100...106), (Duration.seconds(200), 200...201)])
  func `what is under way when a load has to end is cut, and no fault of the app's`(
    limit: Duration?,
    took: ClosedRange<Int>
  ) async throws {
    let app = SampleAppSettings(seed: 7, users: 2_000)
    var settings = Self.settings(app, orgs: 1, .importUsers, rate: 0.01, for: .seconds(110))
    settings.timeLimit = limit
    let result = try await cut(
      settings,
      app,
      slow: ("startIndex", .seconds(20)),
      interrupted: limit == nil
    )
    #expect(took.contains(Int(result.took.components.seconds)))
    #expect(result.figures[.event(.importUsers)].errors.keys.sorted() == ["cut at the end"])
  }

  /// Several events wait for one refresh, which one of them has asked for.
  @Test func `who waits for a refresh that is cut has not failed either`() async throws {
    let app = SampleAppSettings(seed: 7, accessTokenLifetime: .seconds(15))
    var settings = Self.settings(app, orgs: 1, .update, rate: 0.5, for: .seconds(110))
    settings.users = 3
    settings.tokens = .dead
    let result = try await cut(
      settings,
      app,
      slow: ("/oauth/token", .seconds(50)),
      interrupted: true
    )
    #expect(result.figures.notMade > 1)
    #expect(result.figures[.event(.update)].errors == ["cut at the end": result.figures.notMade])
  }

  private static func settings(
    _ app: SampleAppSettings,
    orgs: Int,
    _ kind: EventMix.Kind,
    rate: Double,
    for duration: Duration
  ) -> LoadSettings {
    var profile = IntegrationProfile.sampleApp(app)
    profile.scim.capabilities.insert(.importUsers)
    let mix = EventMix([kind: 1])
    return LoadSettings(
      profile: profile,
      orgs: orgs,
      users: 0,
      arrival: .open([LoadStream(pace: Pace(.constant, rate: rate, for: duration), mix: mix)], []),
      duration: duration,
      mix: mix,
      jobsAtOnce: 2,
      seed: 3,
      namespace: "n1",
      again: "oktasim load",
      runStart: Timestamp.virtualStart
    )
  }

  /// A load that is cut, with all that has to hold of one.
  ///
  /// - Parameter interrupted: Whether somebody interrupts it after 100 s.
  private func cut(
    _ settings: LoadSettings,
    _ app: SampleAppSettings,
    slow: (target: String, delay: Duration),
    interrupted: Bool
  ) async throws -> LoadResult {
    var settings = settings
    settings.cleanUp = .none
    let final = settings
    let result = try await onLoop { loop in
      let handler = Slow(
        app: SampleApp(settings: app, loop: loop),
        loop: loop,
        target: slow.target,
        delay: slow.delay
      )
      let lanes = [
        LoadLane(loop: loop, transport: InProcessTransport(handler: handler, loop: loop))
      ]
      let interruption = Interruption()
      let run = LoadRun(settings: final, lanes: lanes, interruption: interruption) { progress in
        if interrupted, progress.elapsed >= .seconds(100) { interruption.raise() }
      }
      return await run.perform()
    }
    let figures = result.figures
    #expect(figures.due >= 1 && figures.ended + figures.unstarted == figures.due)
    #expect(figures.notMade >= 1 && figures.failed == 0 && result.findings.isEmpty)
    return result
  }

  // MARK: Orgs that take no part

  @Test func `a load of which orgs took no part is invalid, and its report the same each time`() {
    func lines() -> [String] {
      var result = LoadResult(
        figures: LoadFigures(interval: .seconds(1)),
        orgs: 40,
        took: .seconds(9)
      )
      result.figures.ended = 3
      // A dictionary has another order in each process, and in each copy that was made anew.
      for number in (1...20).shuffled() { result.setUp.failures["reason \(number)"] = 1 }
      result.setUp.failures["reason 7"] = 2
      let settings = LoadSettings(
        profile: .sampleApp(SampleAppSettings()),
        orgs: 40,
        users: 0,
        arrival: .closed(1),
        duration: .seconds(9),
        mix: Self.mix,
        jobsAtOnce: 1,
        seed: 1,
        namespace: "n",
        again: "",
        runStart: 0
      )
      let verdict = LoadVerdict(result, [])
      #expect(verdict.outcome == .invalid("21 of 40 orgs took no part: their set-up failed"))
      return LoadReport(settings.summary, result, verdict).lines
    }
    let first = lines()
    #expect(first[1] == "  = oktasim run tells more of it: reason 7")
    for _ in 0..<10 { #expect(lines() == first) }
  }

  // MARK: Secrets

  /// An app that says back, in its errors, what it was shown, be it by another org.
  private final class Chatterer: RequestHandler {
    let app: SampleApp
    let saysTokenRequests: Bool
    let saysOthers: Bool
    let shown = Mutex<[String]>([])

    init(app: SampleApp, saysTokenRequests: Bool, saysOthers: Bool) {
      self.app = app
      self.saysTokenRequests = saysTokenRequests
      self.saysOthers = saysOthers
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
      if request.method == "PUT" {
        let own = request.fields["Authorization"] ?? ""
        let said = shown.withLock { shown in
          if !shown.contains(own) { shown.append(own) }
          return saysOthers ? shown.first { $0 != own } ?? own : own
        }
        return HTTPResponse(
          status: 400,
          fields: ["Content-Type": "application/scim+json"],
          body: JSONValue.object(["detail": .string("not with \(said)"), "status": "400"])
            .compactBytes
        )
      }
      if saysTokenRequests, request.url.path == "/oauth/token" {
        let said = String(decoding: request.body, as: UTF8.self)
        return HTTPResponse(
          status: 400,
          fields: ["Content-Type": "application/json"],
          body: JSONValue.object([
            "error": "invalid_request", "error_description": .string("what is \(said)?"),
          ]).compactBytes
        )
      }
      return await app.respond(to: request)
    }
  }

  @Test(arguments: [(false, false), (true, false), (false, true)])
  func `what an app says back holds no secret in the reports`(
    saysTokenRequests: Bool,
    saysOthers: Bool
  ) async throws {
    let app = SampleAppSettings(seed: 7, accessTokenLifetime: .seconds(60))
    var settings = LoadSettings(
      profile: .sampleApp(app),
      orgs: 2,
      users: 2,
      arrival: Self.open(Pace(.constant, rate: 1, for: .seconds(20))),
      duration: .seconds(20),
      mix: EventMix([.update: 1]),
      jobsAtOnce: 2,
      seed: 3,
      namespace: "n1",
      again: "oktasim load",
      runStart: Timestamp.virtualStart
    )
    // What is left quotes the app as well.
    settings.profile.family = .aiw
    let final = settings
    let (result, shown) = try await onLoop { loop in
      let handler = Chatterer(
        app: SampleApp(settings: app, loop: loop),
        saysTokenRequests: saysTokenRequests,
        saysOthers: saysOthers
      )
      let lanes = [
        LoadLane(loop: loop, transport: InProcessTransport(handler: handler, loop: loop))
      ]
      let result = await LoadRun(settings: final, lanes: lanes, interruption: Interruption())
        .perform()
      return (result, handler.shown.withLock(\.self))
    }
    #expect(shown.count == (saysTokenRequests ? 0 : 2))
    let verdict = LoadVerdict(result, [])
    let lines = LoadReport(final.summary, result, verdict).lines.joined(separator: "\n")
    let json = LoadJSON(final.summary, result, verdict).value.prettyText
    for text in [lines, json] {
      #expect(text.contains(saysTokenRequests ? "what is" : "not with"), "\(text)")
      #expect(!text.contains("sample-client-secret"))
      #expect(saysTokenRequests || saysOthers || text.contains("access_token#"), "\(text)")
      for field in shown { #expect(!text.contains(field.dropFirst("Bearer ".count)), "\(text)") }
      // Of quotations nothing is left but what they quote.
      #expect(!text.unicodeScalars.contains { (0xFDD0...0xFDEF).contains($0.value) })
    }
  }

  // MARK: Refreshes

  /// What is expected is what comes: of loads that are shorter than a token's life, and of long ones.
  @Test(arguments: [LoadSettings.Tokens.natural, .dead], [60.0, 300, 900, 20_000])
  func `as many refreshes come as lazy refreshing has`(
    tokens: LoadSettings.Tokens,
    seconds: Double
  ) async throws {
    let orgs = seconds > 1000 ? 10 : 200
    let result = try await load(orgs: orgs) { settings in
      settings.users = 1
      settings.tokens = tokens
      settings.isJudged = false
      settings.mix = EventMix([.update: 1])
      settings.duration = .seconds(seconds)
      settings.arrival = .open(
        [
          LoadStream(
            pace: Pace(.poisson, rate: Double(orgs) / 300, for: .seconds(seconds)),
            mix: settings.mix
          )
        ],
        []
      )
    }
    let expected = try #require(result.expectedRefreshesPerEvent)
    // Some three standard deviations of a number of that size.
    let spread = 3 * (max(1, expected * Double(result.figures.ended))).squareRoot()
    #expect(
      abs(result.figures.refreshesPerEvent - expected) * Double(result.figures.ended) <= spread,
      "\(result.figures.refreshesPerEvent) and \(expected) of \(result.figures.ended)"
    )
    if seconds < 600 && tokens == .natural {
      #expect(result.figures.refreshes == 0 && expected == 0)
    }
  }

  // MARK: Days

  @Test func `a day lasts as long as it is told to`() throws {
    let text = """
      Story: days
      Asks: how long?
      For: 2d
      events 1/day/org  pace constant
      from 1d to 2d  events 3/h
      at 12h  update all
      """
    let story = try StoryReader.read(SourceText(file: "s.load", text: text), name: "s")
    let played = story.played(withDaysOf: .seconds(20))
    #expect(played.duration == .seconds(40))
    #expect(played.streams[0].rate.perSecond(orgs: 10) == 0.5)
    #expect(played.streams[1].rate.perSecond(orgs: 1) == 3.0 / 3600)
    #expect(played.streams[1].part == .seconds(20)..<(.seconds(40)))
    #expect(played.bursts[0].at == .seconds(10))
    #expect(story.hasDays)
    #expect(story.played(withDaysOf: ArrivalRate.wholeDay) == story)
  }
}
