import Loop

/// A time since the start of the run in half the room of a `Duration`: a load's judge keeps millions.
///
/// Exact to the nanosecond, the grain of the clocks.
struct CompactInstant: Sendable, Comparable {
  private let nanoseconds: Int64

  init(_ instant: Duration) { nanoseconds = instant.nanoseconds }

  static func < (left: CompactInstant, right: CompactInstant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
