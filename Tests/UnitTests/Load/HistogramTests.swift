import Foundation
import Testing
import World

@testable import Load

@Suite struct HistogramTests {
  private func histogram(_ microseconds: [Int64]) -> Histogram {
    var histogram = Histogram()
    for one in microseconds { histogram.record(.microseconds(one)) }
    return histogram
  }

  @Test func `a bucket is at most a thousandth of what it counts`() {
    var next: Int64 = 0
    for index in 0...Histogram.index(of: Histogram.highest) {
      #expect(Histogram.first(at: index) == next)
      let last = Histogram.last(at: index)
      #expect(Double(last - next) <= Double(next) / 1000)
      #expect(Histogram.index(of: next) == index && Histogram.index(of: last) == index)
      next = last + 1
    }
    #expect(next > Histogram.highest)
  }

  /// Against the sorted values themselves.
  @Test(arguments: [50, 90, 99, 99.9])
  func `a percentile is that of the values, to a thousandth`(percentile: Double) throws {
    var chance = SeededRandom(seed: 3)
    let values = (0..<5000).map { _ in Int64.random(in: 0...3_000_000, using: &chance) }
    let value = try #require(histogram(values).value(at: percentile))
    let rank = max(1, Int(percentile / 100 * 5000 + 0.5))
    let right = Duration.microseconds(values.sorted()[rank - 1])
    #expect(value >= right && value <= right * 1.001)
  }

  /// One in 1/(1−p) lies beyond a percentile.
  @Test(arguments: [(50.0, 2), (90, 10), (99, 100), (99.9, 1000)])
  func `too few have no percentile`(percentile: Double, least: Int) {
    let few = histogram(Array(repeating: 5, count: least - 1))
    #expect(few.value(at: percentile) == nil)
    #expect(histogram(Array(repeating: 5, count: least)).value(at: percentile) != nil)
  }

  @Test func `the maximum is exact, and what is too long is counted`() {
    var histogram = Histogram()
    histogram.record(.nanoseconds(1_234_567))
    #expect(histogram.maximum == .nanoseconds(1_234_567))
    histogram.record(.seconds(90_000))
    histogram.record(.milliseconds(-5))
    #expect(histogram.maximum == .seconds(90_000))
    #expect(histogram.count == 3)
    #expect(histogram.buckets.last?.index == Histogram.index(of: Histogram.highest))
  }

  @Test func `adding is the same as having counted all`() {
    var chance = SeededRandom(seed: 4)
    let values = (0..<3000).map { _ in Int64.random(in: 0...100_000_000, using: &chance) }
    let parts = [values[..<10], values[10..<900], values[900...]].map { histogram(Array($0)) }
    var sum = Histogram()
    for part in parts { sum.add(part) }
    #expect(sum == histogram(values))
  }

  @Test func `a histogram comes back from its counts`() {
    let whole = histogram([0, 5, 5, 70_000, 4_000_000])
    var again = Histogram()
    for bucket in whole.buckets {
      let isBucket = again.restore(bucket.number, at: bucket.index, maximum: whole.maximum)
      #expect(isBucket)
    }
    #expect(again == whole)
    for (count, index) in [(Int64(0), 1), (-1, 1), (1, -1), (1, 40_000)] {
      let isBucket = again.restore(count, at: index, maximum: .zero)
      #expect(!isBucket)
    }
  }

  // MARK: The log

  @Test func `the log has the lines that other readers read`() {
    var log = HistogramLog(start: 1_000.5)
    log.add(histogram([1, 2, 2, 70_000]), tag: "refresh-rt", from: .seconds(2), to: .seconds(3))
    let lines = log.text.split(separator: "\n")
    #expect(lines[1] == "#[Histogram log format version 1.3]")
    #expect(lines[2] == "#[StartTime: 1000.500 (seconds since epoch)]")
    #expect(lines[4].hasPrefix("Tag=refresh-rt,2.000,1.000,70.0"))
    #expect(lines[4].contains(",HISTF"))
  }
}
