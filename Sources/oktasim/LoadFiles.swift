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
  /// - Returns: What could not be written; nil where all was.
  static func keep(
    _ result: inout LoadResult,
    _ settings: LoadSettings,
    _ arguments: Arguments
  ) -> CommandError? {
    do throws(CommandError) {
      try write(&result, settings, arguments)
      return nil
    } catch {
      return error
    }
  }

  private static func write(
    _ result: inout LoadResult,
    _ settings: LoadSettings,
    _ arguments: Arguments
  ) throws(CommandError) {
    if let grants = result.grants, let path = arguments.text("--grants") {
      try write(grants.content, path)
    }
    guard !result.leftInApp.isEmpty, settings.profile.embeddedSampleApp == nil else { return }
    let path = LeftFile.name(settings)
    try write(LeftFile(settings, result.leftInApp).content, path)
    result.leftFile = path
  }

  static func write(_ bytes: [UInt8], _ path: String) throws(CommandError) {
    do {
      try StateFile.writeNow(bytes, path: path)
    } catch {
      let reason = (error as? SystemError)?.words ?? (error as? StateFile.Failure)?.reason
      throw .usage(UsageError("\(path) could not be written: \(reason ?? "\(error)")"))
    }
  }
}
