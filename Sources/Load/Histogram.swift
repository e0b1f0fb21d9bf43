/// How often durations came, in buckets of at most a thousandth of their value.
///
/// The buckets are HdrHistogram's for three digits, from 1 µs to 1 h, so that its readers come to the
/// same percentiles. Adding two is exact. Only buckets that were met are kept, since a long load has
/// thousands of histograms with a few durations each; there are at most 23,552.
package struct Histogram: Sendable, Equatable {
  /// How often durations of one bucket came: at least once.
  package struct Bucket: Sendable, Equatable {
    package let index: Int
    package fileprivate(set) var number: Int64
  }

  /// HdrHistogram: twice as many as three digits need, halved in each bucket but the first.
  private static let halfMagnitude = 10
  private static let half = 1 << halfMagnitude
  /// In microseconds, 1 h; what takes longer is counted there, and its maximum stays exact.
  package static let highest: Int64 = 3_600_000_000

  /// From the lowest up.
  package private(set) var buckets: [Bucket] = []
  package private(set) var count: Int64 = 0
  /// Exact; zero where nothing was counted.
  package private(set) var maximum: Duration = .zero

  package init() {}

  /// - Parameter duration: Below zero it counts as none.
  package mutating func record(_ duration: Duration) {
    add(1, at: Histogram.index(of: duration))
    note(maximum: duration)
  }

  mutating func note(maximum duration: Duration) {
    maximum = max(maximum, duration.inWholeNanoseconds)
  }

  /// Counts beyond the last bucket.
  mutating func append(_ number: Int64, at index: Int) {
    precondition(buckets.last.map { $0.index < index } ?? true, "buckets come from the lowest up")
    buckets.append(Bucket(index: index, number: number))
    count += number
  }

  package mutating func add(_ other: Histogram) {
    // From above: nothing is moved twice where the other's lie beyond.
    for bucket in other.buckets.reversed() { add(bucket.number, at: bucket.index) }
    maximum = max(maximum, other.maximum)
  }

  /// Puts back what a report has: counts by bucket.
  ///
  /// - Returns: False where the bucket is none.
  package mutating func restore(_ number: Int64, at index: Int, maximum: Duration) -> Bool {
    guard number > 0, (0...Histogram.index(of: Histogram.highest)).contains(index) else {
      return false
    }
    add(number, at: index)
    self.maximum = max(self.maximum, maximum)
    return true
  }

  /// The duration that a share of all does not exceed; nil where fewer were counted than could tell.
  ///
  /// One in 1/(1−p) lies beyond a percentile: below as many it would be the maximum by another name.
  ///
  /// - Parameter percentile: From 0 to 100, below 100.
  package func value(at percentile: Double) -> Duration? {
    guard Double(count) * (100 - percentile) / 100 >= 1 - 1e-9 else { return nil }
    // HdrHistogram: the nearest rank, and the highest value of its bucket.
    let rank = max(1, Int64(percentile / 100 * Double(count) + 0.5))
    var seen: Int64 = 0
    for bucket in buckets {
      seen += bucket.number
      if seen >= rank { return min(.microseconds(Histogram.last(at: bucket.index)), maximum) }
    }
    return maximum
  }

  private mutating func add(_ number: Int64, at index: Int) {
    count += number
    var (low, high) = (0, buckets.count)
    while low < high {
      let middle = (low + high) / 2
      if buckets[middle].index < index { low = middle + 1 } else { high = middle }
    }
    if low < buckets.count, buckets[low].index == index {
      buckets[low].number += number
    } else {
      buckets.insert(Bucket(index: index, number: number), at: low)
    }
  }

  // MARK: Buckets

  static func index(of duration: Duration) -> Int { index(of: microseconds(duration)) }

  private static func microseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    guard seconds < 3_600 else { return highest }
    return max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }

  package static func index(of microseconds: Int64) -> Int {
    let mask = Int64(half * 2 - 1)
    let bucket = 64 - (microseconds | mask).leadingZeroBitCount - (halfMagnitude + 1)
    return ((bucket + 1) << halfMagnitude) + Int(microseconds >> Int64(bucket)) - half
  }

  /// The lowest microsecond that a bucket counts.
  package static func first(at index: Int) -> Int64 {
    let bucket = (index >> halfMagnitude) - 1
    let place = Int64(index & (half - 1))
    return bucket < 0 ? place : (place + Int64(half)) << Int64(bucket)
  }

  /// The highest.
  package static func last(at index: Int) -> Int64 {
    first(at: index) + (1 << Int64(max(0, (index >> halfMagnitude) - 1))) - 1
  }
}

extension Duration {
  /// As a report can say it: nine digits behind the point.
  var inWholeNanoseconds: Duration {
    let (seconds, attoseconds) = components
    let half: Int64 = attoseconds < 0 ? -500_000_000 : 500_000_000
    return Duration(
      secondsComponent: seconds,
      attosecondsComponent: (attoseconds + half) / 1_000_000_000 * 1_000_000_000
    )
  }
}
