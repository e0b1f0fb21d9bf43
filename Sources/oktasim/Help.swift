/// What `--help` prints, made from the tables that the arguments are read by.
enum Help {
  private static let width = 80

  static var shortUsage: String {
    """
    usage: oktasim run <profile> [<scenario>…]
           oktasim help [<command>]
    commands: \(ready.map(\.name).joined(separator: ", "))

    """
  }

  static var overview: String {
    let commands = ready.map { ("oktasim " + usage(of: $0), $0.summary) }
    let later = Command.all.filter(\.isLater).map(\.name).joined(separator: ", ")
    let codes = ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) }
    return """
      oktasim plays Okta's side, OAuth client and SCIM client, against an app under test.

      Commands:
      \(table(commands))
      'oktasim help <command>' tells more; 'oktasim --version' prints the version.
      \(wrapped("Not supported yet: \(later)."))

      Exit codes, the first that applies:
      \(table(codes))
      """
  }

  /// The help of a command; nil where the command is not there yet.
  static func text(of command: Command) -> String? {
    if command.isLater { return nil }
    var text =
      "oktasim \(usage(of: command))\n\n\(wrapped(command.summary.capitalizedFirst + "."))\n"
    if !command.details.isEmpty { text += wrapped(command.details) + "\n" }
    guard case .table(_, let options, _) = command.work else { return text }
    let rows = options.filter { !$0.isLater }.map { ($0.usage, $0.description) }
    guard !rows.isEmpty else { return text }
    text += "\nOptions:\n" + table(rows)
    let later = options.filter(\.isLater).map(\.name)
    if !later.isEmpty {
      text += wrapped("Not supported yet: \(later.joined(separator: ", ")).") + "\n"
    }
    return text
  }

  private static var ready: [Command] { Command.all.filter { !$0.isLater } }

  private static func usage(of command: Command) -> String {
    let (operands, hasOptions): (String, Bool) =
      switch command.work {
      case .table(let operands, let options, _): (operands.text, !options.isEmpty)
      case .words(let usage, _): (usage, false)
      case .later: ("", false)
      }
    return [command.name, operands, hasOptions ? "[options]" : ""].filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  /// Two columns; a text that does not fit goes on below itself.
  private static func table(_ rows: [(String, String)]) -> String {
    let left = rows.map(\.0.count).max() ?? 0
    let indentation = left + 4
    var text = ""
    for (name, meaning) in rows {
      let lines = wrapped(meaning, width: width - indentation).split(separator: "\n")
      text += "  " + name + String(repeating: " ", count: left - name.count + 2)
      text += lines.joined(separator: "\n" + String(repeating: " ", count: indentation)) + "\n"
    }
    return text
  }

  static func wrapped(_ text: String, width: Int = Help.width) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension Command {
  fileprivate var isLater: Bool {
    if case .later = work { true } else { false }
  }
}

extension Option {
  fileprivate var isLater: Bool {
    if case .later = kind { true } else { false }
  }

  fileprivate var usage: String { placeholder.map { "\(name) \($0)" } ?? name }

  fileprivate var description: String {
    help + (standard.map { " (default \($0))" } ?? "") + (isRepeatable ? " (repeatable)" : "")
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
