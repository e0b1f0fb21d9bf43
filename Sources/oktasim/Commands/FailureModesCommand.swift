import JSON
import Profiles
import SelfCheck
import Simulation

/// `oktasim failure-modes`: the catalogue, what finds each mode, and which scenarios would meet it.
enum FailureModesCommand {
  static let operands = Operands(text: "[<F-id>]", count: 0...1)

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    let scenarios: [Scenario]
    do throws(Mistakes) {
      scenarios = try SelfCheck.shippedScenarios()
    } catch {
      throw .mistakes(error)
    }
    guard let word = arguments.operands.first else {
      list(scenarios, terminal)
      return .success
    }
    guard let mode = FailureMode.named(word.uppercased()) else {
      throw .usage(
        UsageError(
          "there is no failure mode '\(word)'",
          help: Suggestion.help(
            for: word,
            among: FailureMode.all.map(\.id),
            otherwise: "'oktasim failure-modes' lists them"
          )
        )
      )
    }
    show(mode, scenarios, terminal)
    return .success
  }

  /// A mode a line, and below it what finds it.
  private static func list(_ scenarios: [Scenario], _ terminal: Terminal) {
    for mode in FailureMode.all {
      let names = scenarios.filter { $0.covers.contains(mode.id) }.map(name)
      terminal.print(
        terminal.styled("\(mode.id)  \(mode.title)", .bold)
          + (names.isEmpty ? "" : "  [\(names.joined(separator: " "))]")
      )
      if let reason = mode.reason { terminal.print("       no scenario: \(reason)") }
      let rows = mode.kinds.map { ["     ", $0.row.level.rawValue, $0.id] }
      for line in Columns.lines(rows) { terminal.print(line) }
    }
  }

  /// With what an app needs for it besides SCIM: `restart-during-refresh (hook restart-app)`.
  private static func name(_ scenario: Scenario) -> String {
    let needs = scenario.needs.filter { if case .capability = $0 { false } else { true } }
    return scenario.name
      + (needs.isEmpty ? "" : " (\(needs.map(\.words).joined(separator: ", ")))")
  }

  /// One mode: what each finding of it says, and who would meet it.
  private static func show(_ mode: FailureMode, _ scenarios: [Scenario], _ terminal: Terminal) {
    terminal.print(terminal.styled("\(mode.id)  \(mode.title)", .bold))
    if mode.kinds.isEmpty { terminal.print("\nno kind of finding tells of it yet") }
    for kind in mode.kinds {
      let row = kind.row
      terminal.print("\n\(kind.id)  \(row.level.rawValue), \(row.party.rawValue)")
      terminal.print("  = \(row.advice)")
      terminal.print("  = \(row.source)")
    }
    let covering = scenarios.filter { $0.covers.contains(mode.id) }
    if covering.isEmpty {
      terminal.print("\nno shipped scenario claims it" + (mode.reason.map { ": \($0)" } ?? ""))
      return
    }
    terminal.print("\nscenarios:")
    let rows = covering.map { scenario in
      let needs = scenario.needs.map(\.words).joined(separator: " ")
      return ["  " + scenario.name, scenario.title, needs.isEmpty ? "" : "needs \(needs)"]
    }
    for line in Columns.lines(rows) { terminal.print(line) }
  }
}
