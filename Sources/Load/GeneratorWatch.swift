import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How a load's own loops do while it goes on, beside a timer on a loop that does nothing else.
///
/// Where the timer of the idle loop is late, too, the machine is the culprit; else the generator is.
struct GeneratorWatch: Sendable {
  private static let tick = Duration.milliseconds(1)

  private let loops: [EventLoop]
  private let idle: EventLoop
  private let task: Task<Histogram, Never>
  private let begun: [(busy: Duration, at: Duration)]
  private let process: Duration

  init(_ loops: [EventLoop]) throws {
    let idle = try EventLoop.start()
    self.loops = loops
    self.idle = idle
    begun = loops.map { ($0.busyTime, $0.now) }
    process = rusage.ofThisProcess.processorTime
    task = Task(executorPreference: idle) {
      var late = Histogram()
      while !Task.isCancelled {
        let due = idle.now + GeneratorWatch.tick
        guard (try? await idle.sleep(until: due)) != nil else { break }
        late.record(idle.now - due)
      }
      return late
    }
  }

  func stop(exchanges: Int) async -> LoadResult.Generator {
    let occupancy = zip(loops, begun).map { loop, begun in
      let elapsed = loop.now - begun.at
      guard elapsed > .zero else { return 0.0 }
      // What a loop was at when the watch began is counted whole.
      return min(1, (loop.busyTime - begun.busy).inSeconds / elapsed.inSeconds)
    }
    let spent = rusage.ofThisProcess.processorTime - process
    task.cancel()
    let control = await task.value
    idle.stop()
    return LoadResult.Generator(
      occupancy: occupancy,
      control: control,
      processorTime: spent / max(1, exchanges)
    )
  }
}
