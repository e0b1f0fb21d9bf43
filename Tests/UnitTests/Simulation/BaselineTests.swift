import JSON
import SampleApp
import Testing
import World

@testable import Simulation

@Suite struct BaselineTests {
  private let expiry = """
    authorize
    assign ada

    after access token expires
    update ada  lastName King

    """
  private let today = CalendarDay(of: Timestamp.virtualStart)

  private func entry(
    _ finding: String,
    scenario: String = "story",
    _ change: (inout Baseline.Entry) -> Void = { _ in }
  ) -> Baseline.Entry {
    var entry = Baseline.Entry(scenario: scenario, finding: finding, reason: "ticket 12")
    change(&entry)
    return entry
  }

  private func run(
    _ entries: [Baseline.Entry],
    faults: Set<Fault> = [.expiredToken403],
    _ text: String? = nil,
    looks: Looks = .made
  ) async throws -> RunOutcome {
    let baseline = Baseline(file: "baseline.json", entries: entries, today: today)
    var run = SimulatedRun()
    run.app.faults = faults
    run.change = {
      $0.baseline = baseline
      $0.looks = looks
    }
    var outcome = RunOutcome.make([try await run.perform(text ?? expiry)])
    outcome.settings.baseline = baseline
    return outcome
  }

  @Test func `what is known passes, and what is new fails`() async throws {
    let known = try await run([entry("F-02.wrong-status")])
    #expect(known.results[0].findings.map(\.id) == ["F-02.wrong-status"])
    #expect(known.results[0].verdict == .passed && known.results[0].reason == nil)
    #expect(known.results[0].findings[0].known == "ticket 12")
    #expect(
      known.baseline?.inWords
        == "baseline: 1 known\n  known: F-02.wrong-status in story: ticket 12"
    )

    let other = try await run([entry("F-02.wrong-status", scenario: "other")])
    #expect(other.results[0].verdict == .failed)
    #expect(other.baseline?.inWords == "baseline: 1 new\n  new: F-02.wrong-status in story")
  }

  /// The event is `update ada  lastName King`, the answer a 403.
  @Test(
    arguments: [
      ("update", 403, true), ("update ada", nil, true), (nil, 403, true),
      ("update bob", nil, false), ("upd", nil, false), (nil, 401, false),
    ] as [(String?, Int?, Bool)]
  )
  func `event and status count where they are given`(
    event: String?,
    status: Int?,
    isKnown: Bool
  ) async throws {
    let entry = entry("F-02.wrong-status") { ($0.event, $0.status) = (event, status) }
    let outcome = try await run([entry])
    #expect(outcome.results[0].findings.map(\.isKnown) == [isKnown])
    #expect(outcome.baseline?.noLongerFound == (isKnown ? [] : [entry]))
  }

  @Test(arguments: [("2025-12-31", true), ("2026-01-01", false), ("2026-01-02", false)])
  func `an entry holds through its last day`(until: String, isPast: Bool) async throws {
    let entry = entry("F-02.wrong-status") { $0.until = CalendarDay(until) }
    let outcome = try await run([entry])
    #expect(outcome.results[0].verdict == (isPast ? .failed : .passed))
    #expect(outcome.baseline?.past == (isPast ? [entry] : []))
    #expect(outcome.baseline?.fails == isPast)
  }

  @Test func `what is mended is told, once its scenario ran to its end`() async throws {
    let mended = entry("F-16.cacheable")
    let whole = try await run([mended])
    #expect(whole.baseline?.noLongerFound == [mended])
    let sheet = try #require(whole.baseline)
    #expect(
      sheet.inWords.hasSuffix(
        "\n  no longer found: F-16.cacheable in story, although its scenario ran to its end "
          + "(ticket 12); 'oktasim baseline update baseline.json' removes it"
      )
    )
    // Skipped, without a grant, without looks, not run at all.
    let unmet = "Needs: revocation\n" + expiry
    for outcome in [
      try await run([mended], unmet), try await run([mended], faults: [.codeEmpty]),
      try await run([mended], looks: .left),
      try await run([entry("F-16.cacheable", scenario: "other")]),
    ] {
      #expect(outcome.baseline?.noLongerFound == [])
    }
  }

  @Test func `what follows from something else is not mended`() async throws {
    let failed = entry("event.no-token")
    let outcome = try await run([failed], faults: [.refreshDiesWithAccessToken])
    let consequences = outcome.results[0].findings.flatMap(\.consequences).map(\.id)
    #expect(consequences.contains("event.no-token"))
    #expect(outcome.baseline?.noLongerFound == [])
  }

  /// `oktasim baseline update` has the report alone.
  @Test func `a report tells the same as the run itself`() async throws {
    let entries = [
      entry("F-16.cacheable"), entry("F-02.wrong-status"),
      entry("F-02.wrong-status") { $0.status = 404 }, entry("event.failed"),
    ]
    for faults: Set<Fault> in [[.expiredToken403], [.refreshDiesWithAccessToken], [.codeEmpty]] {
      let outcome = try await run(entries, faults: faults)
      let report = try JSONReader.read(JSONReport(outcome).text)
      let seen = try #require(SeenScenario.all(ofReport: report))
      let baseline = try #require(outcome.settings.baseline)
      #expect(baseline.noLongerFound(in: seen) == outcome.baseline?.noLongerFound)
    }
    #expect(SeenScenario.all(ofReport: ["scenarios": []]) == nil)
  }

  @Test func `the reports of a run show what its baseline says`() async throws {
    let outcome = try await run([entry("F-02.wrong-status"), entry("F-16.cacheable")])
    let junit = JUnitReport(outcome).text
    #expect(junit.contains(#"tests="2" failures="1" errors="0""#))
    #expect(junit.contains("<system-out>known (ticket 12): error: the app refused"))
    #expect(junit.contains(#"<failure message="1 of its entries is not true" type="baseline">"#))
    #expect(
      ShortReport(outcome).text.hasPrefix("baseline.json:1:1: error: no longer found: F-16.")
    )
    let github = GitHubReport(outcome, in: Repository(root: nil, folder: "/srv")).text
    let place = "file=baseline.json,line=1,title=baseline%3A F-16.cacheable"
    #expect(github.hasPrefix("::error \(place)::"))
    let json = JSONReport(outcome).json
    #expect(json["baseline"]?["known"] == 1 && json["baseline"]?["new"] == 0)
    #expect(json["baseline"]?["noLongerFound"]?.array?.count == 1)
  }

  @Test(arguments: [
    ("2026-12-31", true), ("2024-02-29", true), ("2026-02-29", false), ("1900-02-29", false),
    ("2000-02-29", true), ("2026-04-31", false), ("2026-13-01", false), ("2026-1-01", false),
    ("2026-01-00", false), ("0000-01-01", false), ("٢026-01-01", false), ("tomorrow", false),
  ])
  func `a day is one of the calendar`(text: String, isDay: Bool) {
    #expect((CalendarDay(text) != nil) == isDay)
  }
}
