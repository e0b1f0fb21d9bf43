import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Two ends of a connection, neither of which waits.
package enum SocketPair {
  package static func open() throws -> (Int32, Int32) {
    var descriptors: [Int32] = [0, 0]
    #if canImport(Glibc)
    let type = Int32(
      SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    )
    #else
    let type = SOCK_STREAM
    #endif
    try Sys.check(socketpair(AF_UNIX, type, 0, &descriptors), "socketpair")
    return (descriptors[0], descriptors[1])
  }

  /// Closes one end so that the other sees it at once.
  ///
  /// `close` alone does not do: a program that another test starts holds a copy until it is another.
  package static func end(_ descriptor: Int32) {
    shutdown(descriptor, Int32(SHUT_RDWR))
    Sys.close(descriptor)
  }
}
