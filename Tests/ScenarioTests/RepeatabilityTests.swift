import Foundation
import Profiles
import SelfCheck
import Simulation
import TestSupport
import Testing

/// On the virtual clock the same seed writes the same recording, byte for byte.
@Suite(.serialized) struct RepeatabilityTests {
  @Test(arguments: [(runs: 100, scenarios: ["first-look", "workers-at-once"]), (10, [])])
  func `the same seed writes the same recordings`(
    runs: Int,
    scenarios names: [String]
  ) async throws {
    let scenarios = try Shipped.forSampleApp().filter { names.isEmpty || names.contains($0.name) }
    let first = try await recordings(of: scenarios, seed: 7)
    let clock = ContinuousClock()
    let start = clock.now

    #expect(first.count == scenarios.count)
    for _ in 1..<runs {
      let next = try await recordings(of: scenarios, seed: 7)
      for (name, bytes) in first where next[name] != bytes {
        Issue.record("\(name): \(difference(bytes, next[name] ?? Data()))")
      }
      guard next == first else { return }
    }

    let each = (clock.now - start) / (runs - 1)
    print("\(scenarios.count) scenarios with 60-minute tokens, recorded: \(each) a run")
  }

  @Test func `another seed writes other recordings`() async throws {
    let scenarios = try Shipped.forSampleApp()
    let seven = try await recordings(of: scenarios, seed: 7)
    let eight = try await recordings(of: scenarios, seed: 8)

    for (name, bytes) in seven { #expect(eight[name] != bytes, "\(name)") }
  }

  /// The hash seed differs by process, so no order may come from a set or a dictionary.
  @Test func `two processes differ in nothing`() async throws {
    let arguments = [
      "run", Package.path("Profiles/sample-app"), "--clock", "virtual", "--seed", "7",
      "--json", "report.json", "-v",
    ]
    let first = try await wholeRun(arguments)
    let second = try await wholeRun(arguments)

    #expect(first.keys.sorted() == second.keys.sorted())
    #expect(first.count >= 13, "output, report, a recording for each scenario")
    for (name, bytes) in first where second[name] != bytes {
      Issue.record("\(name): \(difference(bytes, second[name] ?? Data()))")
    }
  }

  // MARK: What a run leaves

  /// The HAR of each scenario, by file name.
  private func recordings(of scenarios: [Scenario], seed: UInt64) async throws -> [String: Data] {
    try await withTemporaryFolder { folder in
      var run = SampleAppRun(scenarios, settings: SoundApp.discovered)
      run.seed = seed
      run.recordingFolder = folder.path
      _ = try await run.perform()
      return try files(in: folder)
    }
  }

  /// All that a run of the program leaves, with what it printed.
  private func wholeRun(_ arguments: [String]) async throws -> [String: Data] {
    try await withTemporaryFolder { folder in
      let ending = try await ChildProcess.run(
        ChildProcess.oktasim,
        arguments,
        environment: ["PATH": "/usr/bin:/bin"],
        folder: folder
      )
      #expect(ending.status == 0, "\(ending.output)")
      var files = try files(in: folder)
      files["output"] = Data(ending.output.utf8)
      return files
    }
  }

  private func files(in folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return try names.reduce(into: [:]) { files, name in
      let file = folder.appending(path: name)
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if !isFolder.boolValue { files[name] = try Data(contentsOf: file) }
    }
  }

  /// The first place where two texts part, with what stands around it.
  private func difference(_ one: Data, _ other: Data) -> String {
    let place = zip(one, other).enumerated().first { $1.0 != $1.1 }?.offset
    guard let place else { return "\(one.count) bytes, then \(other.count)" }
    func around(_ data: Data) -> String {
      String(decoding: data[max(0, place - 60)..<min(data.count, place + 60)], as: UTF8.self)
    }
    return "at byte \(place): …\(around(one))… then …\(around(other))…"
  }
}
