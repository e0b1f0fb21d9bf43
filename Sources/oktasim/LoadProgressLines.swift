import Load
import Synchronization

/// How a load does while it goes on: a line a second on a terminal, one in ten seconds on a pipe.
final class LoadProgressLines: Sendable {
  private let terminal: Terminal
  private let lines = Mutex(0)

  private static let secondsOnPipe = 10

  init(_ terminal: Terminal) { self.terminal = terminal }

  func show(_ progress: LoadProgress) {
    if terminal.showsProgress { return terminal.progress(progress.words) }
    let count = lines.withLock { count in
      count += 1
      return count
    }
    if count % LoadProgressLines.secondsOnPipe == 0 {
      terminal.writeError(progress.words + "\n")
    }
  }
}
