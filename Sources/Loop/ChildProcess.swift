import CSystem
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A program that runs beside this one, in a process group of its own, and never longer.
///
/// What it leaves in its group when it ends is ended too. On Linux the program itself is killed even
/// where this one has no time to do so (a parent-death signal).
package final class ChildProcess: Sendable {
  /// How it ended, and the processor time it took.
  package struct End: Sendable {
    package enum Reason: Sendable, Equatable {
      case exited(Int32)
      /// By the signal of this number.
      case killed(Int32)
    }

    package var reason: Reason
    package var usage: rusage
  }

  /// Of this process, with those of them that were started and have not been waited for.
  private static let running = Mutex<Set<pid_t>>([])

  /// Linux sends the parent-death signal when the *thread* that started a child ends, so all are
  /// started on one that never does.
  private static let launcher = HelperThreads(limit: 1)

  private let id: pid_t

  /// Starts a program with nothing to read.
  ///
  /// This waits until it runs: call it off the loop.
  ///
  /// - Parameters:
  ///   - words: The program, looked for as a shell does, and its arguments.
  ///   - folder: Where it runs; nil for the current folder.
  ///   - output: The descriptor that becomes its standard output; it stays the caller's.
  ///   - errors: The one that becomes its standard error.
  package init(
    _ words: [String],
    folder: String? = nil,
    output: Int32,
    errors: Int32
  ) throws(SystemError) {
    let started = ChildProcess.launcher.run {
      ChildProcess.start(words, folder, output, errors)
    }
    id = try started.get()
  }

  private static func start(
    _ words: [String],
    _ folder: String?,
    _ output: Int32,
    _ errors: Int32
  ) -> Result<pid_t, SystemError> {
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // Whoever started this program may have it ignored, and ends are lost then.
    signal(SIGCHLD, SIG_DFL)
    // One that is started while all are ended must not be missed.
    return running.withLock { running in
      var call: UnsafePointer<CChar>?
      let child = start_program(&arguments, folder, output, errors, &call)
      if child < 0 {
        let code = errno
        let name = call.map { String(cString: $0) } ?? "fork"
        return .failure(SystemError(code: code, call: name))
      }
      running.insert(child)
      return .success(child)
    }
  }

  /// Its end, where it has ended and nobody has taken it; what it left in its group is ended then.
  package func poll() -> End? { takeEnd(waits: false) }

  /// Waits until it has ended, which nobody has taken: call it off the loop.
  package func wait() -> End {
    guard let end = takeEnd(waits: true) else { preconditionFailure("its end was taken before") }
    return end
  }

  /// Asks it to end, and all that is in its group.
  package func terminate() { Sys.signal(-id, SIGTERM) }

  /// Ends it, and all that is in its group.
  package func kill() { Sys.signal(-id, SIGKILL) }

  /// Ends all that this process has started, and all that is in their groups.
  package static func killAll() {
    running.withLock { running in
      for id in running { Sys.signal(-id, SIGKILL) }
    }
  }

  private func takeEnd(waits: Bool) -> End? {
    // Not reaped yet, so that its number is nobody else's while its group is ended.
    var information = siginfo_t()
    let flags = WEXITED | WNOWAIT | (waits ? 0 : WNOHANG)
    while waitid(P_PID, id_t(id), &information, flags) < 0 {
      guard errno == EINTR else { return nil }
    }
    guard information.si_signo == SIGCHLD else { return nil }
    return ChildProcess.running.withLock { running in
      Sys.signal(-id, SIGKILL)
      var status: Int32 = 0
      var usage = rusage()
      while wait4(id, &status, 0, &usage) < 0, errno == EINTR {}
      running.remove(id)
      return End(reason: ChildProcess.reason(status), usage: usage)
    }
  }

  /// The macros WIFEXITED and their like, which Swift does not see.
  private static func reason(_ status: Int32) -> End.Reason {
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal)
  }
}
