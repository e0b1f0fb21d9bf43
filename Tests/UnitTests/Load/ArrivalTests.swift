import Testing
import World

@testable import Load

@Suite struct ArrivalTests {
  @Test(arguments: [
    ("200/s", 200.0), ("3/min", 0.05), ("0.5/s", 0.5), ("86400/day", 1),
    ("1/day/org", 10.0 / 86_400),
    ("36/h/org", 0.1),
  ])
  func `a rate says how many come in a time`(text: String, perSecond: Double) throws {
    let rate = try #require(ArrivalRate(text))
    #expect(abs(rate.perSecond(orgs: 10) - perSecond) < 1e-12)
    #expect(rate.description == text)
  }

  @Test(arguments: [
    "", "200", "/s", "0/s", "-1/s", "1e3/s", "1/sec", "1/s/orgs", "1/s/org/org", "2000000/s", "./s",
    "1 /s", "nan/s",
  ])
  func `what is no rate is refused`(text: String) {
    #expect(ArrivalRate(text) == nil)
  }

  static let shapes: [Pace.Shape] = [
    .constant, .ramp(from: 0), .ramp(from: 100), .steps(4),
    .sine(share: 0.5, period: .seconds(20)), .poisson,
  ]

  @Test(arguments: shapes)
  func `instants never go back, and as many come as are expected`(shape: Pace.Shape) {
    let pace = Pace(shape, rate: 50, for: .seconds(60))
    let instants = Array(pace.instants(SeededRandom(seed: 1)))
    #expect(zip(instants, instants.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(instants.allSatisfy { $0 >= .zero && $0 <= .seconds(60) })
    for second in stride(from: 10, through: 60, by: 10) {
      let come = Double(instants.count { $0 < .seconds(second) })
      let expected = pace.expected(before: Double(second))
      let slack = shape == .poisson ? 4 * expected.squareRoot() : 1.5
      #expect(abs(come - expected) <= slack, "\(second) s: \(come), \(expected) expected")
    }
    #expect(instants == Array(pace.instants(SeededRandom(seed: 1))))
  }

  @Test func `a constant rate has equal gaps and begins at once`() {
    let pace = Pace(.constant, rate: 4, for: .seconds(1))
    #expect(
      Array(pace.instants(SeededRandom(seed: 1)))
        == [.zero, .milliseconds(250), .milliseconds(500), .milliseconds(750)]
    )
  }

  @Test func `a ramp and steps come to their rate`() {
    let ramp = Pace(.ramp(from: 10), rate: 50, for: .seconds(10))
    #expect(ramp.expected(before: 10) == 300)
    let steps = Pace(.steps(5), rate: 50, for: .seconds(10))
    #expect(abs(steps.expected(before: 10) - 300) < 1e-9)
    #expect(abs(steps.expected(before: 3) - (20 + 20)) < 1e-9)
  }

  // MARK: Mixes

  @Test func `a mix is drawn by its weights`() throws {
    let mix = try EventMix("update=3,assign=1")
    #expect(mix.description == "assign=1,update=3")
    var chance = SeededRandom(seed: 1)
    let drawn = (0..<4000).map { _ in mix.next(using: &chance) }
    #expect((900...1100).contains(drawn.count { $0 == .assign }))
    #expect(Set(drawn) == [.assign, .update])
  }

  @Test(arguments: [
    ("updat=1", EventMix.Problem.unknown("updat")), ("update", .weight("update")),
    ("update=0", .weight("update=0")), ("update=x", .weight("update=x")),
    ("update=1,update=2", .twice("update")), ("", .empty),
  ])
  func `what is no mix is refused`(text: String, problem: EventMix.Problem) {
    #expect(throws: problem) { try EventMix(text) }
  }
}
