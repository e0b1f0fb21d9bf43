/// A day of the calendar, as a person writes it: `2026-12-31`.
package struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Year, month and day in this form, which has the order of the calendar.
  package let description: String

  /// nil where there is no such day, of the years 1 to 9999.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      year > 0, (1...12).contains(month),
      (1...CalendarDay.days(inMonth: month, of: year)).contains(day)
    else { return nil }
    description = text
  }

  /// The day of an instant in UTC.
  ///
  /// - Parameter milliseconds: Since 1970.
  package init(of milliseconds: Int64) {
    description = String(Timestamp.text(milliseconds).prefix(10))
  }

  package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
    left.description < right.description
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
