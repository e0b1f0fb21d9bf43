/// How long an app asks a client to stay away (RFC 9110 section 10.2.3).
package enum RetryAfter: Sendable, Equatable {
  /// A whole number of seconds; what is longer than a century is a century, which a clock can hold.
  case seconds(Duration)
  /// An HTTP date (RFC 9110 section 5.6.7).
  case date(String)
  /// Neither of the two forms that RFC 9110 knows: a fraction, `60s`, `soon`.
  case other(String)
  case missing

  private static let longest: Int64 = 100 * 365 * 86_400

  package init(_ response: HTTPResponse) {
    guard let text = response.fields["Retry-After"], !text.isEmpty else {
      self = .missing
      return
    }
    if text.allSatisfy({ $0.isASCII && $0.isNumber }) {
      self = .seconds(.seconds(min(Int64(text) ?? Self.longest, Self.longest)))
    } else {
      self = Self.isDate(text) ? .date(text) : .other(text)
    }
  }

  /// Each of the three forms begins with the day's name and has the time of day.
  private static func isDate(_ text: String) -> Bool {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return days.contains { text.lowercased().hasPrefix($0) } && text.contains(":")
  }
}
