import Foundation
import JSON
import World

/// Reads the files that a command line names, within a bound.
package enum TextFile {
  /// Profiles and scenarios are a few kilobytes; what is longer is another file by mistake.
  private static let maximumBytes = 1 << 20

  /// - Parameters:
  ///   - what: `profile`, for messages.
  ///   - maximumBytes: At least 1 MiB.
  ///   - otherwise: What to say of a path where there is nothing, and nothing of a like name.
  package static func read(
    _ path: String,
    what: String,
    maximumBytes: Int = maximumBytes,
    otherwise: String? = nil
  ) throws(SourceError) -> SourceText {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw SourceError(
        problem: "could not read the \(what): there is no such file",
        file: path,
        help: neighbour(of: path).map { "did you mean '\($0)'?" } ?? otherwise
      )
    }
    guard !isFolder.boolValue else {
      throw SourceError(problem: "could not read the \(what): this is a folder", file: path)
    }
    // A pipe may never end, and to open it may take as long.
    guard StateFile.isPlain(path) else {
      throw SourceError(
        problem: "could not read the \(what): this is a pipe or a device, not a file",
        file: path
      )
    }
    let handle: FileHandle
    do {
      handle = try StateFile.openForReading(path)
    } catch {
      throw SourceError(problem: "could not read the \(what): \(error.words)", file: path)
    }
    let content: Data
    do {
      content = try handle.read(upToCount: maximumBytes + 1) ?? Data()
    } catch {
      throw SourceError(problem: "could not read the \(what): reading failed", file: path)
    }
    let source = SourceText(file: path, bytes: Array(content))
    try checkSize(of: source, what: what, maximumBytes: maximumBytes)
    return source
  }

  /// What stands in the same folder under a name that is nearly the same, or goes on from it.
  private static func neighbour(of path: String) -> String? {
    let whole = path.hasSuffix("/") ? path.dropLast() : path[...]
    let folder = whole.lastIndex(of: "/").map { String(whole[...$0]) } ?? ""
    let name = String(whole.dropFirst(folder.count))
    guard !name.isEmpty else { return nil }
    let place = folder.isEmpty ? "." : folder
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted()
    let found = Suggestion.nearest(to: name, among: names) ?? names.first { $0.hasPrefix(name) }
    return found.map { folder + $0 }
  }

  package static func checkSize(
    of source: SourceText,
    what: String,
    maximumBytes: Int = maximumBytes
  ) throws(SourceError) {
    guard source.bytes.count <= maximumBytes else {
      throw SourceError(
        problem:
          "the \(what) is longer than \(maximumBytes >> 20) MiB, which is the most that is read",
        file: source.file
      )
    }
  }
}
