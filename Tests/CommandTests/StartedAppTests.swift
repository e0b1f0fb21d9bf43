import Foundation
import HTTP
import Loop
import Simulation
import Testing
import World

@testable import oktasim

/// Runs that start their app.
@Suite(.timeLimit(.minutes(3))) struct StartedAppTests {
  private static let secrets = [
    "ACME_SECRET": "sample-client-secret", "ACME_PASSWORD": "sample-admin-password",
  ]

  /// The profile says port 8080, on which nobody listens; the app has another one.
  private static func arguments(_ start: String, _ more: [String] = []) -> [String] {
    [
      "run", "Profiles/acme", "hello", "--start", start, "--ready", "http://127.0.0.1:{port}/ready",
      "--connect-to", "127.0.0.1:8080:127.0.0.1:{port}",
    ] + more
  }

  private static var sampleApp: String { "'\(Program.executable.path)' sample-app --port {port}" }

  private static func writeProfile(in folder: URL) throws {
    let acme = folder.appending(path: "Profiles/acme")
    try FileManager.default.createDirectory(at: acme, withIntermediateDirectories: true)
    let profile = """
      {
        "family": "aiw",
        "scim": {
          "version": "2.0", "baseURL": "http://127.0.0.1:8080/scim/v2",
          "capabilities": ["createUsers", "updateUsers", "deactivateUsers"]
        },
        "authentication": {
          "mode": "oauth2",
          "authorizationEndpoint": "http://127.0.0.1:8080/oauth/authorize",
          "tokenEndpoint": "http://127.0.0.1:8080/oauth/token",
          "redirectURI": "https://system-admin.okta.com/admin/app/cpc/sample_app_1/oauth/callback",
          "clientID": "okta",
          "clientSecret": { "environment": "ACME_SECRET" },
          "login": { "username": "admin@example.com", "password": { "environment": "ACME_PASSWORD" } }
        }
      }
      """
    try Data(profile.utf8).write(to: acme.appending(path: "profile.json"))
    let scenario = "Scenario: hello\nauthorize\nassign ada\n"
    try Data(scenario.utf8).write(to: acme.appending(path: "hello.scenario"))
  }

  @Test func `the app is started, judged and stopped, and its log kept without secrets`()
    async throws
  {
    try await withTemporaryFolder { folder in
      try Self.writeProfile(in: folder)
      let ending = try await Program.run(
        Self.arguments("echo $$ > id; exec \(Self.sampleApp)"),
        environment: Self.secrets,
        folder: folder
      )
      #expect(ending.status == 0, "\(ending.output)")
      #expect(ending.lines.contains { $0.hasPrefix("1 scenario: 1 passed in ") })
      #expect(ending.lines.last == "the app's log: Recordings/acme/app.log")
      let log = try String(
        contentsOf: folder.appending(path: "Recordings/acme/app.log"),
        encoding: .utf8
      )
      #expect(log.contains("the sample app listens on http://127.0.0.1:"))
      for secret in Self.secrets.values { #expect(!log.contains(secret)) }
      #expect(try !Self.isRunning(in: folder))
    }
  }

  @Test func `an app that ends meanwhile shows what it has written`() async throws {
    try await withTemporaryFolder { folder in
      try Self.writeProfile(in: folder)
      // The shell ends the app when the first user is assigned, by the recording.
      let start = """
        \(Self.sampleApp) & until grep -qs '"act":"create"' Recordings/acme/hello.har.part; \
        do sleep 0.1; done; echo out of memory; exit 7
        """
      let scenario = "Scenario: hello\nauthorize\nassign ada\nafter 3s\nupdate ada  lastName King\n"
      try Data(scenario.utf8)
        .write(to: folder.appending(path: "Profiles/acme/hello.scenario"))
      let ending = try await Program.run(
        Self.arguments(start),
        environment: Self.secrets,
        folder: folder
      )
      let error =
        "error: the app ended by itself during the run: exit code 7; the last it has written:"
      let place = try #require(ending.lines.firstIndex(of: error), "\(ending.output)")
      #expect(ending.lines[place...].contains("  out of memory"))
      for secret in Self.secrets.values { #expect(!ending.output.contains(secret)) }
    }
  }

  @Test func `an interrupt while the app comes up ends it`() async throws {
    try await withTemporaryFolder { folder in
      try Self.writeProfile(in: folder)
      let program = try RunningProgram(
        Self.arguments("echo $$ > id.new; mv id.new id; exec sleep 600"),
        environment: Self.secrets,
        folder: folder
      )
      let id = folder.appending(path: "id")
      while !FileManager.default.fileExists(atPath: id.path) {
        try await Task.sleep(for: .milliseconds(10))
      }
      program.send(SIGINT)
      #expect(await program.status() == 130)
      #expect(try !Self.isRunning(in: folder))
    }
  }

  /// The first ignores the wish to end, and with it what it has started.
  @Test func `an app that does not answer is given up, and ended although it ignores it`()
    async throws
  {
    try await withTemporaryFolder { folder in
      let loop = try EventLoop.start(clock: .real)
      defer { loop.stop() }
      let port = try BadApp.freePort()
      let ready = try #require(HTTPURL("http://127.0.0.1:\(port)/"))
      let command =
        "cd '\(folder.path)'; trap '' TERM; echo $$ > id; echo still here; sleep 600; true"
      let words = try await Task(executorPreference: loop) {
        let transport = SocketTransport(loop: loop)
        defer { transport.close() }
        do {
          _ = try await StartedApp.start(
            StartedApp.Settings(
              command: command,
              ready: ready,
              patience: .milliseconds(500),
              grace: .milliseconds(100)
            ),
            transport: transport,
            secrets: SecretAliases(),
            interruption: Interruption(),
            loop: loop
          )
          return "it came up"
        } catch let failure as StartedApp.Failure {
          return failure.description
        }
      }.value
      #expect(
        words == """
          the app did not answer at \(ready) within 0.5 s: could not reach \
          http://127.0.0.1:\(port): connection refused; is the app running?; the last it has \
          written:
            still here
          """
      )
      #expect(try !Self.isRunning(in: folder))
    }
  }

  /// Whether the process runs whose number stands in the file `id`.
  private static func isRunning(in folder: URL) throws -> Bool {
    let text = try String(contentsOf: folder.appending(path: "id"), encoding: .utf8)
    let id = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    return kill(id, 0) == 0
  }
}
