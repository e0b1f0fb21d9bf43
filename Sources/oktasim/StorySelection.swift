import JSON
import Load
import Profiles
import ShippedScenarios

/// Which story a command line names: one beside the profile, one of `every-load`, or a file.
enum StorySelection {
  private struct File {
    var name: String
    /// nil: it is on disk.
    var bytes: [UInt8]?
    var path: String
  }

  /// All that a profile can be loaded with; a story of its own goes before one of `every-load`.
  private static func files(for profile: IntegrationProfile) -> [File] {
    let folder = profile.folder
    let beside = StoryFiles.paths(in: ScenarioSelection.sibling("every-load", of: folder))
    let shared =
      beside.isEmpty
      ? ShippedStories.all.map {
        File(
          name: $0.name,
          bytes: $0.bytes,
          path: "\(ScenarioFiles.builtIn)every-load/\($0.name).load"
        )
      } : beside.map { File(name: StoryFiles.name(ofPath: $0), path: $0) }
    let own = StoryFiles.paths(in: folder).map { File(name: StoryFiles.name(ofPath: $0), path: $0) }
    return own + shared.filter { one in !own.contains { $0.name == one.name } }
  }

  private static func read(_ file: File) throws(Mistakes) -> LoadStory {
    guard let bytes = file.bytes else { return try StoryReader.read(path: file.path) }
    return try StoryReader.read(SourceText(file: file.path, bytes: bytes), name: file.name)
  }

  static func story(_ name: String, _ profile: IntegrationProfile) throws(CommandError) -> LoadStory
  {
    let files = files(for: profile)
    let file =
      StoryFiles.isStory(name)
      ? File(name: StoryFiles.name(ofPath: name), path: name) : files.first { $0.name == name }
    guard let file else {
      throw .usage(
        UsageError(
          "there is no story '\(name)'",
          help: Suggestion.help(
            for: name,
            among: files.map(\.name),
            otherwise: "'oktasim load \(profile.file)' lists them"
          )
        )
      )
    }
    do throws(Mistakes) {
      return try read(file)
    } catch {
      throw .mistakes(error)
    }
  }

  /// Each story with what it asks, for whoever has named none.
  static func list(for profile: IntegrationProfile) -> [String] {
    let rows = files(for: profile).compactMap { file -> [String]? in
      guard let story = try? read(file) else { return nil }
      let reason = story.unmetNeed(in: profile).map { "  (\($0))" } ?? ""
      return ["  " + story.name, (story.asks.isEmpty ? story.title : story.asks) + reason]
    }
    return Columns.lines(rows)
  }
}
