import Profiles
import Testing
import World

@testable import Load

/// At most so many jobs in flight, and what is about one person in a row.
@Suite struct OrgQueueTests {
  private func event(_ number: Int, _ person: String) -> QueuedEvent {
    QueuedEvent(
      number: number,
      kind: .update,
      event: .update(person, []),
      due: .milliseconds(number),
      subject: person
    )
  }

  @Test func `what is beyond the limit waits, and is held back`() throws {
    var queue = OrgQueue(limit: 2)
    let begun = queue.add(event(1, "a"))
    let first = try #require(begun)
    let second = queue.add(event(2, "b"))
    let third = queue.add(event(3, "c"))
    #expect(!first.wasHeldBack && second?.free == .milliseconds(2) && third == nil)
    #expect(queue.backlog == 1)
    let next = queue.end(first, at: .seconds(1))
    #expect(next?.number == 3 && next?.free == .seconds(1) && next?.wasHeldBack == true)
    #expect(queue.backlog == 0)
  }

  @Test func `events of one person come in a row, and hold nobody else back`() throws {
    var queue = OrgQueue(limit: 2)
    let begun = queue.add(event(1, "a"))
    let blocked = queue.add(event(2, "a"))
    let beside = queue.add(event(3, "b"))
    let (first, other) = (try #require(begun), try #require(beside))
    #expect(blocked == nil)
    _ = queue.add(event(4, "a"))
    _ = queue.add(event(5, "c"))
    let behind = queue.end(other, at: .seconds(1))
    #expect(behind?.number == 5)
    let second = queue.end(first, at: .seconds(2))
    #expect(second?.number == 2)
    let ended = try #require(second)
    let last = queue.end(ended, at: .seconds(3))
    #expect(last?.number == 4)
  }

  /// Whatever comes and ends in whatever order: no rule is broken, and nothing is forgotten.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `each event is started once, by the rules`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    var queue = OrgQueue(limit: 3)
    var running: [QueuedEvent] = []
    var started: [Int] = []
    var next = 0
    func note(_ event: QueuedEvent?) {
      guard let event else { return }
      running.append(event)
      started.append(event.number)
    }
    while next < 3000 || !running.isEmpty {
      if next < 3000, running.isEmpty || Int.random(in: 0..<2, using: &chance) == 0 {
        let person = "p\(Int.random(in: 0..<5, using: &chance))"
        note(queue.add(event(next, person)))
        next += 1
      } else {
        let place = Int.random(in: running.indices, using: &chance)
        note(queue.end(running.remove(at: place), at: .seconds(next)))
      }
      #expect(running.count <= 3)
      #expect(Set(running.compactMap(\.subject)).count == running.count)
    }
    #expect(started.sorted() == Array(0..<3000))
    #expect(queue.backlog == 0)
  }
}
