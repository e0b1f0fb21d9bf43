/// What is due next: a binary heap of timers, ties in the order of their creation.
///
/// The virtual clock is this heap: its time is the deadline of the timer that fired last.
struct TimerHeap {
  /// A timer that has been set.
  ///
  /// Belongs to its loop's thread.
  final class Entry {
    let deadline: Duration
    let sequence: UInt64
    var action: (() -> Void)?

    init(deadline: Duration, sequence: UInt64, action: @escaping () -> Void) {
      self.deadline = deadline
      self.sequence = sequence
      self.action = action
    }

    func isBefore(_ other: Entry) -> Bool {
      deadline == other.deadline ? sequence < other.sequence : deadline < other.deadline
    }
  }

  private var entries: [Entry] = []
  private var nextSequence: UInt64 = 0
  private var cancelledCount = 0

  /// The deadline of the earliest timer that is still wanted.
  mutating func nextDeadline() -> Duration? {
    while let first = entries.first {
      if first.action != nil { return first.deadline }
      removeFirst()
      cancelledCount -= 1
    }
    return nil
  }

  mutating func add(at deadline: Duration, action: @escaping () -> Void) -> Entry {
    let entry = Entry(deadline: deadline, sequence: nextSequence, action: action)
    nextSequence += 1
    entries.append(entry)
    siftUp(entries.count - 1)
    return entry
  }

  mutating func cancel(_ entry: Entry) {
    guard entry.action != nil else { return }
    entry.action = nil
    cancelledCount += 1
    // Cancelled timers leave when they come to the top, or all at once when they are the majority.
    if cancelledCount > 64, cancelledCount > entries.count / 2 {
      let wanted = entries.filter { $0.action != nil }
      entries = []
      cancelledCount = 0
      for entry in wanted {
        entries.append(entry)
        siftUp(entries.count - 1)
      }
    }
  }

  /// Removes the earliest timer if it is due at `instant`, and gives what it has to do.
  mutating func popDue(at instant: Duration) -> (() -> Void)? {
    guard let deadline = nextDeadline(), deadline <= instant, let first = entries.first else {
      return nil
    }
    removeFirst()
    let action = first.action
    first.action = nil
    return action
  }

  private mutating func removeFirst() {
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    siftDown()
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].isBefore(entries[parent]) else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      let left = parent * 2 + 1
      guard left < entries.count else { return }
      let right = left + 1
      let child =
        right < entries.count && entries[right].isBefore(entries[left]) ? right : left
      guard entries[child].isBefore(entries[parent]) else { return }
      entries.swapAt(child, parent)
      parent = child
    }
  }
}
