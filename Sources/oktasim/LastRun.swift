import Foundation
import JSON
import Profiles
import Simulation
import World

/// The reports of the last runs, of each profile one: `Recordings/<profile>/last.json`.
enum LastRun {
  static let name = "last.json"
  /// What a report of a long run comes to.
  static let mostBytes = 64 << 20

  /// The newest of those that had a baseline, or else the only one there is.
  static func path(withBaseline file: String) throws(CommandError) -> String {
    let root = RunArguments.recordings
    let manager = FileManager.default
    let folders = ((try? manager.contentsOfDirectory(atPath: root)) ?? []).sorted()
    let all = folders.map { "\(root)/\($0)/\(name)" }.filter(StateFile.isPlain)
    func date(_ path: String) -> Date {
      (try? manager.attributesOfItem(atPath: path))?[.modificationDate] as? Date ?? .distantPast
    }
    let own = all.filter { baseline(ofReport: $0).map { isSame($0, file) } ?? false }
    if let newest = own.max(by: { date($0) < date($1) }) { return newest }
    guard all.count == 1 else {
      throw .usage(
        UsageError(
          all.isEmpty
            ? "no run is kept below \(root)" : "no run below \(root) had the baseline \(file)",
          help: "write oktasim run <profile> --baseline \(file), or name its report with --json"
        )
      )
    }
    return all[0]
  }

  /// The report of the last run whose recordings stand where this one's go; nil where there is none that
  /// can be read.
  static func report(_ settings: RunSettings) -> JSONValue? {
    settings.recordingFolder.flatMap { report(at: "\($0)/\(name)") }
  }

  private static func report(at path: String) -> JSONValue? {
    guard let source = try? TextFile.read(path, what: "report", maximumBytes: mostBytes) else {
      return nil
    }
    return try? JSONReader.read(source.bytes)
  }

  private static func baseline(ofReport path: String) -> String? {
    report(at: path)?["baseline"]?["file"]?.string
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    func plain(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
    return plain(left) == plain(right)
  }
}
