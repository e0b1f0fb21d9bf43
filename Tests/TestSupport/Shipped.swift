import Foundation
import Profiles

/// The scenarios that are shipped.
package enum Shipped {
  /// Those that hold for every family.
  package static func everyApp() throws -> [Scenario] { try read("Profiles/every-app") }

  /// All that `oktasim run Profiles/sample-app` runs.
  package static func forSampleApp() throws -> [Scenario] {
    try read("Profiles/sample-app") + everyApp()
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
