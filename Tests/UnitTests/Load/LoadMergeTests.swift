import HTTP
import JSON
import Okta
import Profiles
import SampleApp
import Simulation
import TestSupport
import Testing
import World

@testable import Load

/// A load in shards, and what they add up to.
@Suite struct LoadMergeTests {
  private typealias Report = (file: String, summary: LoadSummary, result: LoadResult)

  private static func settings(_ shard: LoadShard?, seed: UInt64 = 3) throws -> LoadSettings {
    let app = SampleAppSettings(seed: 7, accessTokenLifetime: .seconds(60))
    var profile = IntegrationProfile.sampleApp(app)
    profile.embeddedSampleApp = EmbeddedSampleApp()
    profile.embeddedSampleApp?.clock = .virtual
    profile.scim.capabilities.insert(.pushGroups)
    let mix = EventMix([.assign: 2, .update: 6, .deactivate: 2, .reactivate: 1, .group: 4])
    var settings = LoadSettings(
      profile: profile,
      orgs: 9,
      users: 2,
      arrival: .open(
        [LoadStream(pace: Pace(.poisson, rate: 3, for: .seconds(100)), mix: mix)],
        [LoadStory.Burst(at: .seconds(20), kind: .update, count: .number(40), org: nil)]
      ),
      duration: .seconds(100),
      mix: mix,
      jobsAtOnce: 2,
      seed: seed,
      namespace: "n1",
      again: "oktasim load",
      runStart: Timestamp.virtualStart
    )
    settings.tokens = .dead
    settings.shard = shard
    settings.thresholds = [
      try Threshold("refresh.p99 > 1s in any 10s"), try Threshold("grants.lost > 0"),
    ]
    var story = LoadStory(name: "s")
    story.asks = "does it hold?"
    story.outages = [
      LoadStory.Outage(kind: .loseRequests, part: .seconds(40)..<Duration.seconds(50))
    ]
    story.answers = [
      try Answer("{events.done} done, {recovered.after}, {herd.first}, {backlog.max}")
    ]
    settings.story = story
    return settings
  }

  private static func report(
    _ shard: LoadShard?,
    _ faults: Set<Fault> = [],
    seed: UInt64 = 3
  ) async throws -> Report {
    let settings = try settings(shard, seed: seed)
    let result = try await onLoop { loop in
      let app = SampleAppSettings(seed: 7, accessTokenLifetime: .seconds(60), faults: faults)
      let transport = InProcessTransport(handler: SampleApp(settings: app, loop: loop), loop: loop)
      let lanes = [LoadLane(loop: loop, transport: transport)]
      return await LoadRun(settings: settings, lanes: lanes, interruption: Interruption()).perform()
    }
    return (shard.map { "\($0)" } ?? "whole", settings.summary, result)
  }

  private static func json(_ summary: LoadSummary, _ result: LoadResult) -> String {
    LoadJSON(summary, result, LoadVerdict(result, summary.thresholds)).value.prettyText
  }

  private static func lines(_ summary: LoadSummary, _ result: LoadResult) -> [String] {
    LoadReport(summary, result, LoadVerdict(result, summary.thresholds)).lines
  }

  private static func html(_ summary: LoadSummary, _ result: LoadResult) -> String {
    LoadHTML(summary, result, LoadVerdict(result, summary.thresholds)).text
  }

  /// As another process would have it.
  private static func read(_ report: Report) throws -> Report {
    let text = json(report.summary, report.result)
    let (summary, result) = try LoadJSONReader.read(try JSONReader.read(text))
    return (report.file, summary, result)
  }

  @Test(arguments: zip([[], [.putLosesSilently]] as [Set<Fault>], [1, 4]))
  func `what the shards add up to is the whole load, to the byte`(
    faults: Set<Fault>,
    count: Int
  ) async throws {
    let whole = try await Self.report(nil, faults)
    #expect(whole.result.figures.refreshesAtOnce > 0 && whole.result.figures.mostUnfinished > 0)
    var parts: [Report] = []
    for number in (1...count).reversed() {
      parts.append(
        try Self.read(try await Self.report(LoadShard(number: number, count: count), faults))
      )
    }
    let (summary, result) = try LoadMerge.merge(parts)
    #expect(Self.json(summary, result) == Self.json(whole.summary, whole.result))
    #expect(Self.lines(summary, result) == Self.lines(whole.summary, whole.result))
    #expect(result.histogramLog(start: 0) == whole.result.histogramLog(start: 0))
    #expect(LoadCSV(result.figures).text == LoadCSV(whole.result.figures).text)
    #expect(Self.html(summary, result) == Self.html(whole.summary, whole.result))
    #expect(!faults.isEmpty == result.hasFailures)
  }

  @Test func `a report that is read says what it said`() async throws {
    let report = try await Self.report(LoadShard("2/3"))
    let read = try Self.read(report)
    #expect(read.summary == report.summary)
    #expect(Self.json(read.summary, read.result) == Self.json(report.summary, report.result))
  }

  @Test func `what is no shard of one load is refused`() async throws {
    let first = try await Self.report(LoadShard("1/2"))
    let second = try await Self.report(LoadShard("2/2"))
    func problem(_ reports: [Report]) -> String? {
      do throws(LoadMerge.Problem) {
        _ = try LoadMerge.merge(reports)
        return nil
      } catch {
        return error.words
      }
    }
    func changed(_ change: (inout LoadSummary) -> Void) -> Report {
      var other = second
      change(&other.summary)
      other.file = "b.json"
      return other
    }
    #expect(problem([]) == "there is no report to merge")
    #expect(problem([first]) == "shard 2/2 is missing")
    #expect(problem([first, first]) == "there are two reports of shard 1/2")
    #expect(
      problem([changed { $0.shard = nil }])
        == "b.json is the report of a whole load, not of a shard"
    )
    #expect(
      problem([first, changed { $0.seed = 4 }]) == "b.json is of another load: its seed differs"
    )
    #expect(
      problem([first, changed { $0.story?.name = "t" }])
        == "b.json is of another load: its story differs"
    )
    #expect(
      problem([first, changed { $0.shard = LoadShard("2/3") }])
        == "b.json is of another load: its number of shards differs"
    )
    #expect(
      problem([first, changed { $0.thresholds = [] }])
        == "b.json is of another load: its list of conditions differs"
    )
    #expect(problem([first, second]) == nil)
  }

  @Test(arguments: ["0/2", "3/2", "1", "a/b", "1/2/3", "1/0", "-1/2", "1/99999"])
  func `what is no part of a whole is no shard`(text: String) {
    #expect(LoadShard(text) == nil)
  }

  /// Each org is played by one shard.
  @Test func `the shards share the orgs out`() {
    for org in 0..<20 {
      #expect((1...7).count { LoadShard(number: $0, count: 7)?.has(org) == true } == 1)
    }
  }

  /// Whatever a file holds, it is read or refused.
  @Test func `a report that is spoilt anywhere is read or refused`() async throws {
    let report = try await Self.report(LoadShard("1/9"))
    let bytes = Array(Self.json(report.summary, report.result).utf8)
    for place in stride(from: 0, to: min(bytes.count, 12_000), by: 601) {
      var spoilt = bytes
      spoilt[place] = UInt8(ascii: "7")
      guard let value = try? JSONReader.read(spoilt) else { continue }
      _ = try? LoadJSONReader.read(value)
    }
    for text in ["{}", "[]", #"{"format":"oktasim load 1"}"#] {
      let value = try JSONReader.read(text)
      #expect(throws: LoadJSONReader.Problem.self) { try LoadJSONReader.read(value) }
    }
  }
}
