import Foundation
import Simulation
import World

/// What a person is told of a run, while it goes and at its end.
protocol RunTeller: Sendable {
  func begin()

  /// Tells what the run's own grant has shown.
  func tell(_ probe: ProbeResult)

  mutating func tell(_ result: ScenarioResult)

  mutating func end(_ outcome: RunOutcome)
}

extension RunTeller {
  func begin() {}
  func tell(_ probe: ProbeResult) {}
  func tell(_ result: ScenarioResult) {}
}

/// A line a scenario, then each finding with what shows it.
struct TextTeller: RunTeller {
  private let settings: RunSettings
  private let report: TextReport
  private let terminal: Terminal
  private let channel: Terminal.Channel
  private let showsAll: Bool
  private let isWhole: Bool
  /// Why scenarios were left out, and how many were for what has been told already.
  private var repeated: [(verdict: Verdict, reason: String, count: Int)] = []
  private var endsWithSpace = false

  init(
    _ settings: RunSettings,
    _ arguments: RunArguments,
    terminal: Terminal,
    channel: Terminal.Channel
  ) {
    self.settings = settings
    (self.terminal, self.channel) = (terminal, channel)
    showsAll = arguments.timelines == .all
    isWhole = arguments.isWhole || arguments.failsOn.contains(.notExercised)
    report = TextReport(
      scenarios: settings.scenarios,
      style: TextStyle(terminal.hasColor(channel) ? .ansi : .plain),
      showsBodies: arguments.bodies == .shown,
      showsAll: showsAll
    )
  }

  func begin() {
    let count = settings.scenarios.count
    terminal.print(
      "\(settings.profile.name): \(count == 1 ? "1 scenario" : "\(count) scenarios"), "
        + "seed \(settings.seed), namespace \(settings.namespace)",
      to: channel
    )
  }

  func tell(_ probe: ProbeResult) {
    if let outlook = RunOutlook(probe, settings) { terminal.print(outlook.inWords, to: channel) }
    // Where nothing is reached each scenario says so.
    if probe.result.record.tokens.isEmpty { return }
    if let notice = report.notice(of: probe) { terminal.print(notice, to: channel) }
  }

  mutating func tell(_ result: ScenarioResult) {
    // An app that is not running is told once, not for each scenario.
    if result.isLeftOut, let reason = result.reason, !showsAll {
      let place = repeated.firstIndex { $0.reason == reason }
      if place == nil { repeated.append((result.verdict, reason, 0)) }
      if let place, result.findings.isEmpty {
        repeated[place].count += 1
        return
      }
    }
    let text = report.scenario(result)
    terminal.write(text, to: channel)
    endsWithSpace = text.hasSuffix("\n\n")
  }

  mutating func end(_ outcome: RunOutcome) {
    for (verdict, reason, more) in repeated where more > 0 {
      let words = repeated.count == 1 ? "for the same reason" : "too: \(reason)"
      terminal.print("\(more) more \(verdict.words) \(words)", to: channel)
      endsWithSpace = false
    }
    if let probe = outcome.probe, probe.result.record.tokens.isEmpty,
      outcome.results.contains(where: { !$0.record.tokens.isEmpty }),
      let notice = report.notice(of: probe)
    {
      terminal.print(notice, to: channel)
    }
    let findings = report.findings(outcome.results, outcome.probe)
    if !findings.isEmpty { terminal.write((endsWithSpace ? "" : "\n") + findings, to: channel) }
    terminal.write(report.verdict(outcome, isWhole: isWhole), to: channel)
    if let path = settings.recordingFolder, outcome.results.contains(where: { $0.recording != nil })
    {
      terminal.print("recordings: \(path)", to: channel)
    }
  }
}

/// Nothing until the end, then a line a finding.
struct ShortTeller: RunTeller {
  let terminal: Terminal
  let channel: Terminal.Channel

  func end(_ outcome: RunOutcome) {
    terminal.write(ShortReport(outcome).text, to: channel)
    for warning in outcome.notes.warnings { terminal.printWarning(warning) }
  }
}

/// Nothing until the end, then a command for GitHub's Actions a finding.
struct GitHubTeller: RunTeller {
  let terminal: Terminal
  let channel: Terminal.Channel

  func end(_ outcome: RunOutcome) {
    let repository = Repository(
      root: Environment.process["GITHUB_WORKSPACE"],
      folder: FileManager.default.currentDirectoryPath
    )
    terminal.write(GitHubReport(outcome, in: repository).text, to: channel)
  }
}
