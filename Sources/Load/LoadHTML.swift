import World

/// A load as one page that needs nothing else: plots in static SVG, each with its table, light and dark.
package struct LoadHTML: Sendable {
  private let summary: LoadSummary
  private let result: LoadResult
  private let verdict: LoadVerdict

  package init(_ summary: LoadSummary, _ result: LoadResult, _ verdict: LoadVerdict) {
    self.summary = summary
    self.result = result
    self.verdict = verdict
  }

  package var text: String {
    let title = "oktasim load: \(summary.profile)" + (summary.story.map { ", \($0.name)" } ?? "")
    // The text report says what there is to say, in the same order.
    let report = LoadReport(summary, result, verdict).lines.joined(separator: "\n")
    let plots = [rates, times, percentiles, backlog, refreshesOverLives, generator].compactMap(
      \.self
    )
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>\(title.inHTML)</title>
      <style>\(LoadHTML.style)</style>
      </head>
      <body>
      <h1>\(title.inHTML)</h1>
      <pre>\(report.inHTML)</pre>
      \(plots.map(\.text).joined(separator: "\n"))
      </body>
      </html>

      """
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1c1c1e; --paper: #fff; --line: #c9c9ce;
      --a: #0b62c4; --b: #b4490f; --c: #2c7a3f; --d: #7b3fb5; }
    @media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --paper: #17171a; --line: #48484f;
      --a: #6cb0ff; --b: #ff9d5c; --c: #76d18c; --d: #c79bff; } }
    body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
      max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem; }
    h1 { font-size: 1.25rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .3rem; }
    pre { overflow-x: auto; font-size: .8rem; line-height: 1.35; }
    svg { width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 11px; }
    .grid { stroke: var(--line); stroke-width: 1; fill: none; }
    path { fill: none; stroke-width: 1.6; }
    .a { stroke: var(--a); } .b { stroke: var(--b); } .c { stroke: var(--c); } .d { stroke: var(--d); }
    .fa { fill: var(--a); } .fb { fill: var(--b); } .fc { fill: var(--c); } .fd { fill: var(--d); }
    table { border-collapse: collapse; font-size: .85rem; } td, th { padding: .1rem .6rem;
      text-align: right; border-bottom: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; }
    """

  // MARK: Plots

  private var step: Double { result.figures.interval.inSeconds }

  private var rates: Plot {
    let intervals = result.figures.intervals
    return Plot(
      title: "Events a second: due, started, done",
      x: "second",
      unit: "/s",
      curves: [
        Curve("due", intervals.map { Double($0.due) / step }, step),
        Curve("started", intervals.map { Double($0.started) / step }, step),
        Curve("done", intervals.map { Double($0.ended) / step }, step),
      ]
    )
  }

  /// Response times, with the seconds marked in which tokens were refreshed.
  private var times: Plot {
    let intervals = result.figures.intervals
    func values(_ value: (Histogram) -> Duration?) -> [Double?] {
      intervals.map { interval in
        interval.series[.events].flatMap { $0.response.count > 0 ? value($0.response) : nil }
          .map { $0.inSeconds * 1000 }
      }
    }
    return Plot(
      title: "Response time of events over time (marks below: refreshes)",
      x: "second",
      unit: "ms",
      curves: [
        Curve("p50", values { $0.value(at: 50) }, step),
        Curve("p99", values { $0.value(at: 99) }, step),
        Curve("max", values { $0.maximum }, step),
      ],
      marks: intervals.indices.filter {
        (intervals[$0].series[.exchange(.refresh, nil)]?.service.count ?? 0) > 0
      }.map { Double($0) * step }
    )
  }

  private static let shares: [Double] = [50, 75, 90, 95, 99, 99.5, 99.9, 99.99]

  private var percentiles: Plot? {
    func curve(_ name: String, _ histogram: Histogram) -> Curve? {
      let points = LoadHTML.shares.enumerated().compactMap { place, share in
        histogram.value(at: share).map { Point(x: Double(place), y: $0.inSeconds * 1000) }
      }
      return points.count > 1 ? Curve(name: name, points: points) : nil
    }
    let events = result.figures[.events]
    let refresh = result.figures[.exchange(.refresh, nil)]
    let curves = [
      curve("events, response", events.response), curve("events, service", events.service),
      curve("refresh, response", refresh.response), curve("refresh, service", refresh.service),
    ].compactMap(\.self)
    guard !curves.isEmpty else { return nil }
    return Plot(
      title: "Percentiles of response and service time",
      x: "percentile",
      unit: "ms",
      curves: curves,
      labels: LoadHTML.shares.map { $0.rounded(to: 2) }
    )
  }

  private var backlog: Plot {
    Plot(
      title: "Waiting or under way at the end of each second",
      x: "second",
      unit: "",
      curves: [Curve("events", result.figures.unfinished.map(Double.init), step)]
    )
  }

  /// How many refreshes came in each twentieth of a token's life since the start: a herd stands in one.
  private var refreshesOverLives: Plot? {
    guard let life = result.tokenLifetime?.inSeconds, life >= step * 2, result.figures.refreshes > 0
    else { return nil }
    var counts = Array(repeating: 0.0, count: 20)
    for (index, interval) in result.figures.intervals.enumerated() {
      let phase = (Double(index) * step).truncatingRemainder(dividingBy: life) / life
      counts[min(19, Int(phase * 20))] += Double(
        interval.series[.exchange(.refresh, nil)]?.service.count ?? 0
      )
    }
    return Plot(
      title: "Refreshes by the part of a token's life since the start",
      x: "share of the lifetime, %",
      unit: "",
      curves: [Curve("refreshes", counts, 5)]
    )
  }

  private var generator: Plot? {
    let late = result.figures.lateness
    func points(_ histogram: Histogram) -> [Point] {
      LoadHTML.shares.enumerated().compactMap { place, share in
        histogram.value(at: share).map { Point(x: Double(place), y: $0.inSeconds * 1000) }
      }
    }
    var curves = [Curve(name: "events began late", points: points(late))]
    if let control = result.generator?.control {
      curves.append(Curve(name: "an idle loop's timer", points: points(control)))
    }
    // A simulation is never late.
    curves.removeAll { $0.points.count < 2 || $0.points.allSatisfy { $0.y == 0 } }
    guard !curves.isEmpty else { return nil }
    return Plot(
      title: "The generator's own lateness",
      x: "percentile",
      unit: "ms",
      curves: curves,
      labels: LoadHTML.shares.map { $0.rounded(to: 2) }
    )
  }
}

private struct Point {
  var x: Double
  var y: Double
}

private struct Curve {
  var name: String
  var points: [Point]

  /// Points that are further apart have nothing between them.
  var gap = Double.infinity

  init(name: String, points: [Point]) {
    self.name = name
    self.points = points
  }

  /// A value each step; nil where there is none.
  init(_ name: String, _ values: [Double?], _ step: Double) {
    self.init(
      name: name,
      points: values.enumerated().compactMap { place, value in
        value.map { Point(x: Double(place) * step, y: $0) }
      }
    )
    gap = step * max(1, Double(values.count) / Double(Plot.mostPoints)) * 2.5
  }

  /// The highest of each part, so that no peak is lost.
  func thinned(to most: Int) -> [Point] {
    guard points.count > most else { return points }
    return (0..<most).compactMap { part in
      points[(part * points.count / most)..<((part + 1) * points.count / most)]
        .max { $0.y < $1.y }
    }
  }
}

/// A plot, and what it shows as a table.
private struct Plot {
  var title: String
  var x: String
  var unit: String
  var curves: [Curve]
  var marks: [Double] = []
  /// In place of numbers below the horizontal axis.
  var labels: [String] = []

  private static let (width, height) = (760.0, 220.0)
  private static let (left, right, top, bottom) = (56.0, 12.0, 30.0, 34.0)
  fileprivate static let mostPoints = 600
  private static let mostRows = 60
  private static let colors = ["a", "b", "c", "d"]

  private var highest: Double { max(curves.flatMap { $0.points.map(\.y) }.max() ?? 0, 1e-9) }
  private var last: Double { max(curves.flatMap { $0.points.map(\.x) }.max() ?? 0, 1e-9) }

  private func place(_ point: Point) -> String {
    let x = Plot.left + point.x / last * (Plot.width - Plot.left - Plot.right)
    let y = Plot.height - Plot.bottom - point.y / highest * (Plot.height - Plot.top - Plot.bottom)
    return "\(x.rounded(to: 1)) \(y.rounded(to: 1))"
  }

  var text: String {
    """
    <section>
    <h2>\(title.inHTML)</h2>
    <svg viewBox="0 0 \(Plot.width.rounded(to: 0)) \(Plot.height.rounded(to: 0))" role="img" \
    aria-label="\(title.inHTML)">
    \(axes)
    \(marksText)
    \(curves.enumerated().map { line($0.element, Plot.colors[$0.offset % Plot.colors.count]) }.joined(separator: "\n"))
    </svg>
    <details><summary>as a table</summary>
    \(table)
    </details>
    </section>
    """
  }

  private var axes: String {
    let base = Plot.height - Plot.bottom
    var parts = [
      "<path class=\"grid\" d=\"M\(Plot.left) \(Plot.top)V\(base)H\(Plot.width - Plot.right)\"/>"
    ]
    for part in 0...4 {
      let value = highest * Double(part) / 4
      let y = base - Double(part) / 4 * (base - Plot.top)
      parts.append(
        "<text x=\"\(Plot.left - 6)\" y=\"\((y + 4).rounded(to: 1))\" text-anchor=\"end\">"
          + "\(Plot.number(value))</text>"
      )
    }
    let tick = labels.isEmpty ? Plot.tick(last / 6) : 1
    for part in 0...Int(last / tick + 1e-9) {
      let at = Double(part) * tick
      let x = Plot.left + at / last * (Plot.width - Plot.left - Plot.right)
      let label = labels.isEmpty ? Plot.number(at) : labels[part]
      parts.append(
        "<text x=\"\(x.rounded(to: 1))\" y=\"\(base + 15)\" text-anchor=\"middle\">\(label)</text>"
      )
    }
    parts.append(
      "<text x=\"\(Plot.width - Plot.right)\" y=\"\(base + 29)\" text-anchor=\"end\">\(x.inHTML)</text>"
    )
    for (place, curve) in curves.enumerated() {
      let color = Plot.colors[place % Plot.colors.count]
      parts.append(
        "<text class=\"f\(color)\" x=\"\(Plot.left + 10 + Double(place) * 150)\" y=\"14\">"
          + "● \(curve.name.inHTML)\(unit.isEmpty ? "" : ", \(unit)")</text>"
      )
    }
    return parts.joined(separator: "\n")
  }

  /// The round number next above: 1, 2 or 5 of a power of ten.
  private static func tick(_ value: Double) -> Double {
    var power = 1e-9
    while power * 10 <= value { power *= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= value } ?? power * 10
  }

  private var marksText: String {
    let y = Plot.height - Plot.bottom
    return marks.prefix(Plot.mostPoints).map { mark in
      let x = Plot.left + mark / last * (Plot.width - Plot.left - Plot.right)
      return "<path class=\"d\" d=\"M\(x.rounded(to: 1)) \(y)v-6\"/>"
    }.joined()
  }

  private func line(_ curve: Curve, _ color: String) -> String {
    let points = curve.thinned(to: Plot.mostPoints)
    guard let first = points.first else { return "" }
    var path = "M" + place(first)
    for (last, next) in zip(points, points.dropFirst()) {
      // A point alone is a dot.
      path += next.x - last.x > curve.gap ? "h1M" + place(next) : "L" + place(next)
    }
    return "<path class=\"\(color)\" d=\"\(path)h1\"/>"
  }

  private var table: String {
    let head = ([x] + curves.map { $0.name + (unit.isEmpty ? "" : ", \(unit)") })
      .map { "<th>\($0.inHTML)</th>" }.joined()
    let columns = curves.map { curve in
      Dictionary(curve.thinned(to: Plot.mostRows).map { ($0.x, $0.y) }) { first, _ in first }
    }
    let rows = Set(columns.flatMap(\.keys)).sorted().map { at in
      let name =
        labels.indices.contains(Int(at)) && !labels.isEmpty ? labels[Int(at)] : Plot.number(at)
      let cells = columns.map { "<td>\($0[at].map(Plot.number) ?? "")</td>" }.joined()
      return "<tr><td>\(name)</td>\(cells)</tr>"
    }
    return
      "<table><thead><tr>\(head)</tr></thead><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table>"
  }

  private static func number(_ value: Double) -> String {
    value.rounded(to: value < 10 ? 2 : value < 1000 ? 1 : 0)
  }
}

extension String {
  /// As text of a page, or of an attribute of it: what an app has said stays text.
  fileprivate var inHTML: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
