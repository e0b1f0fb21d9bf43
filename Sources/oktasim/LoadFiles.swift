import Foundation
import Load
import Loop
import Profiles
import World

/// What a load reads and leaves besides its reports.
enum LoadFiles {
  /// The grants of `--grants`; nil without it.
  static func savedGrants(
    _ arguments: Arguments,
    _ profile: IntegrationProfile
  ) throws(UsageError) -> SavedGrants? {
    guard let path = arguments.text("--grants") else { return nil }
    guard profile.embeddedSampleApp == nil else {
      throw UsageError(
        "--grants is for an app that outlives the load, and \(profile.file) has the sample app embedded"
      )
    }
    let bytes = try? [UInt8](Data(contentsOf: URL(filePath: path)))
    if bytes == nil, FileManager.default.fileExists(atPath: path) {
      throw UsageError("could not read '\(path)', which --grants names")
    }
    do throws(SavedGrants.Problem) {
      if let bytes { return try SavedGrants(bytes, profile) }
      return try SavedGrants(profile)
    } catch {
      throw UsageError("--grants \(path): \(error.words)", help: "name another file")
    }
  }

  /// Writes the grants that are alive, and who is left in the app.
  ///
  /// - Returns: Whether all of it was written; what was not is told.
  static func keep(
    _ result: inout LoadResult,
    _ settings: LoadSettings,
    _ arguments: Arguments,
    _ terminal: Terminal
  ) -> Bool {
    var isKept = true
    if let grants = result.grants, let path = arguments.text("--grants") {
      isKept = write(grants.content, path, terminal)
    }
    guard settings.profile.embeddedSampleApp == nil else { return isKept }
    if result.leftInApp.isEmpty {
      unlink(LeftFile.name(settings))
    } else if list(result.leftInApp, settings, terminal) {
      result.leftFile = LeftFile.name(settings)
    } else {
      isKept = false
    }
    return isKept
  }

  /// Writes who is left in the app, or will be where the clean-up is not let to its end.
  static func list(
    _ left: [LeftInApp],
    _ settings: LoadSettings,
    _ terminal: Terminal
  ) -> Bool {
    write(LeftFile(settings, left).content, LeftFile.name(settings), terminal)
  }

  /// Gives false where it could not be written, which it tells.
  static func write(_ bytes: [UInt8], _ path: String, _ terminal: Terminal) -> Bool {
    do {
      try StateFile.writeNow(bytes, path: path)
      return true
    } catch {
      terminal.printError("\(error)")
      return false
    }
  }
}
