import Foundation
import JSON
import Profiles

/// The scenarios and profiles that are shipped.
package enum Shipped {
  /// Those that hold for every family.
  package static func everyApp() throws -> [Scenario] { try read("Profiles/every-app") }

  /// All that `oktasim run Profiles/sample-app` runs.
  package static func forSampleApp() throws -> [Scenario] {
    try read("Profiles/sample-app") + everyApp()
  }

  /// The names of the profiles that start the sample app.
  package static let profilesWithSampleApp: [String] = {
    let folders = try? FileManager.default.contentsOfDirectory(atPath: Package.path("Profiles"))
    return (folders ?? []).sorted().filter { name in
      guard let file = try? profile(name) else { return false }
      return String(decoding: file.bytes, as: UTF8.self).contains("embeddedSampleApp")
    }
  }()

  package static func profile(_ name: String) throws -> SourceText {
    let path = "Profiles/\(name)/profile.json"
    return try TextFile.read(Package.path(path), what: "profile", otherwise: "")
  }

  private static func read(_ folder: String) throws -> [Scenario] {
    try (ScenarioFiles.paths(in: Package.path(folder)) ?? []).map { path in
      try ScenarioReader.read(path: path)
    }
  }
}

/// The package that these tests are part of.
package enum Package {
  package static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// - Parameter path: From the package's root.
  package static func path(_ path: String) -> String { root.appending(path: path).path }
}
