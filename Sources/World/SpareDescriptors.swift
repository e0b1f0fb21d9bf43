import Loop
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Descriptors that are kept for a file which has to be written even where connections have taken all
/// others.
package final class SpareDescriptors: Sendable {
  /// A file and its folder.
  private static let count = 2

  private let held: Mutex<[Int32]>

  package init() throws(SystemError) {
    held = Mutex(try SpareDescriptors.hold())
  }

  deinit { held.withLock { SpareDescriptors.free($0) } }

  /// Writes while they are free.
  package func whileFree<Result>(_ write: () -> Result) -> Result {
    held.withLock { held in
      SpareDescriptors.free(held)
      defer { held = (try? SpareDescriptors.hold()) ?? [] }
      return write()
    }
  }

  private static func hold() throws(SystemError) -> [Int32] {
    var all: [Int32] = []
    for _ in 0..<count {
      let one = open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard one >= 0 else {
        let error = SystemError(code: errno, call: "open")
        free(all)
        throw error
      }
      all.append(one)
    }
    return all
  }

  private static func free(_ all: [Int32]) {
    for one in all { close(one) }
  }
}
