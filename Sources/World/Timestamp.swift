import Foundation

/// Instants of the calendar, for recordings and reports.
package enum Timestamp {
  /// The start of every run on the virtual clock: 2026-01-01T00:00:00Z, in milliseconds since 1970.
  package static let virtualStart: Int64 = 1_767_225_600_000

  /// Milliseconds since 1970, now, by the calendar's clock.
  ///
  /// Only for what a person reads.
  package static var now: Int64 { Int64((Date().timeIntervalSince1970 * 1000).rounded()) }

  /// `2026-01-01T00:00:00.000Z` (RFC 3339), of the years 1 to 9999.
  ///
  /// By hand: a recording has one for each exchange, and Foundation's takes ten times as long.
  package static func text(_ milliseconds: Int64) -> String {
    let day = 86_400_000 as Int64
    let time = milliseconds.modulo(day)
    let (year, month, dayOfMonth) = date(daysSince1970: (milliseconds - time) / day)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    func put(_ number: Int64, digits: Int, then mark: Unicode.Scalar) {
      var power: Int64 = 1
      for _ in 1..<digits { power *= 10 }
      while power > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / power % 10))
        power /= 10
      }
      bytes.append(UInt8(ascii: mark))
    }
    put(year, digits: 4, then: "-")
    put(month, digits: 2, then: "-")
    put(dayOfMonth, digits: 2, then: "T")
    put(time / 3_600_000, digits: 2, then: ":")
    put(time / 60_000 % 60, digits: 2, then: ":")
    put(time / 1000 % 60, digits: 2, then: ".")
    put(time % 1000, digits: 3, then: "Z")
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The Gregorian date: counts in eras of 400 years that begin on the first of March, so that a
  /// leap day ends a year (Hinnant, "chrono-Compatible Low-Level Date Algorithms",
  /// `civil_from_days`).
  private static func date(
    daysSince1970 days: Int64
  ) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let dayOfEra = shifted.modulo(146_097)
    let era = (shifted - dayOfEra) / 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
      month: month,
      day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }
}

extension Int64 {
  /// Never negative.
  fileprivate func modulo(_ divisor: Int64) -> Int64 {
    let rest = self % divisor
    return rest < 0 ? rest + divisor : rest
  }
}
