import Dispatch
import Foundation
import Loop
import Synchronization

/// Listens to Ctrl-C (SIGINT), SIGTERM and SIGHUP as long as it lives.
///
/// The first is the command's to answer, the second ends the process with 130.
///
/// Dispatch's sources are not Sendable, hence unchecked; they are made and cancelled here and not
/// touched between.
final class Interrupts: @unchecked Sendable {
  /// A parent, `timeout` for one, may send its signal to the process and to its group: what comes
  /// that close behind the first is the same wish.
  private static let echo: UInt64 = 100_000_000  // nanoseconds

  /// What it listens to: a terminal that is closed (SIGHUP) too, unless nohup has that ignored.
  private let numbers: [Int32]
  private let sources: [any DispatchSourceSignal]
  private let record: Record

  private final class Record: Sendable {
    /// Uptime in nanoseconds.
    let firstAt = Mutex<UInt64?>(nil)
  }

  /// What Dispatch opens for its sources, and what a run opens meanwhile.
  ///
  /// Dispatch does it on a thread of its own; where it can't, it ends the process without a word.
  private static let needed = 12

  /// - Parameter onFirst: Called once, on a thread of Dispatch's.
  init(onFirst: @escaping @Sendable () -> Void) throws(SystemError) {
    try Sys.requireDescriptors(Interrupts.needed)
    let record = Record()
    self.record = record
    let before = signal(SIGHUP, SIG_IGN)
    let isIgnored = unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    numbers = [SIGINT, SIGTERM] + (isIgnored ? [] : [SIGHUP])
    sources = numbers.map { number in
      // Otherwise the signal's own action comes first.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { @Sendable in Interrupts.receive(record, onFirst) }
      source.resume()
      return source
    }
  }

  /// Whether one has come.
  var wasInterrupted: Bool { record.firstAt.withLock { $0 != nil } }

  /// Gives the signals back to the system.
  func end() {
    for source in sources { source.cancel() }
    for number in numbers { signal(number, SIG_DFL) }
  }

  deinit {
    for source in sources { source.cancel() }
  }

  private static func receive(_ record: Record, _ onFirst: @Sendable () -> Void) {
    let now = DispatchTime.now().uptimeNanoseconds
    let isFirst = record.firstAt.withLock { firstAt in
      guard let first = firstAt else {
        firstAt = now
        return true
      }
      if now - first > echo {
        ChildProcess.killAll()
        _exit(ExitCode.interrupted.rawValue)
      }
      return false
    }
    if isFirst { onFirst() }
  }
}
