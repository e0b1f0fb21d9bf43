import HTTP
import World

/// One row of a timeline: an exchange, or an event that sent nothing.
struct TimelineRow: Equatable {
  /// The exchange's number.
  var exchange: Int?
  var instant: Duration
  /// Empty where the row above has the same.
  var event: String
  var method: String
  var place: String
  var status: String
  var note: String

  /// Rows in columns: the exchange's number, the time of the event's beginning, what was sent, what
  /// came.
  static func text(_ rows: [TimelineRow], style: TextStyle) -> String {
    func width(_ column: (TimelineRow) -> String) -> Int {
      rows.map { column($0).count }.max() ?? 0
    }
    let number = max(2, width(\.number))
    let event = width(\.event)
    let method = width(\.method)
    // A query stands out: few rows have one.
    let place = min(rows.map { $0.place.prefix { $0 != "?" }.count }.max() ?? 0, 60)
    return rows.map { row in
      let columns = [
        row.number.leftPadded(to: number),
        row.event.isEmpty
          ? String(repeating: " ", count: 9) : row.instantInWords.leftPadded(to: 9),
        row.event.padded(to: event),
        row.method.padded(to: method),
        row.place.padded(to: place),
        style.status(row.status.padded(to: 3)),
        row.note,
      ]
      var line = " " + columns.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  /// What is said of an exchange that Okta would not make; nil of one that the scenario asks for.
  static func note(
    of occasion: Cause.Occasion,
    _ act: Intent.Act,
    _ deviation: Intent.Deviation? = nil
  ) -> String? {
    if let number = deviation?.specNumber { return "request \(number) of Okta's SPEC test" }
    if deviation == .entitlementTest { return "Okta's test of entitlements" }
    return switch occasion {
    case .look: "oktasim looks, not Okta"
    case .probe: act == .page ? "oktasim probes, not Okta" : nil
    case .okta, .cleanUp: nil
    }
  }

  private var number: String { exchange.map(String.init) ?? "" }

  private var instantInWords: String {
    let milliseconds = max(0, instant.nanoseconds / 1_000_000)
    return "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())s"
  }

  /// A look-up with its filter and paging, as a person reads them; the value of the filter by its
  /// beginning, which tells the person.
  static func place(_ target: String) -> String {
    guard let mark = target.firstIndex(of: "?") else { return target }
    let query = FormURLEncoding.decode(String(target[target.index(after: mark)...])).map { field in
      var value = field.value
      if field.name == "filter", let open = value.firstIndex(of: "\"") {
        let start = value[value.index(after: open)...].prefix { !"\".@+".contains($0) }
        value = value[...open] + start + "…\""
      }
      return "\(field.name)=\(value)"
    }
    return target[...mark] + query.joined(separator: "&")
  }
}

extension String {
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }

  func leftPadded(to width: Int) -> String {
    count >= width ? self : String(repeating: " ", count: width - count) + self
  }
}
