import Foundation
import JSON
import Profiles
import SampleApp
import SelfCheck
import Simulation

/// `oktasim self-check`: the faults of the sample app, and what finds them.
enum SelfCheckCommand {
  static let operands = Operands(text: "[<fault>…]", count: 0...Int.max)

  static var options: [Option] {
    [
      .flag("--pairs", "run each two of the faults together as well"),
      Option(
        "--sample",
        "N",
        .wholeNumber(1...1_000_000),
        "of the runs of two, these many; a fixed seed chooses"
      ),
    ]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    let faults = try faults(named: arguments.operands)
    let sample = arguments.integer("--sample")
    if sample != nil, !arguments.has("--pairs") {
      throw .usage(UsageError("--sample is of the runs of two faults", help: "add --pairs"))
    }
    do {
      let check = try SelfCheck()
      let loops = max(1, ProcessInfo.processInfo.activeProcessorCount)
      terminal.progress("each fault alone, in \(check.cases.count) scenarios")
      let alone = try await check.alone(faults, loops: loops)
      terminal.endProgress()
      let isFound = printTable(check, alone, faults, terminal)
      guard arguments.has("--pairs") else { return isFound ? .success : .failed }
      let all = check.pairs(alone)
      let pairs = sample.map { SelfCheck.sample($0, of: all) } ?? all
      terminal.progress("\(pairs.count) runs of two faults, of \(all.count)")
      let outcomes = try await check.run(pairs, alone: alone, loops: loops)
      terminal.endProgress()
      let isWhole = printPairs(outcomes, terminal)
      return isFound && isWhole ? .success : .failed
    } catch let mistakes as Mistakes {
      throw .mistakes(mistakes)
    } catch {
      terminal.printError("\(error)")
      return .nothingJudged
    }
  }

  /// All where none is named.
  private static func faults(named names: [String]) throws(CommandError) -> [Fault] {
    for name in names where Fault(rawValue: name) == nil {
      throw .usage(
        UsageError(
          "there is no fault '\(name)'",
          help: Suggestion.help(
            for: name,
            among: Fault.names,
            otherwise: "'oktasim sample-app --list-faults' lists them"
          )
        )
      )
    }
    return names.isEmpty
      ? Fault.functional : Fault.allCases.filter { names.contains($0.rawValue) }
  }

  // MARK: Each fault alone

  /// - Returns: Whether each fault is found.
  private static func printTable(
    _ check: SelfCheck,
    _ alone: SelfCheck.Alone,
    _ faults: [Fault],
    _ terminal: Terminal
  ) -> Bool {
    var rows: [[String]] = []
    var counts: [Verdict: Int] = [:]
    var missed: [Fault] = []
    for fault in faults {
      let found = alone.rows(fault, cases: check.cases)
      guard let worst = found.first else {
        missed.append(fault)
        rows.append([fault.rawValue, "not found"])
        continue
      }
      counts[worst.verdict, default: 0] += 1
      for (place, row) in found.enumerated() {
        rows.append([
          place == 0 ? fault.rawValue : "", row.verdict.rawValue, row.id, places(row, check),
        ])
      }
    }
    for line in Columns.lines(rows) { terminal.print(line) }
    let shares = Verdict.allCases.reversed().compactMap { verdict in
      counts[verdict].map { "\($0) \(verdict.rawValue)" }
    }
    let found = faults.count - missed.count
    terminal.print(
      "\n\(faults.count == 1 ? "1 fault" : "\(faults.count) faults"): \(found) found"
        + (shares.isEmpty ? "" : " (\(shares.joined(separator: ", ")))")
        + (missed.isEmpty
          ? "" : ", \(missed.count) not found: " + missed.map(\.rawValue).joined(separator: ", "))
    )
    return missed.isEmpty
  }

  /// `aiw: lifecycle first-look; oin-patch: all`.
  private static func places(_ row: SelfCheck.Row, _ check: SelfCheck) -> String {
    SelfCheck.families.compactMap { family -> String? in
      let all = check.cases.filter { $0.family == family }
      let missing = all.filter { !row.cases.contains($0) }.map(\.scenario)
      if missing.count == all.count { return nil }
      if missing.isEmpty { return "\(family): all" }
      if missing.count <= 3 { return "\(family): all but " + missing.joined(separator: " ") }
      let names = row.cases.filter { $0.family == family }.map(\.scenario)
      return "\(family): " + names.joined(separator: " ")
    }.joined(separator: "; ")
  }

  // MARK: Pairs

  /// - Returns: Whether no pair is broken.
  private static func printPairs(_ outcomes: [PairOutcome], _ terminal: Terminal) -> Bool {
    let broken = outcomes.filter(\.isBroken)
    let excluded = outcomes.count(where: \.isExcluded)
    let masked = outcomes.count(where: \.isMasked)
    let excused = outcomes.count(where: \.isExcused)
    let kept = outcomes.count - broken.count - excluded - masked - excused
    terminal.print("")
    for line in PairReport(outcomes).lines { terminal.print(line) }
    terminal.print(
      "\(outcomes.count) runs of two faults: both found in \(kept), one excluded by the other in "
        + "\(excluded), one hidden by the other in \(masked), excused in \(excused), "
        + "broken in \(broken.count)"
    )
    return broken.isEmpty
  }
}
