import JSON
import Simulation
import World

/// Reads what `LoadJSON` has written, so that parts of a load can be added.
package struct LoadJSONReader {
  package struct Problem: Error, Equatable {
    /// `events.due is no whole number`.
    package var words: String
  }

  package static func read(_ value: JSONValue) throws(Problem) -> (LoadSummary, LoadResult) {
    let report = Members(value, "")
    let format = try report.string("format")
    guard format == LoadJSON.format else {
      throw Problem(words: "format is '\(format)', and this program reads '\(LoadJSON.format)'")
    }
    return (try summary(report), try result(report))
  }

  private static func summary(_ report: Members) throws(Problem) -> LoadSummary {
    guard let seed = UInt64(try report.string("seed")) else {
      throw Problem(words: "seed is no number")
    }
    var shard: LoadShard?
    if report.has("shard") {
      shard = LoadShard(try report.string("shard"))
      if shard == nil { throw Problem(words: "shard is no part of a whole") }
    }
    var thresholds: [Threshold] = []
    for condition in try report.strings("conditions") {
      guard let one = try? Threshold(condition) else {
        throw Problem(words: "'\(condition)' is no condition")
      }
      thresholds.append(one)
    }
    var story: LoadSummary.Story?
    if report.has("story") {
      let members = try report.members("story")
      var answers: [Answer] = []
      for answer in try members.array("answers") {
        guard let text = answer["of"]?.string, let one = try? Answer(text) else {
          throw Problem(words: "story.answers has what is no answer")
        }
        answers.append(one)
      }
      story = LoadSummary.Story(
        name: try members.string("name"),
        asks: try members.string("asks"),
        answers: answers
      )
    }
    return LoadSummary(
      profile: try report.string("profile"),
      seed: seed,
      runStart: Int64(try report.integer("startedAt")),
      isVirtual: try report.string("clock") == "virtual",
      thresholds: thresholds,
      story: story,
      shard: shard,
      again: try report.string("again")
    )
  }

  private static func result(_ report: Members) throws(Problem) -> LoadResult {
    var figures = LoadFigures(interval: try report.duration("interval"))
    guard figures.interval > .zero else { throw Problem(words: "interval is no time") }
    let events = try report.members("events")
    for (name, path) in LoadJSON.counters { figures[keyPath: path] = try events.integer(name) }
    figures.leavers = try report.members("leavers").histogram()
    figures.lateness = try report.members("lateness").histogram()
    figures.longestCrowd = try report.duration("longestCrowd")
    figures.lastLinked = try report.duration("lastLinked")
    figures.lastDue = try report.duration("lastDue")
    figures.lastEnd = try report.duration("lastEnd")
    figures.failedActs = try report.strings("failedHooks")
    for page in try report.array("pages") {
      guard let parts = page.array, parts.count == 3, let start = parts[0].integer,
        let count = parts[1].integer, let time = parts[2].number?.double
      else { throw Problem(words: "pages has what is no page") }
      figures.pages.restore(start, count, Duration.seconds(time).inWholeNanoseconds)
    }
    figures.series = try series(report)
    for interval in try report.array("intervals") {
      figures.intervals.append(try self.interval(Members(interval, "intervals.")))
    }
    var result = LoadResult(
      figures: figures,
      orgs: try report.integer("orgs"),
      took: try report.duration("seconds")
    )
    let setUp = try report.members("setUp")
    result.setUp.grants = try setUp.integer("grants")
    result.setUp.resumed = try setUp.integer("resumed")
    result.setUp.people = try setUp.integer("people")
    result.setUp.failures = try setUp.counts("failures")
    result.lostGrants = try report.counts("grantsLost")
    result.tasksOpen = try report.integer("tasksOpen")
    let refreshes = try report.members("refreshes")
    result.tokensBeganDead = refreshes.has("tokensBeganDead")
    if refreshes.has("tokenLifetime") {
      result.tokenLifetime = try refreshes.duration("tokenLifetime")
    }
    if report.has("disturbance") {
      let ends = try report.array("disturbance").compactMap { $0.number?.double }
      guard ends.count == 2, ends[0] <= ends[1] else {
        throw Problem(words: "disturbance is no part of a load")
      }
      result.disturbance = Duration.seconds(ends[0])..<Duration.seconds(ends[1])
    }
    for finding in try report.array("findings") {
      result.findings.append(try self.finding(Members(finding, "findings.")))
    }
    result.left = try report.strings("left")
    if report.has("generator") {
      let generator = try report.members("generator")
      result.generator = LoadResult.Generator(
        occupancy: try generator.array("occupancy").compactMap { $0.number?.double },
        control: try generator.members("idleTimer").histogram(),
        processorTime: try generator.duration("processorSecondsAnExchange")
      )
    }
    return result
  }

  private static func series(_ members: Members) throws(Problem) -> [LoadSeries: SeriesFigures] {
    var all: [LoadSeries: SeriesFigures] = [:]
    for one in try members.array("series") {
      let one = Members(one, "series.")
      let name = try one.string("name")
      guard let series = LoadSeries.all.first(where: { $0.name == name }) else {
        throw Problem(words: "there is no series '\(name)'")
      }
      var figures = SeriesFigures()
      figures.response = try one.members("response").histogram()
      figures.service = try one.members("service").histogram()
      figures.errors = try one.counts("errors")
      all[series] = figures
    }
    return all
  }

  private static func interval(_ members: Members) throws(Problem) -> LoadInterval {
    var interval = LoadInterval()
    interval.due = try members.integer("due")
    interval.started = try members.integer("started")
    interval.ended = try members.integer("ended")
    interval.gone = try members.integer("gone")
    for pair in try members.array("refreshing") {
      guard let parts = pair.array, parts.count == 2, let part = parts[0].integer,
        let count = parts[1].integer
      else { throw Problem(words: "intervals.refreshing has what is no count") }
      interval.refreshing[part] = count
    }
    interval.series = try series(members)
    return interval
  }

  private static func finding(_ members: Members) throws(Problem) -> LoadFinding {
    guard let verdict = Verdict(rawValue: try members.string("verdict")),
      let party = Finding.Party(rawValue: try members.string("party"))
    else { throw Problem(words: "findings has what is no finding") }
    return LoadFinding(
      id: try members.string("id"),
      verdict: verdict,
      party: party,
      message: try members.string("message"),
      advice: try members.string("advice"),
      source: try members.string("source"),
      count: try members.integer("count"),
      orgs: try members.strings("orgs"),
      evidence: try members.strings("exchanges")
    )
  }
}

/// The members of an object, with what to say where one is not as it has to be.
private struct Members {
  typealias Problem = LoadJSONReader.Problem

  private let value: JSONValue
  private let path: String

  init(_ value: JSONValue, _ path: String) {
    self.value = value
    self.path = path
  }

  func has(_ key: String) -> Bool { value[key] != nil }

  private func wrong(_ key: String, _ kind: String) -> Problem {
    Problem(words: "\(path)\(key) is no \(kind)")
  }

  func string(_ key: String) throws(Problem) -> String {
    guard let text = value[key]?.string else { throw wrong(key, "text") }
    return text
  }

  func integer(_ key: String) throws(Problem) -> Int {
    guard let number = value[key]?.integer else { throw wrong(key, "whole number") }
    return number
  }

  func duration(_ key: String) throws(Problem) -> Duration {
    guard let number = value[key]?.number?.double, number.isFinite, abs(number) < 1e12 else {
      throw wrong(key, "number of seconds")
    }
    return Duration.seconds(number).inWholeNanoseconds
  }

  func array(_ key: String) throws(Problem) -> [JSONValue] {
    guard let array = value[key]?.array else { throw wrong(key, "array") }
    return array
  }

  func strings(_ key: String) throws(Problem) -> [String] {
    let all = try array(key)
    let texts = all.compactMap(\.string)
    guard texts.count == all.count else { throw wrong(key, "array of texts") }
    return texts
  }

  func members(_ key: String) throws(Problem) -> Members {
    guard let member = value[key], member.object != nil else { throw wrong(key, "object") }
    return Members(member, path + key + ".")
  }

  func counts(_ key: String) throws(Problem) -> [String: Int] {
    guard let object = value[key]?.object else { throw wrong(key, "object") }
    var counts: [String: Int] = [:]
    for member in object.members {
      guard let count = member.value.integer else { throw wrong(key, "object of counts") }
      counts[member.key] = count
    }
    return counts
  }

  func histogram() throws(Problem) -> Histogram {
    var histogram = Histogram()
    let maximum = try duration("max")
    for pair in try array("buckets") {
      guard let parts = pair.array, parts.count == 2, let index = parts[0].integer,
        let count = parts[1].integer, histogram.restore(Int64(count), at: index, maximum: maximum)
      else { throw wrong("buckets", "array of counts") }
    }
    return histogram
  }
}
