import Foundation

/// HdrHistogram's log of intervals, format 1.3 (HdrHistogram, HistogramLogWriter), which its plotters and
/// libraries read.
package struct HistogramLog: Sendable {
  /// The log as far as it was written.
  package private(set) var text: String

  /// - Parameter start: Seconds since 1970, of the first instant.
  package init(start: Double) {
    let seconds = HistogramLog.number(start)
    text = """
      #[oktasim: durations in microseconds, the maximum in milliseconds]
      #[Histogram log format version 1.3]
      #[StartTime: \(seconds) (seconds since epoch)]
      "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

      """
  }

  /// - Parameters:
  ///   - tag: The series: `refresh-rt`.
  ///   - start: Since the first instant.
  package mutating func add(
    _ histogram: Histogram,
    tag: String,
    from start: Duration,
    to end: Duration
  ) {
    let maximum = Double(Histogram.last(at: histogram.buckets.last?.index ?? 0)) / 1000
    text += "Tag=\(tag),\(Self.number(start.inDouble)),\(Self.number((end - start).inDouble)),"
    text += "\(Self.number(histogram.count == 0 ? 0 : maximum)),\(Self.compressed(histogram))\n"
  }

  private static func number(_ value: Double) -> String { value.withThreeDigits }

  // MARK: One histogram

  /// Version 2 of the encoding, in zlib's container, in Base64.
  package static func compressed(_ histogram: Histogram) -> String {
    let stream = zlibStream(encoded(histogram))
    var bytes = bigEndian(UInt32(0x1c84_9314)) + bigEndian(UInt32(stream.count))
    bytes += stream
    return Data(bytes).base64EncodedString()
  }

  private static func encoded(_ histogram: Histogram) -> [UInt8] {
    var counts: [UInt8] = []
    var next = 0
    for bucket in histogram.buckets {
      // A run of zeros is its negative length, a single one itself.
      let zeros = Int64(bucket.index - next)
      if zeros > 0 { append(zeros == 1 ? 0 : -zeros, to: &counts) }
      append(bucket.number, to: &counts)
      next = bucket.index + 1
    }
    return bigEndian(UInt32(0x1c84_9313)) + bigEndian(UInt32(counts.count))
      + bigEndian(UInt32(0)) + bigEndian(UInt32(3)) + bigEndian(UInt64(1))
      + bigEndian(UInt64(Histogram.highest)) + bigEndian((1.0).bitPattern) + counts
  }

  /// HdrHistogram, ZigZagEncoding: LEB128 whose ninth byte holds eight bits.
  private static func append(_ value: Int64, to bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    for _ in 0..<8 {
      guard rest > 0x7f else { break }
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// RFC 1950 around stored blocks of RFC 1951: the encoding above leaves little to compress.
  private static func zlibStream(_ bytes: [UInt8]) -> [UInt8] {
    let most = 0xffff
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let block = bytes[start..<min(bytes.count, start + most)]
      start += block.count
      let size = UInt16(block.count)
      stream.append(start == bytes.count ? 1 : 0)
      for word in [size, ~size] { stream += [UInt8(word & 0xff), UInt8(word >> 8)] }
      stream += block
    } while start < bytes.count
    return stream + bigEndian(adler32(bytes))
  }

  private static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return high << 16 | low
  }

  private static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}

extension Double {
  fileprivate var withThreeDigits: String {
    let thousandths = Int64((self * 1000).rounded())
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}

extension Duration {
  fileprivate var inDouble: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

extension LoadResult {
  /// Each series of each interval: `refresh-rt` for response times, `refresh-st` for service times.
  ///
  /// - Parameter start: Seconds since 1970, of the first instant.
  package func histogramLog(start: Double) -> String {
    var log = HistogramLog(start: start)
    for (index, interval) in figures.intervals.enumerated() {
      let (from, to) = (figures.interval * index, figures.interval * (index + 1))
      for series in LoadSeries.all {
        guard let one = interval.series[series] else { continue }
        log.add(one.response, tag: "\(series.name)-rt", from: from, to: to)
        log.add(one.service, tag: "\(series.name)-st", from: from, to: to)
      }
    }
    return log.text
  }
}
