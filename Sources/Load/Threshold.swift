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

  package enum Problem: Error, Equatable {
    /// No comparison, or no number.
    case form(String)
    case measure(LoadMeasure.Problem)
    /// The bound is of another unit than the measure.
    case unit(String, LoadMeasure.Unit)
  }

  package let measure: LoadMeasure
  package let comparison: Comparison
  /// Seconds, a number, or a share of one.
  package let bound: Double
  /// The length of the part that is enough to fail; nil for the whole.
  package let window: Duration?
  package let description: String

  package init(_ text: String) throws(Problem) {
    let words = text.split(separator: " ").joined(separator: " ")
    let parts = words.split(at: " in any ")
    guard let sign = Comparison.allCases.first(where: { parts.first.contains($0.rawValue) }) else {
      throw .form(text)
    }
    let sides = parts.first.split(at: sign.rawValue)
    guard let bound = sides.rest else { throw .form(text) }
    let name = sides.first.trimmed
    do throws(LoadMeasure.Problem) {
      measure = try LoadMeasure(name)
    } catch {
      throw .measure(error)
    }
    guard let number = Threshold.number(bound.trimmed, measure.unit) else {
      throw .unit(bound.trimmed, measure.unit)
    }
    if let window = parts.rest {
      guard let duration = DurationText.parse(window.trimmed), duration > .zero else {
        throw .form(text)
      }
      if case .figure = measure.quantity { throw .measure(.window(name)) }
      self.window = duration
    } else {
      window = nil
    }
    comparison = sign
    self.bound = number
    description = words
  }

  private static func number(_ text: String, _ unit: LoadMeasure.Unit) -> Double? {
    switch unit {
    case .seconds: DurationText.parse(text)?.inSeconds
    case .number: Double(text)
    case .share: text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : nil
    }
  }
}

// MARK: Judging

/// What became of a threshold.
package struct ThresholdResult: Sendable, Equatable {
  package var threshold: Threshold
  package var isBroken: Bool
  /// What was measured, in words.
  package var measured: String
  /// Whether there was anything to measure.
  package var isMeasured = true
}

extension Threshold {
  /// Whether a load breaks it; over nothing at all it is broken, since nothing speaks for it.
  package func judge(_ result: LoadResult) -> ThresholdResult {
    guard let window, let series = measure.series else {
      guard let value = measure.value(in: result) else { return empty }
      return judged(value)
    }
    let figures = result.figures
    let length = max(1, Int((window.inSeconds / figures.interval.inSeconds).rounded(.up)))
    var worst: (value: Double, from: Int)?
    for start in figures.intervals.indices {
      if let part = measure.part, !part.contains(figures.interval * start) { continue }
      var part = SeriesFigures()
      for interval in figures.intervals[start...].prefix(length) {
        if let one = interval.series[series] { part.add(one) }
      }
      guard let value = measure.value(of: part) else { continue }
      let isWorse = worst.map { comparison.holds(value, $0.value) && value != $0.value } ?? true
      if isWorse { worst = (value, start) }
    }
    guard let worst else { return empty }
    let from = figures.interval * worst.from
    return judged(worst.value, " from \(Int(from.inSeconds)) s on")
  }

  /// Whether it looks at what was measured by the second.
  var readsIntervals: Bool {
    if case .figure(let figure) = measure.quantity { return figure.readsIntervals }
    return window != nil || measure.part != nil
  }

  private func judged(_ value: Double, _ place: String = "") -> ThresholdResult {
    ThresholdResult(
      threshold: self,
      isBroken: comparison.holds(value, bound),
      measured: measure.words(value) + place
    )
  }

  private var empty: ThresholdResult {
    ThresholdResult(
      threshold: self,
      isBroken: true,
      measured: "nothing to measure",
      isMeasured: false
    )
  }
}
