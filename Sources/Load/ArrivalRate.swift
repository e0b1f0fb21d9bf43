/// How many lifecycle events come in a time: `200/s`, `3/min`, `1/day/org`.
package struct ArrivalRate: Sendable, Equatable, CustomStringConvertible {
  package enum Unit: String, Sendable, CaseIterable {
    case second = "s"
    case minute = "min"
    case hour = "h"
    case day

    package var seconds: Double {
      switch self {
      case .second: 1
      case .minute: 60
      case .hour: 3_600
      case .day: 86_400
      }
    }
  }

  package var count: Double
  package var unit: Unit
  /// Whether each org has as many.
  package var isPerOrg: Bool
  /// How long a day is taken to last.
  package var day = ArrivalRate.wholeDay

  package static let wholeDay = Duration.seconds(86_400)

  package init(count: Double, unit: Unit, isPerOrg: Bool = false) {
    self.count = count
    self.unit = unit
    self.isPerOrg = isPerOrg
  }

  /// What to write, for a message.
  package static let help = "write a number, a slash and s, min, h or day: 200/s, 1/day/org"

  /// nil where the text says no rate above zero, or one that no machine could keep.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let unit = Unit(rawValue: String(parts[1])),
      parts.count == 2 || parts[2] == "org",
      parts[0].allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let count = Double(parts[0]), count > 0, count / unit.seconds <= 1_000_000
    else { return nil }
    self.init(count: count, unit: unit, isPerOrg: parts.count == 3)
  }

  /// Of all orgs together.
  package func perSecond(orgs: Int) -> Double {
    let seconds = unit == .day ? day.inSeconds : unit.seconds
    return count / seconds * (isPerOrg ? Double(orgs) : 1)
  }

  package var description: String {
    let number = count == count.rounded() ? String(Int64(count)) : String(count)
    return "\(number)/\(unit.rawValue)" + (isPerOrg ? "/org" : "")
  }
}
