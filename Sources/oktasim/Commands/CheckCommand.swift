import Foundation
import JSON
import Load
import Profiles
import World

/// `oktasim check`: reads profiles, scenarios and stories and tells every mistake.
enum CheckCommand {
  static let operands = Operands(text: "<path>…", count: 1...Int.max)

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    var check = Check()
    for path in arguments.operands {
      let before = check.mistakes.all.count
      let counts = check.read(path)
      if check.mistakes.all.count == before { terminal.print("\(path): \(counts), no mistakes") }
    }
    for notice in check.notices { terminal.print(notice) }
    if !check.unsetVariables.isEmpty {
      terminal.print("not set, and needed to run: \(check.unsetVariables.joined(separator: ", "))")
    }
    if !check.mistakes.all.isEmpty { throw .mistakes(check.mistakes) }
    return .success
  }
}

/// What has been read, and the mistakes in it.
private struct Check {
  struct Counts: CustomStringConvertible {
    var profiles = 0
    var scenarios = 0
    var stories = 0

    var description: String {
      [
        (profiles, "profile", "profiles"), (scenarios, "scenario", "scenarios"),
        (stories, "story", "stories"),
      ]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }.joined(separator: ", ")
    }
  }

  private(set) var mistakes = Mistakes()
  /// Each once.
  private(set) var unsetVariables: [String] = []
  /// With the file that each is about.
  private(set) var notices: [String] = []
  /// By file; nil where the profile has a mistake, which is told once.
  private var profiles: [String: IntegrationProfile?] = [:]

  mutating func read(_ path: String) -> Counts {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, isFolder.boolValue { return readFolder(path) }
    if path.hasSuffix(".scenario") {
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      readScenario(path, profile: profile(beside: folder))
      return Counts(scenarios: 1)
    }
    if StoryFiles.isStory(path) {
      readStory(path)
      return Counts(stories: 1)
    }
    if exists, !path.hasSuffix(".json") {
      mistakes.add(
        SourceError(
          problem: "the file is neither a profile nor a scenario nor a story",
          file: path,
          help:
            "a profile is named profile.json, a scenario NAME.scenario, a load's story NAME.load"
        )
      )
      return Counts()
    }
    _ = readProfile(path)
    return Counts(profiles: 1)
  }

  private mutating func readFolder(_ path: String) -> Counts {
    let prefix = path.hasSuffix("/") ? path : path + "/"
    let scenarios = ScenarioFiles.paths(in: path) ?? []
    let hasProfile = FileManager.default.fileExists(atPath: prefix + "profile.json")
    let stories = StoryFiles.paths(in: path)
    guard hasProfile || !scenarios.isEmpty || !stories.isEmpty else {
      mistakes.add(
        SourceError(
          problem: "the folder holds neither a profile.json nor a scenario nor a story",
          file: path
        )
      )
      return Counts()
    }
    let profile = profile(beside: prefix)
    for scenario in scenarios { readScenario(scenario, profile: profile) }
    for story in stories { readStory(story) }
    return Counts(
      profiles: hasProfile ? 1 : 0,
      scenarios: scenarios.count,
      stories: stories.count
    )
  }

  /// - Parameter folder: Empty, or with its final slash.
  private mutating func profile(beside folder: String) -> IntegrationProfile? {
    let path = folder + "profile.json"
    return FileManager.default.fileExists(atPath: path) ? readProfile(path) : nil
  }

  private mutating func readProfile(_ path: String) -> IntegrationProfile? {
    if let known = profiles[path] { return known }
    do throws(CommandError) {
      let profile = try ProfileOperand.read(path, variables: .leaveOpen)
      profiles[path] = .some(profile)
      notices += profile.notices.map { "\(path): \($0)" }
      unsetVariables += profile.unsetVariables.filter { !unsetVariables.contains($0) }
      return profile
    } catch {
      if case .mistakes(let found) = error { mistakes.add(found) }
      profiles[path] = .some(nil)
      return nil
    }
  }

  private mutating func readStory(_ path: String) {
    mistakes.collectAll { () throws(Mistakes) in try StoryReader.read(path: path) }
  }

  private mutating func readScenario(_ path: String, profile: IntegrationProfile?) {
    mistakes.collectAll { () throws(Mistakes) in
      let scenario = try ScenarioReader.read(path: path)
      if let profile { try ScenarioChecks.check(scenario, against: profile) }
    }
  }
}
