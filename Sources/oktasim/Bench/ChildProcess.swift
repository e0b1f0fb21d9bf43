import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A program that runs beside this one.
struct ChildProcess: Sendable {
  let id: pid_t

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// How it ended, and the processor time it took.
  struct End: Sendable {
    /// The exit status, or 128 and the signal's number.
    var status: Int32
    var processorTime: Duration
  }

  /// Starts `program` with both of its outputs in a file.
  init(_ program: String, _ arguments: [String], output: String) throws(Failure) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)

    // A signal that is ignored here would be ignored there too.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var id = pid_t()
    let code = posix_spawn(&id, program, &actions, &attributes, words, environ)
    guard code == 0 else {
      let reason = SystemError(code: code, call: "posix_spawn").words
      throw Failure(description: "could not start '\(program)': \(reason)")
    }
    self.id = id
  }

  /// Waits until it has ended: call it off the loop.
  func wait() -> End {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(id, &status, 0, &usage) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return End(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      processorTime: usage.processorTime
    )
  }

  /// Asks it to end.
  func terminate() { kill(id, SIGTERM) }

  /// The file of a program that is called by its name, or nil where there is none.
  static func find(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    // Servers stand where an ordinary user's PATH does not look.
    let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}

extension rusage {
  /// In the program's own code and in the system's on its behalf.
  var processorTime: Duration {
    func duration(_ time: timeval) -> Duration {
      .seconds(Int64(time.tv_sec)) + .microseconds(Int64(time.tv_usec))
    }
    return duration(ru_utime) + duration(ru_stime)
  }

  /// This process's own.
  static var ofThisProcess: rusage {
    var usage = rusage()
    #if canImport(Glibc)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
    getrusage(RUSAGE_SELF, &usage)
    #endif
    return usage
  }
}
