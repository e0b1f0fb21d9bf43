import SampleApp
import SelfCheck
import Testing
import World

/// What a fault is found as alone is told of it beside another fault as well.
@Suite struct PairTests {
  /// All of these with each other; `oktasim self-check --pairs` has all faults, which an optimized
  /// build runs in a fraction of the time.
  private static let faultCount = 12

  @Test func `two faults hide nothing of each other`() async throws {
    let check = try SelfCheck()
    var chance = SeededRandom(seed: 1).stream(named: "pairs")
    let faults = Fault.functional.shuffled(using: &chance).prefix(Self.faultCount)
    let alone = try await check.alone(Array(faults), loops: 2)
    let pairs = check.pairs(alone)

    let outcomes = try await check.run(pairs, alone: alone, loops: 2)

    #expect(Set(pairs.flatMap { [$0.first, $0.second] }).count > Self.faultCount / 2)
    for outcome in outcomes {
      for part in outcome.parts where part.isBroken {
        Issue.record("\(part.id) of \(part.fault) is not told: \(outcome.pair), \(part.fate)")
      }
    }
  }
}
