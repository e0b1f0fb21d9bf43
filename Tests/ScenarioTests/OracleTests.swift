import Foundation
import SelfCheck
import TestSupport
import Testing

/// Other people's software reads what a run recorded.
@Suite(
  .enabled(if: RealTargets.areUsed, Comment(rawValue: RealTargets.whyUnused)),
  .timeLimit(.minutes(10))
)
struct OracleTests {
  @Test(arguments: ["aiw", "oin-patch", "oin-put"])
  func `the recordings of the sample app are sound`(family: String) async throws {
    try await withTemporaryFolder { folder in
      var run = SampleAppRun(
        family == "aiw" ? try Shipped.forSampleApp() : try Shipped.everyApp(),
        settings: ["family=\(family)"]
      )
      run.recordingFolder = folder.path
      _ = try await run.perform()

      try await Oracle.check(folder)
    }
  }
}

/// scim2-models and scim-sanity on the SCIM bodies, the schemas of HAR 1.2 on the files.
enum Oracle {
  /// - Parameters:
  ///   - recordings: The folder with the recordings, at any depth.
  ///   - failures: What is wrong with the app's answers, as the oracle names it.
  ///   - allowed: What else may be wrong with them.
  static func check(
    _ recordings: URL,
    failures: [String] = [],
    allowed: [String] = []
  ) async throws {
    let names = try FileManager.default.subpathsOfDirectory(atPath: recordings.path)
      .filter { $0.hasSuffix(".har") }.sorted()
    let files = names.map { recordings.appending(path: $0).path }
    #expect(files.count >= 9)

    let bodies = try await run("oracle/check.sh", files, recordings)
    let all = bodies.output.split(separator: "\n").filter { $0.hasPrefix("FAIL ") }
    #expect(bodies.status == (all.isEmpty ? 0 : 1))
    // What a look asks on purpose (field case 28), and marks as a deviation.
    let found = all.map { String($0.dropFirst(5)) }.filter {
      !$0.hasSuffix(" query: own: startIndex=0 is below 1")
    }
    let missing = Set(failures).subtracting(found)
    let new = Set(found).subtracting(failures + allowed)
    #expect(missing.isEmpty && new.isEmpty, "\(missing) \(new) \(remarks(bodies.output))")
    #expect(bodies.output.contains(" passed, \(all.count) failed"))

    try await withTemporaryFolder { folder in
      let copies = names.map { recordings.appending(path: $0).path }
      let formats = try await run("oracle/formats.sh", ["har"] + copies, folder)
      #expect(formats.status == 0, "\(formats.output)")
    }
  }

  /// One after the other, also of several test processes: at its first call a script installs what
  /// it needs, and two of them at that spoil each other's work.
  private static func run(
    _ program: String,
    _ arguments: [String],
    _ folder: URL
  ) async throws -> ChildProcess.Ending {
    let lock = FileManager.default.temporaryDirectory.appending(path: "oktasim-oracle.lock")
    let inTurn = #"if command -v flock >/dev/null; then exec flock "$0" "$@"; fi; exec "$@""#
    return try await ChildProcess.run(
      URL(filePath: "/bin/sh"),
      ["-c", inTurn, lock.path, RealTargets.program(program).path] + arguments,
      environment: RealTargets.environment,
      folder: folder
    )
  }

  private static func remarks(_ output: String) -> String {
    output.split(separator: "\n").filter { !$0.hasPrefix("PASS") && !$0.hasPrefix("NOTE") }
      .joined(separator: "\n")
  }
}
