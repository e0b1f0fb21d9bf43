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

  /// Prints the report, writes what was asked for, and says how the load ended.
  static func finish(
    _ summary: LoadSummary,
    _ result: LoadResult,
    _ arguments: Arguments,
    _ terminal: Terminal
  ) throws(CommandError) -> ExitCode {
    let verdict = LoadVerdict(result, summary.thresholds)
    for line in LoadReport(summary, result, verdict).lines { terminal.print(line) }
    try write("--json", arguments) {
      LoadJSON(summary, result, verdict).value.prettyText + "\n"
    }
    try write("--hlog", arguments) {
      result.histogramLog(start: Double(summary.runStart) / 1000)
    }
    try write("--html", arguments) { LoadHTML(summary, result, verdict).text }
    try write("--csv", arguments) { LoadCSV(result.figures).text }
    return code(result, verdict)
  }

  private static func write(
    _ option: String,
    _ arguments: Arguments,
    _ text: () -> String
  ) throws(CommandError) {
    guard let path = arguments.text(option) else { return }
    try LoadFiles.write(Array(text().utf8), path)
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
