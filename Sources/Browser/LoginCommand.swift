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
    timeLimit: Duration = .seconds(60)
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
    let ended: Reader.End
    do {
      ended = try await withTaskCancellationHandler {
        try await loop.offload { [folder, timeLimit] in
          try Reader.run(line, folder: folder, timeLimit: timeLimit, stop: stop)
        }
      } onCancel: {
        stop.set()
      }
    } catch {
      let isStarved = (error as? SystemError)?.isOutOfDescriptors ?? false
      throw BrowserError(
        isStarved ? .outOfDescriptors : .command,
        "\(doing): it could not be started: \(error)"
      )
    }

    let redaction = Redaction()
    let lastWords =
      LoginCommand.lastLine(of: ended.standardError)
      .map { "; its last words: \(redaction.quote(LoginCommand.withoutValues($0)))" } ?? ""
    switch ended.reason {
    case .ended(.exited(0)): break
    case .ended(.exited(let code)):
      throw BrowserError(.command, "\(doing): it ended with exit code \(code)\(lastWords)")
    case .ended(.killed(let signal)):
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

  /// What it says of a URL or a form may hold a code or a token that nobody has learned.
  private static func withoutValues(_ words: String) -> String {
    words.replacing(#/=[^\s&;#]+/#, with: "=…")
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
private enum Reader {
  enum Reason {
    case ended(ChildProcess.End.Reason)
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
    _ words: [String],
    folder: String?,
    timeLimit: Duration,
    stop: StopSign
  ) throws(SystemError) -> End {
    let output = try Sys.pipe()
    defer { Sys.close(output.read) }
    let errors: (read: Int32, write: Int32)
    do {
      errors = try Sys.pipe()
    } catch {
      Sys.close(output.write)
      throw error
    }
    defer { Sys.close(errors.read) }
    let child: ChildProcess
    do {
      defer {
        Sys.close(output.write)
        Sys.close(errors.write)
      }
      child = try ChildProcess(words, folder: folder, output: output.write, errors: errors.write)
    }

    // A child process lives in real time.
    let deadline = ContinuousClock.now + timeLimit
    var streams = [Stream(output.read), Stream(errors.read)]
    var reason: Reason?
    while reason == nil {
      drain(&streams, wait: pollMilliseconds)
      // Its own end counts, not the end of its pipes, which others may hold.
      if let end = child.poll() {
        reason = .ended(end.reason)
      } else if stop.isSet || ContinuousClock.now >= deadline {
        reason = stop.isSet ? .stopped : .timedOut
        child.kill()
        _ = child.wait()
      }
    }
    // What it left in the pipes; a bound, for who has left its group may go on writing.
    for _ in 0..<64 where !drain(&streams, wait: 0) { break }
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
  private static func drain(_ streams: inout [Stream], wait: Int32) -> Bool {
    var polled = streams.map {
      pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0)
    }
    guard poll(&polled, nfds_t(polled.count), wait) > 0 else { return false }
    var hasRead = false
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    for index in streams.indices where polled[index].revents != 0 {
      let count = read(streams[index].descriptor, &buffer, buffer.count)
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
}
