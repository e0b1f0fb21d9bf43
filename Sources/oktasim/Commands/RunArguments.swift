import Foundation
import HTTP
import Okta
import Profiles
import SampleApp
import Simulation

/// What `oktasim run` was asked to do.
struct RunArguments: Sendable {
  enum Recording: Sendable, Equatable {
    /// `<folder>/<profile>/<scenario>.har`.
    case folder(String)
    case none
  }

  enum Bodies: Sendable {
    case shown, hidden
  }

  enum Timelines: Sendable {
    case some, all
  }

  /// How people are told of it.
  enum Format: String, Sendable, CaseIterable {
    case text, short
  }

  /// Whether all scenarios of the profile are run.
  var isWhole: Bool { scenarios.isEmpty && only.isEmpty && plan == nil }

  /// The profile's folder or file.
  var profile: String
  /// Names or paths; none for all.
  var scenarios: [String]
  var format: Format
  /// Whether findings are told in workflow commands of GitHub's Actions, too.
  var annotates: Bool
  /// The reports for programs.
  var reports: [ReportFiles.Place]
  var recording: Recording
  /// Names, tags or failure modes; none for all.
  var only: [String]
  /// The scenarios are only listed.
  var lists: Bool
  /// How many scenarios are in flight at most; nil for all.
  var jobs: Int?
  /// The longest sum of waits in one scenario, on the run's clock; nil for what the clock has.
  var budget: Duration?
  var seed: UInt64?
  var namespace: String?
  /// What is waited beyond `expires_in`; nil for the larger of 1 s and 10 %.
  var leeway: Duration?
  /// Laid over the profile in their order.
  var settings: [Setting]
  /// For the embedded sample app, beside the profile's own.
  var faults: [Fault]
  /// For the embedded sample app, in place of the profile's own.
  var clock: EmbeddedSampleApp.Clock?
  /// A plan to run in place of scenarios; `-` is standard input.
  var plan: String?
  /// What becomes of the people and groups of the run.
  var cleanUp: CleanUpMode
  var looks: Looks
  var everyApp: ScenarioSelection.EveryApp
  var failsFast: Bool
  /// What waits long is left out.
  var isQuick: Bool
  /// Whether the families that the profile does not name are tried, too.
  var asksFamilies: Bool
  /// The file of what is known and passes.
  var baseline: String?
  /// The app that the run starts, and where it answers when it is there.
  var start: (command: String, ready: String)?
  /// Where connections go that do not go where the URL says, as they were given.
  var connectTo: [String]
  /// The free port that is filled in; nil where none is asked for.
  var port: Int?
  /// What makes the run fail beside a failed finding.
  var failsOn: Set<FailOn>
  /// Hosts that the person says are theirs.
  var ownedHosts: [String]
  /// Certificates to trust beside the system's own.
  var certificateFile: String?
  /// The app's certificate is not checked.
  var isInsecure: Bool
  var bodies: Bodies
  var timelines: Timelines

  // MARK: The port

  /// Whether a free port is asked for.
  var needsPort: Bool {
    start.map { ($0.command + $0.ready).contains(StartedApp.portMark) } ?? false
      || optionWithPort != nil
  }

  /// The option, of those that are used without `--start` too, that asks for a free port.
  private var optionWithPort: String? {
    if settings.contains(where: { $0.text.contains(StartedApp.portMark) }) { return "--set" }
    return connectTo.contains { $0.contains(StartedApp.portMark) } ? "--connect-to" : nil
  }

  private func filled(_ text: String) -> String {
    port.map { text.replacing(StartedApp.portMark, with: String($0)) } ?? text
  }

  var filledSettings: [Setting] {
    settings.map { Setting(argument: "\($0.path)=\(filled($0.text))") ?? $0 }
  }

  var routes: [ConnectTo] { connectTo.compactMap { ConnectTo(filled($0)) } }

  var startedApp: StartedApp.Settings? {
    guard let start, let ready = HTTPURL(filled(start.ready)) else { return nil }
    return StartedApp.Settings(command: filled(start.command), ready: ready)
  }

  /// Where a program reads a report from standard output, people read theirs elsewhere.
  var channel: Terminal.Channel {
    reports.contains(where: \.isStandardOutput) ? .errors : .output
  }

  var hosts: HostPolicy { HostPolicy(owned: ownedHosts) }

  /// Where recordings go unless `--record` says otherwise.
  static let recordings = "Recordings"

  /// Takes what the table's kinds have already checked, and checks what depends on two options.
  init(_ arguments: Arguments) throws(UsageError) {
    profile = arguments.operands[0]
    scenarios = Array(arguments.operands.dropFirst())
    format = arguments.text("--format").flatMap(Format.init) ?? .text
    annotates = arguments.has("--github")
    reports = ReportFiles.options.compactMap { option in
      arguments.text(option).map { ReportFiles.Place(option: option, path: $0) }
    }
    recording =
      arguments.has("--no-record") ? .none : .folder(arguments.text("--record") ?? Self.recordings)
    only = arguments.texts("--only")
    lists = arguments.has("--list")
    jobs = arguments.integer("--jobs")
    budget = arguments.duration("--budget")
    seed = arguments.seed("--seed")
    namespace = arguments.text("--namespace")
    leeway = arguments.duration("--leeway")
    settings = arguments.settings("--set")
    faults = arguments.faults("--fault")
    clock = arguments.text("--clock").flatMap { EmbeddedSampleApp.Clock(rawValue: $0) }
    plan = arguments.text("--plan")
    cleanUp =
      arguments.has("--keep")
      ? .none : arguments.text("--clean-up").flatMap(CleanUpMode.init) ?? .deactivate
    looks = arguments.has(Looks.flag) ? .left : .made
    everyApp = arguments.has("--no-every-app") ? .leftOut : .included
    failsFast = arguments.has("--fail-fast")
    isQuick = arguments.has("--quick")
    asksFamilies = arguments.has("--families")
    baseline = arguments.text("--baseline")
    start = try Self.start(arguments)
    connectTo = arguments.texts("--connect-to")
    failsOn = try Self.failsOn(arguments.texts("--fail-on"))
    ownedHosts = arguments.texts("--i-own")
    certificateFile = arguments.text("--ca-file")
    isInsecure = arguments.has("--insecure")
    bodies = arguments.has("-v") ? .shown : .hidden
    timelines = arguments.has("--all") ? .all : .some

    try Self.refuse("--record", "--no-record", in: arguments)
    try Self.refuse("--keep", "--clean-up", in: arguments)
    try Self.refuse("--ca-file", "--insecure", in: arguments)
    try Self.refuse("--plan", "--only", in: arguments)
    if format == .short {
      for option in ["--all", "-v"] where arguments.has(option) {
        throw UsageError("--format short and \(option) exclude each other")
      }
    }
    for (index, report) in reports.enumerated() {
      guard let other = reports[..<index].first(where: { $0.path == report.path }) else { continue }
      throw UsageError(
        "\(other.option) and \(report.option) both name '\(report.path)'",
        help: "give each a file of its own"
      )
    }
    guard plan == nil || scenarios.isEmpty else {
      throw UsageError("a plan is run in place of scenarios", help: "leave out '\(scenarios[0])'")
    }
    if start == nil, let option = optionWithPort {
      throw UsageError(
        "\(StartedApp.portMark) in \(option) is filled in by --start",
        help: "write the port, or --start 'COMMAND' --ready URL"
      )
    }
    if let file = certificateFile, !FileManager.default.isReadableFile(atPath: file) {
      throw UsageError("could not read '\(file)', which --ca-file names")
    }
  }

  private static func start(
    _ arguments: Arguments
  ) throws(UsageError) -> (command: String, ready: String)? {
    let (command, ready) = (arguments.text("--start"), arguments.text("--ready"))
    switch (command, ready) {
    case (nil, nil): return nil
    case (let command?, let ready?):
      guard HTTPURL(ready.replacing(StartedApp.portMark, with: "1")) != nil else {
        throw UsageError(
          "'\(ready)' is not a value of --ready",
          help: "write a URL: http://127.0.0.1:8080/"
        )
      }
      return (command, ready)
    case (_?, nil):
      throw UsageError("--start needs --ready", help: "write --ready URL, which the app answers")
    case (nil, _?):
      throw UsageError(
        "--ready needs --start",
        help: "write --start 'COMMAND', which starts the app"
      )
    }
  }

  private static func failsOn(_ words: [String]) throws(UsageError) -> Set<FailOn> {
    var found: Set<FailOn> = []
    for word in words.flatMap({ $0.split(separator: ",").map(String.init) }) {
      guard let value = FailOn(rawValue: word) else {
        let all = FailOn.allCases.map(\.rawValue)
        throw UsageError(
          "'\(word)' is not a value of --fail-on",
          help: Suggestion.help(
            for: word,
            among: all,
            otherwise: "write \(all.joined(separator: ", "))"
          )
        )
      }
      found.insert(value)
    }
    return found
  }

  private static func refuse(
    _ left: String,
    _ right: String,
    in arguments: Arguments
  ) throws(UsageError) {
    if arguments.has(left), arguments.has(right) {
      throw UsageError("\(left) and \(right) exclude each other")
    }
  }
}

// MARK: The table

extension RunArguments {
  static let operands = Operands(text: "<profile> [<scenario>…]", count: 1...Int.max)

  static var options: [Option] {
    [
      Option(
        "--json",
        "FILE",
        .text,
        "write the report as JSON; - is standard output, words then go to standard error"
      ),
      Option(
        "--junit",
        "FILE",
        .text,
        "write the report as JUnit XML: a suite a profile, a case a scenario"
      ),
      Option(
        "--jsonl",
        "FILE",
        .text,
        "write a JSON object a line while the run goes: each finding, each scenario's end"
      ),
      Option(
        "--format",
        "text|short",
        .word(Format.allCases.map(\.rawValue)),
        standard: "text",
        "short is for editors: FILE:LINE:COLUMN: error: … and how the run ended"
      ),
      .flag("--github", "write annotations for GitHub's Actions, too"),
      Option(
        "--record",
        "DIR",
        .text,
        standard: recordings,
        "write DIR/<profile>/<scenario>.har"
      ),
      .flag("--no-record", "write no recording"),
      Option(
        "--only",
        "WORD…",
        .words,
        isRepeatable: true,
        "run scenarios with this name, tag or failure mode"
      ),
      .flag("--list", "list the scenarios; nothing is sent"),
      Option(
        "--jobs",
        "N",
        .wholeNumber(1...10_000),
        standard: "all",
        "scenarios in flight at most; waits overlap"
      ),
      Option(
        "--budget",
        "D",
        .duration,
        standard: "2m on the real clock, none on the virtual one",
        "longest sum of waits in one scenario, those after a 429 among them"
      ),
      Option("--seed", "N", .seed, "repeat a run's made-up people and tokens"),
      Option("--namespace", "N", .namespace, "repeat a run's user names"),
      Option(
        "--leeway",
        "D",
        .duration,
        standard: "1s or 10 %, the larger",
        "wait this long beyond a token's lifetime"
      ),
      .set("replace a value of the profile: scim.baseURL=http://127.0.0.1:8080"),
      Option(
        "--fault",
        "NAME",
        .fault,
        isRepeatable: true,
        "make the embedded sample app wrong"
      ),
      Option(
        "--clock",
        "real|virtual",
        .word(["real", "virtual"]),
        "the clock of the embedded sample app and the run"
      ),
      Option("--plan", "FILE", .text, "run a plan in place of scenarios; - is standard input"),
      Option(
        "--clean-up",
        "WORD",
        .word(CleanUpMode.allCases.map(\.rawValue)),
        standard: "deactivate, as Okta does",
        "deactivate the run's users at the end, delete them where the app can, or do none of it"
      ),
      .flag("--keep", "the same as --clean-up none"),
      .flag(Looks.flag, "send nothing but what Okta sends, and the clean-up"),
      .flag("--no-every-app", "leave out the scenarios for every app"),
      .flag("--fail-fast", "end at the first failure; what waits shortest goes first"),
      .flag("--quick", "leave out what waits longer than four lifetimes"),
      .flag("--families", "say of each other kind of app in Okta whether yours would do as one"),
      Option(
        "--fail-on",
        "WORD[,WORD…]",
        .text,
        isRepeatable: true,
        "fail on warning, skipped, observed or not-exercised, too"
      ),
      Option(
        "--baseline",
        "FILE",
        .text,
        "pass what FILE knows; fail on what is new, no longer found, or past its day"
      ),
      AppAccess.ownedHost,
      AppAccess.connectTo,
      Option(
        "--start",
        "COMMAND",
        .text,
        "start the app by this line for the shell, and stop it at the end; {port} is a free port, "
          + "here and in --ready, --set and --connect-to"
      ),
      Option("--ready", "URL", .text, "the app is there when this answers with less than 500"),
      AppAccess.certificateFile, AppAccess.insecure,
      .flag("--all", "show every scenario's timeline"),
      .flag("-v", "show headers and bodies"),
      .later("--against"),
    ]
  }
}
