import SampleApp
import SelfCheck
import Testing
import World

/// What a fault is found as alone is told of it beside another fault as well.
@Suite struct PairTests {
  /// `oktasim self-check --pairs` runs all.
  private static let sampleSize = 2_500

  @Test func `a sample of all pairs hides nothing`() async throws {
    let check = try SelfCheck()
    let alone = try await check.alone(loops: 2)
    let pairs = check.pairs(alone)
    var chance = SeededRandom(seed: 1).stream(named: "pairs")
    let sample = Array(pairs.shuffled(using: &chance).prefix(Self.sampleSize))

    let outcomes = try await check.run(sample, alone: alone, loops: 2)

    let share = Double(sample.count * 1_000 / max(1, pairs.count)) / 10
    print("\(sample.count) of \(pairs.count) runs of two faults, \(share) %")
    #expect(sample.count == Self.sampleSize)
    for outcome in outcomes {
      for part in outcome.parts where part.isBroken {
        Issue.record("\(part.id) of \(part.fault) is not told: \(outcome.pair), \(part.fate)")
      }
    }
  }
}
