import Loop
import Synchronization

/// The wish to end a run early: waits end at once, an exchange on the wire has some seconds more.
package final class Interruption: Sendable {
  /// How long what is under way may still take after the wish.
  static let grace = Duration.seconds(5)

  private struct State {
    var isRaised = false
    var reason = "interrupted"
    var nextKey = 0
    /// In the order in which they were added.
    var hooks: [(key: Int, call: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())

  package init() {}

  package var isRaised: Bool { state.withLock { $0.isRaised } }

  /// Why scenarios end early.
  var reason: String { state.withLock { $0.reason } }

  /// - Parameter reason: What is said of scenarios that end early; of two wishes the first one's.
  package func raise(_ reason: String = "interrupted") {
    let hooks = state.withLock { state in
      if !state.isRaised { state.reason = reason }
      state.isRaised = true
      defer { state.hooks = [] }
      return state.hooks
    }
    for hook in hooks { hook.call() }
  }

  /// Waits until `instant`; gives false where the wish came before.
  package func wait(until instant: Duration, on loop: EventLoop) async -> Bool {
    // No task of its own: a load waits for each event.
    let wait = EventLoop.Wait(on: loop)
    let key = add { wait.end() }
    await wait.until(instant)
    remove(key)
    return !isRaised
  }

  /// Runs `body`; some seconds after the wish it is cancelled.
  ///
  /// - Parameters:
  ///   - limit: After how long it is cancelled whether anybody wishes it or not; nil for never.
  ///   - cut: Ends what does not belong to `body` but is waited for in it, such as a shared refresh.
  package func limit<T: Sendable>(
    on loop: EventLoop,
    within limit: Duration? = nil,
    cut: @escaping @Sendable () async -> Void = {},
    _ body: @escaping @Sendable () async -> T
  ) async -> T {
    let task = Task(executorPreference: loop) { await body() }
    @Sendable func end(after time: Duration) -> Task<Void, Never> {
      Task(executorPreference: loop) {
        try? await loop.sleep(for: time)
        // Cancelled when `body` is over.
        if Task.isCancelled { return }
        task.cancel()
        await cut()
      }
    }
    let ends = Mutex(limit.map { [end(after: $0)] } ?? [])
    let key = add { ends.withLock { $0.append(end(after: Interruption.grace)) } }
    defer {
      remove(key)
      for end in ends.withLock(\.self) { end.cancel() }
    }
    return await task.value
  }

  /// - Parameter call: Called once, on any thread, at once where the wish came before.
  func whenRaised(_ call: @escaping @Sendable () -> Void) { _ = add(call) }

  private func add(_ call: @escaping @Sendable () -> Void) -> Int {
    let (key, isRaised) = state.withLock { state in
      state.nextKey += 1
      if !state.isRaised { state.hooks.append((state.nextKey, call)) }
      return (state.nextKey, state.isRaised)
    }
    if isRaised { call() }
    return key
  }

  private func remove(_ key: Int) {
    state.withLock { $0.hooks.removeAll { $0.key == key } }
  }
}
