import Profiles

/// What a run will be like, once its first grant has told how long tokens live.
package struct RunOutlook: Sendable {
  /// nil where the app does not state it.
  private let lifetime: Duration?
  /// How long it takes, as far as waits tell.
  private let length: Duration
  private let total: Int
  /// For how many the app's clock is moved on.
  private var advances = 0
  private var advice: LifetimeAdvice

  /// nil where no token was given, or one that says nothing.
  package init?(_ probe: ProbeResult, _ settings: RunSettings) {
    guard !probe.result.record.tokens.isEmpty, probe.lifetime.map({ $0 > .zero }) ?? true else {
      return nil
    }
    lifetime = probe.lifetime
    total = settings.scenarios.count
    advice = LifetimeAdvice(settings)
    var durations: [Duration] = []
    for scenario in settings.scenarios {
      if Needs.unmetNeed(of: scenario, in: settings.profile) != nil { continue }
      if settings.isQuick, ScenarioWait(scenario).lifetimes > ScenarioWait.quick { continue }
      let outlook = ScenarioOutlook(scenario, lifetime: lifetime, settings)
      durations.append(outlook.duration)
      switch outlook {
      case .waits: break
      case .advances: advances += 1
      case .variant: advice.variants += 1
      case .overBudget: advice.overBudget.append(scenario)
      case .withoutLifetime: advice.withoutLifetime += 1
      }
    }
    let isInRow = probe.isOneGrantAtATime || settings.jobs == 1
    length = isInRow ? durations.reduce(.zero, +) : durations.max() ?? .zero
  }

  /// `access tokens live 2 s: the run takes about 24 s`.
  package var inWords: String {
    let whole = Duration.seconds(length.components.seconds + 1)
    let lives =
      lifetime.map { "access tokens live \($0.inSeconds)" }
      ?? "the app does not say how long access tokens live (no expires_in)"
    var words = "\(lives): the run takes about \(whole.inSeconds)"
    if advances > 0 {
      words +=
        "; for \(advances) of \(total) scenarios the app's clock is moved on (hook "
        + "\(Hook.advanceClock))"
    }
    if advice.variants > 0 {
      words +=
        "; \(advice.variants) of \(total) scenarios \(advice.variants == 1 ? "runs" : "run") "
        + (lifetime == nil ? "with an altered token" : "with Okta's clock moved on") + " instead"
    }
    return ([words] + advice.parts).joined(separator: "; ")
  }
}
