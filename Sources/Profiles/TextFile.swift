import Foundation
import JSON

/// Reads the files that people write, within a bound.
enum TextFile {
  /// Profiles and scenarios are a few kilobytes; what is longer is another file by mistake.
  static let maximumBytes = 1 << 20

  static func read(_ path: String, what: String) throws(SourceError) -> SourceText {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw SourceError(problem: "could not read the \(what): there is no such file", file: path)
    }
    guard !isFolder.boolValue else {
      throw SourceError(problem: "could not read the \(what): this is a folder", file: path)
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw SourceError(
        problem: "could not read the \(what): the file could not be opened",
        file: path
      )
    }
    defer { try? handle.close() }
    let content: Data
    do {
      content = try handle.read(upToCount: maximumBytes + 1) ?? Data()
    } catch {
      throw SourceError(problem: "could not read the \(what): reading failed", file: path)
    }
    let source = SourceText(file: path, bytes: Array(content))
    try checkSize(of: source, what: what)
    return source
  }

  static func checkSize(of source: SourceText, what: String) throws(SourceError) {
    guard source.bytes.count <= maximumBytes else {
      throw SourceError(
        problem: "the \(what) is longer than 1 MiB, which is the most that is read",
        file: source.file
      )
    }
  }
}
