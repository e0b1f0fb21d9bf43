import Foundation
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The real apps and the oracles that stand beside the package, or where `OKTASIM_TARGETS` says.
enum RealTargets {
  static let folder: URL =
    ProcessInfo.processInfo.environment["OKTASIM_TARGETS"].map { URL(filePath: $0) }
    ?? Package.root.appending(path: "../shared/targets").standardizedFileURL

  /// Whether tests use them.
  ///
  /// `OKTASIM_REQUIRE_TARGETS=1` has the tests run, and so fail, where they are missing.
  static let areUsed =
    ProcessInfo.processInfo.environment["OKTASIM_REQUIRE_TARGETS"] == "1"
    || FileManager.default.isExecutableFile(atPath: program("django-scim-oauth/start.sh").path)

  static let whyUnused: String =
    "there are no real apps in ../shared/targets; OKTASIM_TARGETS says where else"

  static func program(_ path: String) -> URL { folder.appending(path: path) }

  /// Of this process; the scripts look for python3, curl and their virtual environments.
  static let environment = ProcessInfo.processInfo.environment
}

/// A real app that was started for a test, on a port of its own.
struct RealTarget: Sendable {
  /// What the app's start says of it.
  struct Ready: Decodable, Sendable {
    var authorizeURL: String
    var tokenURL: String
    var scimBase: String
    var clientSecret: String
    var password: String
  }

  let ready: Ready
  private let process: Process
  private let ending: AsyncStream<Int32>

  /// Starts the app and waits until it says that it is ready.
  ///
  /// - Parameters:
  ///   - program: A script that prints `READY {json}` and ends on SIGTERM.
  ///   - folder: Where its errors are kept.
  static func start(_ program: URL, options: [String], folder: URL) async throws -> RealTarget {
    let errors = folder.appending(path: "target-errors")
    let process = Process()
    process.executableURL = program
    process.arguments = ["--port", String(try freePort())] + options
    process.environment = RealTargets.environment
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try ChildProcess.openForWriting(errors)
    let (ending, ended) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = {
      ended.yield($0.terminationStatus)
      ended.finish()
    }
    let (chunks, chunk) = AsyncStream.makeStream(of: Data.self)
    output.fileHandleForReading.readabilityHandler = { handle in
      let data = handle.availableData
      if data.isEmpty { chunk.finish() } else { chunk.yield(data) }
    }
    defer { output.fileHandleForReading.readabilityHandler = nil }
    try process.run()
    var text = Data()
    for await data in chunks {
      text += data
      guard let line = readyLine(text) else { continue }
      return RealTarget(
        ready: try JSONDecoder().decode(Ready.self, from: line),
        process: process,
        ending: ending
      )
    }
    let said = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
    throw ChildProcess.Failure(description: "\(program.lastPathComponent) did not start: \(said)")
  }

  /// Ends the app and waits for its end.
  func stop() async {
    process.terminate()
    for await _ in ending {}
  }

  private static func readyLine(_ output: Data) -> Data? {
    let mark = Data("READY ".utf8)
    guard let start = output.firstRange(of: mark)?.upperBound else { return nil }
    let rest = output[start...]
    guard let end = rest.firstIndex(of: 0x0A) else { return nil }
    return rest[..<end]
  }

  /// A port that the system gave and that is free again.
  private static func freePort() throws -> UInt16 {
    #if canImport(Glibc)
    let stream = Int32(SOCK_STREAM.rawValue)
    #else
    let stream = SOCK_STREAM
    #endif
    let descriptor = socket(AF_INET, stream, 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
      }
    }
    guard isBound else { throw ChildProcess.Failure(description: "no port is free") }
    return UInt16(bigEndian: address.sin_port)
  }
}

/// Lets a few at a time pass; the others wait their turn.
actor Turnstile {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(places: Int) { free = places }

  func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
