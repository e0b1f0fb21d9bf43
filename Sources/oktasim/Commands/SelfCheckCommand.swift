import Foundation
import JSON
import SampleApp
import SelfCheck
import Simulation

/// `oktasim self-check`: the faults of the sample app, and what finds them.
enum SelfCheckCommand {
  static var options: [Option] {
    [.flag("--pairs", "run each two faults together as well")]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    do {
      let check = try SelfCheck()
      let loops = max(1, ProcessInfo.processInfo.activeProcessorCount)
      terminal.progress("each fault alone, in \(check.cases.count) scenarios")
      let alone = try await check.alone(loops: loops)
      terminal.endProgress()
      let isFound = printTable(check, alone, terminal)
      guard arguments.has("--pairs") else { return isFound ? .success : .failed }
      let pairs = check.pairs(alone)
      terminal.progress("\(pairs.count) runs of two faults")
      let outcomes = try await check.run(pairs, alone: alone, loops: loops)
      terminal.endProgress()
      let isWhole = printPairs(outcomes, terminal)
      return isFound && isWhole ? .success : .failed
    } catch let error as SourceError {
      throw .mistakes([error])
    } catch {
      terminal.printError("\(error)")
      return .nothingJudged
    }
  }

  // MARK: Each fault alone

  /// - Returns: Whether each fault is found.
  private static func printTable(
    _ check: SelfCheck,
    _ alone: SelfCheck.Alone,
    _ terminal: Terminal
  ) -> Bool {
    var rows: [[String]] = []
    var counts: [Verdict: Int] = [:]
    var missed: [Fault] = []
    for fault in Fault.allCases {
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
    let all = Fault.allCases.count
    terminal.print(
      "\n\(all) faults: \(all - missed.count) found (\(shares.joined(separator: ", "))), "
        + "\(missed.count) not found"
        + (missed.isEmpty ? "" : ": " + missed.map(\.rawValue).joined(separator: ", "))
    )
    return missed.isEmpty
  }

  /// `aiw: lifecycle first-look; oin-patch: all`.
  private static func places(_ row: SelfCheck.Row, _ check: SelfCheck) -> String {
    SelfCheck.families.compactMap { family -> String? in
      let names = row.cases.filter { $0.family == family }.map(\.scenario)
      if names.isEmpty { return nil }
      let all = check.cases.count { $0.family == family }
      return "\(family): " + (names.count == all ? "all" : names.joined(separator: " "))
    }.joined(separator: "; ")
  }

  // MARK: Pairs

  /// - Returns: Whether no pair is broken.
  private static func printPairs(_ outcomes: [PairOutcome], _ terminal: Terminal) -> Bool {
    let broken = outcomes.filter(\.isBroken)
    let excluded = outcomes.count(where: \.isExcluded)
    let masked = outcomes.count(where: \.isMasked)
    let kept = outcomes.count - broken.count - excluded - masked
    terminal.print("")
    for line in PairReport(outcomes).lines { terminal.print(line) }
    terminal.print(
      "\(outcomes.count) runs of two faults: both found in \(kept), one excluded by the other in "
        + "\(excluded), one hidden by the other in \(masked), broken in \(broken.count)"
    )
    return broken.isEmpty
  }
}
