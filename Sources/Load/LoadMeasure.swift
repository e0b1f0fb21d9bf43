import Profiles
import World

/// Something that a load measures, by its name: `refresh.p99`, `grants.lost`, or of a part of the load
/// `others.p99 from 1m to 2m`.
package struct LoadMeasure: Sendable, Equatable {
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

  package enum Quantity: Sendable, Equatable {
    case response(LoadSeries, Statistic)
    case service(LoadSeries, Statistic)
    case figure(LoadFigure)
  }

  package enum Problem: Error, Equatable {
    case unknown(String)
    /// `from … to …` is no part of a load.
    case part(String)
    /// Only what is measured by the second can be looked at in parts.
    case window(String)
  }

  package let quantity: Quantity
  /// The part of the load that is looked at, since its start; nil for the whole.
  package let part: Range<Duration>?

  package init(_ text: String) throws(Problem) {
    let sides = text.split(at: " from ")
    let name = sides.first.trimmed
    guard let quantity = LoadMeasure.quantities[name] else { throw .unknown(name) }
    self.quantity = quantity
    guard let rest = sides.rest else {
      part = nil
      return
    }
    if case .figure = quantity { throw .window(name) }
    let ends = rest.split(at: " to ")
    guard let from = DurationText.parse(ends.first.trimmed),
      let to = ends.rest.flatMap({ DurationText.parse($0.trimmed) }), from < to
    else { throw .part(rest.trimmed) }
    part = from..<to
  }

  /// Where it is measured by the second.
  var series: LoadSeries? {
    switch quantity {
    case .response(let series, _), .service(let series, _): series
    case .figure: nil
    }
  }

  package var unit: Unit {
    switch quantity {
    case .response(_, let statistic), .service(_, let statistic): statistic.unit
    case .figure(let figure): figure.unit
    }
  }

  private static let quantities: [String: Quantity] = {
    var all: [String: Quantity] = [:]
    for figure in LoadFigure.allCases { all[figure.rawValue] = .figure(figure) }
    for series in LoadSeries.all {
      for statistic in Statistic.allCases {
        all["\(series.name).\(statistic.rawValue)"] = .response(series, statistic)
        all["\(series.name).service.\(statistic.rawValue)"] = .service(series, statistic)
      }
    }
    return all
  }()

  /// What a measure may be named, for a suggestion.
  package static var names: [String] { quantities.keys.sorted() }

  // MARK: Values

  /// Seconds, a number, or a share of one; nil where there is nothing to measure.
  package func value(in result: LoadResult) -> Double? {
    switch quantity {
    case .figure(let figure): result.value(of: figure)
    case .response(let series, _), .service(let series, _):
      value(of: part.map { result.figures.sum(of: series, in: $0) } ?? result.figures[series])
    }
  }

  /// Of one series, or of a part of it.
  func value(of figures: SeriesFigures) -> Double? {
    let statistic: Statistic
    let times: Histogram
    switch quantity {
    case .figure: return nil
    case .response(_, let one): (statistic, times) = (one, figures.response)
    case .service(_, let one): (statistic, times) = (one, figures.service)
    }
    guard times.count > 0 else { return nil }
    switch statistic {
    case .count: return Double(times.count)
    case .errors: return Double(figures.errorCount)
    case .max: return times.maximum.inSeconds
    // Where too few came for the percentile, the longest stands for it.
    case .p50, .p90, .p99, .p999:
      return (statistic.percentile.flatMap(times.value) ?? times.maximum).inSeconds
    }
  }

  /// A value as a report shows it.
  package func words(_ value: Double) -> String {
    switch unit {
    case .seconds: value.isFinite ? Duration.seconds(value).inReport : "never"
    case .number: value == value.rounded() ? "\(Int(value))" : value.rounded(to: 3)
    case .share: (value * 100).rounded(to: value < 0.01 ? 3 : 1) + " %"
    }
  }
}

extension LoadFigures {
  /// What was measured of a series in a part of the load; whole intervals.
  func sum(of series: LoadSeries, in part: Range<Duration>) -> SeriesFigures {
    var sum = SeriesFigures()
    for (index, one) in intervals.enumerated() where part.contains(interval * index) {
      if let figures = one.series[series] { sum.add(figures) }
    }
    return sum
  }
}

extension String {
  /// What stands before the first occurrence of a mark, and behind it.
  func split(at mark: String) -> (first: String, rest: String?) {
    guard let range = firstRange(of: mark) else { return (self, nil) }
    return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
  }

  var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
