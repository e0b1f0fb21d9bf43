import Foundation

/// Instants of the calendar, for recordings and reports.
package enum Timestamp {
  /// The start of every run on the virtual clock: 2026-01-01T00:00:00Z, in milliseconds since 1970.
  package static let virtualStart: Int64 = 1_767_225_600_000

  /// Milliseconds since 1970, now, by the calendar's clock.
  ///
  /// Only for what a person reads.
  package static var now: Int64 { Int64((Date().timeIntervalSince1970 * 1000).rounded()) }

  /// `2026-01-01T00:00:00.000Z` (RFC 3339).
  package static func text(_ milliseconds: Int64) -> String {
    // In two parts, so that no rounding of a floating-point date shows.
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    let date = Date(timeIntervalSince1970: Double(seconds))
    let whole = date.formatted(Date.ISO8601FormatStyle())
    return "\(whole.dropLast()).\(String(rest + 1000).dropFirst())Z"
  }
}
