import Foundation
import Testing

/// The command that does not end by itself.
@Suite struct SampleAppCommandTests {
  @Test(arguments: [SIGTERM, SIGINT])
  func `the sample app is announced, and ends when it is interrupted`(
    signal: Int32
  ) async throws {
    try await withTemporaryFolder { folder in
      let process = Program.process(
        ["sample-app", "--port", "0", "--access-token-lifetime", "3s", "--seed", "7"],
        folder: folder
      )
      let output = Pipe()
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = output
      process.standardError = output
      let (endings, ending) = AsyncStream.makeStream(of: Int32.self)
      process.terminationHandler = {
        ending.yield($0.terminationStatus)
        ending.finish()
      }
      try process.run()
      try? output.fileHandleForWriting.close()

      let text = await Self.read(output.fileHandleForReading, until: "READY ")
      let ready = try #require(text.split(separator: "\n").last { $0.hasPrefix("READY ") })
      let object = try JSONSerialization.jsonObject(with: Data(ready.dropFirst(6).utf8))
      let announced = try #require(object as? [String: Any])
      let base = try #require(announced["base"] as? String)
      #expect(base.hasPrefix("http://127.0.0.1:"))
      #expect(announced["scimBase"] as? String == base + "/scim/v2")
      #expect(announced["lifetime"] as? Int == 3)
      #expect(announced["seed"] as? Int == 7)
      #expect(text.contains("access tokens live 3s"))

      kill(process.processIdentifier, signal)
      var status: Int32?
      for await value in endings { status = value }
      #expect(status == 0)
      #expect(process.terminationReason == .exit)
    }
  }

  /// What comes until a whole line starts with `mark`, or until the end.
  private static func read(_ handle: FileHandle, until mark: String) async -> String {
    await withCheckedContinuation { continuation in
      // A thread of its own: reading from a pipe blocks.
      Thread {
        var text = ""
        while true {
          let bytes = handle.availableData
          text += String(decoding: bytes, as: UTF8.self)
          let isThere = text.split(separator: "\n").contains { $0.hasPrefix(mark) }
          if bytes.isEmpty || (isThere && text.hasSuffix("\n")) { break }
        }
        continuation.resume(returning: text)
      }.start()
    }
  }
}
