import Foundation

/// Where stories stand.
package enum StoryFiles {
  private static let ending = ".load"

  /// The story's name: the file's stem.
  package static func name(ofPath path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(ending) ? String(file.dropLast(ending.count)) : file
  }

  package static func isStory(_ path: String) -> Bool { path.hasSuffix(ending) }

  /// The paths of `*.load` in a folder, sorted by name.
  package static func paths(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { folder.hasSuffix("/") ? folder + $0 : folder + "/" + $0 }
  }
}
