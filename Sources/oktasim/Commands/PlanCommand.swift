import JSON
import Profiles

/// `oktasim plan`: prints a scenario as JSON lines.
enum PlanCommand {
  static let operands = Operands(text: "<profile> <scenario>", count: 2...2)

  static var options: [Option] {
    [.set("replace a value of the profile")]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    // A plan sends nothing, so it needs no secret.
    let profile = try ProfileOperand.read(
      arguments.operands[0],
      settings: arguments.settings("--set"),
      variables: .leaveOpen
    )
    let selection = try ScenarioSelection.read(profile: profile, names: [arguments.operands[1]])
    for scenario in selection.scenarios { terminal.write(Plan(scenario: scenario).jsonLines) }
    return .success
  }
}
