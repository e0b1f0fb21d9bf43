import Foundation
import JSON
import OAuth
import World

/// Reads `profile.json`, strictly: an unknown key is a mistake.
///
/// All mistakes are told at once.
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
  ) throws(Mistakes) -> IntegrationProfile {
    let file = self.file(of: path)
    let source: SourceText
    do throws(SourceError) {
      source = try TextFile.read(
        file,
        what: "profile",
        otherwise: inProfiles(path).map { "did you mean '\($0)'?" }
          ?? "a profile is a folder that holds a profile.json"
      )
    } catch {
      throw Mistakes([error])
    }
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
  ) throws(Mistakes) -> IntegrationProfile {
    let json: JSONDocument
    do throws(SourceError) {
      try TextFile.checkSize(of: source, what: "profile")
      json = try JSONReader.readDocument(source)
    } catch {
      throw Mistakes([SecretMask.apply(to: error)])
    }
    let document = ProfileDocument(
      json,
      settings: settings,
      environment: environment,
      variables: variables,
      faults: faults
    )
    let profile = self.profile(document.root, file: source.file)
    // What the command line says comes first, then the file from above.
    func place(_ mistake: SourceError) -> [Int] {
      mistake.position.map { [$0.line, $0.column] } ?? []
    }
    let mistakes = document.mistakes.enumerated().sorted { left, right in
      let (first, second) = (place(left.element), place(right.element))
      return first == second
        ? left.offset < right.offset : first.lexicographicallyPrecedes(second)
    }
    guard var profile, mistakes.isEmpty else { throw Mistakes(mistakes.map(\.element)) }
    profile.unsetVariables = document.unset
    profile.endpointPlaces = endpointPlaces(document)
    return profile
  }

  private static func endpointPlaces(
    _ document: ProfileDocument
  ) -> IntegrationProfile.EndpointPlaces {
    func place(_ section: String, _ key: String) -> IntegrationProfile.Place {
      let section = JSONPointer.root.appending(section)
      let embedded = JSONPointer.root.appending("embeddedSampleApp")
      return [section.appending(key), section, embedded].compactMap(document.place).first ?? .init()
    }
    var places = IntegrationProfile.EndpointPlaces()
    places.authorizationEndpoint = place("authentication", "authorizationEndpoint")
    places.tokenEndpoint = place("authentication", "tokenEndpoint")
    places.revocationEndpoint = place("authentication", "revocationEndpoint")
    places.baseURL = place("scim", "baseURL")
    return places
  }

  /// The folder that a path means, which names it or the profile in it.
  package static func folder(of path: String) -> String { folder(ofFile: file(of: path)) }

  /// Where profiles are kept, if one of that name is there.
  private static func inProfiles(_ path: String) -> String? {
    let usual = "Profiles/" + path
    return FileManager.default.fileExists(atPath: self.file(of: usual)) ? usual : nil
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

  /// What could be read; whatever had a mistake, which is noted, has its default.
  private static func profile(_ root: ProfileNode, file: String) -> IntegrationProfile? {
    guard let members = root.members() else { return nil }
    let folder = folder(ofFile: file)
    let embedded = members["embeddedSampleApp"].map(embeddedSampleApp)
    let place: Place = embedded == nil ? .elsewhere : .embedded
    let families = AppFamily.allCases.map(\.rawValue)
    let family =
      members.required("family", help: "add \"family\": \(oneOf(families))")?
      .choice(AppFamily.self) ?? .aiw
    let scim = scim(members, app: place, family)
    return IntegrationProfile(
      name: members["profile"].map(name) ?? defaultName(folder: folder),
      family: family,
      scim: scim,
      authentication: authentication(members, app: place, family),
      attributeMappings: attributeMappings(members["attributeMappings"], scim.version),
      switches: switches(members["okta"], scim.version),
      peopleDomain: members["people"]?.members()?["domain"].flatMap(domain) ?? "example.com",
      embeddedSampleApp: embedded,
      wholeAnswerLimit: members["limits"]?.members()?["wholeAnswer"]?.positiveDuration(),
      leeway: members["leeway"]?.duration(),
      sendsRequestID: members["requestID"]?.boolean() ?? false,
      secondClient: secondClient(members, app: place),
      hooks: hooks(members, app: place),
      secondLogin: secondLogin(members, app: place),
      file: file,
      folder: folder
    )
  }

  /// Where the app is: started by the run, which then knows its URLs, or by somebody else.
  private enum Place {
    case embedded, elsewhere

    static let reason = "is given although the run starts the sample app itself"
  }

  private static func name(_ node: ProfileNode) -> String {
    guard let name = node.filledText() else { return "" }
    if !isFileName(name) {
      node.note(
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

  private static func domain(_ node: ProfileNode) -> String? {
    guard let text = node.filledText() else { return nil }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let isDomain = labels.allSatisfy { label in
      !label.isEmpty && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
    if !isDomain || text.count > 200 {
      node.note("'\(text)' is not a domain", help: "write example.com")
    }
    return text
  }

  private static func scim(
    _ root: ProfileMembers,
    app: Place,
    _ family: AppFamily
  ) -> SCIMSettings {
    // Okta, on-prem provisioning: 1.1, and 2.0 only from agent 2.1.0 on.
    let usual: SCIMSettings.Version = family == .onPrem ? .v1 : .v2
    var settings = SCIMSettings(
      version: usual,
      baseURL: "",
      uniqueIdentifier: "userName",
      capabilities: []
    )
    if app == .embedded, root["scim"] == nil { return settings }
    guard let members = root.required("scim")?.members() else { return settings }
    settings.version = members["version"]?.choice(SCIMSettings.Version.self) ?? usual
    switch app {
    case .embedded:
      members.refuse("baseURL", because: Place.reason)
    case .elsewhere:
      var url = members.required("baseURL")?.url() ?? ""
      while url.hasSuffix("/") { url.removeLast() }
      settings.baseURL = url
    }
    if let node = members["uniqueIdentifier"], let identifier = node.filledText() {
      if !AttributeMapping.isPath(identifier) {
        node.note("'\(identifier)' is not the name of an attribute", help: "write userName")
      }
      settings.uniqueIdentifier = identifier
    }
    let capabilities = members["capabilities"]?.words("a capability") ?? []
    settings.capabilities = Set(capabilities.compactMap(Capability.init))
    settings.entitlements = members["entitlements"].map { isOn($0, settings.version) } ?? false
    for (key, node) in members["entitlementFields"]?.named() ?? [] {
      guard let name = node.filledText() else { continue }
      if !settings.entitlementFields.set(key, to: name) {
        node.noteKey(
          "'\(key)' is not a field of a resource type",
          help: "write the type's name, a dot, and id, displayName or description: Role.id"
        )
      }
    }
    settings.importsUserSchema =
      members["importUserSchema"].map { isOn($0, settings.version) } ?? false
    return settings
  }

  /// Of a key that Okta's record has for SCIM 2.0 alone.
  private static func isOn(_ node: ProfileNode, _ version: SCIMSettings.Version) -> Bool {
    guard node.boolean() == true else { return false }
    if version == .v1 {
      node.note(
        "\(node.quotedName) is on for an app that speaks SCIM 1.1",
        help: "Okta's documents have it with SCIM 2.0 alone"
      )
    }
    return true
  }

  private static func attributeMappings(
    _ node: ProfileNode?,
    _ version: SCIMSettings.Version
  ) -> [AttributeMapping] {
    var table = AttributeMapping.defaults(version)
    let entries = node?.elements() ?? []
    if let first = entries.dropFirst(AttributeMapping.maximumEntries).first {
      first.note(
        "this is one attribute mapping too many; at most \(AttributeMapping.maximumEntries) are read"
      )
    }
    for entry in entries.prefix(AttributeMapping.maximumEntries) { lay(entry, over: &table) }
    return table
  }

  private static func lay(_ entry: ProfileNode, over table: inout [AttributeMapping]) {
    guard let members = entry.members() else { return }
    let to = members.required("to", help: "add a SCIM path, or null to remove the mapping")
    if let value = members["value"] {
      members.refuse("from", because: "has no place beside 'value'")
      guard let constant = value.filledText(), let to, let path = path(to) else { return }
      let type = type(members)
      return AttributeMapping.lay(
        AttributeMapping(constant: constant, to: path, type: type),
        over: &table
      )
    }
    let from = members.required("from", help: "add a name in Okta's user profile, or a 'value'")
    guard let from, let name = from.filledText(), let to else { return }
    if to.value.isNull {
      let mapped = table.map(\.from).filter { !$0.isEmpty }
      guard mapped.contains(name) || OktaUserSchema.names.contains(name) else {
        return from.note(
          "'\(name)' is not mapped, so its mapping cannot be removed",
          help: Suggestion.help(for: name, among: mapped)
        )
      }
      return table.removeAll { $0.from == name }
    }
    guard let path = path(to) else { return }
    AttributeMapping.lay(
      AttributeMapping(from: name, to: path, type: type(members)),
      over: &table
    )
  }

  private static func type(_ members: ProfileMembers) -> AttributeMapping.ValueType {
    members["type"]?.choice(AttributeMapping.ValueType.self) ?? .string
  }

  /// nil where it is a mistake.
  private static func path(_ to: ProfileNode) -> String? {
    guard let text = to.filledText() else { return nil }
    let path = AttributeMapping.path(text)
    guard AttributeMapping.isPath(path) else {
      to.note(
        "'\(text)' is not a SCIM path",
        help: "write a path such as title, name.givenName or emails[type eq \\\"work\\\"].value"
      )
      return nil
    }
    // Okta, SCIM FAQs: no attribute of an app's own may have this name.
    if path.lowercased().prefix(while: { $0.isLetter }) == "groups" {
      to.note(
        "'groups' is reserved: Okta sends who belongs to a group with the group",
        help: "map to an attribute of another name"
      )
      return nil
    }
    return path
  }

  private static func switches(
    _ node: ProfileNode?,
    _ version: SCIMSettings.Version
  ) -> Switches {
    guard let members = node?.members() else { return Switches(version: version) }
    var values: [String: String] = [:]
    for definition in Switch.all {
      guard let member = members[definition.name] else { continue }
      values[definition.name] = value(of: definition, member)
    }
    return Switches(values, version: version)
  }

  private static func value(of definition: Switch, _ node: ProfileNode) -> String? {
    switch definition.values {
    case .words: node.word()
    case .boolean: node.boolean().map(String.init)
    case .positiveInteger: node.integer().map(String.init)
    case .positiveNumber: node.positiveNumber()
    case .duration: node.positiveDuration().map(DurationText.format)
    }
  }

  private static func embeddedSampleApp(_ node: ProfileNode) -> EmbeddedSampleApp {
    var app = EmbeddedSampleApp()
    guard let members = node.members() else { return app }
    app.clock = members["clock"]?.choice(EmbeddedSampleApp.Clock.self) ?? app.clock
    // A response gives a lifetime in whole seconds (RFC 6749 section 5.1), so a shorter one
    // could not be told to the client.
    app.accessTokenLifetime = members["accessTokenLifetime"]?.wholeSeconds()
    app.refreshTokenLifetime = members["refreshTokenLifetime"]?.wholeSeconds()
    app.refreshTokenIdleLimit = members["refreshTokenIdleLimit"]?.wholeSeconds()
    app.rotation = members["rotation"]?.choice(EmbeddedSampleApp.Rotation.self) ?? app.rotation
    app.graceWindow = members["graceWindow"]?.duration() ?? app.graceWindow
    app.tokenFormat =
      members["tokenFormat"]?.choice(EmbeddedSampleApp.TokenFormat.self) ?? app.tokenFormat
    app.refreshTokens =
      members["refreshTokens"]?.choice(EmbeddedSampleApp.RefreshTokens.self) ?? app.refreshTokens
    app.audience = members["audience"]?.filledText()
    if let query = members["authorizationQuery"], let text = query.filledText() {
      if let (problem, help) = URLCheck.mistake(in: "http://localhost/?" + text, as: .endpoint) {
        query.note("'\(text)' \(problem)", help: help)
      }
      app.authorizationQuery = text
    }
    for fault in members["faults"]?.elements() ?? [] {
      guard let name = fault.filledText() else { continue }
      app.faults.append(name)
      guard let known = node.profile.faults, !known.contains(name) else { continue }
      fault.note(
        "'\(name)' is not a fault of the sample app",
        help: Suggestion.help(
          for: name,
          among: known,
          otherwise: "'oktasim sample-app --list-faults' lists them"
        )
      )
    }
    app.users = members["users"]?.integer() ?? 0
    app.groups = members["groups"]?.integer() ?? 0
    return app
  }

  private static func oneOf(_ words: [String]) -> String {
    Suggestion.list(words.map { "\"\($0)\"" })
  }
}

// MARK: How Okta authenticates

extension ProfileReader {
  private static func authentication(
    _ root: ProfileMembers,
    app: Place,
    _ family: AppFamily
  ) -> Authentication {
    let nothing = Authentication.authorizationCode(embeddedClient())
    if app == .embedded, root["authentication"] == nil { return nothing }
    guard let members = root.required("authentication")?.members(),
      let mode = mode(members, app: app)
    else { return nothing }
    if let only = mode.family, only != family {
      let others = Authentication.Mode.allCases.filter { $0.family == nil }.map(\.rawValue)
      members["mode"]?.note(
        "'\(mode.rawValue)' is a mode of the family '\(only.rawValue)' alone",
        help: "write \(oneOf(others)), or \"family\": \"\(only.rawValue)\""
      )
    }
    for key in ProfileKey.below("authentication") {
      guard let modes = key.modes, !modes.contains(mode.rawValue) else { continue }
      members.refuse(key.name, because: "does not belong to the mode '\(mode.rawValue)'")
    }
    if app == .embedded {
      for key in runKnows where ProfileKey.at("authentication.\(key)")?.belongs(to: mode) ?? true {
        // How to sign in in another way than the browser the run does not know.
        if key == "login", members[key]?.value.object?["command"] != nil { continue }
        members.refuse(key, because: Place.reason)
      }
    }
    switch mode {
    case .oauth2:
      return .authorizationCode(
        app == .embedded ? embeddedClient(members) : authorizationCode(members)
      )
    case .clientCredentials:
      return .clientCredentials(
        app == .embedded ? embeddedCredentials(members) : clientCredentials(members)
      )
    case .bearer where app == .embedded: return .bearer(Secret("", alias: "credentials#1"))
    case .bearer:
      return .bearer(secret(members, "token", "credentials#1"))
    case .header:
      return .header(
        app == .embedded
          ? Secret("", alias: "credentials#1") : secret(members, "value", "credentials#1"),
        field: headerName(members, family)
      )
    case .basic where app == .embedded:
      return .basic(username: "", password: Secret("", alias: "password#1"))
    case .basic:
      return .basic(
        username: members.required("username")?.filledText() ?? "",
        password: secret(members, "password", "password#1")
      )
    case .unauthenticated: return .unauthenticated
    }
  }

  /// Fields that Okta fills itself.
  private static let usualFields = [
    "Accept", "Accept-Charset", "Accept-Encoding", "Connection", "Content-Length", "Content-Type",
    "Host", "Transfer-Encoding", "User-Agent",
  ]

  /// Okta help, "Connect to a SCIM connector": the on-prem agent's form has a field for it.
  private static func headerName(_ members: ProfileMembers, _ family: AppFamily) -> String {
    guard let node = members["headerName"], let name = node.filledText() else {
      return Authentication.usualField
    }
    if family != .onPrem {
      members.refuse("headerName", because: "is for the family 'on-prem' alone")
    }
    // RFC 9110 section 5.1: token.
    let isToken = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
        || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
    if !isToken {
      node.note("'\(name)' is not the name of a header", help: "write X-API-Key")
    } else if let usual = usualFields.first(where: { $0.lowercased() == name.lowercased() }) {
      node.note("\(usual) is a header that Okta fills itself", help: "write X-API-Key")
    }
    return name
  }

  /// nil where it is a mistake, so that nothing can be said of the other keys; `oauth2` where it is left
  /// open.
  private static func mode(_ members: ProfileMembers, app: Place) -> Authentication.Mode? {
    let modes = Authentication.Mode.allCases.map(\.rawValue)
    let given =
      app == .elsewhere
      ? members.required("mode", help: "add \"mode\": \(oneOf(modes))") : members["mode"]
    guard let node = given else { return app == .elsewhere ? nil : .oauth2 }
    let before = node.profile.mistakes.count
    let mode = node.choice(Authentication.Mode.self)
    return mode ?? (node.profile.mistakes.count == before ? .oauth2 : nil)
  }

  private static func authorizationCode(_ members: ProfileMembers) -> AuthorizationCodeSettings {
    AuthorizationCodeSettings(
      authorizationEndpoint: members.required("authorizationEndpoint")?.url() ?? "",
      tokenEndpoint: members.required("tokenEndpoint")?.url() ?? "",
      revocationEndpoint: members["revocationEndpoint"]?.url(),
      redirectURI: members.required("redirectURI")?.url() ?? "",
      client: client(members, 1),
      scopes: scopes(members),
      refresh: refresh(members["refresh"]),
      grants: grants(members),
      login: members.required("login").flatMap { login($0, "password#1") } ?? nobody
    )
  }

  private static func clientCredentials(_ members: ProfileMembers) -> ClientCredentialsSettings {
    ClientCredentialsSettings(
      tokenEndpoint: members.required("tokenEndpoint")?.url() ?? "",
      client: client(members, 1),
      scopes: scopes(members),
      refresh: refresh(members["refresh"])
    )
  }

  private static func embeddedCredentials(_ members: ProfileMembers) -> ClientCredentialsSettings {
    ClientCredentialsSettings(
      tokenEndpoint: "",
      client: openClient(clientAuthentication(members) ?? .post),
      scopes: scopes(members),
      refresh: refresh(members["refresh"])
    )
  }

  private static func openClient(
    _ authentication: Authentication.ClientAuthentication
  ) -> ClientSettings {
    ClientSettings(
      id: "",
      secret: Secret("", alias: "client_secret#1"),
      authentication: authentication
    )
  }

  /// What no profile says of the sample app that the run starts.
  private static let runKnows = [
    "authorizationEndpoint", "tokenEndpoint", "revocationEndpoint", "redirectURI", "clientID",
    "clientSecret", "clientKey", "login", "token", "value", "username", "password",
  ]

  /// The client of the embedded sample app: the run fills in what is left empty.
  private static func embeddedClient(
    _ members: ProfileMembers? = nil
  ) -> AuthorizationCodeSettings {
    var settings = AuthorizationCodeSettings(
      authorizationEndpoint: "",
      tokenEndpoint: "",
      revocationEndpoint: nil,
      redirectURI: "",
      client: openClient(.post),
      scopes: [],
      refresh: RefreshPolicy(),
      grants: .perScenario,
      login: nobody
    )
    guard let members else { return settings }
    settings.client.authentication = clientAuthentication(members) ?? .post
    settings.scopes = scopes(members)
    settings.refresh = refresh(members["refresh"])
    settings.grants = grants(members)
    if let login = members["login"].flatMap({ login($0, "password#1") }), case .command = login {
      settings.login = login
    }
    return settings
  }

  private static var nobody: Login {
    .form(FormLogin(username: "", password: Secret("", alias: "password#1")))
  }

  private static func secondClient(_ root: ProfileMembers, app: Place) -> ClientSettings? {
    if app == .embedded { root.refuse("secondClient", because: Place.reason) }
    return root["secondClient"]?.members().map { client($0, 2) }
  }

  private static func secondLogin(_ root: ProfileMembers, app: Place) -> Login? {
    if app == .embedded { root.refuse("secondLogin", because: Place.reason) }
    return root["secondLogin"].flatMap { login($0, "password#3") }
  }

  private static func hooks(_ root: ProfileMembers, app: Place) -> [String: Hook] {
    if app == .embedded { root.refuse("hooks", because: Place.reason) }
    guard let node = root["hooks"] else { return [:] }
    var hooks: [String: Hook] = [:]
    for (name, hook) in node.named() {
      if !HookName.isOne(name) {
        hook.note("'\(name)' is not a name", help: HookName.rule)
      } else if case .array = hook.value {
        let words = hook.elements().map { $0.text() ?? "" }
        if words.first?.isEmpty ?? true {
          hook.note("a command needs a program", help: #"write ["docker", "restart", "app"]"#)
        }
        hooks[name] = .command(words)
      } else if let url = hook.text(), !url.isEmpty {
        let filled = Hook.filled(url, seconds: 0)
        if let (problem, help) = URLCheck.mistake(in: filled, as: .endpoint) {
          hook.note("'\(url)' \(problem)", help: help)
        }
        hooks[name] = .url(url)
      }
    }
    return hooks
  }

  private static func secret(
    _ members: ProfileMembers,
    _ key: String,
    _ alias: String
  ) -> Secret {
    members.required(key)?.secret(alias) ?? Secret("", alias: alias)
  }

  private static func client(_ members: ProfileMembers, _ number: Int) -> ClientSettings {
    let method = clientAuthentication(members)
    var client = ClientSettings(
      id: members.required("clientID")?.filledText() ?? "",
      secret: Secret("", alias: "client_secret#\(number)"),
      authentication: method ?? .post
    )
    switch method {
    // What goes with a word that is none nobody knows.
    case nil: break
    case .privateKeyJWT:
      members.refuse("clientSecret", because: "has no use beside a clientKey")
      client.key = members.required("clientKey").flatMap { clientKey($0, number) }
    case .post, .basic, .both:
      members.refuse("clientKey", because: "has no use beside a clientSecret")
      client.secret = secret(members, "clientSecret", client.secret.alias)
    }
    return client
  }

  private static func clientKey(_ node: ProfileNode, _ number: Int) -> ClientKey? {
    let text = node.secret("client_key#\(number)")
    // What could not be read has its own mistake.
    if text.exposed().isEmpty { return nil }
    do throws(ClientKey.Problem) {
      return try ClientKey(text)
    } catch {
      node.note(
        "what \(node.quotedName) names holds \(error.words)",
        help: "openssl genpkey -algorithm RSA prints one"
      )
      return nil
    }
  }

  /// nil where it is a mistake.
  private static func clientAuthentication(
    _ members: ProfileMembers
  ) -> Authentication.ClientAuthentication? {
    guard let node = members["clientAuthentication"] else { return .post }
    let method = node.choice(Authentication.ClientAuthentication.self)
    if method == .privateKeyJWT, let reason = ClientKey.unavailable {
      node.note(reason, help: "let the client have a secret")
      return nil
    }
    return method
  }

  private static func grants(_ members: ProfileMembers) -> AuthorizationCodeSettings.Grants {
    members["grants"]?.choice(AuthorizationCodeSettings.Grants.self) ?? .perScenario
  }

  private static func scopes(_ members: ProfileMembers) -> [String] {
    (members["scopes"]?.elements() ?? []).compactMap { node in
      guard let scope = node.filledText() else { return nil }
      // RFC 6749 section 3.3: scope-token, which holds neither space, quote nor backslash.
      let isToken = scope.unicodeScalars.allSatisfy { scalar in
        (0x21...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\"
      }
      if !isToken { node.note("'\(scope)' is not a scope", help: "write one scope a string") }
      return scope
    }
  }

  private static func refresh(_ node: ProfileNode?) -> RefreshPolicy {
    var refresh = RefreshPolicy()
    guard let members = node?.members() else { return refresh }
    refresh.trigger = members["trigger"]?.choice(RefreshPolicy.Trigger.self) ?? refresh.trigger
    refresh.margin = members["margin"]?.duration() ?? refresh.margin
    refresh.capMargin = members["capMargin"]?.boolean() ?? refresh.capMargin
    refresh.concurrency =
      members["concurrency"]?.choice(RefreshPolicy.Concurrency.self) ?? refresh.concurrency
    refresh.keepOldRefreshToken =
      members["keepOldRefreshToken"]?.choice(RefreshPolicy.KeepOldRefreshToken.self)
      ?? refresh.keepOldRefreshToken
    refresh.missingExpiresIn =
      members["missingExpiresIn"]?.choice(RefreshPolicy.MissingExpiresIn.self)
      ?? refresh.missingExpiresIn
    return refresh
  }

  private static func login(_ node: ProfileNode, _ alias: String) -> Login? {
    guard let members = node.members() else { return nil }
    if let command = members["command"] {
      for key in members.keys where key != "command" {
        members.refuse(key, because: "has no use beside a command")
      }
      let words = command.texts()
      // A variable that is left open leaves no word behind, which is no mistake.
      if case .array(let written) = command.value, written.isEmpty {
        command.note("\(command.quotedName) names no program", help: "write [\"./login.sh\"]")
      }
      return .command(words)
    }
    var login = FormLogin(
      username: members["username"]?.filledText() ?? "",
      password: members["password"]?.secret(alias) ?? Secret("", alias: alias)
    )
    if members["username"] == nil, members["fields"] == nil {
      node.note(
        "\(node.quotedName) has no 'username'",
        help: #"add "username", or "fields" alone where the page asks for something else"#
      )
    }
    if let totp = members["totp"] {
      let secret = totp.secret("password#2")
      if !secret.exposed().isEmpty, OneTimeCode(base32: secret.exposed()) == nil {
        totp.note(
          "what stands for \(totp.quotedName) is no Base32 text",
          help: "give the secret of the QR code's URL: letters, and digits from 2 to 7"
        )
      }
      login.totp = secret
    }
    if let fields = members["fields"] { login.fields = texts(fields) }
    login.button = members["button"]?.filledText()
    login.consentButton = members["consent"]?.members()?["button"]?.filledText()
    login.origins = (members["origins"]?.elements() ?? []).map { $0.url() }
    return .form(login)
  }

  /// Names of the person's choice with their texts.
  private static func texts(_ node: ProfileNode) -> [String: String] {
    var texts: [String: String] = [:]
    for (name, field) in node.named() { texts[name] = field.text() ?? "" }
    return texts
  }
}
