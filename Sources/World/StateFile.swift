import Foundation
import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that is written whole or not at all: whoever reads it after a crash finds the old
/// content or the new one.
package struct StateFile: Sendable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// A file that could not be read or written.
  package struct Failure: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }

    package var description: String { "could not write \(path): \(reason)" }
  }

  /// Writes a temporary file beside it, syncs it, renames it and syncs the folder; mode 0600.
  ///
  /// What is no plain file, such as a pipe or `/dev/stdout`, is written to as it is.
  ///
  /// On a helper thread of `loop`, since syncing waits for the disk.
  package func write(_ bytes: [UInt8], on loop: EventLoop) async throws {
    let path = self.path
    try await loop.offload { try StateFile.writeNow(bytes, path: path) }
  }

  /// Whether there is a file that holds what it holds: no pipe, no device.
  package static func isPlain(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether there is something that is written through to whoever reads it: a pipe, a device.
  package static func isStream(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// A file to read from, closed with its last use.
  package static func openForReading(_ path: String) throws(SystemError) -> FileHandle {
    let descriptor = try Sys.check(open(path, O_RDONLY | O_CLOEXEC), "open")
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// What stands before the last slash of a path; empty for the current folder.
  ///
  /// Foundation's `deletingLastPathComponent` ends the process on a name of one character.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The same on this thread; only where no loop runs.
  package static func writeNow(_ bytes: [UInt8], path: String) throws {
    try writeNow(path: path) { write in try write(bytes) }
  }

  /// Throws what writing this file would, as far as can be told before; writes nothing to it.
  package static func requireWritable(_ path: String) throws {
    if isStream(path) { return }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw Failure(path: path, reason: "it is a folder")
    }
    let beside = target(of: path) + ".\(getpid()).tmp"
    try writeNow([], path: beside)
    unlink(beside)
  }

  /// Writes what `content` hands over, one piece after the other, in the same way.
  ///
  /// - Parameter followsLinks: Whether a link, a pipe or a device at the path is written through, as a
  ///   person asks for who names it; else it is replaced.
  package static func writeNow(
    path: String,
    followsLinks: Bool = true,
    _ content: (_ write: ([UInt8]) throws -> Void) throws -> Void
  ) throws {
    if followsLinks, try writeInPlace(path: path, content) { return }
    let path = followsLinks ? target(of: path) : path
    let folder = StateFile.folder(of: path)
    try makeFolder(folder)
    let temporary = path + ".\(getpid()).tmp"
    // What a crashed process of the same number left may have another owner or mode.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    do {
      try content { bytes in try writeAll(bytes, to: descriptor, path: path) }
      guard fsync(descriptor) == 0 else { throw failure(path) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let failure = failure(path)
      unlink(temporary)
      throw failure
    }
    let folderDescriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }

  /// Writes to what is no plain file; gives false where it is one, or nothing yet.
  private static func writeInPlace(
    path: String,
    _ content: (_ write: ([UInt8]) throws -> Void) throws -> Void
  ) throws -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return false }
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    try content { bytes in try writeAll(bytes, to: descriptor, path: path) }
    return true
  }

  /// Where the symbolic links end that `path` may be: renaming onto a link would replace the link.
  private static func target(of path: String) -> String {
    var path = path
    // As many as Linux follows (path_resolution(7)); a ring of links then fails as one.
    for _ in 0..<40 {
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
        return path
      }
      let folder = StateFile.folder(of: path)
      path = next.hasPrefix("/") ? next : (folder as NSString).appendingPathComponent(next)
    }
    return path
  }

  /// Makes a folder and those above it, where they are missing.
  package static func makeFolder(_ path: String) throws {
    guard !path.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw Failure(
        path: path,
        reason: isThere ? "it is a file, not a folder" : "the folder could not be made"
      )
    }
  }

  package static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        #if canImport(Glibc)
        Glibc.write(descriptor, raw.baseAddress?.advanced(by: offset), raw.count - offset)
        #else
        Darwin.write(descriptor, raw.baseAddress?.advanced(by: offset), raw.count - offset)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path)
      }
      offset += count
    }
  }

  static func failure(_ path: String) -> Failure {
    Failure(path: path, reason: SystemError(code: errno, call: "write").words)
  }
}
