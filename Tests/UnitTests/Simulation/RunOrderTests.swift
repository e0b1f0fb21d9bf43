import JSON
import Profiles
import Testing

@testable import Simulation

/// Which scenario starts when, and what the progress line says of it.
@Suite struct RunOrderTests {
  private static let scenarios = [
    (name: "short", text: "authorize\ntest credentials\n"),
    (name: "some", text: "authorize\nafter 30s\ntest credentials\n"),
    (name: "long", text: "authorize\nafter 10 lifetimes\ntest credentials\n"),
    (name: "one", text: "authorize\nafter access token expires\ntest credentials\n"),
  ]

  private func started(_ change: @escaping @Sendable (inout RunSettings) -> Void) async throws
    -> [String]
  {
    var run = SimulatedRun()
    run.change = change
    let results = try await run.perform(Self.scenarios)
    return results.enumerated().sorted { left, right in
      (left.element.record.started, left.offset) < (right.element.record.started, right.offset)
    }.map(\.element.record.scenario.name)
  }

  @Test func `two at a time, what waits longest starts first`() async throws {
    let order = try await started { $0.jobs = 2 }
    #expect(Set(order.prefix(2)) == ["long", "one"])
  }

  @Test func `in a row, what waits shortest goes first`() async throws {
    #expect(try await started { $0.jobs = 1 } == ["short", "some", "one", "long"])
  }

  @Test func `the first failure ends what is under way`() async throws {
    var run = SimulatedRun()
    run.change = { $0.stopsAtFirstFailure = true }
    let results = try await run.perform(
      Self.scenarios + [
        (name: "fails", text: "authorize\nafter 5s\ntest credentials\n  expect nothing sent\n")
      ]
    )
    let ended = Dictionary(uniqueKeysWithValues: results.map { ($0.record.scenario.name, $0) })
    #expect(ended["fails"]?.verdict == .failed)
    #expect(ended["short"]?.verdict == .passed)
    for name in ["some", "long", "one"] {
      #expect(ended[name]?.verdict == .skipped)
      #expect(ended[name]?.reason == "another scenario failed (--fail-fast)")
      #expect(ended[name].map { $0.record.ended < .seconds(6) } == true)
    }
  }

  @Test func `a quick run leaves out what waits long`() async throws {
    var run = SimulatedRun()
    run.change = { $0.isQuick = true }
    let results = try await run.perform(Self.scenarios)
    #expect(results.map(\.verdict) == [.passed, .passed, .skipped, .passed])
    #expect(results[2].reason == "it waits longer than four lifetimes, which --quick leaves out")
  }

  @Test func `the progress line says what is waited for and when the run ends`() async throws {
    let results = try await SimulatedRun().perform(Self.scenarios)
    var progress = RunProgress(.make(scenarios: results.map(\.record.scenario), jobs: 32))
    #expect(progress.words(at: .zero) == "0 of 4, running")
    progress.note(results[0])
    // Ten lifetimes of 60 s.
    #expect(
      progress.words(at: .seconds(60)) == "1 of 4, ends in 540 s: long waits for tokens to end"
    )
    progress.note(results[2])
    #expect(progress.words(at: .seconds(66)) == "2 of 4, about to end: one waits for tokens to end")
    progress.note(results[1])
    progress.note(results[3])
    #expect(progress.words(at: .seconds(700)) == "4 of 4")
    var inRow = RunProgress(.make(scenarios: results.map(\.record.scenario), jobs: 1))
    inRow.note(results[0])
    #expect(inRow.words(at: .zero) == "1 of 4, ends in 696 s: long waits for tokens to end")
  }
}
