import JSON
import World

/// What a variable that is not set means.
package enum UnsetVariables: Sendable {
  /// A mistake: the value is needed now (`run`).
  case refuse
  /// None: the value stays empty and is not looked at (`check`).
  case leaveOpen
}

/// A profile's JSON while it is read, and how to point at its places.
struct ProfileDocument {
  let document: JSONDocument
  let environment: Environment
  let variables: UnsetVariables
  /// The names that `embeddedSampleApp.faults` may hold; nil for any: this module does not know the
  /// sample app.
  let faults: [String]?
  /// The file's tree with the command line's settings laid over it.
  private(set) var value: JSONValue
  private var settings: [(pointer: JSONPointer, setting: Setting)] = []

  init(
    _ document: JSONDocument,
    settings: [Setting],
    environment: Environment,
    variables: UnsetVariables,
    faults: [String]?
  ) throws(SourceError) {
    self.document = document
    self.environment = environment
    self.variables = variables
    self.faults = faults
    value = document.value
    for setting in settings {
      let pointer = try setting.apply(to: &value)
      self.settings.append((pointer, setting))
    }
  }

  var root: ProfileNode { ProfileNode(profile: self, pointer: .root, value: value) }

  enum Part {
    case key, value
  }

  /// A mistake at `pointer`: in the setting that brought it, or else in the file.
  func mistake(
    _ problem: String,
    at pointer: JSONPointer,
    part: Part,
    help: String? = nil
  ) -> SourceError {
    if let setting = setting(at: pointer) {
      return SourceError(problem: problem, file: setting.name, help: help)
    }
    let error =
      switch part {
      case .key: document.keyError(problem, at: pointer, help: help)
      case .value: document.error(problem, at: pointer, help: help)
      }
    return SecretMask.apply(to: error)
  }

  /// The setting that gave the value at `pointer`, or that made the object there.
  func setting(at pointer: JSONPointer) -> Setting? {
    let above = settings.last { pointer.steps.starts(with: $0.pointer.steps) }
    guard above == nil, document.value[pointer] == nil else { return above?.setting }
    return settings.last { $0.pointer.steps.starts(with: pointer.steps) }?.setting
  }
}

/// One value of a profile with the way to it.
struct ProfileNode {
  let profile: ProfileDocument
  let pointer: JSONPointer
  let value: JSONValue

  /// `authentication.login.password`, `attributeMappings[2].to`.
  var name: String {
    var name = ""
    for step in pointer.steps {
      switch step {
      case .key(let key): name += name.isEmpty ? key : "." + key
      case .index(let index): name += "[\(index)]"
      }
    }
    return name.isEmpty ? "the profile" : name
  }

  var quotedName: String { pointer.steps.isEmpty ? name : "'\(name)'" }

  func mistake(_ problem: String, help: String? = nil) -> SourceError {
    profile.mistake(problem, at: pointer, part: .value, help: help)
  }

  func keyMistake(_ problem: String, help: String? = nil) -> SourceError {
    profile.mistake(problem, at: pointer, part: .key, help: help)
  }

  func wrongKind(_ wanted: String) -> SourceError {
    mistake("\(quotedName) is \(value.kindInWords)", help: "\(wanted) is asked for")
  }

  // MARK: Kinds of values

  /// The members of an object, which may have these keys and `comment`.
  ///
  /// - Parameter notYet: Keys that the format has and this version does not read.
  func members(_ known: [String], notYet: [String] = []) throws(SourceError) -> ProfileMembers {
    guard case .object(let object) = value else { throw wrongKind("an object") }
    let members = ProfileMembers(node: self, object: object)
    for key in object.keys where key != "comment" && !known.contains(key) {
      guard let member = members[key] else { continue }
      guard !notYet.contains(key) else { throw member.keyMistake("'\(key)' is not supported yet") }
      throw member.keyMistake(
        "'\(key)' is not a key of \(quotedName)",
        help: Suggestion.help(
          for: key,
          among: known,
          otherwise: "keys are \(Suggestion.list(known))"
        )
      )
    }
    return members
  }

  /// The text of a string, or of the variable that stands for it; nil where that is left open.
  func text() throws(SourceError) -> String? {
    switch value {
    case .string(let text):
      return text
    case .object:
      return try variable()
    case .number, .boolean:
      // `--set authentication.clientID=1234` means the text.
      guard let setting = profile.setting(at: pointer) else { throw wrongKind("a string") }
      return setting.text
    case .array, .null:
      throw wrongKind("a string")
    }
  }

  /// A text that is not empty.
  func filledText() throws(SourceError) -> String? {
    let text = try text()
    guard text != "" else { throw mistake("\(quotedName) is empty") }
    return text
  }

  private func variable() throws(SourceError) -> String? {
    let members = try members(["environment", "default"])
    let variable = try members.required("environment").variableName()
    let fallback = try members["default"]?.literal()
    if let value = profile.environment[variable] ?? fallback { return value }
    return try unset(variable, help: #"set it, or write a "default""#)
  }

  private func unset(_ variable: String, help: String) throws(SourceError) -> String? {
    switch profile.variables {
    case .leaveOpen: return nil
    case .refuse:
      throw mistake(
        "the environment variable '\(variable)', which \(quotedName) takes its value from, "
          + "is not set",
        help: help
      )
    }
  }

  /// A string that stands there itself.
  private func literal() throws(SourceError) -> String {
    guard case .string(let text) = value else { throw wrongKind("a string") }
    return text
  }

  /// POSIX: a name is not empty and has no `=`; with spaces no shell could set it.
  private func variableName() throws(SourceError) -> String {
    let name = try literal()
    guard !name.isEmpty, !name.contains(where: { $0 == "=" || $0.isWhitespace }) else {
      throw mistake("'\(name)' is not a name of a variable", help: "write ACME_CLIENT_SECRET")
    }
    return name
  }

  /// A secret, which only the environment may give.
  func secret(_ alias: String) throws(SourceError) -> Secret {
    guard case .object = value else { throw literalSecret() }
    let members = try members(["environment", "default"])
    if let fallback = members["default"] {
      throw SecretMask.applyAtPlace(
        to: fallback.mistake(
          "\(quotedName) is a secret and so has no default",
          help: "leave the default out"
        )
      )
    }
    let variable = try members.required("environment").variableName()
    guard let value = profile.environment[variable], !value.isEmpty else {
      return Secret(
        try unset(variable, help: "set it before the run") ?? "",
        alias: alias
      )
    }
    return Secret(value, alias: alias)
  }

  private func literalSecret() -> SourceError {
    let place = profile.setting(at: pointer) == nil ? "in the file" : "on the command line"
    return SecretMask.applyAtPlace(
      to: mistake(
        "\(quotedName) is a secret, which never stands \(place)",
        help: #"write { "environment": "NAME" }"#
      )
    )
  }

  /// One of a set of words; nil where it is left open.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type,
    notYet: [String] = []
  ) throws(SourceError) -> Choice? where Choice.RawValue == String {
    guard let text = try text() else { return nil }
    guard !notYet.contains(text) else { throw mistake("'\(text)' is not supported yet") }
    guard let choice = Choice(rawValue: text) else {
      throw notAValue(text, among: type.allCases.map(\.rawValue).filter { !notYet.contains($0) })
    }
    return choice
  }

  func notAValue(_ text: String, among words: [String]) -> SourceError {
    mistake(
      "'\(text)' is not a value of \(quotedName)",
      help: Suggestion.help(
        for: text,
        among: words,
        otherwise: "write \(Suggestion.list(words))"
      )
    )
  }

  func duration() throws(SourceError) -> Duration? {
    guard let text = try text() else { return nil }
    guard let duration = DurationText.parse(text) else {
      throw mistake("'\(text)' is not a duration", help: DurationText.help)
    }
    return duration
  }

  func positiveDuration() throws(SourceError) -> Duration? {
    let duration = try duration()
    guard duration != .zero else {
      throw mistake("\(quotedName) is no time at all", help: DurationText.help)
    }
    return duration
  }

  func wholeSeconds() throws(SourceError) -> Duration? {
    guard let duration = try positiveDuration() else { return nil }
    guard duration.components.attoseconds == 0 else {
      throw mistake(
        "\(quotedName) is not in whole seconds",
        help: "write 2s, 5m or 1h: a token response gives whole seconds"
      )
    }
    return duration
  }

  /// A URL; empty where it is left open.
  func url(_ parts: URLCheck.Parts) throws(SourceError) -> String {
    guard let text = try text() else { return "" }
    if let (problem, help) = URLCheck.mistake(in: text, as: parts) {
      throw mistake("\(quotedName) \(problem)", help: help)
    }
    return text
  }

  func boolean() throws(SourceError) -> Bool {
    guard case .boolean(let boolean) = value else { throw wrongKind("true or false") }
    return boolean
  }

  func integer(_ range: ClosedRange<Int>) throws(SourceError) -> Int {
    guard case .number(let number) = value else { throw wrongKind("a whole number") }
    guard let integer = number.integer, range.contains(integer) else {
      throw mistake(
        "\(quotedName) is \(number.text)",
        help: "a whole number from \(range.lowerBound) to \(range.upperBound) is asked for"
      )
    }
    return integer
  }

  func elements() throws(SourceError) -> [ProfileNode] {
    guard case .array(let array) = value else { throw wrongKind("a list") }
    return array.enumerated().map { index, element in
      ProfileNode(profile: profile, pointer: pointer.appending(index), value: element)
    }
  }

  func texts() throws(SourceError) -> [String] {
    var texts: [String] = []
    for element in try elements() {
      if let text = try element.filledText() { texts.append(text) }
    }
    return texts
  }
}

/// The members of one object of a profile.
struct ProfileMembers {
  let node: ProfileNode
  let object: JSONObject

  var keys: [String] { object.keys.filter { $0 != "comment" } }

  subscript(key: String) -> ProfileNode? {
    object[key].map { value in
      ProfileNode(profile: node.profile, pointer: node.pointer.appending(key), value: value)
    }
  }

  func required(_ key: String, help: String? = nil) throws(SourceError) -> ProfileNode {
    guard let member = self[key] else {
      throw node.mistake("\(node.quotedName) has no '\(key)'", help: help ?? "add \"\(key)\"")
    }
    return member
  }

  /// Refuses a key that has no place here although the format knows it.
  func refuse(_ key: String, because reason: String) throws(SourceError) {
    if let member = self[key] {
      throw SecretMask.apply(
        to: member.keyMistake("'\(member.name)' \(reason)", help: "leave it out")
      )
    }
  }
}

/// Keeps the secrets that somebody wrote into a profile by mistake out of our messages.
enum SecretMask {
  /// Covers, in the quoted line, each string under a key that holds a secret.
  static func apply(to error: SourceError) -> SourceError {
    var error = error
    error.excerpt = masked(error.excerpt)
    return error
  }

  /// Covers what the carets point at.
  static func applyAtPlace(to error: SourceError) -> SourceError {
    guard let position = error.position else { return error }
    var error = error
    var scalars = Array(error.excerpt.unicodeScalars)
    let start = min(position.column - 1, scalars.count)
    cover(&scalars, start..<min(start + error.length, scalars.count))
    error.excerpt = text(scalars)
    return apply(to: error)
  }

  private static func masked(_ line: String) -> String {
    var scalars = Array(line.unicodeScalars)
    var index = 0
    var coversNext = false
    while let start = scalars[index...].firstIndex(of: "\"") {
      // Behind a comma or a brace stands another key.
      if scalars[index..<start].contains(where: { $0 == "," || $0 == "{" }) { coversNext = false }
      var end = start + 1
      while end < scalars.count, scalars[end] != "\"" { end += scalars[end] == "\\" ? 2 : 1 }
      end = min(end, scalars.count)
      if coversNext { cover(&scalars, (start + 1)..<end) }
      let isKey = scalars[min(end + 1, scalars.count)...].first { $0 != " " } == ":"
      coversNext = !coversNext && isKey && holdsSecret(text(scalars[(start + 1)..<end]))
      index = min(end + 1, scalars.count)
    }
    return text(scalars)
  }

  private static func holdsSecret(_ key: String) -> Bool {
    let key = key.lowercased()
    return key.contains("secret") || key.contains("password") || key == "token" || key == "value"
  }

  private static func cover(_ scalars: inout [Unicode.Scalar], _ range: Range<Int>) {
    for index in range where scalars[index] != "\"" { scalars[index] = "*" }
  }

  private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
