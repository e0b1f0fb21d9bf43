import Profiles

/// `oktasim switches`: what Okta's public record leaves open, and what a profile sets.
enum SwitchesCommand {
  static let operands = Operands(text: "[<profile>]", count: 0...1)

  static var options: [Option] {
    [.set("replace a value of the profile: okta.pkce=S256")]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    var switches = Switches()
    var authentication: Authentication?
    if let path = arguments.operands.first {
      let profile = try ProfileOperand.read(
        path,
        settings: arguments.settings("--set"),
        variables: .leaveOpen
      )
      switches = profile.switches
      authentication = profile.authentication
    } else if arguments.has("--set") {
      throw .usage(UsageError("--set needs a profile to be laid over"))
    }
    var rows = [["  switch", "value", "default", "mark", "evidence"]]
    for name in Switch.Name.allCases {
      let definition = Switch.definition(of: name)
      let isSet = switches.set.contains(definition.name)
      rows.append([
        (isSet ? "* " : "  ") + definition.name, switches[name], definition.defaultValue,
        definition.mark.rawValue, definition.evidence,
      ])
    }
    var tokens = [["  setting of the link", "value", "default", "mark", "evidence"]]
    for setting in TokenSwitch.all {
      let found = authentication.map { setting.value(in: $0) ?? "–" } ?? setting.defaultValue
      let isSet = found != "–" && found != setting.defaultValue
      tokens.append([
        (isSet ? "* " : "  ") + setting.name, found, setting.defaultValue, setting.mark.rawValue,
        setting.evidence,
      ])
    }
    for line in Columns.lines(rows) + [""] + Columns.lines(tokens) {
      terminal.print(line.hasPrefix("*") ? terminal.styled(line, .bold) : line)
    }
    return .success
  }
}
