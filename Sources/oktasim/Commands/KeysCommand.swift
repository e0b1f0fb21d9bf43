import JSON
import Profiles

/// `oktasim keys`: what may stand in a profile.
enum KeysCommand {
  static let operands = Operands(text: "[<path>]", count: 0...1)

  static var options: [Option] {
    [.flag("--json-schema", "print a schema for editors, which a profile names by \"$schema\"")]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    guard !arguments.has("--json-schema") else {
      guard arguments.operands.isEmpty else {
        throw .usage(
          UsageError("--json-schema is for the whole profile", help: "leave the path out")
        )
      }
      terminal.print(ProfileSchema.json.prettyText)
      return .success
    }
    let keys = try keys(arguments.operands.first)
    for (index, key) in keys.enumerated() {
      if index > 0 { terminal.print() }
      let modes = key.modes.map { "  (mode \($0.joined(separator: ", ")))" } ?? ""
      terminal.print(terminal.styled(key.path, .bold) + terminal.styled(modes, .dim))
      for line in Help.wrapped(key.meaning, width: 76).split(separator: "\n") {
        terminal.print("    \(line)")
      }
      let standard = key.standard.map { "; default \($0)" } ?? (key.isRequired ? "; required" : "")
      for line in Help.wrapped(key.values + standard, width: 76).split(separator: "\n") {
        terminal.print("    \(line)")
      }
      terminal.print("    \"\(key.name)\": \(key.example)")
    }
    return .success
  }

  /// The key of a path and those below it; all without one.
  private static func keys(_ path: String?) throws(CommandError) -> [ProfileKey] {
    guard let path else { return ProfileKey.all }
    // As messages name places in lists: attributeMappings[2].to
    let plain = path.replacing(#/\[[0-9]+\]/#, with: "")
    let found = ProfileKey.all.filter { $0.path == plain || $0.path.hasPrefix(plain + ".") }
    guard found.isEmpty else { return found }
    let named = ProfileKey.all.filter { $0.name == plain }
    guard named.isEmpty else { return named }
    throw .usage(
      UsageError(
        "'\(path)' is not a key of a profile",
        help: Suggestion.help(
          for: path,
          among: ProfileKey.all.map(\.path) + ProfileKey.all.map(\.name),
          otherwise: "'oktasim keys' lists them"
        )
      )
    )
  }
}
