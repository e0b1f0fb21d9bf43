import JSON
import Profiles
import ShippedScenarios
import Testing

@testable import Load

/// What a `.load` file says, and every way to say it wrong.
@Suite struct StoryReaderTests {
  private func read(_ text: String) throws(Mistakes) -> LoadStory {
    try StoryReader.read(SourceText(file: "s.load", text: text), name: "s")
  }

  @Test func `a story says who is there, what comes when, and what is done meanwhile`() throws {
    let story = try read(
      """
      # What it is about.
      Story: all of it  # and no more
      Asks: does it hold?
      Needs: updateUsers
      Orgs: 3
      Users: 2
      Users: 50 in org 1
      Jobs-at-once: 8
      Tokens: dead
      For: 5m
      Warm-up: 10s
      Mix: update=3,assign=1
      Sample-app: users=100 accessTokenLifetime=30s
      Fail-if: refresh.p99 > 2s
      Fail-if: others.p99 > 1s in any 10s
      Answer: {grants.lost} lost of {orgs}

      events 10/s  pace poisson
      from 1m to 2m  update 1/s/org in org 2
      at 1m  deactivate all in org 1
      at 90s  assign 20
      at 2m  retry tasks
      at 3m  hook restart-app
      from 1m to 2m  hold token requests
      from 10s to 20s  lose requests
      """
    )
    #expect(story.title == "all of it" && story.asks == "does it hold?")
    #expect(story.orgs == 3 && story.users == 2 && story.usersOfOrg == [0: 50])
    #expect(story.jobsAtOnce == 8 && story.tokens == .dead)
    #expect(story.duration == .seconds(300) && story.warmUp == .seconds(10))
    #expect(story.mix?.description == "assign=1,update=3")
    #expect(story.sampleApp == ["users=100", "accessTokenLifetime=30s"])
    #expect(
      story.thresholds.map(\.description) == ["refresh.p99 > 2s", "others.p99 > 1s in any 10s"]
    )
    #expect(story.streams.map(\.shape) == ["poisson", "constant"])
    #expect(story.streams.map(\.org) == [nil, 1])
    #expect(story.streams[1].part == .seconds(60)..<Duration.seconds(120))
    #expect(story.bursts.map(\.kind) == [.deactivate, .assign, .retry])
    #expect(story.bursts.map(\.count) == [.all, .number(20), .number(1)])
    #expect(story.outages.map(\.kind) == [.holdTokenRequests, .loseRequests])
    #expect(story.acts == [LoadStory.Act(at: .seconds(180), hook: "restart-app")])
    #expect(story.orgsInParticular == [0, 1])
    #expect(story.disturbance == .seconds(10)..<Duration.seconds(180))
  }

  static let wrong: [(String, String, Int?)] = [
    ("", "the file holds no story", nil),
    ("update 1/s", "a story starts with its title", 1),
    ("Orgs: 1", "a story starts with its title", 1),
    ("Story: t", "nothing comes in this story", nil),
    ("Story:", "'Story:' says nothing", 1),
    ("Story: t\nStory: u\nupdate 1/s", "'Story:' stands here twice", 2),
    ("Story: t\nupdate 1/s\nOrgs: 2", "headers stand above what comes", 3),
    ("Story: t\nOrg: 2\nupdate 1/s", "'Org:' is not a header", 2),
    ("Story: t\nOrgs: 0\nupdate 1/s", "this needs a whole number from 1 to 1000000", 2),
    ("Story: t\nOrgs: 2 3\nupdate 1/s", "'3' has no place behind 'Orgs:'", 2),
    ("Story: t\nUsers: 2 in org 0\nupdate 1/s", "'in' needs an org", 2),
    ("Story: t\nOrgs: 2\nUsers: 2 in org 3\nupdate 1/s", "there is no org 3: the story has 2", nil),
    ("Story: t\nTokens: ded\nupdate 1/s", "'ded' is no state of tokens", 2),
    ("Story: t\nFor: soon\nupdate 1/s", "this needs a time", 2),
    ("Story: t\nMix: upd=1\nevents 1/s", "'upd' is no kind of event", 2),
    ("Story: t\nSample-app: users\nupdate 1/s", "'users' is no setting of the sample app", 2),
    ("Story: t\nNeeds: flying\nupdate 1/s", "'flying' is not a need", 2),
    (
      "Story: t\nFail-if: refesh.p99 > 1s\nupdate 1/s",
      "'refesh.p99' is nothing that a load measures", 2
    ),
    ("Story: t\nFail-if: refresh.p99 > 1\nupdate 1/s", "'1' is no time", 2),
    (
      "Story: t\nAnswer: {refesh.p99}\nupdate 1/s", "'refesh.p99' is nothing that a load measures",
      2
    ),
    ("Story: t\nAnswer: {orgs\nupdate 1/s", "a brace is not closed", 2),
    ("Story: t\nAnswer: {orgs from 1s to 2s}\nupdate 1/s", "'orgs' is of the whole load", 2),
    ("Story: t\nupdate", "'update' is no rate", 2),
    ("Story: t\nupdate 1", "'1' is no rate", 2),
    ("Story: t\nupdat 1/s", "'updat' is no kind of event", 2),
    ("Story: t\nupdate 1/s pace fast", "'pace' needs a shape", 2),
    ("Story: t\nupdate 1/s please", "'please' has no place here", 2),
    ("Story: t\nat soon  update 1", "'soon' is not a time", 2),
    ("Story: t\nat 1s  update", "how many is not said", 2),
    ("Story: t\nat 1s  update some", "'some' is no number of events", 2),
    ("Story: t\nat 1s  hook", "'hook' needs a name", 2),
    ("Story: t\nfrom 1s  update 1/s", "'from' needs 'to'", 2),
    ("Story: t\nfrom 2s to 1s  update 1/s", "'from … to …' has no time in it", 2),
    ("Story: t\nat 2m  update 1", "the story says something of 2m, and is over after 1m", nil),
    ("Story: t\nfind limit", "'find limit' is no search", 2),
    (
      "Story: t\nfind limit from 1/s in 10s\nupdate 1/s",
      "'find limit' tries rates of its own: nothing else comes in such a story", nil
    ),
  ]

  @Test(arguments: wrong)
  func `a mistake is told where it stands`(text: String, problem: String, line: Int?) throws {
    let mistakes = #expect(throws: Mistakes.self) { try read(text) }
    let first = try #require(mistakes?.all.first)
    #expect(first.problem == problem)
    #expect(first.position?.line == line)
  }

  @Test func `all mistakes are told at once`() {
    let mistakes = #expect(throws: Mistakes.self) {
      try read("Story: t\nOrgs: x\nTokens: y\nupdate z")
    }
    #expect(mistakes?.all.compactMap(\.position?.line) == [2, 3, 4])
  }

  @Test(arguments: ShippedStories.all.map(\.name))
  func `what is shipped has no mistake, a question and an answer`(name: String) throws {
    let bytes = try #require(ShippedStories.all.first { $0.name == name }).bytes
    let story = try StoryReader.read(SourceText(file: name, bytes: bytes), name: name)
    #expect(!story.asks.isEmpty && !story.answers.isEmpty && !story.thresholds.isEmpty)
  }

  /// Whatever a file holds, it is read or refused.
  @Test func `a story that is cut or spoilt anywhere is read or refused`() throws {
    for (name, bytes) in ShippedStories.all {
      for place in stride(from: 0, to: bytes.count, by: 7) {
        var spoilt = bytes
        spoilt[place] = UInt8(truncatingIfNeeded: place &* 31)
        _ = try? StoryReader.read(SourceText(file: name, bytes: spoilt), name: name)
        _ = try? StoryReader.read(
          SourceText(file: name, bytes: Array(bytes.prefix(place))),
          name: name
        )
      }
    }
  }
}
