import HTTP
import JSON
import Loop
import Profiles
import SampleApp
import Simulation
import TestSupport
import Testing
import World

@testable import Load

/// Stories against the sample app on the virtual clock: what is done happens, and what the app is like is
/// found and named.
@Suite struct StoryTests {
  private func play(
    _ text: String,
    traits: String = "",
    lifetime: Duration = .seconds(60),
    seed: UInt64 = 3
  ) async throws -> LoadResult {
    let story = try StoryReader.read(SourceText(file: "s.load", text: text), name: "s")
    var app = SampleAppSettings(seed: seed, accessTokenLifetime: lifetime)
    app.traits = try SampleAppTraits(traits, duration: DurationText.parse)
    app.users = story.sampleApp.first.flatMap { Int($0.dropFirst("users=".count)) } ?? 0
    var profile = IntegrationProfile.sampleApp(app)
    profile.scim.capabilities.insert(.importUsers)
    let mix = story.mix ?? EventMix([.update: 1])
    var settings = LoadSettings(
      profile: profile,
      orgs: story.orgs,
      users: story.users,
      arrival: story.search.map { .search($0) }
        ?? .open(
          story.streams.map { stream in
            let part = stream.part ?? .zero..<story.duration
            return LoadStream(
              pace: Pace(
                .constant,
                rate: stream.rate.perSecond(orgs: story.orgs),
                for: part.upperBound - part.lowerBound
              ),
              mix: stream.mix ?? mix,
              from: part.lowerBound,
              org: stream.org
            )
          },
          story.bursts
        ),
      duration: story.duration,
      mix: mix,
      jobsAtOnce: 4,
      seed: seed,
      namespace: "n1",
      again: "oktasim load",
      runStart: Timestamp.virtualStart
    )
    settings.usersOfOrg = story.usersOfOrg
    settings.tokens = story.tokens
    settings.story = story
    settings.thresholds = story.thresholds
    let (final, appSettings) = (settings, app)
    return try await onLoop { loop in
      let transport = InProcessTransport(
        handler: SampleApp(settings: appSettings, loop: loop),
        loop: loop
      )
      let lanes = [LoadLane(loop: loop, transport: transport)]
      return await LoadRun(settings: final, lanes: lanes, interruption: Interruption()).perform()
    }
  }

  // MARK: What is done

  @Test func `all leavers of one org come at once, and others are told apart`() async throws {
    let result = try await play(
      "Story: t\nOrgs: 3\nUsers: 1\nUsers: 40 in org 1\nFor: 60s\nevents 3/s\nat 20s  deactivate all in org 1"
    )
    #expect(result.setUp.people == 42)
    #expect(result.figures[.event(.deactivate)].response.count == 40)
    #expect(result.figures.leavers.count == 40 && result.figures.leaversLeft == 0)
    let others = Int(result.figures[.others].response.count)
    #expect(others > 80 && others < 180)
    // Four at a time, 4 ms each.
    #expect(result.figures.leavers.maximum >= .milliseconds(40))
    #expect(result.figures.leavers.maximum <= .milliseconds(200))
  }

  /// One at a time, 120 ms each: 500 take a minute.
  @Test func `a crowd is waited for, and that it waits is no fault of the app's`() async throws {
    let result = try await play(
      "Story: t\nOrgs: 2\nUsers: 1\nFor: 10s\nat 1s  assign 500 in org 1\nupdate 1/s in org 2",
      traits: "global-lock=60ms"
    )
    #expect(result.figures[.event(.assign)].response.count == 500)
    #expect(try #require(result.value(of: .drained)) > 40)
    #expect(result.figures.unstarted == 0)
    #expect(!result.conclusions.map(\.id).contains("no-recovery"))
  }

  @Test func `token requests that are held come together when they are let go`() async throws {
    let result = try await play(
      "Story: t\nOrgs: 20\nTokens: dead\nFor: 60s\nevents 10/s\nfrom 0s to 30s  hold token requests"
    )
    #expect(result.figures.refreshesAtOnce == 20)
    #expect(result.figures[.exchange(.refresh, nil)].response.maximum > .seconds(20))
    #expect(result.figures[.exchange(.refresh, nil)].service.maximum < .seconds(31))
    #expect(result.grantsLost == 0 && result.tasksOpen == 0)
  }

  @Test func `requests that are lost leave tasks, and a retry of all does them`() async throws {
    let lost = try await play(
      "Story: t\nOrgs: 4\nFor: 60s\nassign 2/s\nfrom 10s to 20s  lose requests"
    )
    #expect(lost.tasksOpen == 20)
    #expect(lost.figures[.event(.assign)].errors == ["kept from the app": 20])
    let retried = try await play(
      "Story: t\nOrgs: 4\nFor: 60s\nassign 2/s\nfrom 10s to 20s  lose requests\nat 40s  retry tasks"
    )
    #expect(retried.tasksOpen == 0)
    #expect(retried.figures[.event(.retry)].response.count == 4)
    #expect(retried.figures[.event(.retry)].response.maximum >= .milliseconds(4))
  }

  @Test func `a hook that the profile does not have is told`() async throws {
    let result = try await play("Story: t\nupdate 1/s\nat 10s  hook restart-app")
    #expect(result.figures.failedActs == ["the profile has no hook 'restart-app'"])
  }

  @Test func `tokens that were born together are renewed together, less each time`() async throws {
    let result = try await play("Story: t\nOrgs: 30\nTokens: live\nFor: 3m\nupdate 60/s")
    let herd = result.herd
    #expect(herd.count == 2)
    #expect(herd.allSatisfy { $0 > 0.2 && $0 <= 1 })
  }

  // MARK: What the app is like

  static let traits: [(trait: String, story: String, id: String)] = [
    (
      "rate-limit=50/s",
      "Story: t\nOrgs: 10\nUsers: 0\nat 1s  assign 400", "rate-limit"
    ),
    ("slow-refresh=200ms", "Story: t\nOrgs: 30\nTokens: dead\nupdate 10/s", "slow-refresh"),
    (
      "linear-paging=1ms",
      "Story: t\nOrgs: 1\nUsers: 0\nSample-app: users=3000\nat 1s  import 1", "linear-paging"
    ),
    (
      "global-lock=20ms",
      "Story: t\nOrgs: 20\nUsers: 2\nfind limit from 10/s in 30s", "one-at-a-time"
    ),
    (
      "metastable",
      "Story: t\nOrgs: 100\nTokens: dead\nFor: 4m\nupdate 10/s\nfrom 1m to 2m  hold token requests",
      "no-recovery"
    ),
  ]

  @Test(arguments: traits)
  func `how the app is built is named, and nothing where it is not built so`(
    _ one: (trait: String, story: String, id: String)
  ) async throws {
    #expect(try await play(one.story, traits: one.trait).conclusions.map(\.id) == [one.id])
    if one.id != "one-at-a-time" {
      #expect(try await play(one.story).conclusions.isEmpty)
    }
  }

  @Test func `a limit is told to within a twentieth`() async throws {
    let limited = try await play(Self.traits[0].story, traits: "rate-limit=50/s")
    let rate = try #require(limited.limited.rate)
    #expect(abs(rate - 50) <= 2.5)
    // An update is two requests of 20 ms each, one after the other.
    let search = try await play(Self.traits[3].story, traits: "global-lock=20ms")
    let sustained = try #require(search.limit?.sustained)
    #expect(abs(sustained - 25) <= 1.25)
    #expect(search.limit?.reason == "the backlog grows")
  }

  @Test func `an app that bears all that is asked ends the search`() async throws {
    let search = try await play("Story: t\nOrgs: 5\nfind limit from 0.1/s in 10s")
    #expect(search.limit?.broken == nil && search.limit?.reason == nil)
    #expect(search.limit?.sustained == 25.6)
  }

  @Test func `an answer has what was measured in place of its braces`() async throws {
    let result = try await play("Story: t\nOrgs: 2\nupdate 1/s")
    let answer = try Answer(
      "{events.done} events, {import-x}".replacing("{import-x}", with: "{leavers.max}")
    )
    #expect(answer.filled(result) == "60 events, –")
  }
}
