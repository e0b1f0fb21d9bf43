import Foundation
import HTTP
import JSON
import Load
import Loop
import Okta
import Profiles
import SampleApp
import SelfCheck
import Simulation
import World

/// `oktasim load`: many orgs against one app, at a rate.
enum LoadCommand {
  static let operands = Operands(text: "<profile> [STORY]", count: 1...2)

  static var options: [Option] {
    [
      Option(
        "--open",
        "RATE",
        .text,
        "events come at this rate, whatever becomes of them: 200/s, 3/min, 1/day/org; with a story, all that come at a rate"
      ),
      Option(
        "--closed",
        "N",
        .wholeNumber(1...100_000),
        "so many events are under way at any time"
      ),
      Option(
        "--orgs",
        "N",
        .wholeNumber(1...1_000_000),
        standard: "10",
        "orgs, each with a grant of its own"
      ),
      Option(
        "--users",
        "N",
        .wholeNumber(0...10_000_000),
        standard: "5",
        "people in each org when the load begins"
      ),
      Option(
        "--pace",
        "SHAPE",
        .text,
        standard: "constant",
        "constant, poisson, ramp[:RATE], steps:N or sine:SHARE%:PERIOD"
      ),
      Option("--for", "D", .duration, standard: "1m", "how long events come"),
      Option(
        "--mix",
        "KIND=N,…",
        .text,
        standard: "\(EventMix.standard)",
        "which events come how often: \(EventMix.Kind.allCases.map(\.rawValue).joined(separator: ", "))"
      ),
      Option(
        "--tokens",
        "STATE",
        .word(LoadSettings.Tokens.allCases.map(\.rawValue)),
        standard: "natural",
        "dead: past their end when the load begins; live: refreshed just before"
      ),
      Option(
        "--jobs-at-once",
        "N",
        .wholeNumber(1...10_000),
        standard: "okta.jobsAtOnce",
        "events of one org under way at once"
      ),
      Option(
        "--fail-if",
        "COND",
        .text,
        isRepeatable: true,
        "fail under a condition: 'refresh.p99 > 200ms'"
      ),
      .flag("--abort-on-fail", "end the load as soon as a condition is broken"),
      Option(
        "--max-backlog",
        "N",
        .wholeNumber(1...10_000_000),
        standard: "100000",
        "drop events where more wait"
      ),
      .flag("--no-judge", "do not watch what the app makes of tokens, users and groups"),
      Option("--warm-up", "D", .duration, "do not measure what is due before"),
      Option("--seed", "N", .seed, "repeat a load's events, made-up people and tokens"),
      Option(
        "--day",
        "D",
        .duration,
        standard: "24h",
        "how long a day lasts: of a rate, and of a story that lasts for days"
      ),
      Option(
        "--connections",
        "N",
        .wholeNumber(1...65_535),
        standard: "as many as are needed",
        "connections to the app at once"
      ),
      .flag("--new-connections", "a connection for each exchange"),
      Option(
        "--grants",
        "FILE",
        .text,
        "take the orgs' grants from this file, where it has them, and keep them there (mode 0600)"
      ),
    ] + LoadOutput.options + [
      Option(
        "--shard",
        "I/N",
        .text,
        "play the orgs of one part of N; also by OKTASIM_SHARDS and a job's index"
      ),
      Option(
        "--start-at",
        "TIME",
        .text,
        "begin at an instant, as all shards do: 2027-01-31T08:00:00Z"
      ),
      .set("replace a value of the profile: scim.baseURL=http://127.0.0.1:8080"),
      Option("--fault", "NAME", .fault, isRepeatable: true, "make the embedded sample app wrong"),
      .trait,
      Option(
        "--clock",
        "real|virtual",
        .word(["real", "virtual"]),
        "the clock of the embedded sample app and the load"
      ),
      Option(
        "--clean-up",
        "WORD",
        .word(CleanUpMode.allCases.map(\.rawValue)),
        standard: "deactivate, as Okta does",
        "deactivate the load's users at the end, delete them where the app can, or do none of it"
      ),
      .flag("--keep", "the same as --clean-up none"),
      Option(
        "--clean-up-for",
        "D",
        .duration,
        standard: "5m",
        "how long the clean-up may take; after an interrupt 5s"
      ),
      Option(
        "--clean-up-from",
        "FILE",
        .text,
        "only clean up what an earlier load has left, as this file of its lists it"
      ),
      AppAccess.ownedHost,
      AppAccess.connectTo,
      AppAccess.certificateFile, AppAccess.insecure,
    ]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    var profile = try ProfileOperand.read(
      arguments.operands[0],
      settings: arguments.settings("--set"),
      variables: .refuse,
      org: nil
    )
    if arguments.has("--clean-up-from") {
      return try await LoadCleanUp.execute(arguments, profile, terminal)
    }
    var story: LoadStory?
    if arguments.operands.count > 1 {
      story = try StorySelection.story(arguments.operands[1], profile)
    } else if !arguments.has("--open"), !arguments.has("--closed") {
      terminal.print("stories:")
      for line in StorySelection.list(for: profile) { terminal.print(line) }
    }
    if let wanted = story?.sampleApp, !wanted.isEmpty, profile.embeddedSampleApp != nil {
      // What the command line says goes before what the story does.
      profile = try ProfileOperand.read(
        arguments.operands[0],
        settings: wanted.compactMap { Setting(argument: "embeddedSampleApp.\($0)") }
          + arguments.settings("--set"),
        variables: .refuse,
        org: nil
      )
    }
    if var app = profile.embeddedSampleApp {
      app.faults += arguments.faults("--fault").map(\.rawValue)
      app.traits = arguments.texts("--trait")
      app.clock =
        arguments.text("--clock").flatMap { EmbeddedSampleApp.Clock(rawValue: $0) } ?? app.clock
      profile.embeddedSampleApp = app
    } else if let option = ["--clock", "--fault", "--trait"].first(where: { arguments.has($0) }) {
      throw .usage(
        UsageError("\(option) is for the embedded sample app, which \(profile.file) does not start")
      )
    }
    let settings: LoadSettings
    do throws(UsageError) {
      settings = try LoadArguments(arguments, profile, story).settings
    } catch {
      throw .usage(error)
    }
    let access = AppAccess(arguments)
    if let refusal = access.refusal(of: profile.inOrg(LoadRun.name(ofOrg: 0))) {
      throw .usage(refusal)
    }
    try LoadOutput.requireFiles(arguments)
    return try await run(settings, access, arguments, terminal)
  }

  private static func run(
    _ settings: LoadSettings,
    _ access: AppAccess,
    _ arguments: Arguments,
    _ terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    let interruption = Interruption()
    do {
      let interrupts = try Interrupts {
        terminal.writeError("\ninterrupted: cleaning up; once more to stop at once\n")
        interruption.raise()
      }
      defer { interrupts.end() }
      let spare = try SpareDescriptors()
      var result = try await LoadLanes.with(settings, access, ConnectionPolicy(arguments)) {
        lanes,
        profile in
        var settings = settings
        settings.profile = profile
        return await perform(settings, lanes, interruption, spare, terminal)
      }
      let code = spare.whileFree {
        let isKept = LoadFiles.keep(&result, settings, arguments, terminal)
        return LoadOutput.finish(settings.summary, result, arguments, terminal, isKept: isKept)
      }
      return interrupts.wasInterrupted ? .interrupted : code
    } catch let error as CommandError {
      throw error
    } catch {
      terminal.printError("nothing was judged: \(error)")
      return .nothingJudged
    }
  }

  private static func perform(
    _ settings: LoadSettings,
    _ lanes: [LoadLane],
    _ interruption: Interruption,
    _ spare: SpareDescriptors,
    _ terminal: Terminal
  ) async -> LoadResult {
    let progress = LoadProgressLines(terminal)
    let show: @Sendable (LoadProgress) -> Void = { progress.show($0) }
    // A second interrupt, or a kill, ends the clean-up without a word.
    let list: @Sendable ([LeftInApp]) -> Void = { left in
      guard !left.isEmpty, spare.whileFree({ LoadFiles.list(left, settings, terminal) }),
        interruption.isRaised
      else { return }
      terminal.writeError("\(LeftFile.name(settings)) lists them until then\n")
    }
    let isVirtual = lanes.first?.loop.clockKind == .virtual
    let result = await LoadRun(
      settings: settings,
      lanes: lanes,
      interruption: interruption,
      onProgress: isVirtual ? nil : show,
      onCleanUp: settings.profile.embeddedSampleApp == nil ? list : nil
    ).perform()
    terminal.endProgress()
    return result
  }
}

extension ConnectionPolicy {
  init(_ arguments: Arguments) {
    self.init(
      most: arguments.integer("--connections"),
      isKept: !arguments.has("--new-connections")
    )
  }
}
