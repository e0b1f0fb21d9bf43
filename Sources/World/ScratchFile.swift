import Foundation
import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file without a name, which is gone with its last use: what stands in it lies on no disk for others
/// to find.
package final class ScratchFile: Sendable {
  /// Others may write to it; what they write is added at its end.
  package let descriptor: Int32

  package init() throws(SystemError) {
    let path = NSTemporaryDirectory() + "oktasim-\(UUID().uuidString)"
    descriptor = try Sys.check(
      open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600),
      "open"
    )
    unlink(path)
  }

  deinit { close(descriptor) }

  /// What stands at its end: at most so many bytes.
  package func end(_ most: Int) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return [] }
    let start = max(0, Int(status.st_size) - most)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size) - start)
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes { raw in
        pread(descriptor, raw.baseAddress?.advanced(by: count), raw.count - count, start + count)
      }
      if read < 0, errno == EINTR { continue }
      guard read > 0 else { break }
      count += read
    }
    return Array(bytes[..<count])
  }
}
