import Loop

/// Runs `body` on a loop of its own, by default on the virtual clock, and stops the loop after.
package func onLoop<T: Sendable>(
  clock: EventLoop.ClockKind = .virtual,
  _ body: @escaping @Sendable (EventLoop) async throws -> T
) async throws -> T {
  let loop = try EventLoop.start(clock: clock)
  defer { loop.stop() }
  return try await Task(executorPreference: loop) { try await body(loop) }.value
}
