// Not only Glibc: a clean build found SOCK_STREAM in the one module or the other, as it came.
import CSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A system call that failed.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
  package let code: Int32
  /// The call, as its manual page is called.
  package let call: String

  package init(code: Int32, call: String) {
    self.code = code
    self.call = call
  }

  /// The system's own words in lower case: `connection refused`.
  package var words: String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// Whether the process, or the machine, may open nothing more.
  package var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }

  /// Whether no local port is left for a connection (connect(2), of sockets that are not bound).
  package var isOutOfPorts: Bool { code == EADDRNOTAVAIL && call == "connect" }

  /// Whether the same may go a moment later.
  package var isTemporary: Bool { code == EAGAIN }

  package var description: String {
    "\(words) (\(call))" + (isOutOfDescriptors ? "; raise the limit with ulimit -n" : "")
  }
}

/// System calls with one spelling.
///
/// Each gives its result or throws `SystemError`.
package enum Sys {
  /// What a call on a descriptor that does not wait came to.
  package enum Outcome: Sendable, Equatable {
    case done(Int)
    case wouldWait
  }

  @discardableResult
  package static func check(_ result: Int32, _ call: String) throws(SystemError) -> Int32 {
    if result < 0 { throw SystemError(code: errno, call: call) }
    return result
  }

  /// Reads what is there.
  ///
  /// `.done(0)` is the end of the stream.
  package static func read(
    _ descriptor: Int32,
    _ buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Outcome {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return .done(count) }
      if errno == EINTR { continue }
      if errno == EAGAIN || errno == EWOULDBLOCK { return .wouldWait }
      throw SystemError(code: errno, call: "recv")
    }
  }

  /// Writes as much as goes.
  package static func write(
    _ descriptor: Int32,
    _ buffer: UnsafeRawBufferPointer
  ) throws(SystemError) -> Outcome {
    while true {
      let count = send(descriptor, buffer.baseAddress, buffer.count, noSignal)
      if count >= 0 { return .done(count) }
      if errno == EINTR { continue }
      if errno == EAGAIN || errno == EWOULDBLOCK { return .wouldWait }
      throw SystemError(code: errno, call: "send")
    }
  }

  /// Says that nothing more comes; the other direction stays open.
  package static func endWriting(_ descriptor: Int32) {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  package static func close(_ descriptor: Int32) {
    #if canImport(Glibc)
    _ = Glibc.close(descriptor)
    #else
    _ = Darwin.close(descriptor)
    #endif
  }

  /// A pipe that other children do not inherit.
  package static func pipe() throws(SystemError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Glibc)
    try check(Glibc.pipe(&ends), "pipe")
    #else
    try check(Darwin.pipe(&ends), "pipe")
    #endif
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Sends a signal to a process, or to a group by its negative number; one that is gone needs none.
  static func signal(_ id: pid_t, _ number: Int32) {
    _ = kill(id, number)
  }

  /// The error that a connection attempt ended with, or nil.
  package static func socketError(_ descriptor: Int32) -> SystemError? {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code == 0 ? nil : SystemError(code: code, call: "connect")
  }

  /// A socket that listens on a loopback address.
  ///
  /// - Parameter port: 0 for any free one.
  /// - Returns: The descriptor and the port that it got.
  package static func listenOnLoopback(
    port: Int
  ) throws(SystemError) -> (descriptor: Int32, port: Int) {
    let descriptor = try streamSocket(AF_INET)
    do throws(SystemError) {
      var yes: Int32 = 1
      setsockopt(
        descriptor,
        SOL_SOCKET,
        SO_REUSEADDR,
        &yes,
        socklen_t(MemoryLayout<Int32>.size)
      )
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port).bigEndian)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      try withUnsafePointer(to: &address) { pointer throws(SystemError) in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          generic throws(SystemError) in
          _ = try check(bind(descriptor, generic, size), "bind")
        }
      }
      try check(listen(descriptor, 1024), "listen")
      _ = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          getsockname(descriptor, $0, &size)
        }
      }
      return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Starts a connection that does not wait.
  package static func connect(to address: SocketAddress) throws(SystemError) -> Int32 {
    let descriptor = try streamSocket(address.family)
    if !address.isLocal { setNoDelay(descriptor) }
    let result = address.withPointer { pointer, size in
      #if canImport(Glibc)
      Glibc.connect(descriptor, pointer, size)
      #else
      Darwin.connect(descriptor, pointer, size)
      #endif
    }
    if result < 0, errno != EINPROGRESS {
      let code = errno
      close(descriptor)
      throw SystemError(code: code, call: "connect")
    }
    return descriptor
  }

  package static func setNoDelay(_ descriptor: Int32) {
    var yes: Int32 = 1
    setsockopt(
      descriptor,
      Int32(IPPROTO_TCP),
      TCP_NODELAY,
      &yes,
      socklen_t(MemoryLayout<Int32>.size)
    )
  }

  /// The addresses of a host, in the system's order.
  ///
  /// This waits: call it off the loop.
  package static func lookUp(host: String, port: Int) throws(NameError) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = streamType
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else {
      throw NameError(words: String(cString: gai_strerror(code)), isForWantOfDescriptors: !hasRoom)
    }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next?.pointee {
      if let address = entry.ai_addr {
        addresses.append(
          SocketAddress(family: entry.ai_family, pointer: address, size: entry.ai_addrlen)
        )
      }
      next = entry.ai_next
    }
    return addresses
  }

  /// Whether a descriptor is free: the system's resolver says nothing of the sort.
  private static var hasRoom: Bool {
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  /// Throws where the process may not open so many descriptors more: for what ends it where it lacks
  /// one.
  ///
  /// None is opened for it, which another thread might lack meanwhile.
  package static func requireDescriptors(_ count: Int) throws(SystemError) {
    let limit = descriptorLimit().rlim_cur
    var free = 0
    for descriptor in 0..<Int32(clamping: limit) where fcntl(descriptor, F_GETFD) < 0 {
      free += 1
      if free == count { return }
    }
    throw SystemError(code: EMFILE, call: "getrlimit")
  }

  /// Lets a process open as many descriptors as the system allows it.
  package static func raiseDescriptorLimit() {
    var limit = descriptorLimit()
    limit.rlim_cur = limit.rlim_max
    setrlimit(descriptors, &limit)
  }

  private static func descriptorLimit() -> rlimit {
    var limit = rlimit()
    getrlimit(descriptors, &limit)
    return limit
  }

  #if canImport(Glibc)
  private static let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
  private static let descriptors = RLIMIT_NOFILE
  #endif
}

/// A name that could not be looked up.
package struct NameError: Error, Sendable, Equatable {
  package let words: String
  package let isForWantOfDescriptors: Bool
}

/// An address to connect to, as the system gave it.
package struct SocketAddress: Sendable, Equatable {
  package let family: Int32
  private let bytes: [UInt8]

  init(family: Int32, pointer: UnsafePointer<sockaddr>, size: socklen_t) {
    self.family = family
    self.bytes = Array(UnsafeRawBufferPointer(start: pointer, count: Int(size)))
  }

  /// A socket of this machine by its path (unix(7)); nil where the path is too long or holds a zero.
  package init?(path: String) {
    var address = sockaddr_un()
    let path = Array(path.utf8)
    // The system wants the zero behind it, too.
    guard path.count < MemoryLayout.size(ofValue: address.sun_path), !path.contains(0) else {
      return nil
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    family = AF_UNIX
    bytes = withUnsafeBytes(of: &address) { Array($0) }
  }

  /// Whether it is a socket of this machine that no network reaches.
  package var isLocal: Bool { family == AF_UNIX }

  package func withPointer<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
    bytes.withUnsafeBytes { raw in
      // Copied to storage that is aligned for a sockaddr.
      var storage = sockaddr_storage()
      withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: UnsafeRawBufferPointer(raw)) }
      return withUnsafePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(bytes.count))
        }
      }
    }
  }

  /// The address itself, in network order: 4 octets of IPv4, 16 of IPv6, none of anything else.
  package var octets: [UInt8] {
    switch family {
    case AF_INET:
      guard let offset = MemoryLayout<sockaddr_in>.offset(of: \.sin_addr) else { return [] }
      return Array(bytes.dropFirst(offset).prefix(4))
    case AF_INET6:
      guard let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) else { return [] }
      return Array(bytes.dropFirst(offset).prefix(16))
    default: return []
    }
  }

  /// The address in numbers, without the port; of a socket of this machine its path.
  package var numericHost: String {
    if isLocal {
      let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0
      return "unix:" + String(decoding: bytes.dropFirst(start).prefix { $0 != 0 }, as: UTF8.self)
    }
    return withPointer { pointer, size in
      var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      guard getnameinfo(pointer, size, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0
      else { return "?" }
      return String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
}
