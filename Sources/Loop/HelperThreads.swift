import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Threads for work that blocks: name look-ups, files, child processes.
///
/// Started when first needed, at most `limit` of them; work is begun in the order in which it was
/// handed over.
final class HelperThreads: @unchecked Sendable {
  // Guarded by `mutex`: queue, threadCount, idleCount, isStopped.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue: [@Sendable () -> Void] = []
  private var threadCount = 0
  private var idleCount = 0
  private var isStopped = false
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    condition.deallocate()
  }

  func submit(_ work: @escaping @Sendable () -> Void) {
    pthread_mutex_lock(mutex)
    queue.append(work)
    // An idle thread may already be on its way to the work before this.
    let needsThread = queue.count > idleCount && threadCount < limit
    if needsThread { threadCount += 1 }
    // All: one that waits in `run` would take the word and not the work.
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
    if needsThread { startThread(named: "helper") { self.serve() } }
  }

  /// Runs work on one of the threads and waits for what it gives: call it off the loop.
  func run<T: Sendable>(_ work: @escaping @Sendable () -> T) -> T {
    let result = Mutex<T?>(nil)
    submit { [self] in
      let value = work()
      result.withLock { $0 = value }
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let value = result.withLock(\.self) { return value }
      pthread_cond_wait(condition, mutex)
    }
  }

  /// Lets the threads end once the queue is empty.
  func stop() {
    pthread_mutex_lock(mutex)
    isStopped = true
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  private func serve() {
    while true {
      pthread_mutex_lock(mutex)
      idleCount += 1
      while queue.isEmpty && !isStopped { pthread_cond_wait(condition, mutex) }
      idleCount -= 1
      guard !queue.isEmpty else {
        pthread_mutex_unlock(mutex)
        return
      }
      let work = queue.removeFirst()
      pthread_mutex_unlock(mutex)
      work()
    }
  }
}

/// Starts a thread that no one waits for.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  let box = Unmanaged.passRetained(
    Box {
      Sys.nameThread(name)
      body()
    }
  ).toOpaque()
  #if canImport(Glibc)
  var thread = pthread_t()
  let code = pthread_create(
    &thread,
    &attributes,
    { raw in
      raw.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body() }
      return nil
    },
    box
  )
  #else
  var thread: pthread_t?
  let code = pthread_create(
    &thread,
    &attributes,
    { raw in
      Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body()
      return nil
    },
    box
  )
  #endif
  pthread_attr_destroy(&attributes)
  precondition(code == 0, "no thread could be started: \(code)")
}
