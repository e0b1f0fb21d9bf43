/// How often durations came lately, in a place for each bucket, so that one is counted at once.
///
/// Places are had by the thousand, once one of them is met: durations lie close together.
struct OpenHistogram {
  private static let places = 1 << 10
  private var pages: [[Int32]] = []
  /// Places that are not zero, in the order in which they were met.
  private var met: [Int32] = []
  private var maximum = Duration.zero

  mutating func record(_ duration: Duration) {
    let index = Histogram.index(of: duration)
    let (page, place) = index.quotientAndRemainder(dividingBy: OpenHistogram.places)
    while pages.count <= page { pages.append([]) }
    if pages[page].isEmpty { pages[page] = Array(repeating: 0, count: OpenHistogram.places) }
    if pages[page][place] == 0 { met.append(Int32(index)) }
    pages[page][place] += 1
    if duration > maximum { maximum = duration }
  }

  /// Gives all that was counted, and begins anew.
  mutating func close() -> Histogram {
    var closed = Histogram()
    met.sort()
    for index in met {
      let (page, place) = Int(index).quotientAndRemainder(dividingBy: OpenHistogram.places)
      closed.append(Int64(pages[page][place]), at: Int(index))
      pages[page][place] = 0
    }
    closed.note(maximum: maximum)
    met.removeAll(keepingCapacity: true)
    maximum = .zero
    return closed
  }
}

/// What is measured by itself within the interval that is under way.
///
/// A busy load counts six durations an update, and a search among all that came before for each of them
/// is a tenth of the time that the load takes.
struct OpenInterval {
  private struct Series {
    let name: LoadSeries
    var response = OpenHistogram()
    var service = OpenHistogram()
    var errors: [String: Int] = [:]
  }

  /// A load has a handful.
  private var series: [Series] = []

  mutating func record(
    _ name: LoadSeries,
    response: Duration,
    service: Duration,
    error: String?
  ) {
    let place: Int
    if let known = series.firstIndex(where: { $0.name == name }) {
      place = known
    } else {
      place = series.count
      series.append(Series(name: name))
    }
    series[place].response.record(response)
    series[place].service.record(service)
    if let error { series[place].errors[error, default: 0] += 1 }
  }

  /// Gives what was counted by series, and begins anew; what nothing was counted of is not there.
  mutating func close() -> [(name: LoadSeries, figures: SeriesFigures)] {
    series.indices.compactMap { place in
      var figures = SeriesFigures()
      figures.response = series[place].response.close()
      guard figures.response.count > 0 else { return nil }
      figures.service = series[place].service.close()
      figures.errors = series[place].errors
      series[place].errors = [:]
      return (series[place].name, figures)
    }
  }
}
