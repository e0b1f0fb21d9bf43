import Foundation
import Testing

/// A run that is not let to its end.
@Suite(.timeLimit(.minutes(3))) struct InterruptTests {
  private static let secrets = [
    "ACME_SECRET": "the-clients-secret", "ACME_PASSWORD": "the-password",
  ]

  @Test func `an interrupt ends a wait, cleans up and writes report and recording`() async throws {
    try await withTemporaryFolder { folder in
      let profiles = folder.appending(path: "Profiles")
      try FileManager.default.createSymbolicLink(
        at: profiles,
        withDestinationURL: Program.root.appending(path: "Profiles")
      )
      let program = try RunningProgram(
        [
          "run", "Profiles/sample-app", "token-expiry", "--json", "report.json", "--set",
          "embeddedSampleApp.accessTokenLifetime=10m", "--budget", "1h",
        ],
        folder: folder
      )
      let part = folder.appending(path: "Recordings/sample-app/token-expiry.har.part")
      try await Self.wait(for: part, toHave: "\"status\":201")

      program.send(SIGINT)

      #expect(await program.status() == 130)
      #expect(program.output.contains("\ninterrupted: cleaning up; once more to stop at once\n"))
      #expect(program.output.contains("1 scenario: 1 skipped"))
      let report = try String(contentsOf: folder.appending(path: "report.json"), encoding: .utf8)
      #expect(report.contains("\"reason\": \"interrupted\""))
      let files = Recorded.files(in: folder)
      #expect(files.map(\.lastPathComponent) == ["token-expiry.har"])
      let entries = try Recorded.entries(of: try #require(files.first))
      #expect(entries.map(Self.occasion).last == "clean-up")
    }
  }

  @Test func `an interrupt lets the exchange on the wire end`() async throws {
    let mayAnswer = DispatchSemaphore(value: 0)
    let app = try BadApp { request, connection in
      // On the connection's own thread.
      if request.path == "/scim/Users" {
        mayAnswer.wait()
        Thread.sleep(forTimeInterval: 1)
      }
      Misbehaviour.sound.answer(request, connection)
    }
    try await Self.start(app) { program, folder in
      program.send(SIGINT)
      mayAnswer.signal()
      #expect(await program.status() == 130)
      let file = try #require(Recorded.files(in: folder).first)
      #expect(file.pathExtension == "har")
      #expect(try Recorded.entries(of: file).map(Self.status) == [302, 200, 200])
    }
  }

  @Test func `an interrupt gives the exchange on the wire five seconds`() async throws {
    try await Self.start(try Misbehaviour.silentUsers.start()) { program, folder in
      program.send(SIGINT)
      let begun = ContinuousClock.now
      #expect(await program.status() == 130)
      // As long as the app stays silent it would be ten minutes.
      #expect(ContinuousClock.now - begun > .seconds(4))
      let file = try #require(Recorded.files(in: folder).first)
      #expect(file.pathExtension == "har")
      #expect(try Recorded.entries(of: file).map(Self.status) == [302, 200, 0])
    }
  }

  @Test func `a second interrupt ends the run at once and leaves the part`() async throws {
    try await Self.start(try Misbehaviour.silentUsers.start()) { program, folder in
      program.send(SIGINT)
      // What comes within a tenth of a second counts as the same.
      program.send(SIGINT, after: 0.3)
      #expect(await program.status() == 130)
      try Self.expectPart(in: folder)
    }
  }

  @Test func `a run that is killed leaves what it recorded`() async throws {
    try await Self.start(try Misbehaviour.silentUsers.start()) { program, folder in
      program.send(SIGKILL)
      #expect(await program.status() == SIGKILL)
      #expect(!program.endedByItself)
      try Self.expectPart(in: folder)
    }
  }

  /// One scenario has ended, another waits for minutes.
  @Test func `a run that is killed leaves reports that can be read and are true so far`()
    async throws
  {
    try await withTemporaryFolder { folder in
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "Profiles"),
        withDestinationURL: Program.root.appending(path: "Profiles")
      )
      let program = try RunningProgram(
        [
          "run", "Profiles/sample-app", "token-expiry", "lifecycle", "--json", "report.json",
          "--junit", "report.xml", "--jsonl", "report.jsonl", "--budget", "1h", "--set",
          "embeddedSampleApp.accessTokenLifetime=10m",
        ],
        folder: folder
      )
      func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      await program.line(with: "scenarios, seed")
      for name in ["report.json", "report.xml", "report.jsonl"] {
        #expect(try !text(name).isEmpty, "\(name) is not there at the start")
      }
      try await Self.wait { (try? text("report.xml"))?.contains("errors=\"1\"") == true }
      program.send(SIGKILL)
      #expect(await program.status() == SIGKILL)

      let json = try JSONSerialization.jsonObject(with: Data(text("report.json").utf8))
      let report = try #require(json as? [String: Any])
      #expect(report["finished"] as? Bool == false)
      #expect(report["unfinished"] as? [String] == ["token-expiry"])
      let summary = try #require(report["summary"] as? [String: Any])
      #expect(summary["scenarios"] as? Int == 1 && summary["passed"] as? Int == 1)
      let cases = try text("report.xml").split(separator: "\n").filter {
        $0.contains("<testcase ") || $0.contains("<error ")
      }
      #expect(cases.count == 3)
      #expect(cases[0].contains("name=\"lifecycle\"") && cases[0].hasSuffix("/>"))
      #expect(cases[2].contains("type=\"unfinished\""))
      #expect(try text("report.xml").hasSuffix("</testsuites>\n"))
      let lines = try text("report.jsonl").split(separator: "\n")
      #expect(lines.first?.hasPrefix(#"{"type":"run-started","#) == true)
      #expect(lines.last?.hasPrefix(#"{"type":"scenario-ended","#) == true)
    }
  }

  // MARK: Programs that the run started

  enum Ending: CaseIterable {
    case interrupt, secondInterrupt, termination, kill, byItself
  }

  /// `login.command` starts a program of its own and waits for it.
  @Test(arguments: Ending.allCases)
  func `whatever ends the run, what it started ends with it`(ending: Ending) async throws {
    try await withTemporaryFolder { folder in
      let app = try Misbehaviour.sound.start()
      let login = """
        sleep 600 & echo $! > child; echo $$ > command.new; mv command.new command
        \(ending == .byItself ? "echo https://system-admin.okta.com/none" : "wait")
        """
      try Self.writeProfile(for: app, in: folder, login: ["/bin/sh", "-c", login])
      let program = try RunningProgram(
        ["run", "Profiles/acme", "hello"],
        environment: Self.secrets,
        folder: folder
      )
      let file = folder.appending(path: "command")
      try await Self.wait { FileManager.default.fileExists(atPath: file.path()) }
      let command = try Self.processID(in: file)
      let child = try Self.processID(in: folder.appending(path: "child"))
      switch ending {
      case .interrupt: program.send(SIGINT)
      case .secondInterrupt:
        program.send(SIGINT)
        program.send(SIGINT, after: 0.3)
      case .termination: program.send(SIGTERM)
      case .kill: program.send(SIGKILL)
      case .byItself: break
      }
      _ = await program.status()
      try await Self.wait { !Self.isRunning(command) }
      if ending == .kill {
        // The system ends the program, not what that has started.
        kill(child, SIGKILL)
      } else {
        try await Self.wait { !Self.isRunning(child) }
      }
    }
  }

  private static func processID(in file: URL) throws -> pid_t {
    let text = try String(contentsOf: file, encoding: .utf8)
    return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  /// Whether a process does anything: its number stays until its parent has taken its end.
  private static func isRunning(_ id: pid_t) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else {
      return false
    }
    return !stat.contains(") Z ")
  }

  // MARK: A run that is under way

  /// Hands the program over when the grant is made and a request for users is on the wire.
  private static func start(
    _ app: BadApp,
    _ body: (RunningProgram, URL) async throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      try writeProfile(for: app, in: folder)
      let program = try RunningProgram(
        ["run", "Profiles/acme", "hello", "--set", "okta.requestTimeout=10m"],
        environment: secrets,
        folder: folder
      )
      let part = folder.appending(path: "Recordings/acme/hello.har.part")
      try await wait(for: part, toHave: "exchange-code")
      try await wait { app.received.contains { $0.path == "/scim/Users" } }
      try await body(program, folder)
      try Recorded.check(folder, hiding: secrets, "a run that was ended")
    }
  }

  private static func writeProfile(
    for app: BadApp,
    in folder: URL,
    login command: [String]? = nil
  ) throws {
    try app.writeProfile(
      in: folder,
      login: command,
      scenarios: ["hello": "authorize\ntest credentials\n"]
    )
  }

  private static func expectPart(in folder: URL) throws {
    let files = Recorded.files(in: folder)
    #expect(files.map(\.lastPathComponent) == ["hello.har.part"])
    let entries = try Recorded.lines(ofPart: try #require(files.first))
    #expect(entries.map(status) == [302, 200])
  }

  private static func wait(for file: URL, toHave text: String) async throws {
    try await wait {
      (try? String(contentsOf: file, encoding: .utf8))?.contains(text) == true
    }
  }

  /// Looks again and again; the test's time limit ends it.
  private static func wait(until isTrue: () -> Bool) async throws {
    while !isTrue() { try await Task.sleep(for: .milliseconds(10)) }
  }

  private static func status(_ entry: [String: Any]) -> Int? {
    (entry["response"] as? [String: Any])?["status"] as? Int
  }

  private static func occasion(_ entry: [String: Any]) -> String? {
    (entry["_oktasim"] as? [String: Any])?["occasion"] as? String
  }
}
