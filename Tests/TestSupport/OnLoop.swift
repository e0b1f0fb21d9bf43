import Loop

/// Runs `body` on a loop of its own, by default on the virtual clock, and stops the loop after.
package func onLoop<T: Sendable>(
  clock: EventLoop.ClockKind = .virtual,
  _ body: @escaping @Sendable (EventLoop) async throws -> T
) async throws -> T {
  await Places.forLoops.take()
  let result: Result<T, any Error>
  do {
    let loop = try EventLoop.start(clock: clock)
    defer { loop.stop() }
    result = .success(
      try await Task(executorPreference: loop) { try await body(loop) }.value
    )
  } catch {
    result = .failure(error)
  }
  await Places.forLoops.give()
  return try result.get()
}

/// A number of places: who finds none free waits for one.
///
/// All tests begin at once. A loop each is a thread and three descriptors each, and Foundation's
/// `Process.run` of Swift 6.3.1 reads past the end of a directory's buffer where more than some 1,350
/// descriptors are open (swift-corelibs-foundation, pull request 5472).
private actor Places {
  static let forLoops = Places(64)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) {
    free = count
  }

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func give() {
    if waiting.isEmpty {
      free += 1
    } else {
      waiting.removeFirst().resume()
    }
  }
}
