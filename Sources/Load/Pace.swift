import Profiles
import World

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How a rate becomes instants: `constant`, `ramp`, `steps`, `sine`, `poisson`.
///
/// Pure: when the event with a number is due follows from the number alone, so that nothing that happens
/// on the way moves what is still to come.
package struct Pace: Sendable, Equatable {
  package enum Shape: Sendable, Equatable {
    /// Equal gaps.
    case constant
    /// From one rate to another, along a straight line, over the whole time.
    case ramp(from: Double)
    /// As many equal parts of the time, each as much faster as the first is above zero.
    case steps(Int)
    /// Around the rate, by a share of it, once in a period.
    case sine(share: Double, period: Duration)
    /// Gaps of an exponential distribution: who comes knows nothing of who came.
    case poisson
  }

  package var shape: Shape
  /// Events in a second, of all orgs; of a ramp and of steps the last.
  package var rate: Double
  package var duration: Duration

  package init(_ shape: Shape, rate: Double, for duration: Duration) {
    self.shape = shape
    self.rate = rate
    self.duration = duration
  }

  /// How many are due before an instant, as a real number; never decreasing.
  ///
  /// Of `poisson` the expected number.
  package func expected(before seconds: Double) -> Double {
    let whole = duration.inSeconds
    let time = min(max(0, seconds), whole)
    switch shape {
    case .constant, .poisson: return rate * time
    case .ramp(let first): return first * time + (rate - first) * time * time / (2 * whole)
    case .steps(let count):
      let length = whole / Double(count)
      let done = min(Double(count), (time / length).rounded(.down))
      let each = rate / Double(count) * length
      return each * done * (done + 1) / 2
        + (done < Double(count) ? rate / Double(count) * (done + 1) * (time - done * length) : 0)
    case .sine(let share, let period):
      let turn = 2 * Double.pi / period.inSeconds
      return rate * (time + share * (1 - cos(turn * time)) / turn)
    }
  }

  /// How many come in all; of `poisson` about.
  package var total: Int { Int(expected(before: duration.inSeconds) + 1e-9) }

  /// Each instant at which an event is due, in order.
  ///
  /// - Parameter chance: Only `poisson` draws from it.
  package func instants(_ chance: SeededRandom) -> Instants { Instants(pace: self, chance: chance) }

  package struct Instants: Sequence, IteratorProtocol, Sendable {
    private let pace: Pace
    private let total: Int
    private var chance: SeededRandom
    private var count = 0
    private var last = 0.0

    fileprivate init(pace: Pace, chance: SeededRandom) {
      self.pace = pace
      self.chance = chance
      total = pace.total
    }

    package mutating func next() -> Duration? {
      if pace.shape == .poisson {
        // Inversion of 1 − e^(−rate × gap); what is drawn is never 1.
        last -= log(1 - Double.random(in: 0..<1, using: &chance)) / pace.rate
        return last < pace.duration.inSeconds ? .seconds(last) : nil
      }
      guard count < total else { return nil }
      defer { count += 1 }
      last = pace.instant(of: count, from: last)
      return .seconds(last)
    }
  }

  /// The instant before which `number` events are due; the first is due at once.
  private func instant(of number: Int, from start: Double) -> Double {
    if shape == .constant { return Double(number) / rate }
    guard number > 0 else { return 0 }
    var (low, high) = (start, duration.inSeconds)
    // Halving a day 60 times is less than any clock can tell.
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if expected(before: middle) < Double(number) { low = middle } else { high = middle }
    }
    return high
  }
}

extension Pace.Shape {
  /// What to write, for a message.
  package static let forms = "constant, poisson, ramp, ramp:5/s, steps:4 or sine:50%:60s"

  /// - Parameter orgs: For a rate of each.
  package init?(_ text: String, orgs: Int) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("constant", 1): self = .constant
    case ("poisson", 1): self = .poisson
    case ("ramp", 1): self = .ramp(from: 0)
    case ("ramp", 2):
      guard let rate = ArrivalRate(parts[1]) else { return nil }
      self = .ramp(from: rate.perSecond(orgs: orgs))
    case ("steps", 2):
      guard let count = Int(parts[1]), (2...1_000).contains(count) else { return nil }
      self = .steps(count)
    case ("sine", 3):
      guard parts[1].hasSuffix("%"), let share = Int(parts[1].dropLast()),
        (1...100).contains(share),
        let period = DurationText.parse(parts[2]), period > .zero
      else { return nil }
      self = .sine(share: Double(share) / 100, period: period)
    default: return nil
    }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
