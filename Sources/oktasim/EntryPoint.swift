import Foundation
import Loop
import Profiles
import World

/// Chooses a command, prints its error and exits.
@main
struct EntryPoint {
  static let version = "0.1.0"

  static func main() async {
    // A reader that went away shows as an error of the write.
    signal(SIGPIPE, SIG_IGN)
    Sys.raiseDescriptorLimit()
    let terminal = Terminal(environment: .process)
    var code = await run(Array(CommandLine.arguments.dropFirst()), terminal: terminal)
    terminal.endProgress()
    if let problem = terminal.outputProblem {
      terminal.printError("could not write to standard output: \(problem)")
      if code == .success { code = .wrongUsage }
    }
    ChildProcess.killAll()
    exit(code.rawValue)
  }

  private static func run(_ words: [String], terminal: Terminal) async -> ExitCode {
    guard let first = words.first else {
      terminal.writeError(Help.shortUsage)
      return .wrongUsage
    }
    switch first {
    case "--version":
      terminal.print("oktasim \(version)")
      return .success
    case "--help", "-h":
      terminal.write(Help.overview)
      return .success
    case "help":
      return help(words.dropFirst().first, terminal: terminal)
    default:
      return await run(first, Array(words.dropFirst()), terminal: terminal)
    }
  }

  private static func help(_ name: String?, terminal: Terminal) -> ExitCode {
    guard let name else {
      terminal.write(Help.overview)
      return .success
    }
    guard let command = find(name) else { return refuse(name, terminal: terminal) }
    guard let text = Help.text(of: command) else { return refuse(command, terminal: terminal) }
    terminal.write(text)
    return .success
  }

  private static func run(
    _ name: String,
    _ words: [String],
    terminal: Terminal
  ) async -> ExitCode {
    guard let command = find(name) else { return refuse(name, terminal: terminal) }
    // Behind '--' stand operands, whatever they look like.
    if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      return help(name, terminal: terminal)
    }
    switch command.work {
    case .later:
      return refuse(command, terminal: terminal)
    case .words(_, let body):
      return await body(words, terminal)
    case .table(let operands, let options, let body):
      let arguments: Arguments
      do throws(UsageError) {
        arguments = try ArgumentReader.read(words, options: options, operands: operands)
      } catch {
        let code = CommandError.usage(error).report(to: terminal)
        terminal.writeError("'oktasim help \(name)' shows how it is used\n")
        return code
      }
      do throws(CommandError) {
        return try await body(arguments, terminal)
      } catch {
        return error.report(to: terminal)
      }
    }
  }

  private static func find(_ name: String) -> Command? { Command.all.first { $0.name == name } }

  private static func refuse(_ name: String, terminal: Terminal) -> ExitCode {
    let what = name.hasPrefix("-") ? "option" : "command"
    let known = Command.all.map(\.name) + ["help", "--help", "--version"]
    return CommandError.usage(
      UsageError(
        "there is no \(what) '\(name)'",
        help: Suggestion.help(for: name, among: known, otherwise: "'oktasim --help' lists them")
      )
    ).report(to: terminal)
  }

  private static func refuse(_ command: Command, terminal: Terminal) -> ExitCode {
    CommandError.usage(UsageError("'\(command.name)' is not supported yet")).report(to: terminal)
  }
}
