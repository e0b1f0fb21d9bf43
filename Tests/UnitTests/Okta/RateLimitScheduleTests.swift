import HTTP
import Okta
import Testing

@Suite struct RateLimitScheduleTests {
  /// All waits of a request that is answered 429 for ever, in seconds.
  private func waits(
    _ counting: RateLimitSchedule.Counting = .total,
    after first: RetryAfter,
    then further: RetryAfter = .missing
  ) -> [Int64] {
    var schedule = RateLimitSchedule(counting)
    var waits: [Int64] = []
    while let wait = schedule.wait(after: waits.isEmpty ? first : further) {
      waits.append(wait.components.seconds)
    }
    return waits
  }

  /// 300 s, doubled eight times; 300 · 2⁸ = 76 800.
  @Test func `without Retry-After it is five minutes, doubled, ten tries in all`() {
    #expect(waits(after: .missing) == [300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 76_800])
  }

  @Test func `ten tries may be those beside the first`() {
    #expect(waits(.afterFirst, after: .missing).count == 10)
    #expect(waits(.afterFirst, after: .missing).last == 153_600)
  }

  @Test func `the first wait is as Retry-After says, and a later one changes nothing`() {
    #expect(
      waits(after: .seconds(.seconds(7)), then: .seconds(.seconds(1))).prefix(4) == [7, 14, 28, 56]
    )
    #expect(waits(after: .seconds(.zero)) == Array(repeating: 0, count: 9))
  }

  @Test(arguments: [
    RetryAfter.date("Fri, 31 Dec 2027 23:59:59 GMT"), .other("1.5"), .other("60s"), .other("-3"),
  ])
  func `what is no whole number is as good as missing`(retryAfter: RetryAfter) {
    #expect(waits(after: retryAfter) == waits(after: .missing))
  }

  @Test func `no wait is longer than a clock can count`() {
    let century = RetryAfter.seconds(.seconds(100 * 365 * 86_400))
    #expect(waits(after: century) == Array(repeating: 31_536_000, count: 9))
  }
}
