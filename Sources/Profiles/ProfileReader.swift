import Foundation
import JSON
import OAuth
import World

/// Reads `profile.json`, strictly: an unknown key is a mistake.
package enum ProfileReader {
  /// - Parameters:
  ///   - path: The profile's folder or its `profile.json`.
  ///   - settings: Laid over the file in their order.
  package static func read(
    path: String,
    settings: [Setting] = [],
    environment: Environment,
    variables: UnsetVariables,
    faults: [String]? = nil
  ) throws(SourceError) -> IntegrationProfile {
    let file = self.file(of: path)
    let source = try TextFile.read(
      file,
      what: "profile",
      otherwise: "a profile is a folder that holds a profile.json"
    )
    return try read(
      source,
      settings: settings,
      environment: environment,
      variables: variables,
      faults: faults
    )
  }

  package static func read(
    _ source: SourceText,
    settings: [Setting] = [],
    environment: Environment,
    variables: UnsetVariables,
    faults: [String]? = nil
  ) throws(SourceError) -> IntegrationProfile {
    try TextFile.checkSize(of: source, what: "profile")
    let document: JSONDocument
    do throws(SourceError) {
      document = try JSONReader.readDocument(source)
    } catch {
      throw SecretMask.apply(to: error)
    }
    let profile = try ProfileDocument(
      document,
      settings: settings,
      environment: environment,
      variables: variables,
      faults: faults
    )
    return try self.profile(profile.root, file: source.file)
  }

  /// The profile's file for a path that names it or its folder.
  private static func file(of path: String) -> String {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard exists, isFolder.boolValue else { return path }
    var folder = Substring(path)
    while folder.count > 1, folder.last == "/" { folder.removeLast() }
    return folder == "/" ? "/profile.json" : folder + "/profile.json"
  }

  private static func folder(ofFile file: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return "." }
    return slash == file.startIndex ? "/" : String(file[..<slash])
  }

  // MARK: The objects of the file, from the root

  private static func profile(
    _ root: ProfileNode,
    file: String
  ) throws(SourceError) -> IntegrationProfile {
    let members = try root.members(
      [
        "profile", "family", "scim", "authentication", "attributeMappings", "okta", "people",
        "embeddedSampleApp", "limits",
      ],
      notYet: ["hooks", "secondClient", "secondLogin"]
    )
    let folder = folder(ofFile: file)
    let embedded = try members["embeddedSampleApp"].map(embeddedSampleApp)
    let place: Place = embedded == nil ? .elsewhere : .embedded
    let families = AppFamily.allCases.map(\.rawValue)
    let family = try members.required("family", help: "add \"family\": \(oneOf(families))")
      .choice(AppFamily.self)
    return IntegrationProfile(
      name: try members["profile"].map(name) ?? defaultName(folder: folder),
      family: family ?? .aiw,
      scim: try scim(members, app: place),
      authentication: try authentication(members, app: place),
      attributeMappings: try attributeMappings(members["attributeMappings"]),
      switches: try members["okta"].map(switches) ?? Switches(),
      peopleDomain: try members["people"].map(domain) ?? "example.com",
      embeddedSampleApp: embedded,
      wholeAnswerLimit: try members["limits"].map(wholeAnswerLimit) ?? nil,
      file: file,
      folder: folder
    )
  }

  /// Where the app is: started by the run, which then knows its URLs, or by somebody else.
  private enum Place {
    case embedded, elsewhere

    static let reason = "is given although the run starts the sample app itself"
  }

  private static func name(_ node: ProfileNode) throws(SourceError) -> String {
    guard let name = try node.filledText() else { return "" }
    guard isFileName(name) else {
      throw node.mistake(
        "'\(name)' is not a name for a profile",
        help: "write letters, digits, '-', '_' and '.': it names a folder of recordings"
      )
    }
    return name
  }

  private static func isFileName(_ name: String) -> Bool {
    name.count <= 100 && name.first != "." && name.first != "-"
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
  }

  private static func defaultName(folder: String) -> String {
    let last = folder.split(separator: "/").last.map(String.init) ?? ""
    return isFileName(last) && !last.isEmpty ? last : "profile"
  }

  private static func domain(_ node: ProfileNode) throws(SourceError) -> String {
    let fallback = "example.com"
    guard let domain = try node.members(["domain"])["domain"] else { return fallback }
    guard let text = try domain.filledText() else { return fallback }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let isDomain = labels.allSatisfy { label in
      !label.isEmpty && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
    guard isDomain, text.count <= 200 else {
      throw domain.mistake("'\(text)' is not a domain", help: "write example.com")
    }
    return text
  }

  private static func wholeAnswerLimit(_ node: ProfileNode) throws(SourceError) -> Duration? {
    try node.members(["wholeAnswer"])["wholeAnswer"]?.positiveDuration()
  }

  private static func scim(
    _ root: ProfileMembers,
    app: Place
  ) throws(SourceError) -> SCIMSettings {
    var settings = SCIMSettings(
      version: .v2,
      baseURL: "",
      uniqueIdentifier: "userName",
      capabilities: []
    )
    if app == .embedded, root["scim"] == nil { return settings }
    let members = try root.required("scim").members(
      ["version", "baseURL", "uniqueIdentifier", "capabilities"],
      notYet: ["entitlements"]
    )
    if let version = members["version"] {
      settings.version =
        try version.choice(SCIMSettings.Version.self, notYet: ["1.1"]) ?? .v2
    }
    switch app {
    case .embedded:
      try members.refuse("baseURL", because: Place.reason)
    case .elsewhere:
      var url = try members.required("baseURL").url(.base)
      while url.hasSuffix("/") { url.removeLast() }
      settings.baseURL = url
    }
    if let identifier = try members["uniqueIdentifier"]?.filledText() {
      guard AttributeMapping.isPath(identifier) else {
        throw members.node.profile.mistake(
          "'\(identifier)' is not the name of an attribute",
          at: members.node.pointer.appending("uniqueIdentifier"),
          part: .value,
          help: "write userName"
        )
      }
      settings.uniqueIdentifier = identifier
    }
    for capability in try members["capabilities"]?.elements() ?? [] {
      if let known = try choiceOfList(capability) { settings.capabilities.insert(known) }
    }
    return settings
  }

  private static func choiceOfList(_ node: ProfileNode) throws(SourceError) -> Capability? {
    guard let text = try node.text() else { return nil }
    guard let capability = Capability(rawValue: text) else {
      let names = Capability.allCases.map(\.rawValue)
      throw node.mistake(
        "'\(text)' is not a capability",
        help: Suggestion.help(
          for: text,
          among: names,
          otherwise: "write \(Suggestion.list(names))"
        )
      )
    }
    return capability
  }

  private static func attributeMappings(
    _ node: ProfileNode?
  ) throws(SourceError) -> [AttributeMapping] {
    var table = AttributeMapping.defaults
    let entries = try node?.elements() ?? []
    if let first = entries.dropFirst(AttributeMapping.maximumEntries).first {
      throw first.mistake(
        "this is one attribute mapping too many; at most \(AttributeMapping.maximumEntries) are read"
      )
    }
    for entry in entries {
      let members = try entry.members(["from", "to"])
      let fromNode = try members.required("from")
      guard let from = try fromNode.filledText() else { continue }
      let to = try members.required("to", help: "add a SCIM path, or null to remove the mapping")
      if to.value.isNull {
        let mapped = table.map(\.from)
        guard mapped.contains(from) || OktaUserSchema.names.contains(from) else {
          throw fromNode.mistake(
            "'\(from)' is not mapped, so its mapping cannot be removed",
            help: Suggestion.help(for: from, among: mapped)
          )
        }
        table.removeAll { $0.from == from }
        continue
      }
      guard let path = try to.filledText() else { continue }
      guard AttributeMapping.isPath(path) else {
        throw to.mistake(
          "'\(path)' is not a SCIM path",
          help: "write a path such as title, name.givenName or emails[type eq \\\"work\\\"].value"
        )
      }
      AttributeMapping.lay(AttributeMapping(from: from, to: path), over: &table)
    }
    return table
  }

  private static func switches(_ node: ProfileNode) throws(SourceError) -> Switches {
    let members = try node.members(Switch.all.map(\.name))
    var values: [String: String] = [:]
    for definition in Switch.all {
      guard let member = members[definition.name] else { continue }
      values[definition.name] = try value(of: definition, member)
    }
    return Switches(values)
  }

  private static func value(
    of definition: Switch,
    _ node: ProfileNode
  ) throws(SourceError) -> String? {
    switch definition.values {
    case .words(let words):
      guard let text = try node.text() else { return nil }
      guard words.contains(text) else { throw node.notAValue(text, among: words) }
      return text
    case .boolean:
      return try node.boolean() ? "true" : "false"
    case .positiveInteger:
      return String(try node.integer(1...1_000_000))
    case .positiveNumber:
      guard case .number(let number) = node.value else { throw node.wrongKind("a number") }
      guard let value = number.double, value > 0, value.isFinite else {
        throw node.mistake(
          "\(node.quotedName) is \(number.text)",
          help: "a number above 0 is asked for"
        )
      }
      return number.text
    case .duration:
      return try node.positiveDuration().map(DurationText.format)
    }
  }

  private static func embeddedSampleApp(
    _ node: ProfileNode
  ) throws(SourceError) -> EmbeddedSampleApp {
    let members = try node.members([
      "clock", "accessTokenLifetime", "refreshTokenLifetime", "refreshTokenIdleLimit", "rotation",
      "graceWindow", "tokenFormat", "faults", "users",
    ])
    var app = EmbeddedSampleApp()
    app.clock = try members["clock"]?.choice(EmbeddedSampleApp.Clock.self) ?? app.clock
    // A response gives a lifetime in whole seconds (RFC 6749 section 5.1), so a shorter one
    // could not be told to the client.
    app.accessTokenLifetime = try members["accessTokenLifetime"]?.wholeSeconds()
    app.refreshTokenLifetime = try members["refreshTokenLifetime"]?.wholeSeconds()
    app.refreshTokenIdleLimit = try members["refreshTokenIdleLimit"]?.wholeSeconds()
    app.rotation = try members["rotation"]?.choice(EmbeddedSampleApp.Rotation.self) ?? app.rotation
    app.graceWindow = try members["graceWindow"]?.duration() ?? app.graceWindow
    app.tokenFormat =
      try members["tokenFormat"]?.choice(EmbeddedSampleApp.TokenFormat.self) ?? app.tokenFormat
    app.faults = try members["faults"]?.texts() ?? []
    if let known = node.profile.faults {
      for fault in try members["faults"]?.elements() ?? [] {
        guard let name = try fault.text(), !known.contains(name) else { continue }
        throw fault.mistake(
          "'\(name)' is not a fault of the sample app",
          help: Suggestion.help(
            for: name,
            among: known,
            otherwise: "'oktasim sample-app --list-faults' lists them"
          )
        )
      }
    }
    app.users = try members["users"]?.integer(0...100_000) ?? 0
    return app
  }

  private static func oneOf(_ words: [String]) -> String {
    Suggestion.list(words.map { "\"\($0)\"" })
  }
}

// MARK: How Okta authenticates

extension ProfileReader {
  private enum Mode: String, CaseIterable {
    case oauth2
    case clientCredentials = "oauth2-client-credentials"
    case bearer, header, basic

    var keys: [String] {
      switch self {
      case .oauth2:
        [
          "mode", "authorizationEndpoint", "tokenEndpoint", "revocationEndpoint", "redirectURI",
          "clientID", "clientSecret", "clientAuthentication", "scopes", "refresh", "grants",
          "login",
        ]
      case .clientCredentials:
        [
          "mode", "tokenEndpoint", "clientID", "clientSecret", "clientAuthentication", "scopes",
          "refresh",
        ]
      case .bearer: ["mode", "token"]
      case .header: ["mode", "value"]
      case .basic: ["mode", "username", "password"]
      }
    }
  }

  private static func authentication(
    _ root: ProfileMembers,
    app: Place
  ) throws(SourceError) -> Authentication {
    if app == .embedded, root["authentication"] == nil {
      return .authorizationCode(embeddedClient())
    }
    let node = try root.required("authentication")
    let everyKey = Mode.allCases.flatMap(\.keys)
    let members = try node.members(unique(everyKey), notYet: ["secondClient", "secondLogin"])
    let mode = try mode(members, app: app)
    for key in members.keys where !mode.keys.contains(key) {
      try members.refuse(key, because: "does not belong to the mode '\(mode.rawValue)'")
    }
    switch mode {
    case .oauth2:
      return .authorizationCode(
        app == .embedded ? try embeddedClient(members) : try authorizationCode(members)
      )
    case .clientCredentials:
      return .clientCredentials(
        ClientCredentialsSettings(
          tokenEndpoint: try members.required("tokenEndpoint").url(.endpoint),
          clientID: try members.required("clientID").filledText() ?? "",
          clientSecret: try members.required("clientSecret").secret("client_secret#1"),
          clientAuthentication: try clientAuthentication(members),
          scopes: try scopes(members),
          refresh: try refresh(members["refresh"])
        )
      )
    case .bearer:
      return .bearer(try members.required("token").secret("credentials#1"))
    case .header:
      return .header(try members.required("value").secret("credentials#1"))
    case .basic:
      return .basic(
        username: try members.required("username").filledText() ?? "",
        password: try members.required("password").secret("password#1")
      )
    }
  }

  private static func mode(_ members: ProfileMembers, app: Place) throws(SourceError) -> Mode {
    let modes = Suggestion.list(Mode.allCases.map { "\"\($0.rawValue)\"" })
    switch app {
    case .elsewhere:
      return try members.required("mode", help: "add \"mode\": \(modes)").choice(Mode.self)
        ?? .oauth2
    case .embedded:
      guard let node = members["mode"] else { return .oauth2 }
      let mode = try node.choice(Mode.self) ?? .oauth2
      guard mode == .oauth2 else {
        throw node.mistake(
          "the sample app that the run starts knows no '\(mode.rawValue)'",
          help: "write \"oauth2\" or leave it out"
        )
      }
      return mode
    }
  }

  private static func authorizationCode(
    _ members: ProfileMembers
  ) throws(SourceError) -> AuthorizationCodeSettings {
    AuthorizationCodeSettings(
      authorizationEndpoint: try members.required("authorizationEndpoint").url(.endpoint),
      tokenEndpoint: try members.required("tokenEndpoint").url(.endpoint),
      revocationEndpoint: try members["revocationEndpoint"].map { node throws(SourceError) in
        try node.url(.endpoint)
      },
      redirectURI: try members.required("redirectURI").url(.redirect),
      clientID: try members.required("clientID").filledText() ?? "",
      clientSecret: try members.required("clientSecret").secret("client_secret#1"),
      clientAuthentication: try clientAuthentication(members),
      scopes: try scopes(members),
      refresh: try refresh(members["refresh"]),
      grants: try grants(members),
      login: try login(try members.required("login"))
    )
  }

  /// The client of the embedded sample app: the run fills in what is left empty.
  private static func embeddedClient(
    _ members: ProfileMembers? = nil
  ) throws(SourceError) -> AuthorizationCodeSettings {
    let runKnows = [
      "authorizationEndpoint", "tokenEndpoint", "revocationEndpoint", "redirectURI", "clientID",
      "clientSecret", "login",
    ]
    for key in runKnows { try members?.refuse(key, because: Place.reason) }
    var settings = embeddedClient()
    guard let members else { return settings }
    settings.clientAuthentication = try clientAuthentication(members)
    settings.scopes = try scopes(members)
    settings.refresh = try refresh(members["refresh"])
    settings.grants = try grants(members)
    return settings
  }

  private static func embeddedClient() -> AuthorizationCodeSettings {
    AuthorizationCodeSettings(
      authorizationEndpoint: "",
      tokenEndpoint: "",
      revocationEndpoint: nil,
      redirectURI: "",
      clientID: "",
      clientSecret: Secret("", alias: "client_secret#1"),
      clientAuthentication: .post,
      scopes: [],
      refresh: RefreshPolicy(),
      grants: .perScenario,
      login: .form(FormLogin(username: "", password: Secret("", alias: "password#1")))
    )
  }

  private static func clientAuthentication(
    _ members: ProfileMembers
  ) throws(SourceError) -> Authentication.ClientAuthentication {
    try members["clientAuthentication"]?.choice(Authentication.ClientAuthentication.self) ?? .post
  }

  private static func grants(
    _ members: ProfileMembers
  ) throws(SourceError) -> AuthorizationCodeSettings.Grants {
    try members["grants"]?.choice(AuthorizationCodeSettings.Grants.self, notYet: ["kept"])
      ?? .perScenario
  }

  private static func scopes(_ members: ProfileMembers) throws(SourceError) -> [String] {
    var scopes: [String] = []
    for node in try members["scopes"]?.elements() ?? [] {
      guard let scope = try node.filledText() else { continue }
      // RFC 6749 section 3.3: scope-token, which holds neither space, quote nor backslash.
      let isToken = scope.unicodeScalars.allSatisfy { scalar in
        (0x21...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\"
      }
      guard isToken else {
        throw node.mistake("'\(scope)' is not a scope", help: "write one scope a string")
      }
      scopes.append(scope)
    }
    return scopes
  }

  private static func refresh(_ node: ProfileNode?) throws(SourceError) -> RefreshPolicy {
    var refresh = RefreshPolicy()
    guard let node else { return refresh }
    let members = try node.members([
      "trigger", "margin", "capMargin", "concurrency", "keepOldRefreshToken", "missingExpiresIn",
    ])
    refresh.trigger =
      try members["trigger"]?.choice(RefreshPolicy.Trigger.self) ?? refresh.trigger
    refresh.margin = try members["margin"]?.duration() ?? refresh.margin
    refresh.capMargin = try members["capMargin"]?.boolean() ?? refresh.capMargin
    refresh.concurrency =
      try members["concurrency"]?.choice(RefreshPolicy.Concurrency.self) ?? refresh.concurrency
    refresh.keepOldRefreshToken =
      try members["keepOldRefreshToken"]?.choice(RefreshPolicy.KeepOldRefreshToken.self)
      ?? refresh.keepOldRefreshToken
    refresh.missingExpiresIn =
      try members["missingExpiresIn"]?.choice(RefreshPolicy.MissingExpiresIn.self)
      ?? refresh.missingExpiresIn
    return refresh
  }

  private static func login(_ node: ProfileNode) throws(SourceError) -> Login {
    let members = try node.members([
      "username", "password", "fields", "button", "consent", "command", "origins",
    ])
    if let command = members["command"] {
      for key in members.keys where key != "command" {
        try members.refuse(key, because: "has no use beside a command")
      }
      let words = try command.texts()
      // A variable that is left open leaves no word behind, which is no mistake.
      guard case .array(let written) = command.value, !written.isEmpty else {
        throw command.mistake(
          "\(command.quotedName) names no program",
          help: "write [\"./login.sh\"]"
        )
      }
      return .command(words)
    }
    var login = FormLogin(
      username: try members.required("username").filledText() ?? "",
      password: try members.required("password").secret("password#1")
    )
    if let fields = members["fields"] {
      guard case .object(let object) = fields.value else { throw fields.wrongKind("an object") }
      for member in object.members where member.key != "comment" {
        let field = ProfileNode(
          profile: fields.profile,
          pointer: fields.pointer.appending(member.key),
          value: member.value
        )
        login.fields[member.key] = try field.text() ?? ""
      }
    }
    login.button = try members["button"]?.filledText()
    login.consentButton =
      try members["consent"].map { consent throws(SourceError) in
        try consent.members(["button"])["button"]?.filledText()
      } ?? nil
    for origin in try members["origins"]?.elements() ?? [] {
      login.origins.append(try origin.url(.origin))
    }
    return .form(login)
  }

  private static func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }
}
