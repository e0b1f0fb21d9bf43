import JSON

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
  case mistakes([SourceError])

  /// Prints what is wrong and gives the code to exit with.
  func report(to terminal: Terminal) -> ExitCode {
    switch self {
    case .usage(let error):
      terminal.printError(error.problem, help: error.help)
      return .wrongUsage
    case .mistakes(let mistakes):
      for mistake in mistakes { terminal.printError("\(mistake)") }
      return .mistake
    }
  }
}
