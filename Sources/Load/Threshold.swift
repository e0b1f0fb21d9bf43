import Profiles
import World

/// A condition under which a load fails: `refresh.p99 > 200ms`, `grants.lost > 0`,
/// `errors.rate > 0.1%`, `refresh.p99 > 500ms in any 10s`.
package struct Threshold: Sendable, Equatable, CustomStringConvertible {
  package enum Comparison: String, Sendable, CaseIterable {
    // Longer signs first: a reader takes the first that fits.
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"

    func holds(_ left: Double, _ right: Double) -> Bool {
      switch self {
      case .atLeast: left >= right
      case .atMost: left <= right
      case .above: left > right
      case .below: left < right
      }
    }
  }

  /// What a number counts.
  package enum Unit: Sendable {
    case seconds, number, share
  }

  package enum Statistic: String, Sendable, CaseIterable {
    case p50, p90, p99
    case p999 = "p99.9"
    case max, count, errors

    fileprivate var percentile: Double? {
      switch self {
      case .p50: 50
      case .p90: 90
      case .p99: 99
      case .p999: 99.9
      case .max, .count, .errors: nil
      }
    }

    fileprivate var unit: Unit { percentile != nil || self == .max ? .seconds : .number }
  }

  /// What the whole load has one of.
  package enum Figure: String, Sendable, CaseIterable {
    case errorRate = "errors.rate"
    case grantsLost = "grants.lost"
    case tasksOpen = "tasks.open"
    case backlog = "backlog.max"
    case dropped = "events.dropped"
    case unstarted = "events.unstarted"
    case refreshesPerEvent = "refreshes.per-event"
    case leaversMedian = "leavers.p50"
    case leaversP99 = "leavers.p99"
    case leaversMaximum = "leavers.max"
    case leaversLeft = "leavers.left"

    fileprivate var unit: Unit {
      switch self {
      case .errorRate: .share
      case .leaversMedian, .leaversP99, .leaversMaximum: .seconds
      case .grantsLost, .tasksOpen, .backlog, .dropped, .unstarted, .refreshesPerEvent,
        .leaversLeft:
        .number
      }
    }
  }

  package enum Measure: Sendable, Equatable {
    case response(LoadSeries, Statistic)
    case service(LoadSeries, Statistic)
    case figure(Figure)

    fileprivate var unit: Unit {
      switch self {
      case .response(_, let statistic), .service(_, let statistic): statistic.unit
      case .figure(let figure): figure.unit
      }
    }
  }

  package enum Problem: Error, Equatable {
    /// No comparison, or no number.
    case form(String)
    case unknown(String)
    /// The bound is of another unit than the measure.
    case unit(String, Unit)
    /// Only what is measured by the second can be looked at in parts.
    case window(String)
  }

  package let measure: Measure
  package let comparison: Comparison
  /// Seconds, a number, or a share of one.
  package let bound: Double
  /// The length of the part that is enough to fail; nil for the whole.
  package let window: Duration?
  package let description: String

  package init(_ text: String) throws(Problem) {
    let words = text.split(separator: " ").joined(separator: " ")
    let parts = words.components(of: " in any ")
    guard let sign = Comparison.allCases.first(where: { parts.first.contains($0.rawValue) }) else {
      throw .form(text)
    }
    let sides = parts.first.components(of: sign.rawValue)
    guard let bound = sides.rest else { throw .form(text) }
    let name = sides.first.trimmed
    guard let measure = Threshold.measures[name] else { throw .unknown(name) }
    guard let number = Threshold.number(bound.trimmed, measure.unit) else {
      throw .unit(bound.trimmed, measure.unit)
    }
    if let window = parts.rest {
      guard let duration = DurationText.parse(window.trimmed), duration > .zero else {
        throw .form(text)
      }
      if case .figure = measure { throw .window(name) }
      self.window = duration
    } else {
      window = nil
    }
    self.measure = measure
    comparison = sign
    self.bound = number
    description = words
  }

  private static func number(_ text: String, _ unit: Unit) -> Double? {
    switch unit {
    case .seconds: DurationText.parse(text)?.inSeconds
    case .number: Double(text)
    case .share: text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : nil
    }
  }

  private static let measures: [String: Measure] = {
    var all: [String: Measure] = [:]
    for figure in Figure.allCases { all[figure.rawValue] = .figure(figure) }
    for series in LoadSeries.all {
      for statistic in Statistic.allCases {
        all["\(series.name).\(statistic.rawValue)"] = .response(series, statistic)
        all["\(series.name).service.\(statistic.rawValue)"] = .service(series, statistic)
      }
    }
    return all
  }()

  /// What a condition may name, for a suggestion.
  package static var names: [String] { measures.keys.sorted() }
}

// MARK: Judging

/// What became of a threshold.
package struct ThresholdResult: Sendable, Equatable {
  package var threshold: Threshold
  package var isBroken: Bool
  /// What was measured, in words.
  package var measured: String
}

extension Threshold {
  /// Whether a load breaks it; over nothing at all it is broken, since nothing speaks for it.
  package func judge(_ result: LoadResult) -> ThresholdResult {
    switch measure {
    case .figure(let figure):
      guard let value = result.value(of: figure) else { return empty }
      return judged(value)
    case .response(let series, let statistic):
      return judge(result.figures, series, statistic) { $0.response }
    case .service(let series, let statistic):
      return judge(result.figures, series, statistic) { $0.service }
    }
  }

  private func judge(
    _ figures: LoadFigures,
    _ series: LoadSeries,
    _ statistic: Statistic,
    _ histogram: (SeriesFigures) -> Histogram
  ) -> ThresholdResult {
    func value(_ one: SeriesFigures) -> Double? {
      let times = histogram(one)
      guard times.count > 0 else { return nil }
      switch statistic {
      case .count: return Double(times.count)
      case .errors: return Double(one.errorCount)
      case .max: return times.maximum.inSeconds
      // Where too few came for the percentile, the longest stands for it.
      case .p50, .p90, .p99, .p999:
        return (statistic.percentile.flatMap(times.value) ?? times.maximum).inSeconds
      }
    }
    guard let window else {
      guard let value = value(figures[series]) else { return empty }
      return judged(value)
    }
    let length = max(1, Int((window.inSeconds / figures.interval.inSeconds).rounded(.up)))
    var worst: (value: Double, from: Int)?
    for start in figures.intervals.indices {
      var part = SeriesFigures()
      for interval in figures.intervals[start...].prefix(length) {
        if let one = interval.series[series] { part.add(one) }
      }
      guard let value = value(part) else { continue }
      let isWorse = worst.map { comparison.holds(value, $0.value) && value != $0.value } ?? true
      if isWorse { worst = (value, start) }
    }
    guard let worst else { return empty }
    let from = figures.interval * worst.from
    return judged(worst.value, " from \(Int(from.inSeconds)) s on")
  }

  private func judged(_ value: Double, _ place: String = "") -> ThresholdResult {
    let words =
      switch measure.unit {
      case .seconds: Duration.seconds(value).inReport
      case .number: value == value.rounded() ? "\(Int(value))" : value.rounded(to: 3)
      case .share: (value * 100).rounded(to: 3) + " %"
      }
    return ThresholdResult(
      threshold: self,
      isBroken: comparison.holds(value, bound),
      measured: words + place
    )
  }

  private var empty: ThresholdResult {
    ThresholdResult(threshold: self, isBroken: true, measured: "nothing to measure")
  }
}

extension String {
  /// What stands before the first occurrence of a mark, and behind it.
  fileprivate func components(of mark: String) -> (first: String, rest: String?) {
    guard let range = firstRange(of: mark) else { return (self, nil) }
    return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
  }

  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension Double {
  /// With so many digits behind the point, and no zeros at the end.
  func rounded(to digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int64((self * scale).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let rest = String(abs(scaled) % Int64(scale))
    var text = String(repeating: "0", count: digits - rest.count) + rest
    while text.last == "0" { text.removeLast() }
    return "\(scaled < 0 ? "-" : "")\(abs(scaled) / Int64(scale))"
      + (text.isEmpty ? "" : "." + text)
  }
}

extension Duration {
  /// With three digits: `812 µs`, `12.3 ms`, `4.56 s`, `7.5 min`, `3.2 h`.
  package var inReport: String {
    let seconds = inSeconds
    let (value, unit): (Double, String) =
      switch abs(seconds) {
      case ..<0.0009995: (seconds * 1e6, "µs")
      case ..<0.9995: (seconds * 1000, "ms")
      case ..<120: (seconds, "s")
      case ..<7200: (seconds / 60, "min")
      default: (seconds / 3600, "h")
      }
    let digits = abs(value) < 9.995 ? 2 : abs(value) < 99.95 ? 1 : 0
    return value.rounded(to: digits) + " " + unit
  }
}
