import Foundation
import HTTP
import Loop
import Synchronization
import World

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A program that signs in in the browser's place (`login.command`).
///
/// It gets the authorization URL as its last argument and prints the URL that the app sent it to;
/// the last line that is not empty counts.
package struct LoginCommand: Sendable {
  package var arguments: [String]
  /// Where it runs; nil for the current folder.
  package var folder: String?
  /// In real time, whatever clock the loop has: the program lives outside of it.
  package var timeLimit: Duration

  package init(
    _ arguments: [String],
    folder: String? = nil,
    timeLimit: Duration = .seconds(120)
  ) {
    self.arguments = arguments
    self.folder = folder
    self.timeLimit = timeLimit
  }

  /// Runs the command on a helper thread of the loop.
  ///
  /// - Returns: The URL that it printed, which starts with the redirect URI.
  package func run(
    _ start: HTTPURL,
    redirectURI: String,
    loop: EventLoop
  ) async throws(BrowserError) -> String {
    guard let program = arguments.first, !program.isEmpty else {
      throw BrowserError(.setting, "login.command is empty")
    }
    guard let target = RedirectTarget(redirectURI) else {
      throw BrowserError(.setting, "the redirect URI '\(redirectURI)' is no http or https URL")
    }
    let doing = "running login.command '\(program)'"
    let line = arguments + [start.description]
    let stop = StopSign()
    let ended: ChildProcess.End
    do {
      ended = try await withTaskCancellationHandler {
        try await loop.offload { [folder, timeLimit] in
          try ChildProcess.run(line, folder: folder, timeLimit: timeLimit, stop: stop)
        }
      } onCancel: {
        stop.set()
      }
    } catch {
      throw BrowserError(.command, "\(doing): it could not be started: \(error)")
    }

    let redaction = Redaction()
    let lastWords =
      LoginCommand.lastLine(of: ended.standardError)
      .map { "; its last words: \(redaction.quote($0))" } ?? ""
    switch ended.reason {
    case .exited(0): break
    case .exited(let code):
      throw BrowserError(.command, "\(doing): it ended with exit code \(code)\(lastWords)")
    case .killed(let signal):
      throw BrowserError(.command, "\(doing): it was ended by signal \(signal)\(lastWords)")
    case .timedOut:
      throw BrowserError(
        .command,
        "\(doing): it did not end within \(timeLimit.inSeconds)\(lastWords)"
      )
    case .stopped:
      throw BrowserError(.command, "\(doing): it was given up, since the run was interrupted")
    }
    guard let printed = LoginCommand.lastLine(of: ended.standardOutput) else {
      throw BrowserError(.command, "\(doing): it printed no URL\(lastWords)")
    }
    guard let url = HTTPURL(printed) else {
      // Behind it there may be a code that nobody has learned.
      let beforeQuery = String(printed.prefix { $0 != "?" && $0 != "#" })
      throw BrowserError(
        .command,
        "\(doing): its last line is no URL: \"\(redaction.quote(beforeQuery))\"\(lastWords)"
      )
    }
    guard target.matches(url) else {
      throw BrowserError(
        .command,
        "\(doing): it ended at \(url.withoutQuery), not at the redirect URI "
          + "\(target.url.withoutQuery)\(lastWords)"
      )
    }
    return printed
  }

  private static func lastLine(of output: [UInt8]) -> String? {
    String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .last { !$0.isEmpty }
  }
}

/// Says from another thread that it is enough.
private final class StopSign: Sendable {
  private let flag = Atomic(false)
  var isSet: Bool { flag.load(ordering: .relaxed) }
  func set() { flag.store(true, ordering: .relaxed) }
}

/// A program that is run and read to its end, on a thread that may wait.
private enum ChildProcess {
  enum Reason {
    case exited(Int32)
    case killed(Int32)
    case timedOut
    case stopped
  }

  struct End {
    var reason: Reason
    /// The last part of what it wrote.
    var standardOutput: [UInt8]
    var standardError: [UInt8]
  }

  private static let keptBytes = 64 << 10
  /// How often the child's end, the time limit and the stop sign are looked at while it is silent.
  private static let pollMilliseconds: Int32 = 20

  static func run(
    _ arguments: [String],
    folder: String?,
    timeLimit: Duration,
    stop: StopSign
  ) throws(SystemError) -> End {
    let output = try pipe()
    defer { Sys.close(output.read) }
    let errors: (read: Int32, write: Int32)
    do {
      errors = try pipe()
    } catch {
      Sys.close(output.write)
      throw error
    }
    defer { Sys.close(errors.read) }
    let child: pid_t
    do {
      defer {
        Sys.close(output.write)
        Sys.close(errors.write)
      }
      child = try spawn(arguments, folder: folder, output: output.write, errors: errors.write)
    }

    // A child process lives in real time.
    let deadline = ContinuousClock.now + timeLimit
    var streams = [Stream(output.read), Stream(errors.read)]
    var status: Int32 = 0
    var reason: Reason?
    while reason == nil {
      read(&streams, wait: pollMilliseconds)
      // Its own end counts, not the end of its pipes: it may leave others behind that hold them.
      if waitpid(child, &status, WNOHANG) == child {
        reason = ending(status)
      } else if stop.isSet {
        reason = .stopped
      } else if ContinuousClock.now >= deadline {
        reason = .timedOut
      }
    }
    switch reason {
    case .stopped, .timedOut:
      // The whole group, so that a script takes along what it started.
      kill(-child, SIGKILL)
      waitpid(child, &status, 0)
    default: break
    }
    // What it left in the pipes; a bound, for those that it left behind may go on writing.
    for _ in 0..<64 where !read(&streams, wait: 0) { break }
    return End(
      reason: reason ?? .stopped,
      standardOutput: streams[0].bytes,
      standardError: streams[1].bytes
    )
  }

  private struct Stream {
    let descriptor: Int32
    var bytes: [UInt8] = []
    var isOpen = true

    init(_ descriptor: Int32) { self.descriptor = descriptor }
  }

  /// Reads what is there; false where nothing was.
  @discardableResult
  private static func read(_ streams: inout [Stream], wait: Int32) -> Bool {
    var polled = streams.map {
      pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0)
    }
    guard poll(&polled, nfds_t(polled.count), wait) > 0 else { return false }
    var hasRead = false
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    for index in streams.indices where polled[index].revents != 0 {
      #if canImport(Glibc)
      let count = Glibc.read(streams[index].descriptor, &buffer, buffer.count)
      #else
      let count = Darwin.read(streams[index].descriptor, &buffer, buffer.count)
      #endif
      guard count > 0 else {
        streams[index].isOpen = count < 0 && errno == EINTR
        continue
      }
      hasRead = true
      streams[index].bytes += buffer[..<count]
      if streams[index].bytes.count > 2 * keptBytes {
        streams[index].bytes.removeFirst(streams[index].bytes.count - keptBytes)
      }
    }
    return hasRead
  }

  /// The macros WIFEXITED and their like, which Swift does not see.
  private static func ending(_ status: Int32) -> Reason {
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal)
  }

  /// A pipe that other children do not inherit.
  private static func pipe() throws(SystemError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Glibc)
    try Sys.check(Glibc.pipe(&ends), "pipe")
    #else
    try Sys.check(Darwin.pipe(&ends), "pipe")
    #endif
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ arguments: [String],
    folder: String?,
    output: Int32,
    errors: Int32
  ) throws(SystemError) -> pid_t {
    #if canImport(Glibc)
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    #else
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // A group of its own, so that all of it can be ended, and no signal of ours ignored in it.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let environment = ProcessInfo.processInfo.environment.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value)" }
    // Changing the folder is no action of posix_spawn in every C library, so a shell does it.
    let line =
      folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0] + arguments } ?? arguments
    var argv = line.map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, line[0], &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw SystemError(code: code, call: "posix_spawn") }
    return child
  }
}
