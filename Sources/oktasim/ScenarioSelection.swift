import Foundation
import Loop
import JSON
import Profiles
import ShippedScenarios
import World

/// The scenarios that a run has.
struct ScenarioSelection: Sendable {
  enum EveryApp: Sendable {
    case included, leftOut
  }

  /// In the order of a run: the profile's own by name, then those for every app by name.
  var scenarios: [Scenario]

  /// Reads all scenarios of a profile and keeps those that are asked for.
  ///
  /// Every file is read, so that every mistake is told at once. A scenario of the profile's own
  /// takes the place of one for every app that has the same name.
  ///
  /// - Parameters:
  ///   - names: Scenarios named on the command line, by name or path; none for all.
  ///   - only: Names, tags and failure modes, of which a scenario must have one; none for all.
  static func read(
    profile: IntegrationProfile,
    names: [String] = [],
    only: [String] = [],
    everyApp: EveryApp = .included
  ) throws(CommandError) -> ScenarioSelection {
    let files = files(in: profile.folder, everyApp: everyApp)
    try check(names, among: files)
    guard !files.isEmpty else {
      throw .mistakes(
        Mistakes([
          SourceError(
            problem: "there is no scenario to run",
            file: profile.folder,
            help: "write one, named NAME.scenario, or leave out --no-every-app"
          )
        ])
      )
    }
    var mistakes = Mistakes()
    let scenarios = read(files, against: profile, &mistakes)
    guard mistakes.all.isEmpty else { throw .mistakes(mistakes) }
    let asked = zip(files, scenarios).filter { file, _ in
      names.isEmpty || names.contains(where: file.isNamed)
    }
    return ScenarioSelection(scenarios: try filter(asked.map(\.1), only: only))
  }

  /// The names of all scenarios that a profile's folder may run.
  static func names(in folder: String) -> [String] {
    files(in: folder, everyApp: .included).map(\.name)
  }

  /// What is wrong with the scenarios of a folder whose profile has mistakes of its own.
  static func mistakes(in folder: String, everyApp: EveryApp) -> Mistakes {
    var mistakes = Mistakes()
    _ = read(files(in: folder, everyApp: everyApp), against: nil, &mistakes)
    return mistakes
  }

  /// The scenarios that have no mistake.
  private static func read(
    _ files: [File],
    against profile: IntegrationProfile?,
    _ mistakes: inout Mistakes
  ) -> [Scenario] {
    files.compactMap { file in
      mistakes.collectAll { () throws(Mistakes) in
        try file.read { scenario in
          var mistakes = Mistakes()
          // One for every app is skipped where the profile does not map what it sets.
          if let profile, !file.isShared {
            mistakes.collectAll { () throws(Mistakes) in
              try ScenarioChecks.check(scenario, against: profile)
            }
          }
          return mistakes
        }
      }
    }
  }

  /// The one scenario of a plan.
  ///
  /// - Parameter path: `-` for standard input.
  static func readPlan(
    _ path: String,
    profile: IntegrationProfile
  ) throws(CommandError) -> ScenarioSelection {
    do throws(Mistakes) {
      let scenario = try Plan(jsonLines: try planText(path)).scenario
      try ScenarioChecks.check(scenario, against: profile)
      return ScenarioSelection(scenarios: [scenario])
    } catch {
      throw .mistakes(error)
    }
  }

  // MARK: Files

  private struct File {
    var name: String
    var path: String
    /// What was built into the program.
    var bytes: [UInt8]?
    /// Whether it stands in every-app.
    var isShared = false

    func read(checking check: (Scenario) -> Mistakes) throws(Mistakes) -> Scenario {
      guard let bytes else { return try ScenarioReader.read(path: path, checking: check) }
      return try ScenarioReader.read(
        SourceText(file: path, bytes: bytes),
        name: name,
        checking: check
      )
    }

    func isNamed(_ word: String) -> Bool { word == name || word == path }
  }

  private static func files(in folder: String, everyApp: EveryApp) -> [File] {
    func file(_ path: String) -> File {
      File(name: ScenarioFiles.name(ofPath: path), path: path)
    }
    let own = (ScenarioFiles.paths(in: folder) ?? []).map(file)
    guard everyApp == .included else { return own }
    var shared =
      ScenarioFiles.paths(in: sibling("every-app", of: folder))?.map(file)
      ?? ShippedScenarios.all.map {
        File(
          name: $0.name,
          path: "\(ScenarioFiles.builtIn)every-app/\($0.name).scenario",
          bytes: $0.bytes
        )
      }
    for index in shared.indices { shared[index].isShared = true }
    return own + shared.filter { shared in !own.contains { $0.name == shared.name } }
  }

  /// The path of a folder that stands beside another, as short as it goes.
  static func sibling(_ name: String, of folder: String) -> String {
    guard folder != "." else { return "../" + name }
    guard folder != "..", !folder.hasSuffix("/.."), !folder.hasSuffix("/.") else {
      return folder + "/../" + name
    }
    guard let slash = folder.lastIndex(of: "/") else { return name }
    return folder[...slash] + name
  }

  private static func planText(_ path: String) throws(Mistakes) -> SourceText {
    let reason: String
    do {
      let handle =
        path == "-" ? FileHandle.standardInput : try StateFile.openForReading(path)
      // A byte more than a plan may have, so that its reader sees that it is too long.
      let content = try handle.read(upToCount: 1 << 20 + 1) ?? Data()
      return SourceText(file: path, bytes: Array(content))
    } catch {
      reason = (error as? SystemError)?.words ?? "reading failed"
    }
    throw Mistakes([
      SourceError(
        problem: "could not read the plan: \(reason)",
        file: path,
        help: "write a plan with 'oktasim plan'; '-' reads one from standard input"
      )
    ])
  }

  // MARK: What is asked for

  private static func check(_ names: [String], among files: [File]) throws(CommandError) {
    for name in names where !files.contains(where: { $0.isNamed(name) }) {
      throw .usage(
        UsageError(
          "there is no scenario '\(name)'",
          help: Suggestion.help(
            for: name,
            among: files.map(\.name),
            otherwise: "'oktasim run <profile> --list' lists them"
          )
        )
      )
    }
  }

  private static func filter(
    _ scenarios: [Scenario],
    only words: [String]
  ) throws(CommandError) -> [Scenario] {
    if words.isEmpty { return scenarios }
    for word in words where !scenarios.contains(where: { matches($0, word) }) {
      throw .usage(
        UsageError(
          "--only \(word) matches no scenario",
          help: Suggestion.help(
            for: word,
            among: scenarios.flatMap { [$0.name] + $0.tags + $0.covers },
            otherwise: "write a scenario's name, a tag or a failure mode such as F-02"
          )
        )
      )
    }
    return scenarios.filter { scenario in words.contains { matches(scenario, $0) } }
  }

  private static func matches(_ scenario: Scenario, _ word: String) -> Bool {
    scenario.name == word || scenario.tags.contains(word) || scenario.covers.contains(word)
  }
}
