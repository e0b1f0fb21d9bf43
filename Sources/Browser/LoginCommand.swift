import Foundation
import HTTP
import Loop
import World

/// A program that signs in in the browser's place (`login.command`).
///
/// It gets the authorization URL as its last argument and prints the URL that the app sent it to;
/// the last line that is not empty counts.
package struct LoginCommand: Sendable {
  package var arguments: [String]
  /// Where it runs; nil for the current folder.
  package var folder: String?
  /// In real time, whatever clock the loop has: the program lives outside of it.
  package var timeLimit: Duration

  package init(
    _ arguments: [String],
    folder: String? = nil,
    timeLimit: Duration = .seconds(60)
  ) {
    self.arguments = arguments
    self.folder = folder
    self.timeLimit = timeLimit
  }

  /// Runs the command on a helper thread of the loop.
  ///
  /// - Returns: The URL that it printed, which starts with the redirect URI.
  package func run(
    _ start: HTTPURL,
    redirectURI: String,
    loop: EventLoop
  ) async throws(BrowserError) -> String {
    guard let program = arguments.first, !program.isEmpty else {
      throw BrowserError(.setting, "login.command is empty")
    }
    guard let target = RedirectTarget(redirectURI) else {
      throw BrowserError(.setting, "the redirect URI '\(redirectURI)' is no http or https URL")
    }
    let doing = "running login.command '\(program)'"
    let line = arguments + [start.description]
    let ended: ProgramRun.End
    do {
      ended = try await ProgramRun.perform(line, folder: folder, timeLimit: timeLimit, on: loop)
    } catch {
      let isStarved = (error as? SystemError)?.isOutOfDescriptors ?? false
      throw BrowserError(
        isStarved ? .outOfDescriptors : .command,
        "\(doing): it could not be started: \(error)"
      )
    }

    let redaction = Redaction()
    let lastWords =
      ProgramRun.End.lastLine(of: ended.standardError)
      .map { "; its last words: \(redaction.quote(LoginCommand.withoutValues($0)))" } ?? ""
    switch ended.reason {
    case .ended(.exited(0)): break
    case .ended(.exited(let code)):
      throw BrowserError(.command, "\(doing): it ended with exit code \(code)\(lastWords)")
    case .ended(.killed(let signal)):
      throw BrowserError(.command, "\(doing): it was ended by signal \(signal)\(lastWords)")
    case .timedOut:
      throw BrowserError(
        .command,
        "\(doing): it did not end within \(timeLimit.inSeconds)\(lastWords)"
      )
    case .stopped:
      throw BrowserError(.command, "\(doing): it was given up, since the run was interrupted")
    }
    guard let printed = ProgramRun.End.lastLine(of: ended.standardOutput) else {
      throw BrowserError(.command, "\(doing): it printed no URL\(lastWords)")
    }
    guard let url = HTTPURL(printed) else {
      // Behind it there may be a code that nobody has learned.
      let beforeQuery = String(printed.prefix { $0 != "?" && $0 != "#" })
      throw BrowserError(
        .command,
        "\(doing): its last line is no URL: \"\(redaction.quote(beforeQuery))\"\(lastWords)"
      )
    }
    guard target.matches(url) else {
      throw BrowserError(
        .command,
        "\(doing): it ended at \(url.withoutQuery), not at the redirect URI "
          + "\(target.url.withoutQuery)\(lastWords)"
      )
    }
    return printed
  }

  /// What it says of a URL or a form may hold a code or a token that nobody has learned.
  private static func withoutValues(_ words: String) -> String {
    words.replacing(#/=[^\s&;#]+/#, with: "=…")
  }
}
