import Foundation
import HTTP
import JSON
import Loop
import Profiles
import Recordings
import SampleApp
import SelfCheck
import Simulation
import Synchronization
import World

/// `oktasim run`: judges the app.
enum RunCommand {
  static func execute(_ given: RunArguments, terminal: Terminal) async -> ExitCode {
    var arguments = given
    if arguments.needsPort, !arguments.lists {
      do {
        arguments.port = try StartedApp.freePort()
      } catch {
        terminal.printError("there is no free port: \(error)")
        return .nothingJudged
      }
    }
    let profile: IntegrationProfile
    let selection: ScenarioSelection
    let baseline: Baseline?
    do throws(CommandError) {
      profile = try readProfile(arguments)
      selection = try readScenarios(arguments, profile)
      baseline = try readBaseline(arguments, profile)
    } catch {
      return error.report(to: terminal)
    }
    if arguments.lists {
      list(selection, terminal: terminal)
      return .success
    }
    if let refusal = ProfileHosts(profile, routes: arguments.routes).refusal(by: arguments.hosts) {
      return CommandError.usage(refusal).report(to: terminal)
    }
    if arguments.isInsecure {
      if let refusal = ProfileHosts(profile, routes: arguments.routes).insecureRefusal {
        return CommandError.usage(refusal).report(to: terminal)
      }
      terminal.printWarning("--insecure: no certificate of the app is checked in this run")
    }
    return await run(arguments, profile, selection, baseline, terminal)
  }

  // MARK: What is run

  private static func readProfile(
    _ arguments: RunArguments
  ) throws(CommandError) -> IntegrationProfile {
    var profile: IntegrationProfile
    do throws(CommandError) {
      profile = try ProfileOperand.read(
        arguments.profile,
        settings: arguments.filledSettings,
        // A list sends nothing, so it needs no secret.
        variables: arguments.lists ? .leaveOpen : .refuse
      )
    } catch {
      // All mistakes at once: those of the scenarios, too.
      guard case .mistakes(var mistakes) = error, arguments.plan == nil else { throw error }
      let folder = ProfileReader.folder(of: arguments.profile)
      mistakes.add(ScenarioSelection.mistakes(in: folder, everyApp: arguments.everyApp))
      throw .mistakes(mistakes)
    }
    if profile.embeddedSampleApp != nil {
      let option = arguments.start == nil ? nil : "--start"
      if let option = option ?? (arguments.connectTo.isEmpty ? nil : "--connect-to") {
        throw .usage(
          UsageError(
            "\(option) is for an app of your own, and \(profile.file) has the sample app embedded"
          )
        )
      }
    }
    guard var app = profile.embeddedSampleApp else {
      let option =
        arguments.clock == nil ? arguments.faults.first.map { _ in "--fault" } : "--clock"
      guard let option else { return profile }
      throw .usage(
        UsageError(
          "\(option) is for the embedded sample app, which \(profile.file) does not start"
        )
      )
    }
    app.faults += arguments.faults.map(\.rawValue)
    app.clock = arguments.clock ?? app.clock
    profile.embeddedSampleApp = app
    return profile
  }

  private static func readScenarios(
    _ arguments: RunArguments,
    _ profile: IntegrationProfile
  ) throws(CommandError) -> ScenarioSelection {
    if let plan = arguments.plan { return try ScenarioSelection.readPlan(plan, profile: profile) }
    return try ScenarioSelection.read(
      profile: profile,
      names: arguments.scenarios,
      only: arguments.only,
      everyApp: arguments.everyApp
    )
  }

  private static func readBaseline(
    _ arguments: RunArguments,
    _ profile: IntegrationProfile
  ) throws(CommandError) -> Baseline? {
    guard let file = arguments.baseline else { return nil }
    do throws(Mistakes) {
      return try BaselineReader.read(
        file,
        // A plan is a scenario of any name.
        scenarios: arguments.plan == nil ? ScenarioSelection.names(in: profile.folder) : nil,
        today: CalendarDay(of: Timestamp.now)
      )
    } catch {
      throw .mistakes(error)
    }
  }

  /// One scenario a line: name, title, failure modes, tags.
  private static func list(_ selection: ScenarioSelection, terminal: Terminal) {
    let rows = selection.scenarios.map {
      [$0.name, $0.title, $0.covers.joined(separator: " "), $0.tags.joined(separator: " ")]
    }
    for line in Columns.lines(rows) { terminal.print(line) }
  }

  // MARK: The run

  private static func run(
    _ arguments: RunArguments,
    _ profile: IntegrationProfile,
    _ selection: ScenarioSelection,
    _ baseline: Baseline?,
    _ terminal: Terminal
  ) async -> ExitCode {
    let isVirtual = profile.embeddedSampleApp?.clock == .virtual
    var settings = settings(arguments, profile, selection, isVirtual: isVirtual)
    settings.baseline = baseline
    let interruption = Interruption()
    do {
      let interrupts = try Interrupts {
        terminal.writeError("\ninterrupted: cleaning up; once more to stop at once\n")
        interruption.raise()
      }
      defer { interrupts.end() }
      let loop = try EventLoop.start(clock: isVirtual ? .virtual : .real)
      defer { loop.stop() }
      let (outcome, isReported) = try await Task(executorPreference: loop) {
        try await perform(settings, arguments, loop, interruption, terminal)
      }.value
      if interrupts.wasInterrupted { return .interrupted }
      let code = conclude(outcome, terminal)
      // Whoever asked for a report must not take its absence for a success.
      return code == .success && !isReported ? .wrongUsage : code
    } catch let error as CommandError {
      return error.report(to: terminal)
    } catch let error as TLSError {
      if case .unusableFile = error {
        return CommandError.usage(UsageError("--ca-file: \(error)")).report(to: terminal)
      }
      terminal.printError("nothing was judged: \(error)")
      return .nothingJudged
    } catch {
      terminal.printError("\(error)")
      return .nothingJudged
    }
  }

  private static func settings(
    _ arguments: RunArguments,
    _ profile: IntegrationProfile,
    _ selection: ScenarioSelection,
    isVirtual: Bool
  ) -> RunSettings {
    var chance = SystemRandomNumberGenerator()
    // In virtual time nothing is left to chance that was not asked for.
    let seed = arguments.seed ?? (isVirtual ? 1 : UInt64.random(in: 1...99_999, using: &chance))
    var seeded = SeededRandom(seed: seed).stream(named: "namespace")
    let namespace =
      arguments.namespace
      ?? (isVirtual
        ? Namespace.random(using: &seeded) : Namespace.random(using: &chance))
    let folder: String? =
      if case .folder(let folder) = arguments.recording {
        RecordingFolder.choose(below: folder, forProfile: profile.file)
      } else { nil }
    var settings = RunSettings(
      profile: profile,
      scenarios: selection.scenarios,
      seed: seed,
      namespace: namespace,
      jobs: arguments.jobs ?? selection.scenarios.count,
      leeway: (arguments.leeway ?? profile.leeway).map { .fixed($0) } ?? .standard,
      budget: arguments.budget ?? (isVirtual ? nil : .seconds(120)),
      cleanUp: arguments.cleanUp,
      stopsAtFirstFailure: arguments.failsFast,
      recordingFolder: folder,
      rerunOptions: rerunOptions(arguments, seed: seed),
      runStart: isVirtual ? Timestamp.virtualStart : Timestamp.now,
      version: EntryPoint.version
    )
    settings.plan = arguments.plan
    settings.looks = arguments.looks
    settings.selection = selectionWords(arguments)
    settings.isQuick = arguments.isQuick
    settings.failsOn = arguments.failsOn
    settings.isNamespaceGiven = arguments.namespace != nil
    return settings
  }

  private static func selectionWords(_ arguments: RunArguments) -> String {
    var words = arguments.scenarios
    for word in arguments.only { words += ["--only", word] }
    if arguments.everyApp == .leftOut { words.append("--no-every-app") }
    if arguments.isQuick { words.append("--quick") }
    return words.map { " " + $0.asShellWord }.joined()
  }

  /// What else stood on the command line, so that a failure can be run again as it was.
  private static func rerunOptions(_ arguments: RunArguments, seed: UInt64) -> String {
    var words = ["--seed", String(seed)]
    if let namespace = arguments.namespace { words += ["--namespace", namespace] }
    for setting in arguments.settings { words += ["--set", "\(setting.path)=\(setting.text)"] }
    for fault in arguments.faults { words += ["--fault", fault.rawValue] }
    if let clock = arguments.clock { words += ["--clock", clock.rawValue] }
    if let leeway = arguments.leeway { words += ["--leeway", DurationText.format(leeway)] }
    if let budget = arguments.budget { words += ["--budget", DurationText.format(budget)] }
    for host in arguments.ownedHosts { words += ["--i-own", host] }
    if let file = arguments.certificateFile { words += ["--ca-file", file] }
    if arguments.isInsecure { words.append("--insecure") }
    if arguments.cleanUp != .deactivate { words += ["--clean-up", arguments.cleanUp.rawValue] }
    if arguments.looks == .left { words.append(Looks.flag) }
    for route in arguments.connectTo { words += ["--connect-to", route] }
    if let start = arguments.start { words += ["--start", start.command, "--ready", start.ready] }
    if let file = arguments.baseline { words += ["--baseline", file] }
    if case .folder(let folder) = arguments.recording, folder != RunArguments.recordings {
      words += ["--record", folder]
    }
    return words.map { " " + $0.asShellWord }.joined()
  }

  private static func perform(
    _ settings: RunSettings,
    _ arguments: RunArguments,
    _ loop: EventLoop,
    _ interruption: Interruption,
    _ terminal: Terminal
  ) async throws -> (outcome: RunOutcome, isReported: Bool) {
    var files = try await ReportFiles(
      arguments.reports,
      settings,
      terminal: terminal,
      on: loop
    )
    let secured = try await AppAccess(arguments).secured(settings.profile, loop)
    let secrets = RunSecrets()
    let started = try await StartedApp.start(
      arguments,
      settings,
      secured,
      secrets,
      interruption,
      loop
    )
    let app = try await AppUnderTest.start(
      profile: settings.profile,
      seed: settings.seed,
      startedAt: Int(settings.runStart / 1000),
      secured: secured,
      hosts: arguments.hosts,
      routes: arguments.routes,
      loop: loop
    )
    let (stream, results) = AsyncStream.makeStream(of: ScenarioResult.self)
    let run = Run(
      settings: settings,
      loop: loop,
      interruption: interruption,
      secrets: secrets,
      connect: app.connect
    )
    let progress = ProgressLine(settings, terminal: terminal, loop: loop)
    let probe = Mutex<ProbeResult?>(nil)
    let first = tellers(settings, arguments, terminal)
    for teller in first { teller.begin() }
    async let all = run.perform(results: results) { result in
      probe.withLock { $0 = result }
      progress.note(result)
      for teller in first { teller.tell(result) }
    }
    var tellers = first
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await progress.tick() }
      for await result in stream {
        progress.note(result)
        for index in tellers.indices { tellers[index].tell(result) }
        await files.add(result, probe: probe.withLock(\.self))
        progress.show()
      }
      group.cancelAll()
    }
    let finished = await all
    let seconds = loop.now
    let families = await families(settings, arguments, app, secrets, interruption, loop)
    await app.stop()
    let early = await started?.stop()
    terminal.endProgress()
    var outcome = RunOutcome(
      settings: settings,
      seconds: seconds,
      late: loop.longestDelay,
      results: finished,
      probe: probe.withLock(\.self),
      notes: RunNotes(
        finished,
        profile: settings.profile,
        unmetFaults: interruption.isRaised
          ? [] : arguments.faults.filter { !app.faultsMet.contains($0) }.map(\.rawValue)
      )
    )
    outcome.askedFamilies = families
    outcome.last = try await loop.offload { LastRun.report(settings) }
    for index in tellers.indices { tellers[index].end(outcome) }
    if let early { terminal.printError(early) }
    await started?.keepLog(settings, arguments, terminal)
    if outcome.late > .zero {
      terminal.printWarning(
        "oktasim was itself late by up to \(outcome.late.inSeconds) in this run (a busy machine, "
          + "or very large answers): no silence of the app was held against it then"
      )
    }
    return (outcome, await files.end(outcome))
  }

  /// Runs a few scenarios as of each family that the profile does not name, where that is asked for.
  private static func families(
    _ settings: RunSettings,
    _ arguments: RunArguments,
    _ app: AppUnderTest,
    _ secrets: RunSecrets,
    _ interruption: Interruption,
    _ loop: EventLoop
  ) async -> [FamilyVerdict] {
    guard arguments.asksFamilies else { return [] }
    var verdicts: [FamilyVerdict] = []
    let others = AppFamily.allCases.filter { $0 != settings.profile.family }
    for (place, family) in others.enumerated() where !interruption.isRaised {
      var asked = settings
      do {
        // Read once more: a family has mappings and switches of its own.
        var other = arguments
        other.settings.append(.family(family))
        // The app speaks what it speaks; of an on-prem app another version is usual.
        other.settings.append(.version(settings.profile.scim.version))
        asked.profile = try readProfile(other)
        let shipped = try SelfCheck.shippedScenarios()
        asked.scenarios = FamilyVerdict.scenarios.compactMap { name in
          shipped.first { $0.name == name }
        }
      } catch {
        verdicts.append(FamilyVerdict(family, notTold: "the profile cannot be read as of it"))
        continue
      }
      asked.recordingFolder = settings.recordingFolder.map { "\($0)/as-\(family.rawValue)" }
      asked.stopsAtFirstFailure = false
      // Its people are not those of the run.
      asked.namespace += ["x", "y", "z"][place]
      let profile = asked.profile
      let run = Run(settings: asked, loop: loop, interruption: interruption, secrets: secrets) {
        var connection = await app.connect($0)
        var reached = profile
        reached.scim.baseURL = connection.profile.scim.baseURL
        reached.authentication = connection.profile.authentication
        connection.profile = reached
        return connection
      }
      let (_, results) = AsyncStream.makeStream(of: ScenarioResult.self)
      verdicts.append(
        FamilyVerdict(
          family,
          of: await run.perform(results: results),
          asked: FamilyVerdict.scenarios
        )
      )
    }
    return verdicts
  }

  /// What tells of the run, those that read it first ahead.
  private static func tellers(
    _ settings: RunSettings,
    _ arguments: RunArguments,
    _ terminal: Terminal
  ) -> [any RunTeller] {
    let channel = arguments.channel
    let words: any RunTeller =
      switch arguments.format {
      case .text: TextTeller(settings, arguments, terminal: terminal, channel: channel)
      case .short: ShortTeller(terminal: terminal, channel: channel)
      }
    return arguments.annotates
      ? [words, GitHubTeller(terminal: terminal, channel: channel)] : [words]
  }

  /// What https is made with; nil where the run starts the app itself, which speaks plain HTTP.
  // MARK: The end

  private static func conclude(
    _ outcome: RunOutcome,
    _ terminal: Terminal
  ) -> ExitCode {
    let results = outcome.results
    let summary = RunSummary(results)
    if let baseline = outcome.baseline, baseline.fails {
      let counts = [
        (baseline.noLongerFound.count, "no longer found"), (baseline.past.count, "past its day"),
      ].filter { $0.0 > 0 }
      terminal.printError(
        "the run fails for \(baseline.file): "
          + counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      )
      return .failed
    }
    if outcome.isFound(.failed) { return .failed }
    if let starved = results.first(where: \.record.isStarved) {
      terminal.printError("not everything was judged: \(starved.reason ?? "")")
      return .nothingJudged
    }
    if summary.isEmpty {
      // What the app kept from being judged comes before what the scenarios needed.
      let telling = results.first { $0.verdict == .notJudged } ?? results.first
      terminal.printError("nothing was judged: \(telling?.reason ?? "nothing was run")")
      return .nothingJudged
    }
    let words = outcome.occurrences.map(\.rawValue)
    guard !words.isEmpty else { return .success }
    terminal.printError("the run fails for what --fail-on names: \(words.joined(separator: ", "))")
    return .failed
  }
}
