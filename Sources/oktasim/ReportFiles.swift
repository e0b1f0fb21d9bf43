import Loop
import Simulation
import World

/// The files that a run writes for programs: whole reports, which are there from its start on and are
/// renewed as scenarios end, and one that grows by lines.
struct ReportFiles {
  /// Where one report goes.
  struct Place: Sendable, Equatable {
    var option: String
    /// `-` is standard output.
    var path: String

    static let standardOutput = "-"

    var isStandardOutput: Bool { path == Place.standardOutput }
    /// Whether whoever reads it gets each byte, and so one report and not many.
    fileprivate var isStream: Bool { isStandardOutput || StateFile.isStream(path) }
  }

  /// The reports that are one text, by the options that ask for them.
  static let wholes: [(option: String, report: any RunReport.Type)] = [
    ("--json", JSONReport.self), ("--junit", JUnitReport.self),
  ]
  static let lines = "--jsonl"
  static let options = wholes.map(\.option) + [lines]

  private let settings: RunSettings
  private let terminal: Terminal
  private let loop: EventLoop
  private let wholes: [(place: Place, report: any RunReport.Type)]
  private let lines: GrowingFile?
  private let hasLinesOnOutput: Bool
  private var results: [ScenarioResult] = []
  private var isProbeTold = false
  /// Why the lines are not whole.
  private var linesProblem: String?

  /// Opens them all; what cannot be written is told before anything is sent.
  init(
    _ places: [Place],
    _ settings: RunSettings,
    terminal: Terminal,
    on loop: EventLoop
  ) async throws {
    (self.settings, self.terminal, self.loop) = (settings, terminal, loop)
    wholes = places.compactMap { place in
      ReportFiles.wholes.first { $0.option == place.option }.map { (place, $0.report) }
    }
    let linePlace = places.first { $0.option == ReportFiles.lines }
    hasLinesOnOutput = linePlace?.isStandardOutput ?? false
    if let linePlace, !linePlace.isStandardOutput {
      do {
        lines = try await loop.offload { try GrowingFile(path: linePlace.path, from: .empty) }
      } catch {
        throw ReportFiles.refusal(error, linePlace)
      }
    } else {
      lines = nil
    }
    for (place, report) in wholes where !place.isStream {
      do {
        try await write(report, of: soFar(nil), to: place)
      } catch {
        throw ReportFiles.refusal(error, place)
      }
    }
    await add(LineReport.started(settings))
  }

  private static func refusal(_ error: any Error, _ place: Place) -> CommandError {
    .usage(UsageError("\(error)", help: "\(place.option) may name another file"))
  }

  /// Adds a scenario that has ended.
  ///
  /// - Parameter probe: What the run's own grant has shown, where it has ended.
  mutating func add(_ result: ScenarioResult, probe: ProbeResult?) async {
    results.append(result)
    await tell(probe)
    await add(LineReport.ended(result, at: loop.now))
    for (place, report) in wholes where !place.isStream {
      do {
        try await write(report, of: soFar(probe), to: place)
      } catch {
        // Where it still cannot be written at the end, that is told.
        continue
      }
    }
  }

  /// Writes what stays; gives false where something could not be written, which it tells.
  mutating func end(_ outcome: RunOutcome) async -> Bool {
    await tell(outcome.probe)
    await add(LineReport.ended(outcome))
    var isWhole = true
    if let linesProblem {
      terminal.printError(linesProblem, help: "\(ReportFiles.lines) ends before the run did")
      isWhole = false
    }
    for (place, report) in wholes {
      if place.isStandardOutput {
        isWhole = terminal.write(report.init(outcome).text) && isWhole
        continue
      }
      do {
        try await write(report, of: outcome, to: place)
      } catch {
        terminal.printError("\(error)", help: "the report of this run is lost")
        isWhole = false
      }
    }
    await addStepSummary(outcome)
    await keepAsLast(outcome)
    return isWhole
  }

  /// What the page of a job of GitHub's Actions shows, wherever such a job runs it.
  private func addStepSummary(_ outcome: RunOutcome) async {
    guard let path = Environment.process["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
    do {
      try await loop.offload {
        let text = MarkdownReport(outcome).text
        try GrowingFile(path: path, from: .end).append(Array(text.utf8))
      }
    } catch {
      terminal.printWarning("the step's summary, GITHUB_STEP_SUMMARY, has nothing of it: \(error)")
    }
  }

  /// Beside its recordings, where there are some.
  private func keepAsLast(_ outcome: RunOutcome) async {
    guard let folder = settings.recordingFolder,
      outcome.results.contains(where: { $0.recording != nil })
    else { return }
    let path = "\(folder)/\(LastRun.name)"
    let bytes = Array(JSONReport(outcome).text.utf8)
    do {
      try await loop.offload {
        try StateFile.writeNow(path: path, followsLinks: false) { write in try write(bytes) }
      }
    } catch {
      terminal.printWarning("\(error); 'oktasim baseline update' knows nothing of this run")
    }
  }

  private func soFar(_ probe: ProbeResult?) -> RunOutcome {
    RunOutcome(
      settings: settings,
      seconds: loop.now,
      late: loop.longestDelay,
      results: results.sorted { $0.index < $1.index },
      probe: probe,
      notes: RunNotes(soFar: results),
      isFinished: false
    )
  }

  /// Beside the loop: scenarios go on meanwhile, and a long report takes its time.
  private func write(
    _ report: any RunReport.Type,
    of outcome: RunOutcome,
    to place: Place
  ) async throws {
    let bytes = try await loop.offload { Array(report.init(outcome).text.utf8) }
    try await StateFile(path: place.path).write(bytes, on: loop)
  }

  private mutating func tell(_ probe: ProbeResult?) async {
    guard let probe, !isProbeTold else { return }
    isProbeTold = true
    await add(LineReport.ended(probe.result, at: loop.now))
  }

  private mutating func add(_ text: String) async {
    if hasLinesOnOutput { terminal.write(text) }
    guard let lines, linesProblem == nil else { return }
    do {
      try await loop.offload { try lines.append(Array(text.utf8)) }
    } catch {
      linesProblem = "\(error)"
    }
  }
}
