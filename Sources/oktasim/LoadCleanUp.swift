import Foundation
import HTTP
import Load
import Okta
import Profiles
import Simulation
import World

/// `oktasim load <profile> --clean-up-from FILE`: does what an earlier load could not.
enum LoadCleanUp {
  /// Options that have a use without a load.
  private static let useful: Set<String> = [
    "--clean-up-from", "--clean-up-for", "--clean-up", "--grants", "--set", "--i-own",
    "--connect-to", "--ca-file", "--insecure", "--connections", "--new-connections",
  ]

  static func execute(
    _ arguments: Arguments,
    _ profile: IntegrationProfile,
    _ terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    let path = arguments.text("--clean-up-from") ?? ""
    let file: LeftFile
    let settings: LoadSettings
    do throws(UsageError) {
      file = try read(path, profile)
      settings = try self.settings(arguments, profile, file)
    } catch {
      throw .usage(error)
    }
    let access = AppAccess(arguments)
    if let refusal = access.refusal(of: profile.inOrg(LoadRun.name(ofOrg: 0))) {
      throw .usage(refusal)
    }
    let interruption = Interruption()
    let outcome: CleanUpRun.Outcome
    var wasInterrupted = false
    do {
      let interrupts = try Interrupts {
        terminal.writeError("\ninterrupted: once more to stop at once\n")
        interruption.raise()
      }
      defer { interrupts.end() }
      outcome = try await LoadLanes.with(settings, access, ConnectionPolicy(arguments)) {
        lanes,
        profile in
        var settings = settings
        settings.profile = profile
        return await CleanUpRun(settings, lanes, interruption).perform(file)
      }
      wasInterrupted = interrupts.wasInterrupted
    } catch {
      terminal.printError("nothing was cleaned up: \(error)")
      return .nothingJudged
    }
    var isWhole = true
    if let grants = outcome.grants, let path = arguments.text("--grants") {
      isWhole = LoadFiles.write(grants.content, path, terminal)
    }
    var rest = file
    rest.left = outcome.left
    isWhole = LoadFiles.write(rest.content, path, terminal) && isWhole
    for line in lines(outcome, of: file, path) { terminal.print(line) }
    if wasInterrupted { return .interrupted }
    if !outcome.left.isEmpty { return .nothingJudged }
    return isWhole ? .success : .wrongUsage
  }

  private static func read(
    _ path: String,
    _ profile: IntegrationProfile
  ) throws(UsageError) -> LeftFile {
    guard let bytes = try? [UInt8](Data(contentsOf: URL(filePath: path))) else {
      throw UsageError("could not read '\(path)', which --clean-up-from names")
    }
    guard let file = LeftFile(bytes) else {
      throw UsageError(
        "'\(path)' lists nothing that a load has left",
        help: "name a file that a load has written: oktasim-left-….json"
      )
    }
    guard file.baseURL == profile.scim.baseURL else {
      throw UsageError(
        "'\(path)' is of the app at \(file.baseURL), and \(profile.file) is of \(profile.scim.baseURL)"
      )
    }
    return file
  }

  private static func settings(
    _ arguments: Arguments,
    _ profile: IntegrationProfile,
    _ file: LeftFile
  ) throws(UsageError) -> LoadSettings {
    if let story = arguments.operands.dropFirst().first {
      throw UsageError("--clean-up-from plays no story", help: "leave out \(story)")
    }
    let given = arguments.words.filter { $0.hasPrefix("--") }.map {
      String($0.prefix { $0 != "=" })
    }
    if let other = given.first(where: { !useful.contains($0) }) {
      throw UsageError("\(other) has no use beside --clean-up-from", help: "leave it out")
    }
    var settings = LoadSettings(
      profile: profile,
      orgs: Set(file.left.map(\.org)).count,
      users: 0,
      arrival: .closed(1),
      duration: .zero,
      mix: .standard,
      jobsAtOnce: 1,
      seed: file.seed,
      namespace: file.namespace,
      again: "",
      runStart: Timestamp.now
    )
    settings.cleanUp = arguments.text("--clean-up").flatMap(CleanUpMode.init) ?? .deactivate
    settings.cleanUpLimit = arguments.duration("--clean-up-for") ?? settings.cleanUpLimit
    settings.savedGrants = try LoadFiles.savedGrants(arguments, profile)
    return settings
  }

  private static func lines(
    _ outcome: CleanUpRun.Outcome,
    of file: LeftFile,
    _ path: String
  ) -> [String] {
    let report = outcome.report
    let gone = file.left.count - outcome.left.count
    var lines = ["clean-up: \(gone) of \(file.left.count) that were left are no more"]
    if let reason = report.noDelete { lines.append("  the app deletes nobody: \(reason)") }
    guard let first = report.left.first else { return lines + ["\(path) lists nobody any more"] }
    return lines + [
      "  \(outcome.left.count) left: \(first.words)", "\(path) lists those who are left",
    ]
  }
}
