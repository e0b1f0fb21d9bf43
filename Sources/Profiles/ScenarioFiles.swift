import Foundation

/// The scenario files of a folder.
package enum ScenarioFiles {
  /// How the paths begin of those that are in the program, and in no folder.
  package static let builtIn = "<oktasim>/"

  /// The paths of `*.scenario` in `folder`, sorted by name; nil where there is no such folder.
  package static func paths(in folder: String) -> [String]? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      return nil
    }
    // By bytes: the order must not depend on anybody's locale.
    return names.filter { $0.hasSuffix(".scenario") && !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { folder.hasSuffix("/") ? folder + $0 : folder + "/" + $0 }
  }

  /// The scenario's name: the file's stem.
  package static func name(ofPath path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".scenario") ? String(file.dropLast(".scenario".count)) : file
  }
}
