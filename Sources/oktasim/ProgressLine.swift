import Loop
import Simulation
import Synchronization

/// The line at a terminal that says how far a run is; it changes by itself each second.
final class ProgressLine: Sendable {
  private let progress: Mutex<RunProgress>
  private let terminal: Terminal
  private let loop: EventLoop
  /// The app may have been started before.
  private let begun: Duration

  init(_ settings: RunSettings, terminal: Terminal, loop: EventLoop) {
    progress = Mutex(RunProgress(settings))
    self.terminal = terminal
    self.loop = loop
    begun = loop.now
  }

  func note(_ result: ScenarioResult) { progress.withLock { $0.note(result) } }

  func note(_ probe: ProbeResult) { progress.withLock { $0.note(probe) } }

  func show() { terminal.progress(progress.withLock { $0.words(at: loop.now - begun) }) }

  /// Shows it until it is cancelled.
  func tick() async {
    show()
    // In virtual time nobody waits, and a sleep would be one of the run's.
    guard terminal.showsProgress, loop.clockKind == .real else { return }
    while (try? await loop.sleep(for: .seconds(1))) != nil { show() }
  }
}
