import Testing
import World

@testable import Loop

@Suite struct TimerHeapTests {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `timers leave in the order of a stable sort`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var heap = TimerHeap()
    var fired: [Int] = []
    var entries: [(number: Int, deadline: Int, entry: TimerHeap.Entry)] = []
    var cancelled: Set<Int> = []

    for number in 0..<Int.random(in: 1...400, using: &random) {
      // Few deadlines, so that many tie.
      let deadline = Int.random(in: 0..<50, using: &random)
      let entry = heap.add(at: .milliseconds(deadline)) { fired.append(number) }
      entries.append((number, deadline, entry))
      // Every third seed cancels most timers, so that the heap is rebuilt.
      if Int.random(in: 0..<10, using: &random) < (seed % 3 == 0 ? 8 : 2) {
        let victim = entries[Int.random(in: 0..<entries.count, using: &random)]
        heap.cancel(victim.entry)
        cancelled.insert(victim.number)
      }
    }
    for instant in 0..<50 {
      while let action = heap.popDue(at: .milliseconds(instant)) { action() }
      #expect((heap.nextDeadline() ?? .seconds(1)) > .milliseconds(instant))
    }

    let wanted = entries.filter { !cancelled.contains($0.number) }
      .sorted { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
    #expect(fired == wanted.map(\.number))
    #expect(heap.nextDeadline() == nil)
  }

  @Test(arguments: [(9, false), (10, true), (11, true)])
  func `a timer is due at its deadline`(instant: Int, isDue: Bool) {
    var heap = TimerHeap()
    _ = heap.add(at: .nanoseconds(10)) {}
    let action = heap.popDue(at: .nanoseconds(instant))
    #expect((action != nil) == isDue)
  }

  @Test func `a timer that fired or was cancelled may be cancelled again`() {
    var heap = TimerHeap()
    let fired = heap.add(at: .zero) {}
    let kept = heap.add(at: .seconds(1)) {}
    heap.popDue(at: .zero)?()
    heap.cancel(fired)
    #expect(heap.nextDeadline() == .seconds(1))
    heap.cancel(kept)
    heap.cancel(kept)
    #expect(heap.nextDeadline() == nil)
  }
}
