import HTTP
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
}
