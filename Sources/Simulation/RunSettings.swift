import HTTP
import Okta
import Profiles

/// What a run is asked to do.
package struct RunSettings: Sendable {
  package var profile: IntegrationProfile
  package var scenarios: [Scenario]
  package var seed: UInt64
  package var namespace: String
  /// Whether a person chose it.
  package var isNamespaceGiven = false
  /// How many scenarios are in flight at once.
  package var jobs: Int
  package var leeway: Leeway
  /// The longest sum of waits in one scenario; nil for no limit.
  package var budget: Duration?
  package var cleanUp: CleanUpMode
  package var looks = Looks.made
  package var stopsAtFirstFailure: Bool
  /// What makes the run fail beside a failed finding.
  package var failsOn: Set<FailOn> = []
  /// What is known and passes; nil where the run has none.
  package var baseline: Baseline?
  /// Whether what waits longer than `ScenarioWait.quick` lifetimes is left out.
  package var isQuick = false
  /// Where recordings go: `Recordings/acme-chat`; nil for none.
  package var recordingFolder: String?
  /// What follows the scenario in the command line that runs just one again, with a space first.
  package var rerunOptions: String
  /// What chose the scenarios on the command line, with a space first: names, `--only`, `--quick`.
  package var selection = ""
  /// What `--plan` names, where a plan is run in place of scenarios.
  package var plan: String?
  /// Milliseconds since 1970 at the start of the run.
  package var runStart: Int64
  package var version: String

  package init(
    profile: IntegrationProfile,
    scenarios: [Scenario],
    seed: UInt64,
    namespace: String,
    jobs: Int,
    leeway: Leeway,
    budget: Duration?,
    cleanUp: CleanUpMode,
    stopsAtFirstFailure: Bool,
    recordingFolder: String?,
    rerunOptions: String,
    runStart: Int64,
    version: String
  ) {
    self.profile = profile
    self.scenarios = scenarios
    self.seed = seed
    self.namespace = namespace
    self.jobs = jobs
    self.leeway = leeway
    self.budget = budget
    self.cleanUp = cleanUp
    self.stopsAtFirstFailure = stopsAtFirstFailure
    self.recordingFolder = recordingFolder
    self.rerunOptions = rerunOptions
    self.runStart = runStart
    self.version = version
  }

  /// Whether a finding makes the run fail.
  package func isFailure(_ finding: Finding) -> Bool {
    if finding.isKnown { return false }
    return switch finding.verdict {
    case .failed: true
    case .warning: failsOn.contains(.warning)
    case .observed: failsOn.contains(.observed)
    case .passed, .skipped, .notJudged: false
    }
  }

  /// The command line that runs just this scenario again; nil for what only a whole run does.
  func rerun(_ scenario: Scenario?) -> String {
    let isUsual = profile.file.hasSuffix("/profile.json")
    let operands =
      [isUsual ? profile.folder : profile.file]
      + (plan.map { ["--plan", $0] } ?? scenario.map { [$0.name] } ?? [])
    return "oktasim run " + operands.map(\.asShellWord).joined(separator: " ")
      + (scenario == nil ? selection : "") + rerunOptions
  }

  /// Keeps the people of scenarios that run beside each other apart: with more than one, each has
  /// the run's namespace and its own number.
  func namespace(ofScenario index: Int) -> String {
    scenarios.count == 1 ? namespace : namespace + String(index + 1, radix: 36)
  }
}

/// What makes a run fail that has no failed finding (`--fail-on`).
package enum FailOn: String, Sendable, CaseIterable {
  case warning, skipped, observed
  case notExercised = "not-exercised"
}

/// Whether anything is sent that Okta would not send, besides the clean-up.
package enum Looks: Sendable {
  /// Users are read for `expect user`, and dead tokens are shown.
  case made
  /// `--no-looks`.
  case left

  package static let flag = "--no-looks"
}

extension String {
  /// Quoted where a shell would part or change it.
  package var asShellWord: String {
    let isPlain = allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-._/:=@,+%".contains($0))
    }
    return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}

/// The app as one scenario reaches it.
package struct AppConnection: Sendable {
  /// With the URLs of the app that is there now.
  package var profile: IntegrationProfile
  package var transport: any Transport
  /// Whether the other scenarios of the run reach the same app.
  package var isShared: Bool
  /// Lets go of what the scenario held.
  package var close: @Sendable () async -> Void

  package init(
    profile: IntegrationProfile,
    transport: any Transport,
    isShared: Bool = false,
    close: @escaping @Sendable () async -> Void
  ) {
    self.profile = profile
    self.transport = transport
    self.isShared = isShared
    self.close = close
  }
}

/// How one scenario ended.
package struct ScenarioResult: Sendable {
  /// Its place among the run's scenarios, from 0.
  package var index: Int
  package var record: ScenarioRecord
  package var findings: [Finding]
  /// Expectations that were not judged for want of a look.
  package var notJudged: [Finding.Consequence] = []
  /// What the judge held when the scenario was over, in bytes, as far as it can be counted.
  package var judgeBytes = 0
  /// How much it looked at to find what follows from what.
  var judgeSteps = 0
  /// What was learned of the app's token policy.
  var policy = PolicyFacts()
  package var verdict: Verdict
  /// Why it was skipped or not judged, or the first finding's message.
  package var reason: String?
  /// The path of its recording; nil where none was made.
  package var recording: String?
  /// What went wrong beside the judgement: disk, memory.
  package var warnings: [String]
  /// What became of the users that it made.
  package var cleanUp = CleanUpReport()
  /// Whether nothing kept it from its end, and from looking: what it did not find is not there.
  var ranToItsEnd = false

  package var isLeftOut: Bool { verdict == .skipped || verdict == .notJudged }

  /// Whether it was left out for the lifetime of the app's access tokens.
  var isTooLong: Bool {
    verdict == .skipped
      && (record.lacksLifetime || record.isOverBudget && !record.lacksGrant)
  }
}
