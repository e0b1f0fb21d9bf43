import Foundation

/// The program as it was built beside these tests.
enum Program {
  /// What a run of it came to.
  struct Ending: Sendable {
    /// Standard output and standard error, in the order in which they were written.
    var output: String
    var status: Int32

    /// The output's lines.
    var lines: [String] {
      var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      // What ends in a line end leaves an empty rest.
      if lines.last == "" { lines.removeLast() }
      return lines
    }
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  static let root: URL = {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }()

  /// The build folder holds the tests and the program side by side.
  static let executable: URL = {
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    // On other systems than Linux the tests are a bundle in that folder.
    for _ in 0..<4 {
      let candidate = folder.appending(path: "oktasim")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      folder.deleteLastPathComponent()
    }
    return root.appending(path: ".build/debug/oktasim")
  }()

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - input: A file that stands for standard input; none for an empty one.
  static func run(
    _ arguments: [String],
    environment: [String: String] = [:],
    folder: URL,
    input: URL? = nil
  ) async throws -> Ending {
    try await run(
      process(arguments, environment: environment, folder: folder),
      folder: folder,
      input: input
    )
  }

  /// Runs a line as a shell does that finds the program by its name.
  static func shell(_ line: String, folder: URL) async throws -> Ending {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = folder
    let path = executable.deletingLastPathComponent().path
    process.environment = ["PATH": path + ":/usr/bin:/bin"]
    return try await run(process, folder: folder, input: nil)
  }

  private static func run(_ process: Process, folder: URL, input: URL?) async throws -> Ending {
    let outputFile = folder.appending(path: ".output-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: outputFile.path, contents: nil),
      let output = FileHandle(forWritingAtPath: outputFile.path),
      let input = FileHandle(forReadingAtPath: input?.path ?? "/dev/null")
    else { throw Failure(description: "could not open the files of \(process.arguments ?? [])") }
    defer { try? FileManager.default.removeItem(at: outputFile) }
    process.standardInput = input
    // One open file for both keeps their order.
    process.standardOutput = output
    process.standardError = output
    let status = try await ending(of: process)
    try output.close()
    try input.close()
    return Ending(
      output: withoutLateness(String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)),
      status: status
    )
  }

  /// What a run says of a machine that these tests keep busy.
  private static func withoutLateness(_ output: String) -> String {
    output.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("warning: oktasim was itself late ") }.joined(separator: "\n")
  }

  static func process(
    _ arguments: [String],
    environment: [String: String] = [:],
    folder: URL
  ) -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    return process
  }

  private static func ending(of process: Process) async throws -> Int32 {
    try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
  }
}

/// A folder that is there as long as the body runs.
func withTemporaryFolder<T>(_ body: (URL) async throws -> T) async throws -> T {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "oktasim-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}
