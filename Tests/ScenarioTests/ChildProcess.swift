import Foundation
import TestSupport

/// Programs that a test starts, awaited without holding a thread of Swift's pool.
enum ChildProcess {
  /// What a program that ended came to.
  struct Ending: Sendable {
    /// Standard output and standard error, in the order in which they were written.
    var output: String
    var status: Int32
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The program as it was built beside these tests.
  static let oktasim: URL = {
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    // On other systems than Linux the tests are a bundle in that folder.
    for _ in 0..<4 {
      let candidate = folder.appending(path: "oktasim")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      folder.deleteLastPathComponent()
    }
    return Package.root.appending(path: ".build/debug/oktasim")
  }()

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - environment: All of it.
  static func run(
    _ program: URL,
    _ arguments: [String],
    environment: [String: String],
    folder: URL
  ) async throws -> Ending {
    let file = folder.appending(path: ".output-\(UUID().uuidString)")
    let output = try openForWriting(file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    // One open file for both keeps their order.
    process.standardOutput = output
    process.standardError = output
    let status = try await ending(of: process)
    try output.close()
    return Ending(output: try String(contentsOf: file, encoding: .utf8), status: status)
  }

  static func openForWriting(_ file: URL) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: file.path)
    else { throw Failure(description: "could not open \(file.path)") }
    return handle
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
