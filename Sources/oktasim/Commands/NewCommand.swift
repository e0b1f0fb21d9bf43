import Foundation
import HTTP
import JSON
import Loop
import Profiles
import World

/// `oktasim new`: a profile from what an app says of itself, checked, and the first verdict.
enum NewCommand {
  static let operands = Operands(text: "<name>", count: 1...1)
  private static let redirectURI = "https://system-admin.okta.com/admin/app/cpc/"

  static var options: [Option] {
    [
      Option("--app", "URL", .text, "where the app is: http://127.0.0.1:8080"),
      Option(
        "--client-id",
        "ID",
        .text,
        standard: "okta",
        "the client that is registered for Okta"
      ),
      Option("--user", "NAME", .text, standard: "admin@example.com", "the admin who signs in"),
      Option(
        "--redirect-uri",
        "URI",
        .text,
        standard: "made up from the name",
        "the one that is registered for Okta"
      ),
      Option(
        "--i-own",
        "HOST",
        .host,
        isRepeatable: true,
        "send to this host although it is not near"
      ),
    ]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    let name = arguments.operands[0]
    let folder = try folder(for: name)
    let app = try app(arguments, terminal)
    let client = answer("--client-id", "client id", "okta", arguments, terminal)
    let user = answer("--user", "user name of an admin", "admin@example.com", arguments, terminal)
    let hosts = HostPolicy(owned: arguments.texts("--i-own"))
    guard hosts.mayReach(app.origin.host) else {
      throw .usage(
        UsageError(
          "\(app.origin.host) is not on this machine or in a private network",
          help: "if the app is yours, add --i-own \(app.origin.host)"
        )
      )
    }
    let found: AppDiscovery.Result
    do {
      found = try await discover(app, hosts)
    } catch {
      terminal.printError("nothing was written: \(error)")
      return .nothingJudged
    }
    terminal.print("\(app.origin) says of itself:")
    let prefix = name.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
    let redirect =
      arguments.text("--redirect-uri")
      ?? redirectURI + name.replacing("-", with: "_") + "_1/oauth/callback"
    var profile = Draft(app, prefix, found)
    profile.add(
      redirectURI: redirect,
      arguments.has("--redirect-uri") ? "as given" : "made up: register it at the app"
    )
    profile.add(client: client, Self.origin(of: "--client-id", arguments))
    profile.add(user: user, Self.origin(of: "--user", arguments))
    for line in Columns.lines(profile.rows) { terminal.print("  " + line) }
    for remark in found.remarks { terminal.print("  \(remark)".printable()) }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try StateFile.writeNow(
        Array((profile.json.prettyText + "\n").utf8),
        path: folder + "/profile.json"
      )
    } catch {
      terminal.printError("\(error)")
      return .wrongUsage
    }
    terminal.print("wrote \(folder)/profile.json")
    return try await conclude(folder, profile, arguments, terminal)
  }

  /// Checks what was written; where the secrets are there, makes a grant and looks at the app.
  private static func conclude(
    _ folder: String,
    _ draft: Draft,
    _ arguments: Arguments,
    _ terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    let profile = try ProfileOperand.read(folder, variables: .leaveOpen)
    guard draft.missing.isEmpty else {
      terminal.print(
        "not found: \(draft.missing.joined(separator: ", ")); fill that in, then check it"
      )
      terminal.print("  oktasim check \(folder.asShellWord)")
      return .success
    }
    let command = "oktasim run \(folder.asShellWord) test-credentials"
    guard profile.unsetVariables.isEmpty else {
      terminal.print("register the redirect URI at the app, then")
      terminal.print("  export \(profile.unsetVariables.map { "\($0)=…" }.joined(separator: " "))")
      terminal.print("  \(command)")
      return .success
    }
    terminal.print("\n$ \(command)")
    var words = [folder, "test-credentials"]
    for host in arguments.texts("--i-own") { words += ["--i-own", host] }
    let run: RunArguments
    do throws(UsageError) {
      run = try RunArguments(
        ArgumentReader.read(
          words,
          options: RunArguments.options,
          operands: RunArguments.operands
        )
      )
    } catch {
      throw .usage(error)
    }
    return await RunCommand.execute(run, terminal: terminal)
  }

  private static func folder(for name: String) throws(CommandError) -> String {
    let isPlain = name.first?.isLetter == true || name.first?.isNumber == true
    guard isPlain,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    else {
      throw .usage(
        UsageError("'\(name)' is not a name for a profile", help: "write acme-chat")
      )
    }
    let folder = "Profiles/\(name)"
    guard !FileManager.default.fileExists(atPath: folder + "/profile.json") else {
      throw .usage(
        UsageError("there is a profile at \(folder)", help: "take another name, or remove it first")
      )
    }
    return folder
  }

  private static func app(
    _ arguments: Arguments,
    _ terminal: Terminal
  ) throws(CommandError) -> HTTPURL {
    let text =
      arguments.text("--app") ?? ask("where is the app? (http://127.0.0.1:8080)", terminal)
    guard let text else {
      throw .usage(UsageError("--app is missing", help: "write --app http://127.0.0.1:8080"))
    }
    guard let url = HTTPURL(text) else {
      throw .usage(
        UsageError("'\(text)' is not the URL of an app", help: "write http://127.0.0.1:8080")
      )
    }
    return url
  }

  private static func answer(
    _ option: String,
    _ what: String,
    _ standard: String,
    _ arguments: Arguments,
    _ terminal: Terminal
  ) -> String {
    arguments.text(option) ?? ask("\(what)? (\(standard))", terminal) ?? standard
  }

  private static func origin(of option: String, _ arguments: Arguments) -> String {
    arguments.has(option) ? "as given" : "a guess; \(option) says another"
  }

  /// Asks at a terminal; nil where there is none, or nothing was answered.
  private static func ask(_ question: String, _ terminal: Terminal) -> String? {
    guard terminal.isInputTerminal else { return nil }
    terminal.writeError(question + " ")
    let line = readLine() ?? ""
    return line.isEmpty ? nil : line
  }

  private static func discover(
    _ app: HTTPURL,
    _ hosts: HostPolicy
  ) async throws -> AppDiscovery.Result {
    let loop = try EventLoop.start(clock: .real)
    defer { loop.stop() }
    return try await Task(executorPreference: loop) {
      let transport = SocketTransport(
        loop: loop,
        timeouts: TransportTimeouts(silence: .seconds(10)),
        hosts: hosts,
        secured: SecureTransportSettings(provider: LateTLSProvider(), trust: TLSTrust())
      )
      defer { transport.close() }
      var discovery = AppDiscovery(app: app, transport: transport)
      try await discovery.look()
      return discovery.result
    }.value
  }

  /// The profile to be written.
  private struct Draft {
    var rows: [[String]] = []
    /// Keys that have to be filled in by hand.
    var missing: [String] = []
    private let prefix: String
    private let baseURL: String
    private var authentication: JSONObject

    init(_ app: HTTPURL, _ prefix: String, _ found: AppDiscovery.Result) {
      var rows: [[String]] = []
      var missing: [String] = []
      func value(_ key: String, _ found: AppDiscovery.Found?, _ otherwise: String) -> String {
        guard let found else {
          missing.append(key)
          return otherwise
        }
        rows.append([key, found.value.printable(), found.from])
        return found.value
      }
      let base =
        app.description.hasSuffix("/") ? String(app.description.dropLast()) : app.description
      var authentication: JSONObject = [
        "mode": "oauth2",
        "authorizationEndpoint": .string(
          value(
            "authentication.authorizationEndpoint",
            found.authorizationEndpoint,
            base + "/oauth/authorize"
          )
        ),
        "tokenEndpoint": .string(
          value("authentication.tokenEndpoint", found.tokenEndpoint, base + "/oauth/token")
        ),
      ]
      if let revocation = found.revocationEndpoint {
        authentication["revocationEndpoint"] = .string(
          value("authentication.revocationEndpoint", revocation, "")
        )
      }
      if let method = found.clientAuthentication {
        authentication["clientAuthentication"] = .string(
          value("authentication.clientAuthentication", method, "")
        )
      }
      if let scopes = found.scopes {
        authentication["scopes"] = .array(scopes.values.map { .string($0) })
        rows.append(["authentication.scopes", scopes.values.joined(separator: " "), scopes.from])
      }
      baseURL = value("scim.baseURL", found.baseURL, base + "/scim/v2")
      self.prefix = prefix
      self.authentication = authentication
      self.rows = rows
      self.missing = missing
    }

    mutating func add(redirectURI: String, _ from: String) {
      authentication["redirectURI"] = .string(redirectURI)
      rows.append(["authentication.redirectURI", redirectURI, from])
    }

    mutating func add(client: String, _ from: String) {
      authentication["clientID"] = .string(client)
      let isByKey = authentication["clientAuthentication"] == "private_key_jwt"
      authentication[isByKey ? "clientKey" : "clientSecret"] = [
        "environment": .string(prefix + (isByKey ? "_CLIENT_KEY" : "_CLIENT_SECRET"))
      ]
      rows.append(["authentication.clientID", client, from])
    }

    mutating func add(user: String, _ from: String) {
      authentication["login"] = [
        "username": .string(user),
        "password": ["environment": .string(prefix + "_ADMIN_PASSWORD")],
      ]
      rows.append(["authentication.login.username", user, from])
    }

    var json: JSONValue {
      [
        "family": "aiw",
        "scim": [
          "version": "2.0", "baseURL": .string(baseURL),
          "capabilities": ["createUsers", "updateUsers", "deactivateUsers"],
        ],
        "authentication": .object(authentication),
      ]
    }
  }
}
