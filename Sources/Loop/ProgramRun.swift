import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Says from another thread that it is enough.
private final class StopSign: Sendable {
  private let flag = Atomic(false)
  var isSet: Bool { flag.load(ordering: .relaxed) }
  func set() { flag.store(true, ordering: .relaxed) }
}

/// A program that is run and read to its end, on a thread that may wait.
package enum ProgramRun {
  package enum Reason: Sendable {
    case ended(ChildProcess.End.Reason)
    case timedOut
    case stopped
  }

  package struct End: Sendable {
    package var reason: Reason
    /// The last part of what it wrote.
    package var standardOutput: [UInt8]
    package var standardError: [UInt8]

    /// The last line of an output that is not empty.
    package static func lastLine(of output: [UInt8]) -> String? {
      String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }
        .last { !$0.isEmpty }
    }
  }

  /// Runs a program on a helper thread of the loop; a task that is cancelled ends it.
  ///
  /// - Parameters:
  ///   - words: The program, looked for as a shell does, and its arguments.
  ///   - folder: Where it runs; nil for the current folder.
  ///   - timeLimit: In real time, whatever clock the loop has: the program lives outside of it.
  package static func perform(
    _ words: [String],
    folder: String?,
    timeLimit: Duration,
    on loop: EventLoop
  ) async throws -> End {
    let stop = StopSign()
    return try await withTaskCancellationHandler {
      try await loop.offload {
        try run(words, folder: folder, timeLimit: timeLimit, stop: stop)
      }
    } onCancel: {
      stop.set()
    }
  }

  private static let keptBytes = 64 << 10
  /// How often the child's end, the time limit and the stop sign are looked at while it is silent.
  private static let pollMilliseconds: Int32 = 20

  private static func run(
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
