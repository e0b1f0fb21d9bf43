import Testing

@testable import Load

@Suite struct ThresholdTests {
  private func result(_ milliseconds: [Int], second: Int = 0) -> LoadResult {
    var figures = LoadFigures(interval: .seconds(1))
    for _ in 0...second { figures.intervals.append(LoadInterval()) }
    var one = SeriesFigures()
    for time in milliseconds { one.response.record(.milliseconds(time)) }
    figures.series[.exchange(.refresh, nil)] = one
    figures.intervals[second].series[.exchange(.refresh, nil)] = one
    figures.ended = 1000
    figures.failed = 2
    var result = LoadResult(figures: figures, orgs: 1, took: .seconds(10))
    result.lostGrants = ["x": 3]
    return result
  }

  @Test(arguments: [
    ("refresh.max > 200ms", true, "250 ms"), ("refresh.max > 250ms", false, "250 ms"),
    ("refresh.max >= 250ms", true, "250 ms"), ("refresh.count < 4", false, "4"),
    ("refresh.count <= 4", true, "4"), ("refresh.p50 > 1s", false, "3 ms"),
    ("refresh.max > 200ms in any 10s", true, "250 ms from 0 s on"),
    ("refresh.max from 0s to 1s > 200ms", true, "250 ms"),
    ("refresh.max from 1s to 2s > 200ms", true, "nothing to measure"),
    ("errors.rate > 0.1%", true, "0.2 %"),
    ("errors.rate>1%", false, "0.2 %"), ("grants.lost > 0", true, "3"),
    // Nothing speaks for what was not measured.
    ("create-user.p99 > 1s", true, "nothing to measure"),
    ("refresh.service.max > 1s", true, "nothing to measure"),
  ])
  func `a condition holds or is broken by what was measured`(
    text: String,
    isBroken: Bool,
    measured: String
  ) throws {
    let judged = try Threshold(text).judge(result([1, 3, 5, 250]))
    #expect(judged.isBroken == isBroken)
    #expect(judged.measured == measured)
  }

  @Test(arguments: [
    ("refresh.p99", Threshold.Problem.form("refresh.p99")), ("> 3ms", .measure(.unknown(""))),
    ("refesh.p99 > 3ms", .measure(.unknown("refesh.p99"))),
    ("refresh.p98 > 3ms", .measure(.unknown("refresh.p98"))),
    ("refresh.p99 > 3", .unit("3", .seconds)), ("grants.lost > x", .unit("x", .number)),
    ("errors.rate > 0.1", .unit("0.1", .share)),
    ("grants.lost > 0 in any 10s", .measure(.window("grants.lost"))),
    ("refresh.p99 > 3ms in any 10", .form("refresh.p99 > 3ms in any 10")),
  ])
  func `what is no condition is refused`(text: String, problem: Threshold.Problem) {
    #expect(throws: problem) { try Threshold(text) }
  }

  @Test(arguments: [
    (Duration.microseconds(0), "0 µs"), (.microseconds(999), "999 µs"),
    (.nanoseconds(1_500), "1.5 µs"),
    (.milliseconds(12), "12 ms"), (.microseconds(12_345), "12.3 ms"),
    (.milliseconds(999), "999 ms"),
    (.seconds(119), "119 s"), (.seconds(150), "2.5 min"), (.seconds(86_400), "24 h"),
  ])
  func `durations have three digits`(duration: Duration, text: String) {
    #expect(duration.inReport == text)
  }

  /// The generator was not up to it: no figure speaks of the app.
  @Test func `an invalid load judges nothing`() throws {
    var late = result([1])
    for _ in 0..<998 { late.figures.lateness.record(.zero) }
    for _ in 0..<2 { late.figures.lateness.record(.milliseconds(5)) }
    late.figures.startedLate = 2
    let verdict = LoadVerdict(late, [try Threshold("grants.lost > 0")])
    #expect(verdict.thresholds.isEmpty)
    guard case .invalid = verdict.outcome else {
      Issue.record("\(verdict.outcome)")
      return
    }
    late.figures.startedLate = 1
    #expect(LoadVerdict(late, [try Threshold("grants.lost > 0")]).outcome == .failed)
    #expect(LoadVerdict(late, []).outcome == .passed)
    late.generator = LoadResult.Generator(
      occupancy: [0.2, 0.91],
      control: Histogram(),
      processorTime: .zero
    )
    #expect(LoadVerdict(late, []).outcome == .invalid("a loop was busy 91 % of the time"))
  }
}
