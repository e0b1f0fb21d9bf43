import Testing
import World

@Suite struct SeededRandomTests {
  // The first outputs of SplitMix64 for seed 1234567, as published with the reference code.
  @Test func `the sequence is SplitMix64's`() {
    var random = SeededRandom(seed: 1_234_567)
    let drawn = (0..<3).map { _ in random.next() }
    #expect(
      drawn == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
    )
  }

  @Test func `a named stream does not depend on what others draw`() {
    let random = SeededRandom(seed: 7)
    var first = random.stream(named: "ada")
    var other = random.stream(named: "bob")
    _ = other.next()
    var again = random.stream(named: "ada")
    #expect(first.next() == again.next())
    #expect(first.next() != other.next())
  }
}
