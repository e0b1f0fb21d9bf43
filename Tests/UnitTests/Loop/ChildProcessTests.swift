import Foundation
import Loop
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct ChildProcessTests {
  #if os(Linux)
  /// More than that many files may be open at a time, where the machine lets a process have them.
  private static let high: Int32 = {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit.rlim_cur > 3000 ? 3000 : 900
  }()

  /// Whoever waits for this program's end by a descriptor that it was given waits for no other.
  @Test(arguments: [3, 900, high]) func `a program is given nothing that is open here`(
    from lowest: Int32
  ) throws {
    let given = fcntl(0, F_DUPFD, lowest)
    #expect(given >= lowest)
    defer { close(given) }
    let pipe = Pipe()
    let listing = try ChildProcess(
      ["/bin/ls", "-1", "/proc/self/fd"],
      output: pipe.fileHandleForWriting.fileDescriptor,
      errors: 2
    )
    try pipe.fileHandleForWriting.close()
    let text = try String(decoding: pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(listing.wait().reason == .exited(0))
    // The fourth is the folder that is being read.
    #expect(text.split(separator: "\n").compactMap { Int32($0) }.sorted() == [0, 1, 2, 3])
  }
  #endif
}
