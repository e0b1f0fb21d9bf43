/// What a search for the highest rate has found so far.
package struct LoadLimit: Sendable, Equatable {
  /// Events a second at which nothing broke.
  package private(set) var sustained: Double?
  /// Events a second at which something did.
  package private(set) var broken: Double?
  /// What broke first, in words.
  package private(set) var reason: String?
  package private(set) var trials = 0
  /// Where the generator was not up to more: why.
  package var generatorLimit: String?
  /// What an event takes, and a read within one, where nothing waits: of the first trial.
  private(set) var usual: (event: Duration, read: Duration)?
  private var isConfirmed = false
  private var first: Double?

  static let mostTrials = 40
  /// How many times more a rate is tried that the generator was not up to.
  static let timesMoreIfInvalid = 2
  /// How many times the first rate is tried at most: an app without a limit ends the search, too.
  private static let mostTimesFirst = 256.0
  /// The search ends where what broke is so much more than what held.
  private static let closeEnough = 1.02

  package init() {}

  mutating func note(_ rate: Double, _ reason: String?) {
    trials += 1
    first = first ?? rate
    if let reason {
      // What held once and not again is no rate that holds.
      if let held = sustained, rate <= held { sustained = nil }
      if broken.map({ rate < $0 }) ?? true {
        broken = rate
        self.reason = reason
      }
    } else {
      isConfirmed = sustained == rate
      sustained = max(sustained ?? rate, rate)
    }
  }

  /// nil where nothing is left to try.
  var nextRate: Double? {
    switch (sustained, broken) {
    case (let held?, nil): return held < (first ?? held) * LoadLimit.mostTimesFirst ? held * 2 : nil
    case (nil, let broken?): return broken > 0.01 ? broken / 2 : nil
    case (let held?, let broken?):
      if broken / held > LoadLimit.closeEnough { return (held + broken) / 2 }
      return isConfirmed ? nil : held
    case (nil, nil): return nil
    }
  }

  /// What breaks first at a rate; nil where nothing does.
  ///
  /// The backlog grows where it takes more than a hundredth of the time to work off what is left.
  mutating func firstBreak(_ result: LoadResult, _ thresholds: [Threshold]) -> String? {
    let figures = result.figures
    let usual =
      usual ?? (
        figures[.events].service.value(at: 50) ?? .zero,
        figures[.exchange(.read, .user)].service.value(at: 50) ?? .zero
      )
    self.usual = usual
    for one in thresholds.map({ $0.judge(result) }) where one.isBroken {
      return "\(one.threshold): \(one.measured)"
    }
    let left = figures.lastEnd - figures.lastDue
    return figures.unstarted > 0 || left > max(result.took / 100, usual.event * 5)
      ? "the backlog grows" : nil
  }

  package static func == (left: LoadLimit, right: LoadLimit) -> Bool {
    left.sustained == right.sustained && left.broken == right.broken
      && left.reason == right.reason && left.trials == right.trials
  }
}
