/// What a load says of the app.
package struct LoadVerdict: Sendable {
  package enum Outcome: Sendable, Equatable {
    case passed
    case failed
    /// No event ended: why. Nothing is judged.
    case nothing(String)
    /// The generator was not up to it: why. No threshold is judged; what the app did wrong counts.
    case invalid(String)
  }

  package let outcome: Outcome
  /// Empty where nothing is judged.
  package let thresholds: [ThresholdResult]

  package init(_ result: LoadResult, _ thresholds: [Threshold]) {
    if result.figures.ended == 0 {
      outcome = .nothing(result.setUp.mainFailure ?? "no event ended")
      self.thresholds = []
    } else if let reason = result.invalid {
      outcome = .invalid(reason)
      self.thresholds = []
    } else {
      self.thresholds = thresholds.map { $0.judge(result) }
      let isBroken = self.thresholds.contains(where: \.isBroken)
      outcome = isBroken || result.hasFailures ? .failed : .passed
    }
  }
}
