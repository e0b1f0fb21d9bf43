import Profiles

/// What a run will be like, once its first grant has told how long tokens live.
package struct RunOutlook: Sendable, Equatable {
  package var lifetime: Duration
  /// How long it takes, as far as waits tell.
  package var length: Duration
  /// How many scenarios wait longer than they may, of how many.
  package var leftOut: Int
  package var total: Int
  /// With which lifetime none would; nil where none does.
  package var wanted: Duration?

  /// nil where the lifetime is not known.
  package init?(_ probe: ProbeResult, _ settings: RunSettings) {
    guard let lifetime = probe.lifetime, lifetime > .zero else { return nil }
    self.lifetime = lifetime
    let waits = settings.scenarios.map(ScenarioWait.init).filter {
      !settings.isQuick || $0.lifetimes <= ScenarioWait.quick
    }
    total = settings.scenarios.count
    let budget = settings.budget
    let isIn = { (wait: ScenarioWait) in
      budget.map { wait.duration(for: lifetime) <= $0 } ?? true
    }
    let durations = waits.filter(isIn).map { $0.duration(for: lifetime) }
    let isInRow = probe.isOneGrantAtATime || settings.jobs == 1
    length = isInRow ? durations.reduce(.zero, +) : durations.max() ?? .zero
    leftOut = waits.count { !isIn($0) }
    wanted = budget.flatMap { budget in
      waits.filter { !isIn($0) && $0.lifetimes > 0 }
        .map { (budget - min(budget, $0.fixed)) / ($0.lifetimes * 1.1) }.min()
    }
  }

  /// `access tokens live 2 s: the run takes about 24 s`.
  package var inWords: String {
    let whole = Duration.seconds(length.components.seconds + 1)
    var words = "access tokens live \(lifetime.inSeconds): the run takes about \(whole.inSeconds)"
    if leftOut > 0 {
      words +=
        "; \(leftOut) of \(total) scenarios, \(leftOut == 1 ? "which waits" : "which wait") longer than "
        + "--budget, \(leftOut == 1 ? "is" : "are") left out"
      if let wanted, wanted >= .seconds(1) {
        let whole = Duration.seconds(wanted.components.seconds)
        words += ": issue tokens of at most \(whole.inSeconds) to this client"
      }
    }
    return words
  }
}
