import Foundation
import JSON
import Profiles
import Simulation
import World

/// `oktasim baseline`: the file of findings that are known.
enum BaselineCommand {
  static let operands = Operands(text: "update|add FILE …", count: 2...Int.max)

  static var options: [Option] {
    [
      Option("--reason", "TEXT", .text, "add: why the finding is accepted"),
      Option("--until", "DAY", .day, "add: the last day on which it is, such as 2027-01-31"),
      Option("--event", "WORDS", .text, "add: only where its event begins with them: 'update ada'"),
      Option("--status", "N", .wholeNumber(100...599), "add: only where the answer has it"),
      Option(
        "--json",
        "FILE",
        .text,
        standard: "the last run's, below \(RunArguments.recordings)",
        "update: the report that says what was no longer found"
      ),
    ]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    let words = arguments.operands
    switch words[0] {
    case "update":
      try refuse(["--reason", "--until", "--event", "--status"], of: "add", in: arguments)
      guard words.count == 2 else {
        throw .usage(UsageError("'\(words[2])' is one word too many", help: "update takes a FILE"))
      }
      try update(words[1], report: arguments.text("--json"), terminal)
    case "add":
      try refuse(["--json"], of: "update", in: arguments)
      guard words.count > 3 else {
        throw .usage(
          UsageError(
            "add takes a file, a scenario or several, and a finding",
            help: "write oktasim baseline add baseline.json token-expiry F-02.wrong-status "
              + "--reason 'ticket 12'"
          )
        )
      }
      try add(arguments, terminal)
    default:
      throw .usage(
        UsageError(
          "'\(words[0])' is nothing that baseline does",
          help: Suggestion.help(
            for: words[0],
            among: ["update", "add"],
            otherwise: "write update or add"
          )
        )
      )
    }
    return .success
  }

  private static func refuse(
    _ options: [String],
    of verb: String,
    in arguments: Arguments
  ) throws(CommandError) {
    guard let option = options.first(where: arguments.has) else { return }
    throw .usage(UsageError("\(option) belongs to 'baseline \(verb)'"))
  }

  // MARK: Add

  private static func add(
    _ arguments: Arguments,
    _ terminal: Terminal
  ) throws(CommandError) {
    let file = arguments.operands[1]
    let scenarios = arguments.operands[2..<arguments.operands.count - 1]
    let finding = arguments.operands[arguments.operands.count - 1]
    guard let reason = arguments.text("--reason"), !reason.allSatisfy(\.isWhitespace) else {
      throw .usage(UsageError("add needs a reason", help: "write --reason 'why it is accepted'"))
    }
    if let mistake = BaselineReader.mistake(finding: finding) {
      throw .usage(UsageError(mistake.problem, help: mistake.help))
    }
    let until = arguments.text("--until").flatMap { CalendarDay($0) }
    if let until, until < today {
      throw .usage(UsageError("\(until) is over", help: "write a day that is to come"))
    }
    // What is a folder or a pipe is no file that is missing.
    let isThere = FileManager.default.fileExists(atPath: file)
    var baseline = isThere ? try read(file) : Baseline(file: file, today: today)
    let before = baseline.entries.count
    for scenario in scenarios {
      var entry = Baseline.Entry(scenario: scenario, finding: finding, reason: reason)
      entry.event = arguments.text("--event")
      entry.status = arguments.integer("--status")
      entry.until = until
      if let other = baseline.entries.first(where: entry.isSame) {
        throw .usage(
          UsageError("\(entry.words) is known already", help: "its reason is '\(other.why)'")
        )
      }
      baseline.entries.append(entry)
    }
    try write(baseline)
    for entry in baseline.entries[before...] {
      terminal.print("added to \(file): \(entry.words)")
    }
  }

  // MARK: Update

  private static func update(
    _ file: String,
    report path: String?,
    _ terminal: Terminal
  ) throws(CommandError) {
    var baseline = try read(file)
    let seen: [SeenScenario]
    let report: String
    if let path {
      report = path
      seen = try scenarios(ofReport: path)
    } else {
      report = try LastRun.path(withBaseline: file)
      seen = try scenarios(ofReport: report)
    }
    let gone = baseline.noLongerFound(in: seen)
    guard !gone.isEmpty else {
      terminal.print("\(file) stays as it is: \(report) lacks none of what it could have found")
      return
    }
    baseline.entries.removeAll(where: gone.contains)
    try write(baseline)
    for entry in gone { terminal.print("removed from \(file): \(entry.words) (\(entry.why))") }
  }

  private static func scenarios(
    ofReport path: String
  ) throws(CommandError) -> [SeenScenario] {
    do throws(SourceError) {
      let source = try TextFile.read(
        path,
        what: "report",
        maximumBytes: LastRun.mostBytes,
        otherwise: "'oktasim run … --json FILE' writes one"
      )
      let report = try JSONReader.readDocument(source).value
      guard let seen = SeenScenario.all(ofReport: report) else {
        throw SourceError(
          problem: "this is no report of a run",
          file: path,
          help: "'oktasim run … --json FILE' writes one"
        )
      }
      return seen
    } catch {
      throw .mistakes(Mistakes([error]))
    }
  }

  // MARK: The file

  private static var today: CalendarDay { CalendarDay(of: Timestamp.now) }

  private static func read(_ file: String) throws(CommandError) -> Baseline {
    do throws(Mistakes) {
      return try BaselineReader.read(file, scenarios: nil, today: today)
    } catch {
      throw .mistakes(error)
    }
  }

  private static func write(_ baseline: Baseline) throws(CommandError) {
    do {
      try StateFile.writeNow(Array(baseline.text.utf8), path: baseline.file)
    } catch {
      throw .usage(UsageError("\(error)"))
    }
  }
}
