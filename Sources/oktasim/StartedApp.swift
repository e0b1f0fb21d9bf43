import HTTP
import Loop
import Recordings
import Simulation
import World

/// The app that a run starts itself (`--start`): a program in a process group of its own, with its
/// log, until the run is over.
final class StartedApp: Sendable {
  /// What `--start` and `--ready` say, with the port filled in.
  struct Settings: Sendable {
    /// A line for the shell.
    var command: String
    var ready: HTTPURL
    /// How long it may take until it answers.
    var patience = Duration.seconds(120)
    /// How long it has to end when it is asked to.
    var grace = Duration.seconds(5)
  }

  /// Why a run has no app to judge.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// What stands for a free port of this machine.
  static let portMark = "{port}"
  private static let shownLines = 40
  /// Of a line.
  private static let shownCharacters = 500
  /// Of a log, from its end.
  private static let keptBytes = 4 << 20
  private static let pause = Duration.milliseconds(50)

  private let settings: Settings
  private let child: ChildProcess
  private let log: ScratchFile
  private let redaction: Redaction
  private let loop: EventLoop

  private init(
    _ settings: Settings,
    _ child: ChildProcess,
    _ log: ScratchFile,
    _ redaction: Redaction,
    _ loop: EventLoop
  ) {
    (self.settings, self.child, self.log) = (settings, child, log)
    (self.redaction, self.loop) = (redaction, loop)
  }

  /// A port of this machine that nobody listens on.
  static func freePort() throws(SystemError) -> Int {
    let (descriptor, port) = try Sys.listenOnLoopback(port: 0)
    Sys.close(descriptor)
    return port
  }

  /// Starts the app that a run asks for; nil where it asks for none.
  static func start(
    _ arguments: RunArguments,
    _ settings: RunSettings,
    _ secured: SecureTransportSettings?,
    _ secrets: RunSecrets,
    _ interruption: Interruption,
    _ loop: EventLoop
  ) async throws -> StartedApp? {
    guard let start = arguments.startedApp else { return nil }
    let transport = SocketTransport(
      loop: loop,
      timeouts: TransportTimeouts(connect: .seconds(2), silence: .seconds(5)),
      hosts: arguments.hosts,
      routes: arguments.routes,
      secured: secured
    )
    defer { transport.close() }
    let aliases = SecretAliases(run: secrets)
    for secret in settings.profile.secrets {
      aliases.secret(secret.exposed(), alias: secret.alias)
    }
    return try await self.start(
      start,
      transport: transport,
      secrets: aliases,
      interruption: interruption,
      loop: loop
    )
  }

  /// Starts it, and waits until it answers with any status below 500, or the run is interrupted.
  ///
  /// - Parameters:
  ///   - transport: What the ready URL is asked with.
  ///   - secrets: Those that its log must not show.
  /// - Throws: `CommandError` where something answers already, `Failure` where it does not come up.
  static func start(
    _ settings: Settings,
    transport: any Transport,
    secrets: SecretAliases,
    interruption: Interruption,
    loop: EventLoop
  ) async throws -> StartedApp {
    let before = await get(settings.ready, transport)
    switch before.failure {
    case .unreachable, .connectTimedOut: break
    case .foreignHost(let host, _):
      throw CommandError.usage(
        UsageError("--ready points at \(host)", help: "add --i-own \(host) if the app is yours")
      )
    default:
      let what = before.status.map { "HTTP \($0)" } ?? before.failure.map { "\($0)" } ?? ""
      throw CommandError.usage(
        UsageError(
          "something answers at \(settings.ready) already (\(what)), so the app is not started",
          help: "stop it, or write \(portMark) for a free port in --start, --ready and --set"
        )
      )
    }
    let app = try await loop.offload {
      let log = try ScratchFile()
      let child = try ChildProcess(
        ["/bin/sh", "-c", settings.command],
        output: log.descriptor,
        errors: log.descriptor
      )
      return StartedApp(settings, child, log, Redaction(aliases: secrets), loop)
    }
    try await app.awaitReady(transport, interruption)
    return app
  }

  private func awaitReady(_ transport: any Transport, _ interruption: Interruption) async throws {
    let deadline = loop.now + settings.patience
    var last = ""
    while !interruption.isRaised {
      let exchange = await StartedApp.get(settings.ready, transport)
      if let status = exchange.status, status < 500 { return }
      last = exchange.status.map { "HTTP \($0)" } ?? exchange.failure.map { "\($0)" } ?? ""
      if case .secureConnection = exchange.failure {
        // No patience makes a certificate fit.
        await end()
        throw Failure(description: "the app cannot be asked at \(settings.ready): \(last)")
      }
      if let end = child.poll() {
        throw Failure(
          description: "the app ended before it answered at \(settings.ready): "
            + "\(StartedApp.words(end.reason))\(await lastLines())"
        )
      }
      if loop.now >= deadline {
        let lines = await lastLines()
        await end()
        throw Failure(
          description: "the app did not answer at \(settings.ready) within "
            + "\(settings.patience.inSeconds): \(last)\(lines)"
        )
      }
      try? await loop.sleep(for: StartedApp.pause)
    }
  }

  private static func get(_ url: HTTPURL, _ transport: any Transport) async -> Exchange {
    let fields: HTTPFields = [
      "Host": url.origin.hostField, "Accept": "*/*", "User-Agent": "oktasim",
      "Connection": "close",
    ]
    let request = HTTPRequest(method: "GET", url: url, fields: fields)
    return await transport.send(request, due: nil, intent: Intent(.discover))
  }

  // MARK: Its end

  /// Stops it.
  ///
  /// - Returns: What is to be told where it had ended by itself; nil where it had not.
  func stop() async -> String? {
    if let early = child.poll() {
      return "the app ended by itself during the run: \(StartedApp.words(early.reason))"
        + (await lastLines())
    }
    await end()
    return nil
  }

  /// Asks it and all of its group to end, then ends them.
  private func end() async {
    child.terminate()
    let deadline = loop.now + settings.grace
    while loop.now < deadline {
      if child.poll() != nil { return }
      try? await loop.sleep(for: StartedApp.pause)
    }
    child.kill()
    _ = try? await loop.offload { [child] in child.wait() }
  }

  private static func words(_ reason: ChildProcess.End.Reason) -> String {
    switch reason {
    case .exited(let code): "exit code \(code)"
    case .killed(let signal): "signal \(signal)"
    }
  }

  // MARK: Its log

  /// Keeps it beside the run's recordings, where it has some, with the run's secrets replaced.
  func keepLog(
    _ settings: RunSettings,
    _ arguments: RunArguments,
    _ terminal: Terminal
  ) async {
    guard let folder = settings.recordingFolder else { return }
    let path = "\(folder)/app.log"
    do {
      try await loop.offload { [self] in
        try StateFile.writeNow(path: path, followsLinks: false) { write in
          try write(Array(redactedLog.utf8))
        }
      }
      guard arguments.format == .text else { return }
      terminal.print("the app's log: \(path)", to: arguments.channel)
    } catch {
      terminal.printWarning("\(error); the app's log is lost")
    }
  }

  private var redactedLog: String {
    redaction.redactInAnyCase(
      String(decoding: log.end(StartedApp.keptBytes), as: UTF8.self)
    )
  }

  /// The last lines of its log, each on a line of its own.
  private func lastLines() async -> String {
    let written: String? = try? await loop.offload { [self] in redactedLog }
    let lines = (written ?? "").split(whereSeparator: \.isNewline).suffix(StartedApp.shownLines)
    if lines.isEmpty { return "; it has written nothing" }
    return "; the last it has written:"
      + lines.map { line in
        "\n  " + Quotation.cut(line.printable(keeping: ["\t"]), upTo: StartedApp.shownCharacters)
      }.joined()
  }
}
