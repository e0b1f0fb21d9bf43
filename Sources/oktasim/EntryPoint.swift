import Loop
import Profiles
import SampleApp
import Simulation
import World
import HTTP
import Foundation

@main
struct EntryPoint {
  static func main() async throws {
    let args = CommandLine.arguments
    let virtual = args.contains("virtual")
    let loop = try EventLoop.start(clock: virtual ? .virtual : .real)
    let code = try await Task(executorPreference: loop) {
      let p = try ProfileReader.read(path: args[1], settings: args.filter{$0.contains("=")}.compactMap { Setting(argument: $0) }, environment: .process, variables: .refuse)
      let paths = (ScenarioFiles.paths(in: p.folder) ?? []) + (ScenarioFiles.paths(in: "Profiles/every-app") ?? [])
      var sc = try paths.map { try ScenarioReader.read(path: $0) }
      let only = args.dropFirst(2).filter { !$0.contains("=") && $0 != "virtual" && !$0.hasPrefix("@") }
      if !only.isEmpty { sc = sc.filter { only.contains($0.name) } }
      let start = virtual ? Timestamp.virtualStart : Timestamp.now
      var ns = "k3f9"
      if !virtual { var g = SystemRandomNumberGenerator(); ns = Namespace.random(using: &g) }
      let settings = RunSettings(profile: p, scenarios: sc, seed: 7, namespace: ns, jobs: 32, leeway: .standard, budget: virtual ? nil : .seconds(120), cleansUp: true, stopsAtFirstFailure: false, recordingFolder: "Recordings/\(p.name)", rerunOptions: "", runStart: start, version: "0.1.0")
      let app = try await AppUnderTest.start(profile: p, seed: 7, startedAt: Int(start/1000), secured: nil, loop: loop)
      let (stream, cont) = AsyncStream.makeStream(of: ScenarioResult.self)
      let run = Run(settings: settings, loop: loop, interruption: Interruption(), connect: app.connect)
      let report = TextReport(scenarios: sc, style: TextStyle(.plain), showsBodies: false)
      async let all = run.perform(results: cont)
      for await r in stream { print(report.scenario(r, isOnly: sc.count == 1), terminator: "") }
      let results = await all
      await app.stop()
      print(report.remarks(results)); print(report.verdict(results, seconds: loop.now))
      try JSONReport(settings: settings, seconds: loop.now, results: results).json.prettyText.write(toFile: "/tmp/report.json", atomically: true, encoding: .utf8)
      return 0
    }.value
    exit(Int32(code))
  }
}
