import Foundation
import Testing
import World

@testable import Load
@testable import Simulation

/// The page of a load.
@Suite struct LoadHTMLTests {
  private func page(_ hostile: String = "x") -> String {
    var figures = LoadFigures(interval: .seconds(1))
    for second in 0..<120 {
      var interval = LoadInterval()
      (interval.due, interval.started, interval.ended, interval.gone) = (5, 5, 4, 4)
      var one = SeriesFigures()
      for time in 1...20 { one.response.record(.milliseconds(time * (second + 1))) }
      one.service = one.response
      interval.series[.events] = one
      if second % 30 == 0 { interval.series[.exchange(.refresh, nil)] = one }
      figures.intervals.append(interval)
      figures.series[.events, default: SeriesFigures()].add(one)
      figures.series[.exchange(.refresh, nil), default: SeriesFigures()].add(one)
      for time in 1...20 { figures.lateness.record(.microseconds(time)) }
    }
    figures.refreshes = 4
    figures.ended = 480
    var result = LoadResult(figures: figures, orgs: 2, took: .seconds(120))
    result.tokenLifetime = .seconds(30)
    result.lostGrants = [hostile: 1]
    let summary = LoadSummary(
      profile: hostile,
      seed: 1,
      runStart: 0,
      isVirtual: false,
      thresholds: [],
      story: LoadSummary.Story(name: "s", asks: hostile, answers: []),
      shard: nil,
      again: "oktasim load"
    )
    return LoadHTML(summary, result, LoadVerdict(result, [])).text
  }

  @Test func `six plots have a table each, in light and dark`() {
    let page = page()
    #expect(page.components(separatedBy: "<svg ").count == 7)
    #expect(page.components(separatedBy: "<table>").count == 7)
    #expect(page.contains("prefers-color-scheme: dark"))
    for text in ["nan", "inf<", "inf ", "Optional("] { #expect(!page.contains(text), "\(text)") }
  }

  @Test func `it needs nothing else`() {
    for text in ["src=", "href=", "url(", "@import", "<script", "http:", "https:"] {
      #expect(!page().contains(text), "\(text)")
    }
  }

  @Test func `what an app has said stays text`() {
    let page = page("</pre><script>alert(\"1\")</script>&")
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;/pre&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;"))
  }

  @Test func `it is well formed`() throws {
    // But for the first line and two elements without an end it is XML.
    let text = page("<&>\"").replacing("<!doctype html>", with: "")
      .replacing("<meta charset=\"utf-8\">", with: "")
      .replacing("<meta name=\"viewport\" content=\"width=device-width\">", with: "")
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      let name = tag.prefix { $0 != " " && $0 != "\n" }
      if tag.hasPrefix("/") {
        #expect(open.popLast() == tag.dropFirst())
      } else if !tag.hasSuffix("/") {
        open.append(name)
      }
      rest = rest[rest.index(after: end)...]
    }
    #expect(open.isEmpty)
  }
}
