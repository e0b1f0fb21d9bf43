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
///
/// What is read notes its mistakes here and goes on, so that all are told at once.
final class ProfileDocument {
  let document: JSONDocument
  let environment: Environment
  let variables: UnsetVariables
  /// The names that `embeddedSampleApp.faults` may hold; nil for any: this module does not know the
  /// sample app.
  let faults: [String]?
  /// The file's tree with the command line's settings laid over it.
  private(set) var value: JSONValue
  private(set) var mistakes: [SourceError] = []
  /// Variables that are needed and not set, each once.
  private(set) var unset: [String] = []
  private var settings: [(pointer: JSONPointer, setting: Setting)] = []

  init(
    _ document: JSONDocument,
    settings: [Setting],
    environment: Environment,
    variables: UnsetVariables,
    faults: [String]?
  ) {
    self.document = document
    self.environment = environment
    self.variables = variables
    self.faults = faults
    value = document.value
    for setting in settings {
      do throws(SourceError) {
        let pointer = try setting.apply(to: &value)
        self.settings.append((pointer, setting))
      } catch {
        note(error)
      }
    }
  }

  func noteUnset(_ variable: String) {
    if !unset.contains(variable) { unset.append(variable) }
  }

  var hasTooMany: Bool { mistakes.count >= Mistakes.mostInFile }

  func note(_ mistake: SourceError) {
    if !hasTooMany { mistakes.append(mistake) }
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

  /// Where a key stands in the file, with its value if that stands on the same line; nil where it does
  /// not stand there.
  func place(of pointer: JSONPointer) -> IntegrationProfile.Place? {
    guard document.value[pointer] != nil else { return nil }
    let key = mistake("", at: pointer, part: .key)
    let value = mistake("", at: pointer, part: .value)
    guard let start = key.position, let other = value.position else { return nil }
    let length =
      start.line == other.line ? other.column + value.length - start.column : key.length
    let words = key.excerpt.unicodeScalars.dropFirst(start.column - 1).prefix(length)
    return IntegrationProfile.Place(
      line: start.line,
      text: String(repeating: " ", count: start.column - 1) + String(words)
    )
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

  /// The row of the table that says what may stand here.
  var key: ProfileKey {
    guard let key = ProfileKey.at(tablePath) else {
      preconditionFailure("the table of keys has no '\(tablePath)'")
    }
    return key
  }

  /// Its way without the places in lists.
  private var tablePath: String {
    pointer.steps.compactMap { if case .key(let key) = $0 { key } else { nil } }
      .joined(separator: ".")
  }

  // To find what was meant, and where it stands, takes longer than the mistake.
  func note(_ problem: @autoclosure () -> String, help: @autoclosure () -> String? = nil) {
    if profile.hasTooMany { return }
    profile.note(profile.mistake(problem(), at: pointer, part: .value, help: help()))
  }

  func noteKey(_ problem: @autoclosure () -> String, help: @autoclosure () -> String? = nil) {
    if profile.hasTooMany { return }
    profile.note(profile.mistake(problem(), at: pointer, part: .key, help: help()))
  }

  func noteWrongKind(_ wanted: String) {
    note("\(quotedName) is \(value.kindInWords)", help: "\(wanted) is asked for")
  }

  // MARK: Kinds of values

  /// The members of an object, which may have the keys of the table and `comment`; nil where it is
  /// none.
  func members() -> ProfileMembers? {
    let path = tablePath
    return members(ProfileKey.below(path).map(\.name)) { key in
      ProfileKey.notYet.contains(path.isEmpty ? key : "\(path).\(key)")
    }
  }

  private func members(
    _ known: [String],
    isNotYet: (String) -> Bool = { _ in false }
  ) -> ProfileMembers? {
    guard case .object(let object) = value else {
      noteWrongKind("an object")
      return nil
    }
    var members = ProfileMembers(node: self, object: object)
    for key in object.keys where key != "comment" && !known.contains(key) {
      guard let member = members[key] else { continue }
      if isNotYet(key) {
        member.noteKey("'\(key)' is not supported yet")
      } else {
        let keys = known.filter { $0 != "comment" && $0 != "$schema" }
        if profile.hasTooMany { break }
        let meant = Suggestion.nearest(to: key, among: keys)
        if let meant { members.misspelt.insert(meant) }
        member.noteKey(
          "'\(key)' is not a key of \(quotedName)",
          help: meant.map { "did you mean '\($0)'?" } ?? "keys are \(Suggestion.list(keys))"
        )
      }
    }
    return members
  }

  /// The text of a string, or of the variable that stands for it; nil where that is left open, or a
  /// mistake.
  func text() -> String? {
    switch value {
    case .string(let text):
      return text
    case .object:
      return variable()
    case .number, .boolean:
      // `--set authentication.clientID=1234` means the text.
      if let setting = profile.setting(at: pointer) { return setting.text }
    case .array, .null:
      break
    }
    noteWrongKind("a string")
    return nil
  }

  /// A text that is not empty.
  func filledText() -> String? {
    let text = text()
    if text == "" { note("\(quotedName) is empty") }
    return text == "" ? nil : text
  }

  private func variable() -> String? {
    guard let members = members(["environment", "default"]),
      let variable = members.required("environment")?.variableName()
    else { return nil }
    let fallback = members["default"].flatMap { $0.literal() }
    if let value = profile.environment[variable] ?? fallback { return value }
    noteUnset(variable, help: #"set it, or write a "default""#)
    return nil
  }

  private func noteUnset(_ variable: String, help: String) {
    profile.noteUnset(variable)
    guard profile.variables == .refuse else { return }
    note(
      "the environment variable '\(variable)', which \(quotedName) takes its value from, "
        + (profile.environment[variable] == "" ? "is empty" : "is not set"),
      help: help
    )
  }

  /// A string that stands there itself.
  private func literal() -> String? {
    guard case .string(let text) = value else {
      noteWrongKind("a string")
      return nil
    }
    return text
  }

  /// POSIX: a name is not empty and has no `=`; with spaces no shell could set it.
  private func variableName() -> String? {
    guard let name = literal() else { return nil }
    guard !name.isEmpty, !name.contains(where: { $0 == "=" || $0.isWhitespace }) else {
      note("'\(name)' is not a name of a variable", help: "write ACME_CLIENT_SECRET")
      return nil
    }
    return name
  }

  /// A secret, which only the environment may give; empty where it does not.
  func secret(_ alias: String) -> Secret {
    Secret(secretText() ?? "", alias: alias)
  }

  private func secretText() -> String? {
    guard case .object = value else {
      noteLiteralSecret()
      return nil
    }
    guard let members = members(["environment", "default"]) else { return nil }
    if let fallback = members["default"] {
      profile.note(
        SecretMask.applyAtPlace(
          to: profile.mistake(
            "\(quotedName) is a secret and so has no default",
            at: fallback.pointer,
            part: .value,
            help: "leave the default out"
          )
        )
      )
    }
    guard let variable = members.required("environment")?.variableName() else { return nil }
    if let value = profile.environment[variable], !value.isEmpty { return value }
    noteUnset(variable, help: "set it before the run")
    return nil
  }

  private func noteLiteralSecret() {
    let place = profile.setting(at: pointer) == nil ? "in the file" : "on the command line"
    profile.note(
      SecretMask.applyAtPlace(
        to: profile.mistake(
          "\(quotedName) is a secret, which never stands \(place)",
          at: pointer,
          part: .value,
          help: #"write { "environment": "NAME" }"#
        )
      )
    )
  }

  /// One of the words of the table; nil where it is left open, or a mistake.
  func choice<Choice: RawRepresentable>(
    _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    word().flatMap(Choice.init)
  }

  /// The same as it is written.
  func word() -> String? {
    guard case .words(let words) = key.kind, let text = text() else { return nil }
    if key.notYet.contains(text) {
      note("'\(text)' is not supported yet")
      return nil
    }
    guard words.contains(text) else {
      let words = words.filter { !key.notYet.contains($0) }
      note(
        "'\(text)' is not a value of \(quotedName)",
        help: Suggestion.help(
          for: text,
          among: words,
          otherwise: "write \(Suggestion.list(words))"
        )
      )
      return nil
    }
    return text
  }

  /// Those of a list that are words of the table.
  ///
  /// - Parameter noun: What each of them is: `a capability`.
  func words(_ noun: String) -> [String] {
    guard case .wordList(let words) = key.kind else { return [] }
    return elements().compactMap { element in
      guard let text = element.text() else { return nil }
      if words.contains(text) { return text }
      element.note(
        "'\(text)' is not \(noun)",
        help: Suggestion.help(
          for: text,
          among: words,
          otherwise: "write \(Suggestion.list(words))"
        )
      )
      return nil
    }
  }

  func duration() -> Duration? {
    guard let text = text() else { return nil }
    let duration = DurationText.parse(text)
    if duration == nil { note("'\(text)' is not a duration", help: DurationText.help) }
    return duration
  }

  func positiveDuration() -> Duration? {
    let duration = duration()
    if duration == .zero { note("\(quotedName) is no time at all", help: DurationText.help) }
    return duration == .zero ? nil : duration
  }

  func wholeSeconds() -> Duration? {
    guard let duration = positiveDuration() else { return nil }
    guard duration.components.attoseconds == 0 else {
      note(
        "\(quotedName) is not in whole seconds",
        help: "write 2s, 5m or 1h: a token response gives whole seconds"
      )
      return nil
    }
    return duration
  }

  /// A URL of the table's kind; empty where it is left open, or a mistake.
  func url() -> String {
    let parts: URLCheck.Parts
    switch key.kind {
    case .url(let kind), .urls(let kind): parts = kind
    default: return ""
    }
    guard let text = text() else { return "" }
    if let (problem, help) = URLCheck.mistake(in: text, as: parts) {
      note("\(quotedName) \(problem)", help: help)
      return ""
    }
    return text
  }

  func boolean() -> Bool? {
    if case .boolean(let boolean) = value { return boolean }
    noteWrongKind("true or false")
    return nil
  }

  func integer() -> Int? {
    guard case .wholeNumber(let range) = key.kind else { return nil }
    guard case .number(let number) = value else {
      noteWrongKind("a whole number")
      return nil
    }
    guard let integer = number.integer, range.contains(integer) else {
      note(
        "\(quotedName) is \(number.text)",
        help: "a whole number from \(range.lowerBound) to \(range.upperBound) is asked for"
      )
      return nil
    }
    return integer
  }

  /// The number as it is written.
  func positiveNumber() -> String? {
    guard case .number(let number) = value else {
      noteWrongKind("a number")
      return nil
    }
    guard let value = number.double, value > 0, value.isFinite else {
      note("\(quotedName) is \(number.text)", help: "a number above 0 is asked for")
      return nil
    }
    return number.text
  }

  func elements() -> [ProfileNode] {
    guard case .array(let array) = value else {
      noteWrongKind("a list")
      return []
    }
    return array.enumerated().map { index, element in
      ProfileNode(profile: profile, pointer: pointer.appending(index), value: element)
    }
  }

  /// The members of an object whose names are the person's choice.
  func named() -> [(name: String, node: ProfileNode)] {
    guard case .object(let object) = value else {
      noteWrongKind("an object")
      return []
    }
    return object.members.filter { $0.key != "comment" }.map { member in
      let node = ProfileNode(
        profile: profile,
        pointer: pointer.appending(member.key),
        value: member.value
      )
      return (member.key, node)
    }
  }

  func texts() -> [String] { elements().compactMap { $0.filledText() } }
}

/// The members of one object of a profile.
struct ProfileMembers {
  let node: ProfileNode
  let object: JSONObject
  /// What unknown keys were meant to be: such a key is not missing as well.
  var misspelt: Set<String> = []

  var keys: [String] { object.keys.filter { $0 != "comment" } }

  subscript(key: String) -> ProfileNode? {
    object[key].map { value in
      ProfileNode(profile: node.profile, pointer: node.pointer.appending(key), value: value)
    }
  }

  func required(_ key: String, help: String? = nil) -> ProfileNode? {
    let member = self[key]
    if member == nil, !misspelt.contains(key) {
      node.note("\(node.quotedName) has no '\(key)'", help: help ?? "add \"\(key)\"")
    }
    return member
  }

  /// Refuses a key that has no place here although the format knows it.
  func refuse(_ key: String, because reason: String) {
    guard let member = self[key] else { return }
    member.profile.note(
      SecretMask.apply(
        to: member.profile.mistake(
          "'\(member.name)' \(reason)",
          at: member.pointer,
          part: .key,
          help: "leave it out"
        )
      )
    )
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
