import HTTP
import JSON
import Load
import Loop
import World

/// Where a load's reports go, and how it exits; the same for a whole load and for one that was merged.
enum LoadOutput {
  static var options: [Option] {
    [
      Option("--json", "FILE", .text, "write the report as JSON, with all histograms"),
      Option("--hlog", "FILE", .text, "write HdrHistogram's log: an interval a second and series"),
      Option("--html", "FILE", .text, "write a page with plots and their tables"),
      Option("--csv", "FILE", .text, "write a row a second and series"),
    ]
  }

  /// Refuses a report that cannot be written, before the load that would be lost.
  static func requireFiles(_ arguments: Arguments) throws(CommandError) {
    for option in options.map(\.name) {
      guard let path = arguments.text(option) else { continue }
      do {
        try StateFile.requireWritable(path)
      } catch {
        throw .usage(UsageError("\(error)", help: "\(option) may name another file"))
      }
    }
  }

  /// Prints the report, writes what was asked for, and says how the load ended.
  ///
  /// - Parameter isKept: Whether all that the load keeps besides has been written.
  static func finish(
    _ summary: LoadSummary,
    _ result: LoadResult,
    _ arguments: Arguments,
    _ terminal: Terminal,
    isKept: Bool = true
  ) -> ExitCode {
    let verdict = LoadVerdict(result, summary.thresholds)
    for line in LoadReport(summary, result, verdict).lines { terminal.print(line) }
    var isWhole = isKept
    func write(_ option: String, _ text: () -> String) {
      guard let path = arguments.text(option) else { return }
      let isWritten = LoadFiles.write(Array(text().utf8), path, terminal)
      isWhole = isWritten && isWhole
    }
    write("--json") { LoadJSON(summary, result, verdict).value.prettyText + "\n" }
    write("--hlog") { result.histogramLog(start: Double(summary.runStart) / 1000) }
    write("--html") { LoadHTML(summary, result, verdict).text }
    write("--csv") { LoadCSV(result.figures).text }
    let code = code(result, verdict)
    // Whoever asked for a file must not take its absence for a success.
    return code == .success && !isWhole ? .wrongUsage : code
  }

  private static func code(_ result: LoadResult, _ verdict: LoadVerdict) -> ExitCode {
    // What was wrong was wrong, whoever was late.
    if result.hasFailures { return .failed }
    switch verdict.outcome {
    case .nothing, .invalid: return .nothingJudged
    case .failed: return .failed
    case .passed: return .success
    }
  }
}
