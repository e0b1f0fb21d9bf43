/// Durations as people write them in profiles and scenarios: `2s`, `500ms`, `5m`, `1h`, `1d`.
package enum DurationText {
  /// What to write, for a message.
  static let help = "write a number with its unit: 500ms, 2s, 5m, 1h or 1d"

  // A century: beyond it a duration is a slip of the keyboard, and sums of durations stay far
  // from what the type can hold.
  private static let maximumMilliseconds = 3_155_760_000_000.0

  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]

  /// The duration that `text` says, to the millisecond; nil where it says none.
  package static func parse(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unitName = text.dropFirst(digits.count)
    guard let unit = units.first(where: { $0.name == unitName }),
      let first = digits.first, first != ".", digits.last != ".",
      let number = Double(digits)
    else { return nil }
    let milliseconds = (number * Double(unit.milliseconds)).rounded()
    guard milliseconds <= maximumMilliseconds else { return nil }
    return .milliseconds(Int64(milliseconds))
  }

  /// The duration in the largest unit that leaves no fraction, to the millisecond.
  package static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    guard milliseconds != 0 else { return "0s" }
    for unit in units.reversed() where milliseconds % unit.milliseconds == 0 {
      return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
    return "\(milliseconds)ms"
  }
}
