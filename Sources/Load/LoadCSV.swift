/// A load by the second, for a spreadsheet: times in seconds, a row an interval and series (RFC 4180).
package struct LoadCSV: Sendable {
  package let text: String

  package init(_ figures: LoadFigures) {
    var rows = [
      "second,series,due,started,ended,unfinished,count,response_p50,response_p99,response_max,"
        + "service_p50,service_p99,service_max,errors"
    ]
    let unfinished = figures.unfinished
    for (index, interval) in figures.intervals.enumerated() {
      let second = (figures.interval * index).inSeconds.rounded(to: 3)
      for series in LoadSeries.all {
        let one = interval.series[series]
        // Events have a row where nothing ended, too: what was due stands in it.
        guard one != nil || series == .events else { continue }
        let counts =
          series == .events
          ? [interval.due, interval.started, interval.ended, unfinished[index]].map { "\($0)" }
          : ["", "", "", ""]
        rows.append(
          ([second, series.name] + counts + LoadCSV.cells(one ?? SeriesFigures())).joined(
            separator: ","
          )
        )
      }
    }
    text = rows.joined(separator: "\r\n") + "\r\n"
  }

  private static func cells(_ one: SeriesFigures) -> [String] {
    func times(_ histogram: Histogram) -> [String] {
      [50, 99].map { histogram.value(at: $0)?.inSeconds.rounded(to: 6) ?? "" }
        + [histogram.count == 0 ? "" : histogram.maximum.inSeconds.rounded(to: 6)]
    }
    return ["\(one.response.count)"] + times(one.response) + times(one.service)
      + ["\(one.errorCount)"]
  }
}
