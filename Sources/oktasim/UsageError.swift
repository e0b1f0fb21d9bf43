import Profiles

extension Terminal {
  /// More would hide the first ones.
  private static let mostMistakes = 20

  func print(_ mistakes: Mistakes) {
    for mistake in mistakes.all.prefix(Terminal.mostMistakes) { printError("\(mistake)") }
    let more = mistakes.all.count - Terminal.mostMistakes
    if mistakes.all.count >= Mistakes.mostInFile {
      writeError("and more mistakes\n")
    } else if more > 0 {
      writeError("and \(more) more mistake\(more == 1 ? "" : "s")\n")
    }
  }
}

/// A command line that does not say what to do.
struct UsageError: Error, Sendable, Equatable {
  /// What is wrong, in lower case and without a final stop.
  var problem: String
  /// What to write instead.
  var help: String?

  init(_ problem: String, help: String? = nil) {
    self.problem = problem
    self.help = help
  }
}

/// Why a command did not come to its work.
enum CommandError: Error, Sendable {
  case usage(UsageError)
  /// Mistakes in files, all that were found.
  case mistakes(Mistakes)

  /// Prints what is wrong and gives the code to exit with.
  func report(to terminal: Terminal) -> ExitCode {
    switch self {
    case .usage(let error):
      terminal.printError(error.problem, help: error.help)
      return .wrongUsage
    case .mistakes(let mistakes):
      terminal.print(mistakes)
      return .mistake
    }
  }
}
