import Loop
import Profiles
import SampleApp
import SelfCheck
import Simulation

/// `oktasim explain`: each request that Okta would send, part by part, with what is known of it.
enum ExplainCommand {
  static let operands = Operands(text: "<profile>", count: 1...1)

  static var options: [Option] {
    [
      .flag("--json", "print an object for programs"),
      .flag("--markdown", "print a page for a wiki"),
      .set("replace a value of the profile: okta.pkce=S256"),
    ]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    guard !(arguments.has("--json") && arguments.has("--markdown")) else {
      throw .usage(UsageError("--json and --markdown do not go together", help: "choose one"))
    }
    // Nothing is sent, so no secret is needed.
    var profile = try ProfileOperand.read(
      arguments.operands[0],
      settings: arguments.settings("--set"),
      variables: .leaveOpen
    )
    if profile.embeddedSampleApp != nil {
      let app = SampleAppSettings()
      profile = profile.reaching(sampleAppAt: app.baseURL, app)
      terminal.writeError("note: a run starts the sample app; \(app.baseURL) stands for where\n")
    }
    if !profile.unsetVariables.isEmpty {
      let names = profile.unsetVariables.joined(separator: ", ")
      terminal.writeError("note: not set, made up where it shows: \(names)\n")
    }
    let explanation = try await explanation(of: profile)
    if arguments.has("--json") {
      terminal.write(ExplanationJSON(explanation, version: EntryPoint.version).text)
    } else if arguments.has("--markdown") {
      terminal.write(ExplanationMarkdown(explanation).text)
    } else {
      let style = TextStyle(terminal.hasColor(.output) ? .ansi : .plain)
      terminal.write(ExplanationText(explanation, style: style).text)
    }
    return .success
  }

  private static func explanation(
    of profile: IntegrationProfile
  ) async throws(CommandError) -> Explanation {
    let loop: EventLoop
    do {
      loop = try EventLoop.start(clock: .virtual)
    } catch {
      throw .usage(UsageError("could not start: \(error)"))
    }
    defer { loop.stop() }
    return await Task(executorPreference: loop) {
      await Explanation(of: profile, loop: loop)
    }.value
  }
}
