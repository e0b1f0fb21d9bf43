import Foundation
import HTTP
import JSON
import Loop
import Profiles
import SampleApp
import World

/// `oktasim sample-app`: the sample app alone, on this machine, until it is interrupted.
enum SampleAppCommand {
  static var options: [Option] {
    [
      Option("--port", "N", .wholeNumber(0...65535), standard: "8080", "0 is any free port"),
      Option(
        "--access-token-lifetime",
        "D",
        .wholeSeconds,
        standard: "1h",
        "what expires_in says"
      ),
      Option(
        "--refresh-token-lifetime",
        "D",
        .wholeSeconds,
        standard: "no end",
        "from the consent on"
      ),
      Option(
        "--refresh-token-idle-limit",
        "D",
        .wholeSeconds,
        standard: "no end",
        "from the last refresh on"
      ),
      Option(
        "--rotation",
        "HOW",
        .word(SampleAppSettings.Rotation.allCases.map(\.rawValue)),
        standard: "rotate",
        "what a refresh does to the refresh token: rotate, fixed, omit or retire-on-use"
      ),
      Option(
        "--grace-window",
        "D",
        .duration,
        standard: "10s",
        "how long a refresh token that was replaced is still taken"
      ),
      Option(
        "--token-format",
        "FORMAT",
        .word(SampleAppSettings.TokenFormat.allCases.map(\.rawValue)),
        standard: "opaque",
        "opaque, jwt-like, or large (4 KiB)"
      ),
      Option(
        "--authentication",
        "HOW",
        .word(SampleAppSettings.Credentials.allCases.map(\.rawValue)),
        standard: "oauth2",
        "what its SCIM API takes: oauth2, bearer, header, basic or none"
      ),
      .flag("--one-grant-at-a-time", "a new grant ends the same person's grant before"),
      Option("--users", "N", .wholeNumber(0...100_000), standard: "0", "users at the start"),
      Option("--groups", "N", .wholeNumber(0...100_000), standard: "0", "groups at the start"),
      Option("--seed", "N", .seed, standard: "chance", "repeat ids and tokens"),
      Option("--tls-cert", "FILE", .text, "serve https with this certificate and its chain (PEM)"),
      Option("--tls-key", "FILE", .text, "the certificate's key (PEM)"),
      Option("--fault", "NAME", .fault, isRepeatable: true, "be wrong in this way"),
      .trait,
      .flag("--list-faults", "list the ways to be wrong, and exit"),
    ]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    if arguments.has("--list-faults") {
      let rows = Fault.allCases.map {
        [
          $0.rawValue, $0.row.failureMode ?? "-", $0.row.summary,
          "(\($0.row.breaks))" + $0.row.needs.map { " with --set " + $0.asShellWord }.joined(),
        ]
      }
      for line in Columns.lines(rows) { terminal.print(line) }
      return .success
    }
    let settings = settings(arguments)
    let port = arguments.integer("--port") ?? 8080
    let secured = try secured(arguments)
    do {
      let loop = try EventLoop.start(clock: .real)
      try await Task(executorPreference: loop) {
        try await serve(settings, port: port, secured: secured, loop: loop, terminal: terminal)
      }.value
      return .success
    } catch {
      let reason = (error as? SystemError)?.words ?? "\(error)"
      throw .usage(
        UsageError(
          "could not listen on 127.0.0.1:\(port): \(reason)",
          help: "--port 0 takes any free port"
        )
      )
    }
  }

  private typealias Secured = (provider: any TLSProvider, identity: TLSIdentity)

  /// What https is served with; nil for plain HTTP.
  private static func secured(_ arguments: Arguments) throws(CommandError) -> Secured? {
    let options = ["--tls-cert", "--tls-key"]
    let files = options.compactMap { arguments.text($0) }
    if files.isEmpty { return nil }
    for option in options {
      guard let file = arguments.text(option) else {
        let given = options.first { $0 != option } ?? ""
        throw .usage(UsageError("\(given) needs \(option) beside it", help: "write \(option) FILE"))
      }
      guard FileManager.default.isReadableFile(atPath: file) else {
        throw .usage(UsageError("could not read '\(file)', which \(option) names"))
      }
    }
    do throws(TLSError) {
      let provider = try OpenSSLProvider()
      let identity = TLSIdentity(certificateFile: files[0], keyFile: files[1])
      try provider.prepare(identity)
      return (provider, identity)
    } catch {
      if case .unavailable = error { throw .usage(UsageError("\(error)")) }
      throw .usage(UsageError("could not serve https: \(error)"))
    }
  }

  private static func settings(_ arguments: Arguments) -> SampleAppSettings {
    var settings = SampleAppSettings(
      seed: arguments.seed("--seed") ?? UInt64.random(in: 0..<1 << 32),
      refreshTokenLifetime: arguments.duration("--refresh-token-lifetime"),
      refreshTokenIdleLimit: arguments.duration("--refresh-token-idle-limit"),
      faults: Set(arguments.faults("--fault")),
      users: arguments.integer("--users") ?? 0,
      calendarStart: Int(Timestamp.now / 1000)
    )
    if let lifetime = arguments.duration("--access-token-lifetime") {
      settings.accessTokenLifetime = lifetime
    }
    settings.traits = SampleAppTraits(arguments.texts("--trait"))
    settings.groups = arguments.integer("--groups") ?? 0
    if let how = arguments.text("--authentication").flatMap(SampleAppSettings.Credentials.init) {
      settings.credentials = how
    }
    settings.hasOneGrantAtATime = arguments.has("--one-grant-at-a-time")
    if let window = arguments.duration("--grace-window") { settings.graceWindow = window }
    if let rotation = arguments.text("--rotation").flatMap(SampleAppSettings.Rotation.init) {
      settings.rotation = rotation
    }
    if let format = arguments.text("--token-format").flatMap(SampleAppSettings.TokenFormat.init) {
      settings.tokenFormat = format
    }
    return settings
  }

  /// Serves until the first interrupt.
  private static func serve(
    _ settings: SampleAppSettings,
    port: Int,
    secured: Secured?,
    loop: EventLoop,
    terminal: Terminal
  ) async throws {
    let app = SampleApp(settings: settings, loop: loop)
    let server = try LoopbackServer(loop: loop, port: port, handler: app, secured: secured)
    await app.setBaseURL(server.baseURL)
    let interrupts = try Interrupts { server.stop() }
    defer { interrupts.end() }
    announce(settings, baseURL: server.baseURL, terminal: terminal)
    await server.run()
  }

  private static func rows(_ settings: SampleAppSettings, _ baseURL: String) -> [[String]] {
    let base = ["  scim.baseURL", baseURL + "/scim/v2"]
    return switch settings.credentials {
    case .oauth2:
      [
        base,
        ["  authorizationEndpoint", baseURL + "/oauth/authorize"],
        ["  tokenEndpoint", baseURL + "/oauth/token"],
        ["  revocationEndpoint", baseURL + "/oauth/revoke"],
        ["  redirectURI", settings.redirectURIs.first ?? ""],
        ["  clientID, clientSecret", settings.clientID + ", " + settings.clientSecret],
        ["  secondClient", settings.secondClientID + ", " + settings.secondClientSecret],
        ["  login", settings.adminUsername + ", " + settings.adminPassword],
      ]
    case .bearer: [base, ["  token", settings.apiToken]]
    case .header: [base, ["  value", settings.apiToken]]
    case .basic:
      [base, ["  username, password", settings.apiUsername + ", " + settings.apiPassword]]
    case .open: [base]
    }
  }

  /// Says what an admin, or a program in the admin's place, has to fill in.
  private static func announce(
    _ settings: SampleAppSettings,
    baseURL: String,
    terminal: Terminal
  ) {
    let redirectURI = settings.redirectURIs.first ?? ""
    let lifetime = DurationText.format(settings.accessTokenLifetime)
    let tokens = settings.credentials == .oauth2 ? ", access tokens live \(lifetime)" : ""
    let faults = Fault.allCases.filter { settings.faults.contains($0) }.map(\.rawValue)
    let wrong = faults.isEmpty ? "" : ", with \(faults.joined(separator: ", "))"
    terminal.print(
      "the sample app listens on \(baseURL)\(tokens)\(wrong); Ctrl-C ends it"
    )
    let rows = rows(settings, baseURL)
    for line in Columns.lines(rows) { terminal.print(line) }
    let ready: JSONValue = [
      "base": .string(baseURL),
      "scimBase": .string(baseURL + "/scim/v2"),
      "authorizeURL": .string(baseURL + "/oauth/authorize"),
      "tokenURL": .string(baseURL + "/oauth/token"),
      "revokeURL": .string(baseURL + "/oauth/revoke"),
      "redirectURI": .string(redirectURI),
      "clientId": .string(settings.clientID),
      "clientSecret": .string(settings.clientSecret),
      "clientAuth": "client_secret_post",
      "authentication": .string(settings.credentials.rawValue),
      "token": .string(settings.apiToken),
      "apiUser": .string(settings.apiUsername),
      "apiPassword": .string(settings.apiPassword),
      "login": .string(settings.adminUsername),
      "password": .string(settings.adminPassword),
      "lifetime": .number(JSONNumber(Int(settings.accessTokenLifetime.components.seconds))),
      "seed": .number(JSONNumber(text: "\(settings.seed)")),
      "faults": .array(faults.map { .string($0) }),
    ]
    terminal.print("READY " + ready.compactText)
  }
}
