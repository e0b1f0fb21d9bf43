import Foundation
import Testing

/// A load whose app, machine or person lets it down: it ends, says so, and loses nobody from sight.
@Suite(.timeLimit(.minutes(3))) struct LoadHardshipTests {
  private static let secrets = [
    "ACME_SECRET": "the-clients-secret", "ACME_PASSWORD": "the-password",
  ]
  /// So slow that a busy machine keeps up, and so short that it ends soon.
  private static let load = load(orgs: 2)
  /// Under way still where other tests keep this one waiting, and with no more people then.
  private static let longLoad = load(orgs: 2, duration: "10m") + ["--mix", "update=1"]

  private static func load(orgs: Int, duration: String = "3s") -> [String] {
    [
      "load", "Profiles/acme", "--open", "60/s", "--orgs", "\(orgs)", "--users", "2", "--for",
      duration, "--clean-up-for", "2s", "--json", "report.json",
    ]
  }

  /// What of the JSON report these tests look at.
  private struct Report: Decodable {
    struct Series: Decodable {
      var name: String
      var errors: [String: Int]
    }
    var events: [String: Int]
    var series: [Series]
    var findings: [Finding]
    var left: [String]

    struct Finding: Decodable {
      var id: String
    }

    init(in folder: URL) throws {
      let data = try Data(contentsOf: folder.appending(path: "report.json"))
      self = try JSONDecoder().decode(Report.self, from: data)
    }

    func count(_ name: String) -> Int { events[name] ?? 0 }
    var errors: Set<String> { Set(series.flatMap(\.errors.keys)) }
  }

  /// The names of those whom a load says that it has left.
  private static func listed(in folder: URL) throws -> [String] {
    struct Left: Decodable {
      struct One: Decodable { var person: String }
      var left: [One]
    }
    guard let file = try leftFile(in: folder) else { return [] }
    let data = try Data(contentsOf: folder.appending(path: file))
    return try JSONDecoder().decode(Left.self, from: data).left.map(\.person)
  }

  private static func leftFile(in folder: URL) throws -> String? {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .first { $0.hasPrefix("oktasim-left-") && $0.hasSuffix(".json") }
  }

  private static func with(
    _ trouble: CrowdApp.Trouble,
    _ body: (CrowdApp, URL) async throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      let app = try CrowdApp(trouble)
      try app.writeProfile(in: folder)
      try await body(app, folder)
    }
  }

  // MARK: The app

  @Test(
    arguments: [
      (.none, []), (.ends, ["unreachable"]), (.refusesConnections, ["unreachable"]),
      (.slowsDown, []), (.limits, ["HTTP 429"]),
    ] as [(CrowdApp.Trouble, Set<String>)]
  )
  func `what becomes of the app half-way is counted, and whoever is left is listed`(
    trouble: CrowdApp.Trouble,
    errors: Set<String>
  ) async throws {
    try await Self.with(trouble) { app, folder in
      let options = trouble == .refusesConnections ? ["--new-connections"] : []
      let ending = try await Program.run(
        Self.load + options,
        environment: Self.secrets,
        folder: folder
      )
      let report = try Report(in: folder)
      #expect(app.isInTrouble)
      #expect(report.findings.isEmpty, "\(ending.output)")
      #expect(report.count("due") == 180)
      let ends = ["succeeded", "failed", "notMade", "dropped", "unstarted"]
      #expect(ends.reduce(0) { $0 + report.count($1) } == 180, "\(ending.output)")
      #expect(report.errors.isSuperset(of: errors), "\(ending.output)")
      if errors.isEmpty { #expect(report.count("failed") == 0) }

      let listed = try Self.listed(in: folder)
      // A create of which nothing was heard may have made somebody.
      let isSure = trouble != .ends
      #expect(
        isSure ? listed.count == app.active.count : listed.count >= app.active.count,
        "\(ending.output)"
      )
      if listed.isEmpty { return }
      #expect(ending.output.contains("clean-up: \(listed.count) left; all are in oktasim-left-"))
      #expect([0, 3].contains(ending.status))
    }
  }

  // MARK: The person

  /// A load that is under way, and has been interrupted once.
  private static func interrupted(_ app: CrowdApp, _ folder: URL) async throws -> RunningProgram {
    let program = try RunningProgram(longLoad, environment: secrets, folder: folder)
    try await wait { app.isInTrouble }
    program.send(SIGINT)
    return program
  }

  @Test func `after an interrupt nobody whom the load made is active`() async throws {
    try await Self.with(.none) { app, folder in
      let program = try await Self.interrupted(app, folder)
      #expect(await program.status() == 130)
      #expect(program.output.contains("\ninterrupted: cleaning up; once more to stop at once\n"))
      #expect(program.output.contains("interrupted: what follows is of the time before"))
      #expect(app.active.isEmpty)
      #expect(try Self.leftFile(in: folder) == nil)
      #expect(try Report(in: folder).count("due") < 36_000)
    }
  }

  @Test func `with --keep all are left, and none is listed`() async throws {
    try await Self.with(.none) { app, folder in
      let ending = try await Program.run(
        Self.load + ["--keep"],
        environment: Self.secrets,
        folder: folder
      )
      #expect(!app.active.isEmpty)
      #expect(try Self.leftFile(in: folder) == nil)
      #expect(!ending.output.contains("\nclean-up: "))
    }
  }

  @Test func `after two interrupts whoever is left is listed, and is cleaned up from that list`()
    async throws
  {
    try await Self.with(.holdsLeavers) { app, folder in
      let program = try await Self.interrupted(app, folder)
      #expect(await program.line(with: "lists them until then") != nil)
      program.send(SIGINT, after: 0.3)
      #expect(await program.status() == 130)
      let listed = try Self.listed(in: folder)
      #expect(!listed.isEmpty)
      #expect(listed.count == app.active.count)

      app.recover()
      let file = try #require(try Self.leftFile(in: folder))
      let ending = try await Program.run(
        ["load", "Profiles/acme", "--clean-up-from", file],
        environment: Self.secrets,
        folder: folder
      )
      #expect(ending.status == 0, "\(ending.output)")
      #expect(app.active.isEmpty)
    }
  }

  /// Looks again and again; the test's time limit ends it.
  private static func wait(until isTrue: () -> Bool) async throws {
    while !isTrue() { try await Task.sleep(for: .milliseconds(10)) }
  }

  // MARK: The machine

  @Test func `a report that cannot be written is told before the load`() async throws {
    try await Self.with(.none) { app, folder in
      try Data().write(to: folder.appending(path: "taken"))
      let ending = try await Program.run(
        Self.load + ["--csv", "taken/rows.csv"],
        environment: Self.secrets,
        folder: folder
      )
      #expect(ending.status == 1)
      #expect(
        ending.output.contains("could not write taken: it is a file, not a folder"),
        "\(ending.output)"
      )
      #expect(app.requests == 0)
    }
  }

  @Test func `a full disk takes the reports that are on it, and no more`() async throws {
    try await Self.with(.none) { app, folder in
      let ending = try await Program.run(
        Self.load + ["--hlog", "/dev/full", "--csv", "/dev/full", "--html", "page.html"],
        environment: Self.secrets,
        folder: folder
      )
      let told = ending.lines.filter { $0.contains("could not write /dev/full: no space left") }
      #expect(told.count == 2)
      // Invalid on a busy machine.
      #expect([1, 3].contains(ending.status), "\(ending.output)")
      #expect(try Report(in: folder).count("due") == 180)
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "page.html").path))
      #expect(app.active.isEmpty)
    }
  }

  /// From a limit at which nothing comes to one at which all does.
  @Test(arguments: [12, 16, 18, 20, 22, 24, 30, 64])
  func `running out of descriptors is never the app's fault, nor a success`(limit: Int) async throws
  {
    try await Self.with(.none) { app, folder in
      let words = Self.load(orgs: 20) + ["--new-connections"]
      let secrets = Self.secrets.map { "\($0)=\($1)" }.joined(separator: " ")
      let ending = try await Program.shell(
        "ulimit -n \(limit); \(secrets) exec oktasim \(words.joined(separator: " "))",
        folder: folder
      )
      let says = ending.output.lowercased().contains("descriptors")
      #expect(ending.status == 3 || !says && ending.status == 0, "\(ending.output)")
      #expect(try Self.listed(in: folder).count == app.active.count, "\(ending.output)")
    }
  }
}
