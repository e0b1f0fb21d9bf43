import Foundation

/// How many refreshes an org has whose events come by chance, and which refreshes only when one finds its
/// token dead: a renewal process, in which a token's life and the wait for the next event alternate.
///
/// For ever it comes to one refresh in 1 + λL events.
struct LazyRefreshes {
  /// Events in a second: λ.
  var rate: Double
  /// Of a token, in seconds: L.
  var lifetime: Double
  /// Whether the first event finds a dead token; else a fresh one.
  var beginsDead: Bool

  /// Lives beyond which the sum is not worth its time.
  private static let mostLives = 200.0

  /// - Parameter time: In seconds.
  func expected(within time: Double) -> Double {
    guard rate > 0, lifetime > 0 else { return 0 }
    if time / lifetime > LazyRefreshes.mostLives { return expectedInTheLongRun(time) }
    var sum = 0.0
    var number = 1
    while true {
      // The n-th needs n waits for an event, and the lives before it.
      let waiting = time - lifetime * Double(beginsDead ? number - 1 : number)
      guard waiting > 0 else { return sum }
      let chance = chanceOfAtLeast(number, of: rate * waiting)
      if chance < 1e-9 { return sum }
      sum += chance
      number += 1
    }
  }

  /// Renewal theory (Feller, volume 2, XI.3): t/μ + (σ² − μ²)/2μ².
  private func expectedInTheLongRun(_ time: Double) -> Double {
    let mean = lifetime + 1 / rate
    let count = { (time: Double) in
      time / mean + (1 / (rate * rate) - mean * mean) / (2 * mean * mean)
    }
    return beginsDead ? 1 + count(time - 1 / rate) : count(time)
  }

  /// That a Poisson number of this mean is at least so large.
  private func chanceOfAtLeast(_ number: Int, of mean: Double) -> Double {
    var fewer = 0.0
    for count in 0..<number {
      fewer += exp(-mean + Double(count) * log(mean) - lgamma(Double(count) + 1))
    }
    return max(0, 1 - fewer)
  }
}
