import Profiles
import SelfCheck
import Simulation

/// `oktasim spec-coverage`: Okta's published tests, and which shipped scenarios stand for them.
enum SpecCoverageCommand {
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
    terminal.print(terminal.styled("Okta's test suites", .bold))
    let suites = PublishedSuite.all.map { ["  \($0.name)", $0.scenario ?? "-", $0.note] }
    for line in Columns.lines(suites) { terminal.print(line) }

    let cases = ManualCase.all
    let covered = cases.filter { $0.reason == nil }
    terminal.print("\n" + terminal.styled("Okta's manual test plan, covered", .bold))
    let rows = covered.map { one in
      let names = scenarios.filter { $0.tags.contains(one.id) }.map(\.name)
      return ["  \(one.id)", one.asks, names.joined(separator: " ")]
    }
    for line in Columns.lines(rows) { terminal.print(line) }
    terminal.print("\n" + terminal.styled("Okta's manual test plan, not covered", .bold))
    let others = cases.compactMap { one in one.reason.map { ["  \(one.id)", one.asks, $0] } }
    for line in Columns.lines(others) { terminal.print(line) }
    terminal.print("\n\(covered.count) of \(cases.count) cases of the plan are covered")
    return .success
  }
}
