import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that grows: what was added is there for others at once.
///
/// The descriptor is written to by one caller at a time; it is closed with the last use.
package final class GrowingFile: Sendable {
  package enum Start: Sendable {
    /// What stood there before is gone.
    case empty
    /// Behind what stands there.
    case end
  }

  private let path: String
  private let descriptor: Int32

  /// Opens the file, with the folders above it; a new one has the mode 0600.
  package init(path: String, from start: Start) throws {
    self.path = path
    try StateFile.makeFolder(StateFile.folder(of: path))
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND | (start == .empty ? O_TRUNC : 0)
    descriptor = open(path, flags, 0o600)
    guard descriptor >= 0 else { throw StateFile.failure(path) }
  }

  deinit { close(descriptor) }

  /// Writes to the end, whole; this waits: call it off the loop.
  package func append(_ bytes: [UInt8]) throws {
    try StateFile.writeAll(bytes, to: descriptor, path: path)
  }
}
