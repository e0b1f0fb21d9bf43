import JSON
import Profiles
import World

/// `oktasim run`: judges the app.
enum RunCommand {
  static func execute(_ arguments: RunArguments, terminal: Terminal) async -> ExitCode {
    let profile: IntegrationProfile
    let selection: ScenarioSelection
    do throws(CommandError) {
      profile = try ProfileOperand.read(
        arguments.profile,
        settings: arguments.settings,
        // A list sends nothing, so it needs no secret.
        variables: arguments.lists ? .leaveOpen : .refuse
      )
      try checkSampleAppOptions(arguments, profile: profile)
      selection =
        if let plan = arguments.plan {
          try ScenarioSelection.readPlan(plan, profile: profile)
        } else {
          try ScenarioSelection.read(
            profile: profile,
            names: arguments.scenarios,
            only: arguments.only,
            everyApp: arguments.everyApp
          )
        }
    } catch {
      return error.report(to: terminal)
    }
    if arguments.lists {
      list(selection, terminal: terminal)
      return .success
    }
    if let refusal = HostPolicy.refusal(of: profile, owned: arguments.ownedHosts) {
      return CommandError.usage(refusal).report(to: terminal)
    }
    terminal.print("nothing is run yet")
    return .nothingJudged
  }

  private static func checkSampleAppOptions(
    _ arguments: RunArguments,
    profile: IntegrationProfile
  ) throws(CommandError) {
    guard profile.embeddedSampleApp == nil else { return }
    let option = arguments.clock == nil ? arguments.faults.first.map { _ in "--fault" } : "--clock"
    guard let option else { return }
    throw .usage(
      UsageError("\(option) is for the embedded sample app, which \(profile.file) does not start")
    )
  }

  /// One scenario a line: name, title, failure modes, tags.
  private static func list(_ selection: ScenarioSelection, terminal: Terminal) {
    let rows = selection.scenarios.map {
      [$0.name, $0.title, $0.covers.joined(separator: " "), $0.tags.joined(separator: " ")]
    }
    for line in Columns.lines(rows) { terminal.print(line) }
  }
}
