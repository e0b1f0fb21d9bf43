import Foundation
import HTTP
import JSON
import Loop
import Profiles
import Simulation
import World

/// `oktasim bench judge`: what a long run costs, on the virtual clock against the embedded sample
/// app: whether it grows with the run, and what a recording adds.
///
/// Processor time is that of all that `oktasim run` does: it reads the scenario, plays it, judges
/// it and tells of it; the start of the process is not in it.
struct JudgeBench {
  let rounds: Int
  let terminal: Terminal
  private let interruption = Interruption()

  /// Expiries and creates of a row.
  private static let counts = [100, 400, 1600]
  /// Four times the expiries, and a tenth for the weather.
  private static let mostGrowth = 4.4
  private static let mostForRecording = 1.5
  /// A row that takes longer ends its rounds, and the table.
  private static let patience = Duration.seconds(20)

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private struct Script {
    var name: String
    /// A scenario file.
    var text: String
  }

  private enum Recording {
    case none
    case folder(String)

    var path: String? { if case .folder(let path) = self { path } else { nil } }
  }

  private struct Measurement {
    var processorTime: Duration
    /// What the judge itself held at its end, in bytes; nil where nobody counts it.
    var judgeBytes: Int?
  }

  func execute() async throws -> ExitCode {
    let interrupts = try Interrupts { [interruption] in interruption.raise() }
    defer { interrupts.end() }
    terminal.print(
      """
      oktasim on the virtual clock with the embedded sample app, \
      \(rounds == 1 ? "1 run" : "medians of \(rounds) runs")

      """
    )
    do {
      let isLinear = try await measureGrowth()
      terminal.print()
      let isCheap = try await measureRecording()
      return isLinear && isCheap ? .success : .failed
    } catch {
      if interrupts.wasInterrupted { return .interrupted }
      throw error
    }
  }

  // MARK: Growth

  /// Gives whether the time grows as the run does.
  private func measureGrowth() async throws -> Bool {
    terminal.print("expiries  processor time  judge's memory")
    var medians: [Double] = []
    for (index, count) in Self.counts.enumerated() {
      let script = Self.expiries(count)
      var measurements: [Measurement] = []
      var sum = Duration.zero
      while measurements.count < rounds, sum <= Self.patience {
        terminal.progress("\(count) expiries, run \(measurements.count + 1) of \(rounds)")
        measurements.append(try await measure(script, recording: .none))
        sum = measurements.reduce(.zero) { $0 + $1.processorTime }
      }
      let median = BenchCommand.median(measurements.map(\.processorTime.seconds))
      medians.append(median)
      terminal.print(
        String(format: "%8d  %12.3f s  ", count, median)
          + Self.padded(Self.memory(measurements.last?.judgeBytes), to: 14)
          + (measurements.count < rounds ? "  (runs: \(measurements.count))" : "")
      )
      if sum > Self.patience, index + 1 < Self.counts.count {
        let rest = Self.counts[(index + 1)...].map(String.init).joined(separator: " and ")
        terminal.print(
          """
          \(rest) expiries are left out: \(count) took more than \(Self.patience.inSeconds), \
          so the time does not grow as the run does
          """
        )
        return false
      }
    }
    let ratio = medians[2] / medians[1]
    return verdict("from \(Self.counts[1]) to \(Self.counts[2]) expiries", ratio, Self.mostGrowth)
  }

  private static func memory(_ bytes: Int?) -> String {
    bytes.map { String(format: "%.1f KiB", Double($0) / 1024) } ?? "—"
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  // MARK: Recording

  /// Gives whether a recording costs little beside the run.
  private func measureRecording() async throws -> Bool {
    let count = Self.counts[2]
    let script = Self.creates(count)
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "oktasim-bench-\(ProcessInfo.processInfo.processIdentifier)").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var without: [Double] = []
    var with: [Double] = []
    // Neighbours in time meet the same weather.
    for round in 1...rounds {
      terminal.progress("\(count) creates, run \(round) of \(rounds)")
      without.append(try await measure(script, recording: .none).processorTime.seconds)
      with.append(try await measure(script, recording: .folder(folder)).processorTime.seconds)
    }
    let label = "\(count) creates"
    terminal.print("\(label)  processor time")
    for (name, times) in [("without", without), ("recorded", with)] {
      terminal.print(
        Self.padded(name, to: label.count)
          + String(format: "  %12.3f s", BenchCommand.median(times))
      )
    }
    let ratio = BenchCommand.median(zip(with, without).map { $0 / $1 })
    return verdict("recorded to without", ratio, Self.mostForRecording)
  }

  private func verdict(_ what: String, _ ratio: Double, _ most: Double) -> Bool {
    let holds = ratio <= most
    terminal.print(
      String(format: "%@: %.2f times, ", what, ratio)
        + (holds ? "which is at most \(most)" : "which is more than \(most)")
    )
    return holds
  }

  // MARK: A run

  private func measure(_ script: Script, recording: Recording) async throws -> Measurement {
    let loop = try EventLoop.start(clock: .virtual)
    defer { loop.stop() }
    let begun = rusage.ofThisProcess.processorTime
    let scenario = try ScenarioReader.read(
      SourceText(file: "\(script.name).scenario", text: script.text),
      name: script.name
    )
    let settings = RunSettings(
      profile: try Self.profile(),
      scenarios: [scenario],
      seed: 1,
      namespace: "bench",
      jobs: 1,
      leeway: .standard,
      budget: nil,
      cleanUp: .deactivate,
      stopsAtFirstFailure: false,
      recordingFolder: recording.path,
      rerunOptions: "",
      runStart: Timestamp.virtualStart,
      version: EntryPoint.version
    )
    let results = try await Task(executorPreference: loop) { [interruption] in
      let app = try await AppUnderTest.start(
        profile: settings.profile,
        seed: settings.seed,
        startedAt: Int(settings.runStart / 1000),
        secured: nil,
        hosts: HostPolicy(),
        loop: loop
      )
      let run = Run(
        settings: settings,
        loop: loop,
        interruption: interruption,
        connect: app.connect
      )
      let (_, ended) = AsyncStream.makeStream(of: ScenarioResult.self)
      let results = await run.perform(results: ended)
      await app.stop()
      return results
    }.value
    let report = TextReport(scenarios: [scenario], style: TextStyle(.plain), showsBodies: false)
    let words = results.map { report.scenario($0) + report.findings([$0]) }
    let processorTime = rusage.ofThisProcess.processorTime - begun
    precondition(words.allSatisfy { !$0.isEmpty }, "every result is told")

    // A run that ended early, or wrote nothing, cost something else.
    guard let result = results.first, result.verdict == .passed else {
      let reason = results.first?.reason ?? "there is no result"
      throw Failure(description: "the run of \(script.name) did not pass: \(reason)")
    }
    if recording.path != nil, result.recording == nil {
      let reason = result.warnings.first ?? "nothing was written"
      throw Failure(description: "\(script.name) was not recorded: \(reason)")
    }
    return Measurement(processorTime: processorTime, judgeBytes: result.judgeBytes)
  }

  private static func profile() throws -> IntegrationProfile {
    let text = """
      {
        "profile": "bench",
        "family": "aiw",
        "scim": {
          "version": "2.0",
          "uniqueIdentifier": "userName",
          "capabilities": ["createUsers", "updateUsers", "deactivateUsers"]
        },
        "embeddedSampleApp": { "clock": "virtual" }
      }
      """
    return try ProfileReader.read(
      SourceText(file: "profile.json", text: text),
      environment: .process,
      variables: .refuse
    )
  }

  // MARK: Scenarios

  private static func expiries(_ count: Int) -> Script {
    let repeated = (1...count).map { number in
      "after access token expires\n  update ada  lastName Byron\(number)\n"
    }
    return script("\(count)-expiries", "authorize\nassign ada\n" + repeated.joined())
  }

  private static func creates(_ count: Int) -> Script {
    let assignments = (1...count).map { "assign ada\($0)\n" }
    return script("\(count)-creates", "authorize\n" + assignments.joined())
  }

  private static func script(_ name: String, _ body: String) -> Script {
    Script(name: name, text: "Scenario: \(name)\n\n" + body)
  }
}
